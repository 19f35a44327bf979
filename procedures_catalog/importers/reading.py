"""What every importer hands on: rows of one shape, each with the place it stands at.

A row is a mapping with the keys of the national JSON Lines; all but `code` and `name` may be missing:

- `code`, `name`, `field`, `agency`, `hand_in`, `promulgator`, `decision_no`, `steps_text`, `requirements_text`: texts
- `level`, `applicants`: lists of the portal's labels; `result`: a list of texts, or one text
- `channels`: `{channel, duration_text, fee_text, fee_items: [{type, value, description, currency}], description}`
- `documents`: `{case, documents: [{name, originals, copies, form_file}]}`; `legal_basis`: `{code, name}`
- `scope`: national, provincial or internal; `detail`: full or list; `crawl_date`: YYYY-MM-DD
- `returning_methods`: `{ONLINE: […], OFFLINE: […]}`; `postal`: `{send, back}`, `online`: yes, no or null
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from procedures_catalog.importers.report import LeftOut, shorten
from procedures_catalog.importers.rows import Row, unusable, words

# A provincial system adds its own code to the national one, e.g. 1.003560.000.00.00.H56
WITH_SUFFIX = re.compile(r"(?P<bare>\d\.\d{6})(?:\.000\.00\.00)?\.(?P<unit>[GH]\d{2})(?:\.\d{1,3}){0,2}", re.IGNORECASE)
PADDED = re.compile(r"(?P<bare>\d\.\d{6})\.000\.00\.00")


@dataclass(frozen=True)
class Said:
    """What the operator knows of the file, where the file does not say it."""

    document: str | None = None  # the decision it was published with
    as_of: date | None = None
    province: str | None = None  # level-one code of the province, e.g. H37


NOTHING_SAID = Said()


@dataclass(frozen=True)
class Note:
    """A doubt the reading itself had, before anything was understood."""

    kind: str
    detail: str = ""
    where: str = ""


@dataclass(frozen=True)
class Found:
    """One row, and where it stands."""

    line: int
    row: Row
    where: str = ""
    notes: tuple[Note, ...] = ()
    unknown: frozenset[str] = field(default_factory=frozenset)  # keys of the source that nobody described


Entry = Found | LeftOut | Note


@dataclass(frozen=True)
class Reading:
    """The rows of a file or folder, read one by one; `total` is how many there are to go through."""

    total: int
    entries: Iterator[Entry] | Iterator[Found | LeftOut]


Reader = Callable[[Path, Said], Reading]


def usable(entries: Iterable[Entry], said: Said) -> Iterator[Entry]:
    """The entries, with rows that cannot become a procedure turned into the reason why."""
    codes: set[str] = set()
    for entry in entries:
        yield checked(bare(entry, said), codes) if isinstance(entry, Found) else entry


def checked(entry: Found | LeftOut, codes: set[str]) -> Found | LeftOut:
    return entry if isinstance(entry, LeftOut) else unusable(entry.line, entry.row, codes, entry.where) or entry


def bare(found: Found, said: Said) -> Found | LeftOut:
    """The row under its national code; a suffix that names another province than the one said refuses it."""
    code = words(found.row.get("code")) or ""
    match = WITH_SUFFIX.fullmatch(code) or PADDED.fullmatch(code)
    if match is None:
        return found
    unit = match.groupdict().get("unit")
    if unit and said.province and unit.upper() != said.province.upper():
        return LeftOut(found.line, "code_of_another_unit", shorten(code, 120), match["bare"], found.where)
    note = Note("code_with_suffix", code, found.where)
    return replace(found, row={**found.row, "code": match["bare"]}, notes=(*found.notes, note))
