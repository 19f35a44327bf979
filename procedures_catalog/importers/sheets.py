"""Tables of other people as plain cells: the sheets of a workbook, a CSV file, a YAML list."""

import csv
import re
import warnings
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

from procedures_catalog.files import line_of, parse
from procedures_catalog.importers.opening import UnreadableError, document_body, kind, refused, unzipped, whole, why_not
from procedures_catalog.importers.reading import Note

Cell = str | int | float | bool | None
WANTED = "an Excel workbook (.xlsx)"

MOST_ROWS = 200_000
MOST_COLUMNS = 100
MOST_EMPTY = 500  # rows in a row: sheets are formatted down to the millionth
LARGEST_MERGE = 20_000  # cells
LARGEST_LIST = 20 << 20

MERGE = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*?\bref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
ALIAS = re.compile(r"(?:^|[\s\[,])[*&][^\s*&]", re.MULTILINE)
DELIMITERS = (",", ";", "\t", "|")


@dataclass
class Sheet:
    """Cells by row and column, both from 0; merged cells all hold the text of the first."""

    file: str
    rows: list[list[Cell]]
    name: str = ""  # of the sheet; none in a file that has but one table
    lines: list[int] = field(default_factory=list)  # of each row in the file
    wide: set[tuple[int, int]] = field(default_factory=set)  # cells merged with one beside them
    unread: dict[tuple[int, int], str] = field(default_factory=dict)  # cells without a usable value: why

    def where(self, row: int, column: int | None = None) -> str:
        line = self.lines[row] if row < len(self.lines) else row + 1
        if not self.name:
            return f"{self.file}:{line}"
        return f"{self.file}:{self.name}!{letters(column or 0)}{line}"


def letters(column: int) -> str:
    """The name of a column.

    >>> letters(0), letters(27)
    ('A', 'AB')
    """
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def column_number(name: str) -> int:
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def workbook(body: bytes, file: str) -> list[Sheet | Note]:
    """Every sheet that is shown. Values are those Excel calculated last. Raises UnreadableError."""
    safe = document_body(body, WANTED)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the library, about styles and extensions
            return [sheet_or_note(one, safe, file) for one in opened(safe, True).worksheets]
    except UnreadableError:
        raise
    except Exception as error:  # whatever a damaged workbook makes the library raise
        raise UnreadableError(f"is not {WANTED}, or damaged: {error}") from error


def opened(body: bytes, values: bool) -> Any:
    from openpyxl import load_workbook  # type: ignore[import-untyped]  # here: starting the bot does not load it

    return load_workbook(BytesIO(body), read_only=True, data_only=values, keep_links=False)


def sheet_or_note(worksheet: Any, body: bytes, file: str) -> Sheet | Note:
    if worksheet.sheet_state != "visible":
        return Note("sheet_hidden_not_read", worksheet.title, f"{file}:{worksheet.title}")
    with unzipped(body, WANTED) as archive:
        raw = archive.read(worksheet._worksheet_path.lstrip("/"))  # read-only mode tells of no merged cells
    sheet = Sheet(file, cells(worksheet), worksheet.title)
    for match in MERGE.finditer(raw):
        spread(
            sheet, column_number(match[1].decode()), int(match[2]) - 1, column_number(match[3].decode()), int(match[4])
        )
    mark_errors(sheet)
    if FORMULA.search(raw):
        mark_formulas(sheet, opened(body, False)[worksheet.title])
    return sheet


def cells(worksheet: Any) -> list[list[Cell]]:
    """The rows down to the last that holds something."""
    worksheet.reset_dimensions()  # what the file says of its own size is often wrong
    rows: list[list[Cell]] = []
    last = 0
    for number, row in enumerate(worksheet.iter_rows(values_only=True, max_col=MOST_COLUMNS), 1):
        rows.append([plain(value) for value in row])
        if any(value is not None for value in row):
            last = number
        if number - last > MOST_EMPTY or number >= MOST_ROWS:
            break
    return rows[:last]


def plain(value: object) -> Cell:
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return value if isinstance(value, str | int | float | bool) else None if value is None else str(value)


def spread(sheet: Sheet, left: int, top: int, right: int, below: int) -> None:
    """A merged cell holds its text everywhere, as the eye sees it."""
    below = min(below, len(sheet.rows))
    if top >= below or (below - top) * (right - left + 1) > LARGEST_MERGE:
        return
    first = at(sheet.rows[top], left)
    for number in range(top, below):
        row = sheet.rows[number]
        row += [None] * (right + 1 - len(row))
        row[left : right + 1] = [first] * (right + 1 - left)
        if right > left:
            sheet.wide.update((number, column) for column in range(left, right + 1))


def at(row: list[Cell], column: int) -> Cell:
    return row[column] if column < len(row) else None


def mark_errors(sheet: Sheet) -> None:
    for number, row in enumerate(sheet.rows):
        for column, value in enumerate(row):
            if isinstance(value, str) and re.fullmatch(r"#(?:REF!|N/A|VALUE!|DIV/0!|NAME\?|NUM!|NULL!)", value):
                sheet.unread[number, column] = f"shows {value}"
                row[column] = None


def mark_formulas(sheet: Sheet, worksheet: Any) -> None:
    """A formula nobody ever calculated has no value; programs that write workbooks leave such cells."""
    worksheet.reset_dimensions()
    for number, row in enumerate(worksheet.iter_rows(max_row=len(sheet.rows), max_col=MOST_COLUMNS)):
        for column, cell in enumerate(row):
            if cell.data_type == "f" and at(sheet.rows[number], column) is None:
                sheet.unread.setdefault((number, column), "is a formula without a value; open and save it in Excel")


def csv_sheet(path: Path) -> Sheet:
    """Raises CatalogueError, naming the line."""
    body = whole(path, LARGEST_LIST)
    if kind(body[:4096]) != "text":
        raise refused(path, why_not(body, "a CSV file"))
    reader = csv.reader(StringIO(decoded(path, body), newline=""), delimiter=delimiter(body))
    rows: list[list[Cell]] = []
    lines: list[int] = []
    try:
        for row in reader:
            rows.append([cell or None for cell in row[:MOST_COLUMNS]])
            lines.append(reader.line_num)
    except csv.Error as error:
        raise refused(path, f"is not CSV: {error}", reader.line_num) from error
    sheet = Sheet(path.name, rows, lines=lines)
    mark_texts(sheet)
    return sheet


def mark_texts(sheet: Sheet) -> None:
    for number, row in enumerate(sheet.rows):
        for column, value in enumerate(row):
            if isinstance(value, str) and value.startswith("=") and len(value) > 1:
                sheet.unread[number, column] = "is a formula"
                row[column] = None
    mark_errors(sheet)


def decoded(path: Path, body: bytes) -> str:
    try:
        return body.decode("utf-16" if body[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise refused(path, "is not UTF-8; save it as CSV UTF-8", line) from error


def delimiter(body: bytes) -> str:
    head = body[:8192].replace(b"\0", b"").decode("utf-8", "replace").split("\n")[:20]
    counts = {one: max((line.count(one) for line in head), default=0) for one in DELIMITERS}
    return max(DELIMITERS, key=lambda one: counts[one])


def yaml_sheet(path: Path) -> tuple[Sheet, dict[str, Any]]:
    """A list of procedures, or a mapping that holds it under `procedures` beside what is true of all.

    The keys become the head of a table. Raises CatalogueError, naming the line.
    """
    text = whole(path, LARGEST_LIST)
    if ALIAS.search(text.decode("utf-8", "replace")):
        raise refused(path, "has references (& or *), which are not read here")
    try:
        node, data = parse(path)
    except TypeError as error:  # a list as a key
        raise refused(path, "has a key that is no text") from error
    place: tuple[int | str, ...] = ("procedures",) if isinstance(data, dict) else ()
    items = data.get("procedures") if isinstance(data, dict) else data
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise refused(path, "is neither a list of procedures nor has one under `procedures`")
    head = list(dict.fromkeys(str(key) for item in items for key in item))
    texts = [{str(key): plain(value) for key, value in item.items()} for item in items]
    rows: list[list[Cell]] = [list(head), *([item.get(key) for key in head] for item in texts)]
    lines = [1, *(line_of(node, (*place, number)) for number in range(len(items)))]
    sheet = Sheet(path.name, rows, lines=lines)
    return sheet, {str(key): value for key, value in data.items()} if isinstance(data, dict) else {}
