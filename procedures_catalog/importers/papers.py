"""Checklists as the portal lists them: papers, headings and remarks, all in the same rows."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from procedures_catalog.importers.report import Doubting, shorten
from procedures_catalog.importers.rows import Row, count, mappings, words
from procedures_catalog.models import Case, FormTemplate, RequiredDocument

Form = Literal["original", "copy", "photocopy", "shown_at_desk"]

LONGEST_ADVICE = 300
LONGEST_NOTE = 600
LONGEST_PAPER_NAME = 200  # of a row without a quantity; longer ones are sentences

MARKERS = re.compile(
    r"(?:[-+*•–—·●▪‑]+\s*|\((?:[ivx]{1,4}|[0-9]{1,2}|[a-zđ])\)\s*|(?:[ivx]{1,4}|[0-9]{1,2}(?:\.[0-9]{1,2})*|[a-zđ][0-9]?)"
    r"(?:\)\s*|[./]\s+))+"
)
NO_CASE = re.compile(
    r"(?:(?:thành phần,?\s*)?(?:số lượng )?hồ sơ|thành phần hồ sơ|giấy tờ phải nộp|bao gồm|"
    r"(?:\w+ )?\(?(?:0?[1-9]|một)?\)?\s*bộ(?: hồ sơ)?)(?: (?:bao gồm|gồm))?",
    re.IGNORECASE,
)
SHOWN = re.compile(r"(?:các )?giấy tờ (?:phải |cần )?xuất trình", re.IGNORECASE)
REMARKS = re.compile(r"(?:lưu ý|ghi chú|chú ý)", re.IGNORECASE)
QUANTITY = re.compile(r"\b[0-9]{1,2}(?: \([^)]*\))? (?:bản|bộ|tờ|ảnh|phiếu)\b", re.IGNORECASE)
PAPER = re.compile(
    r"(?:các |những )?(?:đơn|tờ khai|giấy|bản sao|bản chính|bản chụp|bản gốc|văn bản|hóa đơn|hoá đơn|quyết định|"
    r"hợp đồng|danh sách|báo cáo|chứng từ|tài liệu|phiếu|biên bản|sơ yếu|ảnh|hộ chiếu|chứng chỉ|sổ|công văn|mẫu|"
    r"vận đơn|thuyết minh|dự thảo|bản vẽ|bảng kê|đề án|phương án|thẻ|biên lai|lý lịch|sơ đồ|bản dịch|bản kê|"
    r"tờ trình)\b",
    re.IGNORECASE,
)
SENTENCE = re.compile(r"\b(?:phải|không được|có thể|có quyền|có trách nhiệm|thì|chỉ cần)\b", re.IGNORECASE)
CONDITION = re.compile(r"\b(?:trường hợp|đối với|nếu)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Line:
    """One row of a checklist."""

    name: str | None
    originals: int | None
    copies: int | None
    file: str | None
    row: Row = field(repr=False, compare=False)

    @property
    def is_counted(self) -> bool:
        return bool(self.originals or self.copies)

    @property
    def is_unreadable(self) -> bool:
        """Page text that a crawl could not take apart."""
        return self.originals is None and self.copies is None and len(self.row_text) > LONGEST_ADVICE

    @property
    def is_heading(self) -> bool:
        return self.row_text.endswith(":") and not self.is_counted

    @property
    def row_text(self) -> str:
        return (words(self.row.get("name")) or "").rstrip(" ,;.")

    @property
    def is_paper(self) -> bool:
        """A row with a quantity, or, when the quantity is lost, one that can only be a paper."""
        uncounted = self.originals == 0 and self.copies == 0
        if not uncounted or self.file or QUANTITY.search(self.row_text):
            return True
        looks_like_one = PAPER.match(self.name or "") and not is_sentence(self.row_text)
        return bool(looks_like_one) and not self.is_heading and len(self.row_text) <= LONGEST_PAPER_NAME


@dataclass(frozen=True)
class Group:
    """The papers of one heading, and the remarks that stood among them."""

    documents: tuple[RequiredDocument, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Papers:
    documents: tuple[RequiredDocument, ...] | None
    cases: tuple[Case, ...]
    advice: tuple[str, ...]


def read_papers(groups: object, doubt: Doubting) -> Papers:
    documents: list[RequiredDocument] = []
    cases: list[Case] = []
    remarks: list[str] = []
    for row in mappings(groups):
        title = clean(words(row.get("case")))
        group = read_group(mappings(row.get("documents")), doubt, shown=bool(title and SHOWN.fullmatch(title)))
        if title and is_case(title) and group.documents:
            cases.append(as_case(title, group, doubt))
        elif title and is_case(title):
            doubt("case_without_documents", shorten(title, 200))
            remarks += [f"{title}: {remark}" for remark in group.remarks] or [title] * is_sentence(title)
        else:
            documents += group.documents
            remarks += group.remarks
    known = tuple(documents) if documents or cases else None
    return Papers(known, tuple(cases), tuple(short_remarks(remarks, doubt)))


def is_case(title: str) -> bool:
    return not any(one.fullmatch(title) for one in (NO_CASE, SHOWN, REMARKS))


def is_sentence(text: str) -> bool:
    return SENTENCE.search(text) is not None


def clean(text: str | None) -> str | None:
    """The name without the marks of its list.

    >>> clean("- a) Đơn xin cấp lại;")
    'Đơn xin cấp lại'
    """
    marked = MARKERS.match(text or "")
    return (text or "")[marked.end() if marked else 0 :].strip(" ,;.:") or None


def as_case(title: str, group: Group, doubt: Doubting) -> Case:
    note = " ".join(group.remarks)
    if len(note) > LONGEST_NOTE:
        doubt("case_note_shortened", shorten(title, 200))
    return Case(name=title, documents=group.documents, note=shorten(note, LONGEST_NOTE) or None)


def short_remarks(remarks: Sequence[str], doubt: Doubting) -> Iterator[str]:
    for remark in dict.fromkeys(remarks):
        if len(remark) <= LONGEST_ADVICE:
            yield remark
        else:
            doubt("remark_too_long_left_out", shorten(remark, 200))


def read_group(rows: Sequence[Row], doubt: Doubting, shown: bool) -> Group:
    """The rows of one heading in order; a heading that names a condition is noted on the papers after it."""
    group, under, at_desk = Group(), None, shown
    for row in rows:
        line = read_line(row)
        if line.name is None and line.file is None:
            doubt("document_without_name", f"{line.originals} + {line.copies}")
        elif line.is_unreadable:
            doubt("document_unreadable", shorten(line.row_text, 200))
        elif line.is_paper:
            group = replace(group, documents=group.documents + tuple(as_documents(line, under, at_desk, doubt)))
        elif line.is_heading:
            doubt("document_is_a_heading", shorten(line.row_text, 200))
            under = line.name if line.name and CONDITION.search(line.name) else None
            at_desk = shown or bool(SHOWN.fullmatch(line.name or ""))
        else:
            doubt("document_is_a_remark", shorten(line.row_text, 200))
            group = replace(group, remarks=(*group.remarks, line.name or ""))
    return group


def read_line(row: Row) -> Line:
    return Line(
        name=clean(words(row.get("name"))),
        originals=count(row.get("originals")),
        copies=count(row.get("copies")),
        file=words(row.get("form_file")),
        row=row,
    )


def as_documents(line: Line, under: str | None, shown: bool, doubt: Doubting) -> Iterator[RequiredDocument]:
    """One line of the checklist for each form asked for; the blank to fill goes with the first."""
    template = FormTemplate(name=stem(line.file), file=line.file) if line.file else None
    name = line.name or (template.name if template else "")
    if line.name is None:
        doubt("document_without_name", line.file or "")
    for form, quantity in forms(line, shown, doubt):
        yield RequiredDocument(name=name, form=form, count=quantity, template=template, note=under)
        template = None


def forms(line: Line, shown: bool, doubt: Doubting) -> Iterator[tuple[Form | None, int]]:
    if not line.is_counted:
        doubt("document_without_count", shorten(line.row_text, 200))
        yield "shown_at_desk" if shown else None, 1
    if line.originals:
        yield "shown_at_desk" if shown else "original", line.originals
    if line.copies:
        yield "copy", line.copies


def stem(file: str) -> str:
    """The name of a form told from its file; several files keep their order.

    >>> stem("CT01.docx ; Mẫu 2.pdf")
    'CT01 ; Mẫu 2'
    """
    return words(" ; ".join(re.sub(r"\.\w{2,4}$", "", one.strip()) for one in file.split(" ; "))) or file
