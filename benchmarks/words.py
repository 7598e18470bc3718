"""Text as customers of a shop write it, in six languages, from the vocabulary in `words.toml`."""

from __future__ import annotations

import random
import tomllib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Language:
    """One language: names of people and things, sentences with slots, and how sentences join."""

    code: str
    weight: int
    families: list[str]
    givens: list[str]
    products: list[str]
    places: list[str]
    couriers: list[str]
    subjects: list[str]
    greetings: list[str]
    sentences: list[str]
    closings: list[str]
    quote: str  # how a mail program introduces what it quotes
    glue: str
    family_first: bool

    def name(self, rng: random.Random) -> str:
        """A person's name."""
        family, given = rng.choice(self.families), rng.choice(self.givens)
        return family + given if self.family_first else f"{given} {family}"

    def fill(self, template: str, rng: random.Random) -> str:
        """A sentence with its slots filled."""
        if "{" not in template:
            return template
        number = rng.getrandbits(30)
        return template.format(
            product=self.products[number % len(self.products)],
            place=self.places[number % len(self.places)],
            courier=self.couriers[number % len(self.couriers)],
            order=f"{'ABCDEFGHKM'[number % 10]}{number % 1_000_000:06d}",
            parcel=f"SF{number:012d}",
            amount=f"{number % 4000 + 9}.{number % 100:02d}",
            days=number % 12 + 2,
            month=number % 12 + 1,
            day=number % 28 + 1,
        )

    def subject(self, rng: random.Random) -> str:
        """What a mail is about."""
        return self.fill(rng.choice(self.subjects), rng)

    def paragraphs(self, rng: random.Random, length: int) -> list[str]:
        """Paragraphs of about `length` characters together."""
        found: list[str] = []
        have = 0
        while have < length:
            chosen = rng.sample(self.sentences, rng.randint(2, 6))
            paragraph = self.glue.join([self.fill(sentence, rng) for sentence in chosen])
            found.append(paragraph)
            have += len(paragraph)
        return found


def _load() -> tuple[Language, ...]:
    with (Path(__file__).parent / "words.toml").open("rb") as file:
        return tuple(Language(code=code, **words) for code, words in tomllib.load(file).items())


LANGUAGES = _load()
WEIGHTS = [language.weight for language in LANGUAGES]
