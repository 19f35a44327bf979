"""The portal's Word export, one procedure a file: a file, a folder or a zip archive of them."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from procedures_catalog.importers.labels import folded
from procedures_catalog.importers.opening import (
    MB,
    MOST_FILES,
    UnreadableError,
    from_file,
    opened,
    pieces,
    refused,
    unzipped,
)
from procedures_catalog.importers.reading import NOTHING_SAID, Found, Note, Reading, Said
from procedures_catalog.importers.report import LeftOut, shorten
from procedures_catalog.importers.word_blocks import Paragraph, Table, blocks
from procedures_catalog.importers.word_sections import Section, sections

ENDINGS = (".docx", ".doc")  # the portal names its .docx .doc
NO_INFORMATION = "khong co thong tin"
ORIGINALS = re.compile(r"bản\s*chính\s*:?\s*(\d{1,3})(?!\d)", re.IGNORECASE)
COPIES = re.compile(r"bản\s*sao\s*:?\s*(\d{1,3})(?!\d)", re.IGNORECASE)
CODE_IN_NAME = re.compile(r"(?<!\d)(\d)[._](\d{6})(?!\d)")
COLUMNS = {
    "ways": {"channel": "hinh thuc", "duration_text": "thoi han|thoi gian", "fee_text": "phi", "description": "mo ta"},
    "papers": {"name": "ten giay to|giay to|thanh phan", "form_file": "mau don|to khai|bieu mau", "count": "so luong"},
    "law": {"code": "so ky hieu|so hieu", "name": "trich yeu|ten van ban"},
}
NEEDED = {"ways": "channel", "papers": "name", "law": "code"}


def read(source: Path, said: Said = NOTHING_SAID) -> Reading:
    """One row a document. Raises CatalogueError when the only file cannot be used; of many, it is left out."""
    if source.is_file() and not is_archive(source):
        try:
            file = from_file(source, source.name)
            return Reading(1, iter([as_found(1, file.name, file.body, file.day, said)]))
        except UnreadableError as error:
            raise refused(source, str(error)) from error
    files = pieces(source, ENDINGS)
    if not files:
        raise refused(source, "holds no Word document (.docx)")
    return Reading(len(files), entries(source, list(files), said))


def is_archive(source: Path) -> bool:
    """Whether it is a zip of documents; a .docx is a zip too, with parts of its own."""
    try:
        with source.open("rb") as stream, unzipped(stream, "a zip archive", MOST_FILES * MB) as archive:
            return {"[Content_Types].xml", "word/document.xml"}.isdisjoint(archive.namelist())
    except (UnreadableError, OSError):
        return False  # whoever reads it as a document will say why


def entries(source: Path, files: list[Path | str], said: Said) -> Iterator[Found | LeftOut]:
    for number, piece in enumerate(files, 1):
        try:
            file = opened(source, piece)
            yield as_found(number, file.name, file.body, file.day, said)
        except UnreadableError as error:
            name = piece if isinstance(piece, str) else str(piece.relative_to(source))
            yield LeftOut(number, "unreadable_file", str(error), where=name)


def as_found(number: int, name: str, body: bytes, day: date, said: Said) -> Found:
    """Raises UnreadableError."""
    found, notes = sections(blocks(body))
    if not found:
        raise UnreadableError("has none of the headings of the portal's Word export")
    row = to_row(found, notes, name)
    row["crawl_date"] = (said.as_of or day).isoformat()
    row["decision_no"] = row["decision_no"] or said.document
    if said.as_of is None:
        notes.append(Note("day_of_the_file", row["crawl_date"]))
    return Found(number, row, name, tuple(Note(one.kind, one.detail, name) for one in notes))


def to_row(found: dict[str, Section], notes: list[Note], name: str) -> dict[str, Any]:
    """The sections in the shape of reading.py."""

    def text(key: str) -> str | None:
        return known(found[key].text) if key in found else None

    return {
        "code": text("code") or code_of_name(name, notes),
        "name": text("name"),
        "decision_no": text("decision"),
        "level": text("level"),
        "field": text("field"),
        "steps_text": text("steps"),
        "applicants": text("applicants"),
        "agency": text("agency") or text("authority"),
        "hand_in": text("address"),
        "result": text("result"),
        "requirements_text": text("requirements"),
        "channels": ways(found, notes),
        "documents": papers(found, notes),
        "legal_basis": law(found),
        "detail": "full",
    }


def known(text: str | None) -> str | None:
    return None if text is None or folded(text) == NO_INFORMATION else text


def code_of_name(name: str, notes: list[Note]) -> str | None:
    match = CODE_IN_NAME.search(Path(name).name)
    if match:
        notes.append(Note("code_from_file_name", name))
    return f"{match[1]}.{match[2]}" if match else None


def columns(table: Table, kind: str) -> dict[str, int]:
    """Where the columns stand, told by words of the head; empty when it is another table."""
    head = [folded(cell) for cell in table.head]
    found = {
        key: at
        for key, pattern in COLUMNS[kind].items()
        if (at := next((n for n, cell in enumerate(head) if re.search(rf"\b(?:{pattern})\b", cell)), None)) is not None
    }
    return found if NEEDED[kind] in found and len(found) > 1 else {}


def records(table: Table, kind: str) -> list[dict[str, str | None]]:
    places = columns(table, kind)
    return [
        {key: known(row[at]) or None if at < len(row) else None for key, at in places.items()}
        for row in table.rows[1:]
        if places and any(row)
    ]


def ways(found: dict[str, Section], notes: list[Note]) -> list[dict[str, str | None]]:
    """The table of ways, wherever it stands; words alone are not understood, and that is said."""
    rows = [row for table in all_tables(found) for row in records(table, "ways")]
    told = known(found["ways"].text) if "ways" in found else None
    if told and not rows:
        notes.append(Note("ways_not_a_table", shorten(told, 200)))
    notes += [
        Note(f"{key}_outside_the_table", shorten(found[key].text or "", 200))
        for key in ("duration", "fee")
        if key in found and known(found[key].text) and not rows
    ]
    return rows


def papers(found: dict[str, Section], notes: list[Note]) -> list[dict[str, Any]]:
    """The tables of papers, each under the lines before it, which name its case."""
    section = found.get("papers", Section())
    groups: list[dict[str, Any]] = []
    above: list[str] = []
    for block in section.blocks:
        if isinstance(block, Paragraph):
            above += [block.text] if block.text else []
        elif columns(block, "papers"):
            documents = [paper(row) for row in records(block, "papers")]
            groups.append({"case": known(" ".join(above)) or None, "documents": documents})
            above = []
    if above and known(" ".join(above)):
        notes.append(Note("papers_not_a_table", shorten(" ".join(above), 200)))
    return groups


def paper(row: dict[str, str | None]) -> dict[str, Any]:
    count = row.get("count") or ""
    return {
        "name": row.get("name"),
        "form_file": " ; ".join((row.get("form_file") or "").split("\n")) or None,
        "originals": number(ORIGINALS, count),
        "copies": number(COPIES, count),
    }


def number(pattern: re.Pattern[str], text: str) -> int | None:
    match = pattern.search(text)
    return int(match[1]) if match else None


def law(found: dict[str, Section]) -> list[dict[str, str | None]]:
    return [row for table in all_tables(found) for row in records(table, "law")]


def all_tables(found: dict[str, Section]) -> Iterator[Table]:
    return (table for section in found.values() for table in section.tables)
