# make demo   the console on a throw-away desk; make demo ARGS=--headless prints the queue and ends
# make test   the whole suite; make test ARGS="tests/config -x" a part of it
# make lint   style, types, and who may import whom
# make docs   the pages and comments that are made from the code
# make messages   the translation, after a text that people read was changed
#
# Each does its own set-up on a machine that has Python 3.11 or newer, make and apt.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# setuptools warns of every editable installation; that is what a checkout wants.
PIP := PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --disable-pip-version-check

# Installs Debian packages, where we may; fails quietly where we may not.
APT = command -v apt-get >/dev/null || exit 1; \
	if [ "$$(id -u)" = 0 ]; then as=; elif sudo -n true 2>/dev/null; then as="sudo -n"; else exit 1; fi; \
	$$as apt-get update -qq && \
	$$as env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends

.PHONY: demo test lint docs messages servers

demo: $(VENV)/.installed
	@$(BIN)/kfdesk demo $(ARGS)

test: $(VENV)/.developing servers
	$(BIN)/python -m pytest -n 2 --dist loadgroup $(ARGS)

lint: $(VENV)/.developing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: $(VENV)/.installed
	$(BIN)/python -m kfdesk.config.document
	$(BIN)/python -m kfdesk.actions docs/keys.md
	$(BIN)/python -m kfdesk.rules.language.document docs/query.md
	$(BIN)/python -m kfdesk.reports.document docs/reports.md

messages: $(VENV)/.developing
	$(BIN)/python -m tools.messages

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "kfdesk needs Python 3.11 or newer: make PYTHON=python3.12 …")'
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || ( $(APT) python3-venv ) || \
		{ echo "Python cannot make environments here: install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml | $(BIN)/python
	$(PIP) --upgrade 'pip>=25.1'
	$(PIP) --editable .
	@touch $@

$(VENV)/.developing: pyproject.toml $(VENV)/.installed
	$(PIP) --group dev
	@touch $@

# The suite runs against a real Dovecot and in a real terminal; without them those tests are
# skipped, with the reason.
servers:
	@PATH="$$PATH:/usr/sbin"; command -v dovecot >/dev/null && command -v tmux >/dev/null || \
		( $(APT) dovecot-imapd tmux ) || \
		echo "Dovecot and tmux could not be installed: the tests that need them will be skipped" >&2
