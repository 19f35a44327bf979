"""The head of an official list: which row it is, and what each column tells, recognised by words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from procedures_catalog.importers.labels import folded
from procedures_catalog.importers.sheets import Cell, Sheet, at

LAST_HEAD_ROW = 20

POST = re.compile(r"\b(?:bcci|buu chinh|buu dien)\b")
SENDING = re.compile(r"\b(?:tiep nhan|nop|nhan ho so|gui ho so|nhan gui)\b")
BRINGING = re.compile(r"\b(?:ket qua|kq|tra)\b")
WORDS = (  # the first that fits
    ("number", r"(?:s?tt|so tt|so thu tu)"),
    ("name", r"ten (?:tthc|thu tuc|dich vu|dvc)\b.*|thu tuc hanh chinh|ten|tthc"),
    ("code", r"ma|ma (?:so|tthc|thu tuc|dvc|dich vu|ho so)\b.*|.*\bma (?:so )?(?:tthc|thu tuc)\b.*"),
    ("decision", r".*\b(?:quyet dinh cong bo|so quyet dinh)\b.*"),
    ("online", r".*\b(?:truc tuyen|toan trinh)\b.*"),
    ("law", r".*\bcan cu phap ly\b.*|.*\bcan cu\b"),
    ("duration", r"(?:thoi (?:han|gian))\b.*"),
    ("fee", r".*\b(?:le phi|phi)\b.*"),
    ("hand_in", r".*\b(?:dia diem|noi tiep nhan|noi nop|co quan tiep nhan|don vi tiep nhan|bo phan tiep nhan)\b.*"),
    ("level", r"cap(?: (?:thuc hien|giai quyet|chinh quyen|hanh chinh))?\b(?! co quan).*"),
    ("authority", r".*\b(?:co quan|don vi|tham quyen|cap thuc hien)\b.*"),
    ("field", r"(?:ten )?(?:linh vuc|nganh)\b.*"),
    ("name", r".*\b(?:ten|thu tuc|tthc)\b.*"),
)
PATTERNS = tuple((key, re.compile(pattern)) for key, pattern in WORDS)
OWN_NAMES = frozenset(  # of a CSV or YAML file written for this program
    ("code", "name", "field", "authority", "level", "duration", "fee", "law", "hand_in", "send", "back", "online")
)
COUNTING = re.compile(r"\(?\d{1,2}\)?")


@dataclass(frozen=True)
class Column:
    at: int
    key: str
    head: str  # as printed


@dataclass(frozen=True)
class Head:
    columns: tuple[Column, ...]
    top: int  # the row it begins at
    body: int  # the first row after it
    unknown: tuple[Column, ...] = ()  # columns with a name that tells nothing here

    def of(self, key: str) -> list[Column]:
        return [column for column in self.columns if column.key == key]


def key_of(head: str) -> str | None:
    """What a column with that head tells.

    >>> key_of("Mã số TTHC"), key_of("Trả kết quả qua BCCI"), key_of("Qua BCCI"), key_of("Ghi chú")
    ('code', 'back', 'post', None)
    """
    name = folded(head)
    if name in OWN_NAMES:
        return name
    if POST.search(name):
        sends, brings = bool(SENDING.search(name)), bool(BRINGING.search(name))
        return "post" if sends == brings else "send" if sends else "back"
    return next((key for key, pattern in PATTERNS if pattern.fullmatch(name)), None)


def find_head(sheet: Sheet) -> Head | None:
    """The row among the first that names a code and most else."""
    heads = (read_head(sheet, top) for top in range(min(LAST_HEAD_ROW, len(sheet.rows))))
    told = [head for head in heads if head.of("code") and len({column.key for column in head.columns}) > 1]
    return max(told, key=lambda head: len(head.columns), default=None)


def read_head(sheet: Sheet, top: int) -> Head:
    """The head that begins at the row; names may stand in two rows, the upper one over several columns."""
    upper = texts(sheet.rows[top])
    below = texts(sheet.rows[top + 1]) if top + 1 < len(sheet.rows) else []
    two = is_second_row(sheet, top, upper, below)
    names = [joined(name, below[column] if two and column < len(below) else "") for column, name in enumerate(upper)]
    columns = [Column(column, key_of(name) or "", name) for column, name in enumerate(names) if name]
    body = top + 1 + two
    while body < len(sheet.rows) and is_counting(texts(sheet.rows[body])):
        body += 1
    known = tuple(column for column in columns if column.key)
    return Head(known, top, body, tuple(column for column in columns if not column.key))


def texts(row: Sequence[Cell]) -> list[str]:
    return ["" if cell is None or isinstance(cell, bool) else " ".join(str(cell).split()) for cell in row]


def is_second_row(sheet: Sheet, top: int, upper: list[str], below: list[str]) -> bool:
    """Whether the next row only names parts of columns: it says something else only under merged heads."""
    said = [column for column, name in enumerate(below) if name and (column >= len(upper) or name != upper[column])]
    return bool(said) and all((top, column) in sheet.wide for column in said)


def joined(upper: str, below: str) -> str:
    return upper if not below or below == upper else f"{upper} {below}"


def is_counting(row: list[str]) -> bool:
    """The row (1), (2), (3) … under the head."""
    said = [cell for cell in row if cell]
    return len(said) > 2 and all(COUNTING.fullmatch(cell) for cell in said)


def cell_of(sheet: Sheet, row: int, column: Column) -> Cell:
    return at(sheet.rows[row], column.at)
