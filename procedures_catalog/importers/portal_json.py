"""Answers of the national portal kept as JSON: lists and details, one, many, or a folder of them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from procedures_catalog.importers import portal_api, portal_sync
from procedures_catalog.importers.opening import (
    UnreadableError,
    day_of,
    kind,
    opened,
    pieces,
    refused,
    why_not,
)
from procedures_catalog.importers.reading import NOTHING_SAID, Found, Note, Reading, Said
from procedures_catalog.importers.report import LeftOut, shorten
from procedures_catalog.importers.rows import Row, lines, words

WANTED = "JSON"
DEEPEST = 6  # answers in answers


def read(source: Path, said: Said = NOTHING_SAID) -> Reading:
    """The procedures of a file (one answer, an array, JSON Lines, packed or not) or of a folder or zip of such files.

    Details come before list rows, so that a procedure met in both is the full one.
    Raises CatalogueError when the only file is no JSON; in a folder, such a file is left out.
    """
    found = list(of_many(source, said) if is_many(source) else of_file(source, said))
    found.sort(key=lambda one: isinstance(one, Found) and one.row.get("detail") == "list")
    return Reading(len(found), iter(found))


def is_many(source: Path) -> bool:
    if source.is_dir():
        return True
    with source.open("rb") as stream:
        return kind(stream.read(8)) == "zip"


def of_many(source: Path, said: Said) -> Iterator[Found | LeftOut]:
    for number, piece in enumerate(pieces(source, (".json", ".jsonl")), 1):
        name = str(piece)
        try:
            file = opened(source, piece)
            name, day = file.name, (said.as_of or file.day).isoformat()
            for line, value in values(file.body):
                where = f"{name}:{line}"
                yield from (with_day(one, said, day) for one in procedures(value, number, where))
        except UnreadableError as error:
            yield LeftOut(number, "unreadable_file", str(error), where=name)


def of_file(source: Path, said: Said) -> Iterator[Found | LeftOut]:
    body = b"".join(lines(source))
    try:
        day = (said.as_of or day_of(source)).isoformat()
        for line, value in values(body):
            yield from (with_day(one, said, day) for one in procedures(value, line, f"{source.name}:{line}"))
    except UnreadableError as error:
        raise refused(source, str(error), getattr(error, "line", 1)) from error


def with_day(one: Found | LeftOut, said: Said, day: str) -> Found | LeftOut:
    """The day said, else the day the portal changed the record, else the day of the file, which is a doubt."""
    if isinstance(one, LeftOut) or (one.row.get("crawl_date") and not said.as_of):
        return one
    notes = one.notes if said.as_of else (*one.notes, Note("day_of_the_file", day, one.where))
    row = {**one.row, "crawl_date": day, "decision_no": one.row.get("decision_no") or said.document}
    return Found(one.line, row, one.where, notes, one.unknown)


class NotJsonError(UnreadableError):
    def __init__(self, reason: str, line: int) -> None:
        super().__init__(reason)
        self.line = line


def values(body: bytes) -> Iterator[tuple[int, Any]]:
    """The values of a JSON or JSON Lines file, each with the line it begins at. Raises UnreadableError."""
    if kind(body[:4096]) != "text":
        raise UnreadableError(why_not(body[:4096], WANTED))
    text = decoded(body)
    try:
        yield 1, json.loads(text)
    except json.JSONDecodeError as error:
        if not error.msg.startswith("Extra data"):
            raise NotJsonError(f"is not JSON: {error.msg} at column {error.colno}", error.lineno) from error
        yield from each_line(text)
    except (RecursionError, ValueError) as error:
        raise UnreadableError(f"is not JSON: {shorten(str(error), 120)}") from error


def each_line(text: str) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                yield number, json.loads(line)
            except (ValueError, RecursionError) as error:
                yield number, error


def decoded(body: bytes) -> str:
    """UTF-8, or UTF-16 or UTF-32 that say so. Raises UnreadableError with the line that is not."""
    try:
        return body.decode(json.detect_encoding(body) if body[:4] else "utf-8")
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise NotJsonError("is not UTF-8; save it as UTF-8", line) from error


def procedures(value: Any, line: int, where: str, depth: int = 0) -> Iterator[Found | LeftOut]:
    """The procedures in a value, taken out of the answers they came in."""
    if isinstance(value, Exception):
        yield LeftOut(line, "malformed_line", shorten(str(value), 120), where=where)
    elif depth > DEEPEST:
        yield LeftOut(line, "not_a_procedure", "answers in answers", where=where)
    elif isinstance(value, list):
        for number, one in enumerate(value, 1):
            yield from procedures(one, line, f"{where}[{number}]", depth + 1)
    elif not isinstance(value, dict):
        yield LeftOut(line, "not_a_procedure", "not an object", where=where)
    else:
        yield from of_object(value, line, where, depth)


def of_object(value: Row, line: int, where: str, depth: int) -> Iterator[Found | LeftOut]:
    inner = next((value[key] for key in ("items", "data", "result") if isinstance(value.get(key), dict | list)), None)
    if inner is None and isinstance(value.get("message"), str) and value["message"].lstrip()[:1] in ("{", "["):
        inner = inside(value["message"])
    if inner is not None and not portal_sync.is_sync(value) and not portal_api.is_detail(value):
        yield from procedures(inner, line, where, depth + 1)
    elif portal_sync.is_sync(value):
        yield found(portal_sync, value, line, where)
    elif "name" in value:
        yield found(portal_api, value, line, where)
    else:
        told = words(value.get("message")) or words(value.get("error")) or words(value.get("code")) or ""
        yield LeftOut(line, "error_answer" if told else "not_a_procedure", shorten(told, 120), where=where)


def inside(message: str) -> Any:
    """Some gateways put the service's whole answer into a text."""
    try:
        return json.loads(message)
    except (ValueError, RecursionError):
        return None


def found(shape: Any, value: Row, line: int, where: str) -> Found:
    row, notes = shape.to_row(value)
    return Found(line, row, where, tuple(Note(n.kind, n.detail, where) for n in notes), shape.unknown_keys(value))
