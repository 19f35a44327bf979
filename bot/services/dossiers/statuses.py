"""What the statuses of each kind of system mean, as data (statuses.yaml)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from bot.dossiers.dossier import BY_NUMBER, Status
from bot.services.dossiers.plain import text_of
from knowledge.datafile import strings_of
from knowledge.text import fold

HERE = Path(__file__).parent / "statuses.yaml"


class Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    number: int = Field(alias="is", ge=1, le=10)  # of the ten official statuses
    says: str | None = None
    basis: Literal["seen", "assumed"]


class Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str
    codes: Mapping[str, Row] = {}
    names: Mapping[str, Row] = {}  # by words, for systems that tell some; they go before the code


@dataclass(frozen=True)
class Statuses:
    """`by_code` as the system writes them; `by_name` folded."""

    by_code: Mapping[str, Status]
    by_name: Mapping[str, Status] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)

    def meaning(self, value: object) -> Status | None:
        """None: nobody knows it yet."""
        text = text_of(value)
        return self.by_code.get(text) or self.by_name.get(fold(text))

    def says(self, code: object) -> str | None:
        return self.words.get(text_of(code))


def of_table(name: str) -> Statuses:
    """Raises KeyError."""
    table = load_tables()[name]
    return Statuses(
        {code: BY_NUMBER[row.number] for code, row in table.codes.items()},
        {fold(name): BY_NUMBER[row.number] for name, row in table.names.items()},
        {code: row.says for code, row in table.codes.items() if row.says},
    )


def first_then(first: Statuses, then: Statuses) -> Statuses:
    return Statuses({**then.by_code, **first.by_code}, {**then.by_name, **first.by_name}, {**then.words, **first.words})


def of_numbers(table: Mapping[str, int]) -> Statuses:
    """The system's values, or its words, by our numbers: 1 to 10."""
    by_code = {value: BY_NUMBER[number] for value, number in table.items()}
    return Statuses(by_code, {fold(value): status for value, status in by_code.items() if not value.isdecimal()})


@cache
def load_tables(path: Path = HERE) -> Mapping[str, Table]:
    """By kind of system. Raises pydantic's ValidationError."""
    return TypeAdapter(dict[str, Table]).validate_python(strings_of(path))
