"""What the codes of each gateway mean to us, as data (statuses.yaml)."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter, field_validator

from bot.pickup.progress import Status
from knowledge.datafile import strings_of

HERE = Path(__file__).parent / "statuses.yaml"
NOTHING = "none"  # how the file writes a code that changes nothing for the citizen

Means = Literal["done", "known", "changed", "absent", "late", "later"]


class Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    basis: Literal["seen", "assumed"]


class EventCode(Row):
    status: Status | None  # None: known, and no news
    says: str

    @field_validator("status", mode="before")
    @classmethod
    def _none(cls, status: Any) -> Any:
        return None if status == NOTHING else status


class AnswerCode(Row):
    means: Means


class Codes(BaseModel):
    """One gateway's."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    events: Mapping[str, EventCode]
    answers: Mapping[str, AnswerCode] = {}

    def meant(self, answer: str) -> Means | None:
        """None: a refusal."""
        return self.answers[answer].means if answer in self.answers else None


@cache
def load_codes(path: Path = HERE) -> Mapping[str, Codes]:
    """By gateway. Raises pydantic's ValidationError."""
    return TypeAdapter(dict[str, Codes]).validate_python(strings_of(path))


def short(code: str) -> str:
    """A code as it may be logged: what is none may be anything, a name too.

    >>> short("77"), short("Nguyễn Văn An")
    ('77', '?')
    """
    return code if re.fullmatch(r"[A-Za-z0-9_-]{1,6}", code) else "?"
