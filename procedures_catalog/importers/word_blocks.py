"""A Word document as what a reader sees from top to bottom: paragraphs, and tables of text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from procedures_catalog.importers.opening import UnreadableError, document_body

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
PARAGRAPH, TABLE, ROW, CELL = f"{WORD}p", f"{WORD}tbl", f"{WORD}tr", f"{WORD}tc"
SEEN = {f"{WORD}tab": " ", f"{WORD}br": "\n", f"{WORD}cr": "\n", f"{WORD}noBreakHyphen": "-"}
WANTED = "a Word document (.docx)"


@dataclass(frozen=True)
class Paragraph:
    text: str
    is_bold: bool = False  # all of it
    begins_bold: bool = False


@dataclass(frozen=True)
class Table:
    rows: tuple[tuple[str, ...], ...]

    @property
    def head(self) -> tuple[str, ...]:
        return self.rows[0] if self.rows else ()


Block = Paragraph | Table


def blocks(body: bytes) -> list[Block]:
    """Raises UnreadableError."""
    safe = document_body(body, WANTED)
    try:
        from docx import Document  # here, so that starting the bot does not load it

        return list(within(Document(BytesIO(safe)).element.body))
    except Exception as error:  # whatever a damaged document makes the library raise
        raise UnreadableError(f"is not {WANTED}, or damaged: {error}") from error


def within(parent: Any) -> Iterator[Block]:
    """Read from the tree and not through the library's tables: the portal's export leaves out w:tblGrid,
    which the library needs."""
    for child in parent:
        if child.tag == PARAGRAPH:
            yield paragraph(child)
        elif child.tag == TABLE:
            yield Table(tuple(table_rows(child)))
        elif not isinstance(child.tag, str) or child.tag.endswith("}sectPr"):
            continue
        else:
            yield from within(child)  # content controls, tracked insertions


def table_rows(table: Any) -> Iterator[tuple[str, ...]]:
    """A cell merged downwards repeats its text, as the eye does; one merged sideways is followed by blanks."""
    above: list[str] = []
    for row in table.iter(ROW):
        if next(row.iterancestors(TABLE)) is not table:
            continue  # of a table inside a cell, which is text of that cell
        cells: list[str] = []
        for cell in row.iterchildren(CELL):
            goes_on = merged_down(cell) and len(cells) < len(above)
            cells.append(above[len(cells)] if goes_on else cell_text(cell))
            cells += [""] * (span(cell) - 1)
        above = cells
        yield tuple(cells)


def merged_down(cell: Any) -> bool:
    mark = cell.find(f"{WORD}tcPr/{WORD}vMerge")
    return mark is not None and mark.get(f"{WORD}val", "continue") == "continue"


def span(cell: Any) -> int:
    mark = cell.find(f"{WORD}tcPr/{WORD}gridSpan")
    told = mark.get(f"{WORD}val", "1") if mark is not None else "1"
    return min(int(told), 50) if told.isdecimal() and int(told) else 1


def cell_text(cell: Any) -> str:
    return "\n".join(text for one in cell.iter(PARAGRAPH) if (text := text_of(one)))


def text_of(paragraph: Any) -> str:
    """What is seen: no deleted text, no instructions of fields."""
    parts = []
    for node in paragraph.iter():
        if node.tag == f"{WORD}t":
            parts.append(node.text or "")
        elif node.tag in SEEN:
            parts.append(SEEN[node.tag])
    return re.sub(r"[ \t\xa0]+", " ", "".join(parts)).strip()


def paragraph(node: Any) -> Paragraph:
    bold = [
        run.find(f"{WORD}rPr/{WORD}b") is not None for run in node.iter(f"{WORD}r") if run.find(f"{WORD}t") is not None
    ]
    return Paragraph(text_of(node), bool(bold) and all(bold), bool(bold) and bold[0])
