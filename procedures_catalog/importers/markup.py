"""The portal's HTML as plain text: what is a block of its own there is a line of its own here."""

import re
from html.parser import HTMLParser

from procedures_catalog.importers.rows import keys

BLOCKS = keys("p div br li ul ol tr table h1 h2 h3 h4 h5 h6 section article")
SILENT = frozenset(("script", "style", "head", "title"))
LOOKS_LIKE_IT = re.compile(r"</?[a-zA-Z][^<>]*>|&(?:[a-zA-Z]{2,8}|#\d{1,7}|#x[0-9a-fA-F]{1,6});")
BLANK = re.compile(r"[ \t\r\f\v\xa0]+")


class Text(HTMLParser):
    """Collects the text; attributes, comments and scripts fall away."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in SILENT
        if tag in BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.silent = max(0, self.silent - (tag in SILENT))
        if tag in BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.parts.append(data)


def plain_text(value: object) -> str | None:
    """The text of a value that may be HTML, None when it says nothing.

    >>> plain_text("<p>Bước 1:&nbsp;nộp</p><p>Bước 2: chờ</p>")
    'Bước 1: nộp\\nBước 2: chờ'
    >>> plain_text("phí < 5 đồng")
    'phí < 5 đồng'
    """
    if not isinstance(value, str):
        return None
    if not LOOKS_LIKE_IT.search(value):
        return value.strip() or None
    reader = Text()
    reader.feed(value)
    reader.close()
    lines = (BLANK.sub(" ", line).strip() for line in "".join(reader.parts).split("\n"))
    return "\n".join(line for line in lines if line) or None
