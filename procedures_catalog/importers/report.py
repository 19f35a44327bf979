"""What an import found doubtful, refused or left out, and the sums that show nothing was lost."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Protocol


class Doubting(Protocol):
    """Takes down one doubt about the row being read."""

    def __call__(self, kind: str, detail: str = "") -> None: ...


@dataclass(frozen=True)
class Doubt:
    """One thing in a row that was not taken as it stands, or is not sure."""

    code: str  # "" when it is about the file and no procedure
    kind: str
    detail: str = ""
    where: str = ""  # file, and line, sheet or cell where there is one


@dataclass(frozen=True)
class LeftOut:
    """One row of the file that did not become a procedure."""

    line: int  # of the file or sheet; the how manieth file of a folder
    reason: str
    detail: str = ""
    code: str | None = None
    where: str = ""  # file, and line, sheet or cell where there is one


@dataclass(frozen=True)
class Summary:
    """The figures of one import."""

    source_file: str
    rows_read: int
    taken: int
    left_out: Mapping[str, int]  # reason → rows
    doubts: Mapping[str, int]  # kind → how often
    doubted_procedures: int
    not_kept: Mapping[str, int] = field(default_factory=dict)  # key of the row without a place here → rows
    unknown_keys: Mapping[str, int] = field(default_factory=dict)  # key nobody described → rows

    @property
    def adds_up(self) -> bool:
        return self.rows_read == self.taken + sum(self.left_out.values())


def shorten(text: str, limit: int) -> str:
    """The text, cut at a word with an ellipsis when it is longer than the limit.

    >>> shorten("một hai ba bốn", 9)
    'một hai…'
    """
    if len(text) <= limit:
        return text
    return text[:limit].rsplit(" ", 1)[0].rstrip(" ,;.:") + "…"


def ranked(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def report_lines(summary: Summary, left_out: Iterable[LeftOut], doubts: Iterable[Doubt]) -> Iterable[str]:
    """The report as JSON Lines: the figures first, then every line left out, then every doubt."""
    yield as_json({"summary": asdict(summary)})
    yield from (as_json({"left_out": asdict(one)}) for one in left_out)
    yield from (as_json({"doubt": asdict(one)}) for one in doubts)


def as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
