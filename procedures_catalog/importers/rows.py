"""Rows of other people's JSON Lines, read without trusting their shape."""

import gzip
import json
import re
import unicodedata
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, cast

from procedures_catalog.files import CatalogueError
from procedures_catalog.importers.report import LeftOut, shorten

Row = Mapping[str, Any]

CODE = re.compile(r"[0-9]\.[0-9]{6}")
GAPS = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
UNSEEN = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
COMMA_OUTSIDE_BRACKETS = re.compile(r"[;,]\s+(?![^()]*\))")
MOST_COPIES = 99


def keys(text: str) -> frozenset[str]:
    """The names written one after the other."""
    return frozenset(text.split())


def words(value: object) -> str | None:
    """The text in one line, or None when it is no text or says nothing."""
    if not isinstance(value, str):
        return None
    text = value.encode("utf-8", "replace").decode("utf-8")  # half a surrogate pair cannot be stored
    return GAPS.sub(" ", UNSEEN.sub("", unicodedata.normalize("NFC", text))).strip() or None


def all_words(value: object) -> list[str]:
    """The texts of a list; a plain text counts as a list with commas."""
    if isinstance(value, str):
        value = COMMA_OUTSIDE_BRACKETS.split(value)
    texts = map(words, value) if isinstance(value, list) else ()
    return [text for text in texts if text]


def mappings(value: object) -> list[Row]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def count(value: object) -> int | None:
    """A number of copies; anything else is not known."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if 0 <= value <= MOST_COPIES and value == int(value) else None


def read_rows(path: Path) -> Iterator[Row | LeftOut]:
    """Each line of the file as a row, or as the reason why it is none. Raises CatalogueError."""
    return (row for _, row in numbered_rows(path))


def numbered_rows(path: Path) -> Iterator[tuple[int, Row | LeftOut]]:
    """The same with the number of the line."""
    codes: set[str] = set()
    for number, line in enumerate(lines(path), 1):
        text = line.strip()
        if text:
            yield number, read_row(number, text, codes)


def read_row(number: int, line: bytes, codes: set[str]) -> Row | LeftOut:
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        return LeftOut(number, "malformed_line", shorten(str(error), 120))
    if not isinstance(row, dict):
        return LeftOut(number, "malformed_line", "not an object")
    return unusable(number, row, codes) or row


def unusable(number: int, row: Row, codes: set[str], where: str = "") -> LeftOut | None:
    """Why the row cannot become a procedure, if so. A code that is usable is added to those met."""
    code, name = words(row.get("code")), words(row.get("name"))
    if code is None:
        return LeftOut(number, "no_code", shorten(name or "", 120), where=where)
    if not CODE.fullmatch(code):
        return LeftOut(number, "malformed_code", shorten(code, 120), where=where)
    if name is None:
        return LeftOut(number, "no_name", code=code, where=where)
    if row.get("in_catalogue_2026_07") is False:
        return LeftOut(number, "not_in_force", shorten(name, 120), code, where)
    if code in codes:
        return LeftOut(number, "repeated_code", shorten(name, 120), code, where)
    codes.add(code)
    return None


def count_lines(path: Path) -> int:
    """How many rows the file holds, for the progress shown. Raises CatalogueError."""
    return sum(1 for line in lines(path) if line.strip())


def lines(path: Path) -> Iterator[bytes]:
    number = 0
    try:
        with unpacked(path) as stream:
            for number, line in enumerate(stream, 1):  # noqa: B007 (told by the error)
                yield line
    except (OSError, EOFError, zlib.error) as error:
        raise CatalogueError([f"{path}:{number + 1}: file: cannot be read: {reason(error)}"]) from error


def unpacked(path: Path) -> BinaryIO:
    """The file unpacked if it is gzip, told by its first bytes and not by its name."""
    with path.open("rb") as stream:
        is_gzip = stream.read(2) == b"\x1f\x8b"
    return cast(BinaryIO, gzip.open(path, "rb")) if is_gzip else path.open("rb")


def reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
