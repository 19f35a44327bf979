"""The portal's Word export cut into its sections. Headings may be renamed, numbered, missing or stand in a table."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from procedures_catalog.importers.labels import folded
from procedures_catalog.importers.reading import Note
from procedures_catalog.importers.report import shorten
from procedures_catalog.importers.word_blocks import Block, Paragraph, Table

# Names as printed (folded) → name here. The first of each line is the one the portal prints today.
HEADINGS = {
    "code": ("ma thu tuc", "ma thu tuc hanh chinh", "ma tthc", "ma so", "ma so tthc"),
    "decision": ("so quyet dinh", "so quyet dinh cong bo", "quyet dinh cong bo"),
    "name": ("ten thu tuc", "ten thu tuc hanh chinh", "ten tthc"),
    "level": ("cap thuc hien", "cap giai quyet"),
    "kind": ("loai thu tuc", "loai thu tuc hanh chinh"),
    "field": ("linh vuc", "linh vuc thuc hien"),
    "steps": ("trinh tu thuc hien", "trinh tu", "cac buoc thuc hien"),
    "ways": ("cach thuc thuc hien", "hinh thuc nop", "cach thuc nop ho so"),
    "papers": ("thanh phan ho so", "thanh phan so luong ho so", "ho so", "thanh phan ho so gom"),
    "applicants": ("doi tuong thuc hien", "doi tuong thuc hien thu tuc hanh chinh", "doi tuong"),
    "agency": ("co quan thuc hien", "co quan thuc hien thu tuc hanh chinh", "co quan giai quyet"),
    "authority": ("co quan co tham quyen", "co quan co tham quyen quyet dinh"),
    "address": ("dia chi tiep nhan hs", "dia chi tiep nhan ho so", "noi tiep nhan ho so", "dia diem tiep nhan ho so"),
    "delegated": ("co quan duoc uy quyen",),
    "partners": ("co quan phoi hop",),
    "result": ("ket qua thuc hien", "ket qua thuc hien thu tuc hanh chinh", "ket qua"),
    "law": ("can cu phap ly", "can cu phap ly cua thu tuc hanh chinh"),
    "requirements": ("yeu cau dieu kien thuc hien", "yeu cau dieu kien", "yeu cau hoac dieu kien thuc hien"),
    "duration": ("thoi han giai quyet", "thoi gian giai quyet"),
    "fee": ("phi le phi", "le phi", "phi"),
    "forms": ("ten mau don mau to khai", "mau don to khai"),
    "keywords": ("tu khoa",),
    "summary": ("mo ta",),
}
KEY_OF = {printed: key for key, names in HEADINGS.items() for printed in names}
# Words that also begin lines of a text: headings only when printed bold.
EVERYDAY = frozenset(("ho so", "ket qua", "phi", "le phi", "doi tuong", "ma so", "trinh tu", "mo ta", "hinh thuc nop"))
EXPECTED = ("code", "name", "level", "field", "decision", "steps", "ways", "papers", "applicants", "agency", "result")
LABEL = re.compile(r"\s*(?P<label>[^:\n]{2,60}?)\s*(?:(?P<colon>:)\s*(?P<rest>.*))?", re.DOTALL)


@dataclass
class Section:
    """What stands under one heading: its lines, and the blocks in order."""

    lines: list[str] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)

    def add(self, block: Block) -> None:
        self.blocks.append(block)
        if isinstance(block, Paragraph) and block.text:
            self.lines.append(block.text)

    @property
    def text(self) -> str | None:
        return "\n".join(self.lines) or None

    @property
    def tables(self) -> list[Table]:
        return [block for block in self.blocks if isinstance(block, Table)]


def sections(blocks: Iterable[Block]) -> tuple[dict[str, Section], list[Note]]:
    """The sections by name, and what was odd: a heading that is missing, stands twice, or is known to nobody."""
    found: dict[str, Section] = {}
    notes: list[Note] = []
    here = Section()  # the title, before the first heading
    for block in flattened(blocks):
        key, rest = heading(block, ending="requirements" in found or "law" in found)
        if key and key in found:
            notes.append(Note("heading_twice", key))
        elif key:
            here = found[key] = Section()
            block = Paragraph(rest)
        elif isinstance(block, Paragraph) and found and looks_like_heading(block):
            notes.append(Note("heading_not_known", shorten(block.text, 80)))
        here.add(block)
    notes += [Note("heading_missing", HEADINGS[key][0]) for key in EXPECTED if key not in found]
    return found, notes


def flattened(blocks: Iterable[Block]) -> Iterable[Block]:
    """Some systems print label and value side by side in a table: a label there is a heading too."""
    for block in blocks:
        if isinstance(block, Table) and is_form(block):
            for row in block.rows:
                yield Paragraph(f"{row[0].rstrip(': ')}: " + "\n".join(filter(None, row[1:])), begins_bold=True)
        else:
            yield block


def is_form(table: Table) -> bool:
    """Two columns, and half of the first are headings."""
    if not all(2 <= len(row) <= 3 for row in table.rows):
        return False
    known = sum(folded(row[0]) in KEY_OF for row in table.rows)
    return known > 1 and known * 2 >= len(table.rows)


def heading(block: Block, ending: bool) -> tuple[str | None, str]:
    """The name of the section the paragraph opens and what stands behind the colon; no name when it opens none.

    Without a colon the line must be the heading alone, and bold. `ending`: the last sections have been reached.
    """
    match = LABEL.fullmatch(block.text) if isinstance(block, Paragraph) else None
    if match is None or not isinstance(block, Paragraph):
        return None, ""
    label = folded(match["label"])
    plain_will_do = label not in EVERYDAY or (label == "mo ta" and ending)
    if not (block.is_bold or (match["colon"] and (block.begins_bold or plain_will_do))):
        return None, ""
    return KEY_OF.get(label), match["rest"] or ""


def looks_like_heading(block: Paragraph) -> bool:
    return block.is_bold and block.text.endswith(":") and len(block.text) <= 60
