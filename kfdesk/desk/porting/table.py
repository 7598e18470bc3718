"""A generic CSV: a ticket a row, columns by name, any delimiter and encoding."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence

from kfdesk.desk.porting.findings import Findings, Spot
from kfdesk.desk.porting.gather import opened
from kfdesk.desk.porting.order import Order
from kfdesk.desk.porting.records import Said, Ticket, Who
from kfdesk.desk.porting.row import LONGEST_TEXT, Row
from kfdesk.errors import UserError
from kfdesk.i18n import _
from kfdesk.model import EPOCH
from kfdesk.store.porting.staging import Staged, Staging
from kfdesk.text import clean_line, fold

_COLUMNS = {
    "id": "id number ticket ticket_id 编号 工单编号 工单号 工单id",
    "subject": "subject title 标题 主题 工单标题",
    "status": "status state 状态 工单状态",
    "email": "email requester_email customer_email customer.email 邮箱 客户邮箱 发起人邮箱",
    "name": "name customer requester requester_name 姓名 客户 客户姓名 发起人 客户名称",
    "phone": "phone mobile 电话 手机 手机号 客户电话",
    "body": "body description content text 内容 描述 正文 问题描述 工单描述",
    "note": "note notes 备注 内部备注",
    "created_at": "created_at created 创建时间 提交时间",
    "updated_at": "updated_at updated 更新时间 最后更新时间",
    "solved_at": "solved_at resolved_at 解决时间",
    "closed_at": "closed_at 关闭时间",
    "task_due": "task_due due_date 截止时间",
    "priority": "priority 优先级",
    "type": "type 类型 工单类型",
    "category": "category 分类 类别 工单分类",
    "team": "team group 客服组 受理组 受理客服组",
    "assignee": "assignee agent owner 受理客服 受理人 客服 处理人",
    "tags": "tags tag labels 标签",
    "channel": "channel source via 渠道 来源",
    "cc": "cc 抄送",
    "parent": "parent parent_id 父工单",
}
_NAMES = {fold(word): name for name, several in _COLUMNS.items() for word in several.split()}
_DELIMITERS = ",;\t|，；"
_LARGEST_CELL = 4 * LONGEST_TEXT
GUARDED = tuple("=+-@\t\r")


def tickets(order: Order, staging: Staging, findings: Findings) -> Iterator[Ticket]:
    """Yield a ticket for each row. UserError where there is no header to go by."""
    if not order.path.is_file():
        raise UserError(_("there is no file {file}").format(file=order.path))
    with opened(order.path, findings) as stream:
        head = stream.readline(_LARGEST_CELL)
        delimiter = max(_DELIMITERS, key=head.count)
        stream.seek(0)
        csv.field_size_limit(_LARGEST_CELL)
        rows = _rows(order, stream, delimiter, findings)
        _line, header = next(rows, (0, []))
        columns = _columns(order, header)
        for line, cells in rows:
            spot = Spot(str(order.path), line)
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) > len(columns):
                reason = _("it has {n} cells, and the header {m}").format(
                    n=len(cells), m=len(columns)
                )
                findings.add("left out", spot, reason, kind="ticket")
                continue
            value = {
                name: _unguarded(cell) for name, cell in zip(columns, cells, strict=False) if name
            }
            if (ticket := _ticket(order, value, spot, staging, findings)) is not None:
                yield ticket


def _rows(
    order: Order, stream: Iterator[str], delimiter: str, findings: Findings
) -> Iterator[tuple[int, list[str]]]:
    """Yield (line, cells); a row that is no CSV is told, and left out."""
    lines: list[str] = []  # of the row that is being read
    reader = csv.reader(_kept(stream, lines), delimiter=delimiter)
    before: tuple[int, list[str]] | None = None
    while True:
        line, read = reader.line_num + 1, len(lines)
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            reason = _("no CSV: {why}").format(why=error)
            findings.add("left out", Spot(str(order.path), line), reason)
            lines.clear()
            continue
        if before is not None:
            yield before
        del lines[:read]
        before = line, cells
    if before is None:
        return
    if _quote_is_open(lines, delimiter):
        reason = _("a quote that begins in it has no end: it holds all {n} lines to the end")
        spot = Spot(str(order.path), before[0])
        findings.add("left out", spot, reason.format(n=len(lines)), kind="ticket")
    else:
        yield before


def _kept(stream: Iterator[str], lines: list[str]) -> Iterator[str]:
    for line in stream:
        lines.append(line)
        yield line


def _quote_is_open(lines: Iterable[str], delimiter: str) -> bool:
    """Whether a row ends where its file does, with a quote that nobody closed."""
    try:
        list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error as error:
        return "unexpected end" in str(error)
    return False


def _columns(order: Order, header: Sequence[str]) -> list[str]:
    """What each column holds: a name of ours, or `field.NAME` for what else there is."""
    mapping = {fold(name): to for name, to in order.mapping.items()}
    found = []
    for cell in header:
        name = clean_line(cell)
        wanted = mapping.get(fold(name), name)
        known = _NAMES.get(fold(wanted).replace(" ", "_"))
        found.append(known or (f"field.{wanted.removeprefix('field.')}" if wanted else ""))
    wanted_at_least = {"subject", "body", "email", "name"}
    if not wanted_at_least & set(found):
        raise UserError(
            _(
                "{file}: its first line names no column that is known (subject, status, email, "
                "body, created_at, …); say which is which: --map 'COLUMN=subject'"
            ).format(file=order.path)
        )
    twice = next((name for name in found if name and found.count(name) > 1), "")
    if twice:
        raise UserError(
            _("{file}: two columns are {name}; say with --map which it is").format(
                file=order.path, name=twice
            )
        )
    return found


def _unguarded(cell: str) -> str:
    """Take off what an export put before a formula."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(GUARDED) else cell


def _ticket(
    order: Order, value: Mapping[str, str], spot: Spot, staging: Staging, findings: Findings
) -> Ticket | None:
    key = clean_line(value.get("id", ""))[:100].lstrip("#")
    digest = hashlib.sha256(
        "\n".join(f"{name}={cell}" for name, cell in value.items()).encode("utf-8", "replace")
    ).hexdigest()[:24]
    raw = digest
    if key:
        old = staging.put(Staged("row", key, "", 0, 0, spot.file, spot.line, raw), weak=True)
        if old is not None:
            if old.raw != raw:
                reason = _("line {line} has the same id").format(line=old.line)
                findings.add(
                    "left out", spot, reason, kind="ticket", key=key, field="id", value=key
                )
            return None
    else:
        key, copy = digest, 1
        while staging.put(Staged("row", key, "", 0, 0, spot.file, spot.line, raw), weak=True):
            copy += 1
            key = f"{digest}-{copy}"
    if any("\ufffd" in cell for cell in value.values()):
        reason = _("some of its characters could not be read; � stands for them")
        findings.add("changed", spot, reason, kind="ticket", key=key)
    row = Row(value, spot, "ticket", key, order.zone, findings)
    customer = _customer(row)
    created = row.time("created_at")
    ticket = Ticket(
        spot=spot,
        key=key,
        subject=row.line("subject"),
        status=row.line("status") or order.default_status,
        priority=row.line("priority"),
        type=row.line("type"),
        task_due=row.time("task_due"),
        channel=row.line("channel"),
        group=row.line("team"),
        assignee=_agent(row),
        requester=customer,
        cc=tuple(Who("", one.name, one.email) for one in row.mailboxes("cc") if one.email),
        category=row.line("category").replace("::", "/").replace(">", "/"),
        tags=row.words("tags"),
        fields={
            name.removeprefix("field."): cell
            for name, cell in value.items()
            if name.startswith("field.") and cell
        },
        created_at=created,
        updated_at=row.time("updated_at"),
        solved_at=row.time("solved_at"),
        closed_at=row.time("closed_at"),
        parent=row.line("parent"),
        rest=row.rest,
    )
    at = created or ticket.updated_at or EPOCH
    if text := row.text("body").strip():
        ticket.said.append(Said("body", at, customer, text, outgoing=False))
    if text := row.text("note").strip():
        ticket.said.append(Said("note", at, Who(), text, public=False))
    return ticket


def _customer(row: Row) -> Who:
    found = row.mailboxes("email")
    email = found[0].email if found else ""
    if not email and row.line("email"):
        row.odd("email", row.line("email"), _("no address"))
    name = row.line("name") or (found[0].name if found else "")
    if email or not (name or row.line("phone")):
        return Who("", name, email)
    return Who(f"{name} {row.line('phone')}".strip(), name)


def _agent(row: Row) -> Who | None:
    text = row.line("assignee")
    if not text:
        return None
    found = row.mailboxes("assignee") if "@" in text else ()
    return Who("", found[0].name, found[0].email) if found and found[0].email else Who("", text)
