"""The list of procedures a People's Committee publishes with a decision: workbook, CSV or YAML.

It names procedures and some of their facts, and never the papers.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from procedures_catalog.importers.columns import Head, cell_of, find_head, texts
from procedures_catalog.importers.labels import folded
from procedures_catalog.importers.list_cells import as_code, fees, law, levels, times, yes_or_no
from procedures_catalog.importers.opening import UnreadableError, day_of, refused, whole
from procedures_catalog.importers.reading import NOTHING_SAID, Found, Note, Reading, Said
from procedures_catalog.importers.report import LeftOut, shorten
from procedures_catalog.importers.sheets import Cell, Sheet, csv_sheet, workbook, yaml_sheet

DECISION = re.compile(
    r"(?:quyết định|nghị quyết)\s*(?:số)?\s*:?\s*(?P<number>\d{1,5}\s*/(?:\s*\d{4}\s*/)?\s*(?:QĐ|NQ)[-–][A-ZĐ0-9-]+)"
    r"(?:[^\d]{1,20}(?P<day>\d{1,2})\s*(?:/|-|tháng)\s*(?P<month>\d{1,2})\s*(?:/|-|năm)\s*(?P<year>20\d\d))?",
    re.IGNORECASE,
)
ABOUT_ALL = re.compile(r"\b(?:thu tuc hanh chinh|danh muc|tthc|tham quyen|cap tinh|cap xa|cap huyen|phan)\b")
FIELD = re.compile(r"^(?:[IVXLC\d]+(?:\.\d+)*\s*[.)/-]\s*|[A-Z]\s*[.)]\s*)?(?:lĩnh vực|ngành)?\s*:?\s*", re.IGNORECASE)
SUM = re.compile(r"tong (?:cong|so)|ghi chu|noi nhan")
ABOLISHED = re.compile(r"bãi bỏ|hết hiệu lực", re.IGNORECASE)
NOT_ONLY = re.compile(r"ban hành|mới|sửa đổi|bổ sung|chuẩn hóa", re.IGNORECASE)
NUMBER = re.compile(r"[IVXLC]{1,6}|[A-ZĐ]|\d{1,4}(?:\.\d{1,3})*")


@dataclass(frozen=True)
class Origin:
    """Where and of which day a list is."""

    document: str
    as_of: date
    is_guess: bool  # the day is only that of the file


@dataclass(frozen=True)
class Under:
    """What the headings above a row say of it."""

    field: str | None = None
    levels: tuple[str, ...] = ()
    is_abolished: bool = False  # the part of a decision that ends procedures


def read_workbook(source: Path, said: Said = NOTHING_SAID) -> Reading:
    """Every sheet with a recognisable head. Raises CatalogueError when there is none."""
    try:
        found = workbook(whole(source), source.name)
    except UnreadableError as error:
        raise refused(source, str(error)) from error
    sheets = [one for one in found if isinstance(one, Sheet) and one.rows]
    heads = [find_head(sheet) for sheet in sheets]
    if not any(heads):
        raise refused(source, no_head(sheets))
    notes: list[Note] = [one for one in found if isinstance(one, Note)]
    notes += [
        Note("sheet_without_a_list", sheet.name, sheet.where(0))
        for sheet, head in zip(sheets, heads, strict=True)
        if not head
    ]
    lists = [(sheet, head) for sheet, head in zip(sheets, heads, strict=True) if head]
    return reading(source, said, lists, notes)


def read_csv(source: Path, said: Said = NOTHING_SAID) -> Reading:
    """Raises CatalogueError."""
    return of_one(source, said, csv_sheet(source), {})


def read_yaml(source: Path, said: Said = NOTHING_SAID) -> Reading:
    """Raises CatalogueError."""
    return of_one(source, said, *yaml_sheet(source))


def of_one(source: Path, said: Said, sheet: Sheet, about: dict[str, Any]) -> Reading:
    head = find_head(sheet)
    if head is None:
        raise refused(source, no_head([sheet]))
    told, day = about.get("decision"), about.get("as_of")
    said = replace(said, document=said.document or (told if isinstance(told, str) else None))
    said = replace(said, as_of=said.as_of or (day if isinstance(day, date) else None))
    return reading(source, said, [(sheet, head)], [])


def no_head(sheets: list[Sheet]) -> str:
    """What was seen instead of a head, so that somebody can mend it."""
    seen = next((texts(row) for sheet in sheets for row in sheet.rows if len([c for c in texts(row) if c]) > 2), [])
    shows = f"; a row there shows: {shorten(' | '.join(filter(None, seen)), 160)}" if seen else ""
    return f"has no row among the first 20 with a column for the code (Mã TTHC) and one for anything else{shows}"


def reading(source: Path, said: Said, lists: list[tuple[Sheet, Head]], notes: list[Note]) -> Reading:
    entries = [*notes, *(entry for sheet, head in lists for entry in of_sheet(source, said, sheet, head))]
    return Reading(sum(not isinstance(entry, Note) for entry in entries), iter(entries))


def of_sheet(source: Path, said: Said, sheet: Sheet, head: Head) -> Iterator[Found | LeftOut | Note]:
    for column in head.unknown:
        yield Note("column_not_known", shorten(column.head, 80), sheet.where(head.top, column.at))
    origin = read_origin(source, said, sheet, head)
    if origin.is_guess:
        yield Note("day_of_the_file", origin.as_of.isoformat(), sheet.where(head.top))
    under = below(Under(), title(sheet, head)) if is_end(title(sheet, head)) else Under()
    for number in range(head.body, len(sheet.rows)):
        said_here = heading(sheet, head, number)
        if said_here is not None:
            under = below(under, said_here)
            if said_here and looks_like_procedure(sheet, head, number, said_here):
                yield Note("row_taken_as_heading", shorten(said_here, 120), sheet.where(number))
        elif is_row(sheet, head, number):
            found = as_found(sheet, head, number, under, origin)
            yield found if not under.is_abolished else ended(found)


def ended(found: Found) -> LeftOut:
    return LeftOut(found.line, "not_in_force", shorten(found.row["name"], 120), found.row["code"], found.where)


def is_end(text: str) -> bool:
    """A heading over procedures that are abolished, and over no others."""
    return bool(ABOLISHED.search(text)) and not NOT_ONLY.search(text)


def title(sheet: Sheet, head: Head) -> str:
    return " ".join(" ".join(dict.fromkeys(filter(None, texts(row)))) for row in sheet.rows[: head.top])


def read_origin(source: Path, said: Said, sheet: Sheet, head: Head) -> Origin:
    """The decision named above the head, unless the operator said another."""
    match = DECISION.search(title(sheet, head))
    number = re.sub(r"\s", "", match["number"]) if match else None
    day = said.as_of or (decided(match) if match else None)
    return Origin(said.document or number or source.name, day or day_of(source), is_guess=day is None)


def decided(match: re.Match[str]) -> date | None:
    try:
        return date(int(match["year"]), int(match["month"]), int(match["day"])) if match["year"] else None
    except ValueError:
        return None


def heading(sheet: Sheet, head: Head, number: int) -> str | None:
    """The text of a row that only heads those below it; "" for a sum or a repeated head, None for any other row."""
    row = texts(sheet.rows[number])
    column = head.of("code")[0].at
    code = row[column] if column < len(row) else ""
    if code and folded(code) == folded(head.of("code")[0].head):
        return ""
    cells = [cell for cell in row if cell]
    said = list(dict.fromkeys(cells[1:] if cells and NUMBER.fullmatch(cells[0].rstrip(".)")) else cells))
    if len(said) != 1 or (code and (code != said[0] or code[0].isdigit())):
        return None
    return "" if SUM.match(folded(said[0])) else said[0]


def looks_like_procedure(sheet: Sheet, head: Head, number: int, text: str) -> bool:
    """A numbered name without a code and without a word for a heading may be a procedure that lost its code."""
    numbers = [texts([cell_of(sheet, number, column)])[0] for column in head.of("number")]
    numbered = any(one.isdecimal() for one in numbers) and (number, head.of("number")[0].at) not in sheet.wide
    return numbered and not re.search(r"lĩnh vực|ngành|cấp|thủ tục hành chính", text, re.IGNORECASE)


def below(under: Under, text: str) -> Under:
    """A heading of level begins anew; one of field keeps the level above it."""
    if not text:
        return under
    told = tuple(levels(text))
    if ABOUT_ALL.search(folded(text)) or is_end(text):
        return Under(levels=told or under.levels, is_abolished=is_end(text))
    name = FIELD.sub("", text).strip(" .:")
    return replace(under, field=name.capitalize() if name.isupper() else name or None)


def is_row(sheet: Sheet, head: Head, number: int) -> bool:
    """Whether anything but a running number stands in a known column."""
    return any(
        cell_of(sheet, number, column) not in (None, "") for column in head.columns if column.key != "number"
    ) and any(texts(sheet.rows[number]))


def as_found(sheet: Sheet, head: Head, number: int, under: Under, origin: Origin) -> Found:
    notes: list[Note] = []

    def cell(key: str) -> Cell:
        return next((cell_of(sheet, number, column) for column in head.of(key)), None)

    def note(kind: str, detail: str, key: str = "code") -> None:
        place = next(iter(head.of(key)), None)
        notes.append(Note(kind, shorten(detail, 120), sheet.where(number, place.at if place else None)))

    notes += [
        Note("cell_not_read", sheet.unread[number, column.at], sheet.where(number, column.at))
        for column in head.columns
        if (number, column.at) in sheet.unread
    ]
    code = as_code(cell("code"))
    if isinstance(cell("code"), float):
        note("code_from_number", str(cell("code")))
    row = {
        "code": code,
        "name": " ".join(texts([cell("name")])),
        "field": " ".join(texts([cell("field")])) or under.field,
        "agency": " ".join(texts([cell("authority")])) or None,
        "hand_in": " ".join(texts([cell("hand_in")])) or None,
        "level": told_levels(sheet, head, number) or list(under.levels),
        "channels": [{**times(cell("duration"), head.of("duration")), **fee} for fee in fees(cell("fee"), note)],
        "legal_basis": law(cell("law")),
        "postal": postal(sheet, head, number, note),
        "online": yes_or_no(cell("online"), partial(doubted_mark, note, "online")),
        "decision_no": " ".join(texts([cell("decision")])) or origin.document,
        "crawl_date": origin.as_of.isoformat(),
        "detail": "list",
    }
    line = sheet.lines[number] if sheet.lines else number + 1
    return Found(line, row, sheet.where(number, head.of("code")[0].at), tuple(notes))


def told_levels(sheet: Sheet, head: Head, number: int) -> list[str]:
    """A column for all levels, or one for each with a mark in it."""
    found: list[str] = []
    for column in head.of("level"):
        value = cell_of(sheet, number, column)
        marked = yes_or_no(value, lambda detail: None)
        found += levels(column.head if marked else " ".join(texts([value])), is_cell=True)
    return list(dict.fromkeys(found))


def postal(sheet: Sheet, head: Head, number: int, note: Callable[[str, str, str], None]) -> dict[str, bool | None]:
    """Whether the post may send and bring back; a blank says nothing, whatever its neighbours say."""
    told: dict[str, bool | None] = {"send": None, "back": None}
    for column in (column for key in ("post", "send", "back") for column in head.of(key)):
        value = yes_or_no(cell_of(sheet, number, column), partial(doubted_mark, note, column.key))
        if value is not None and column.key == "post":
            told = {"send": value, "back": value}
            note("one_mark_for_both_ways", column.head, "post")
        elif value is not None:
            told[column.key] = value
    return told


def doubted_mark(note: Callable[[str, str, str], None], key: str, mark: str) -> None:
    note("mark_not_understood", mark, key)
