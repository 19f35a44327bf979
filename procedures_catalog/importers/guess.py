"""Which format a file has, told by what is in it; its name only decides between texts that look alike."""

import re
from pathlib import Path

from procedures_catalog.importers.opening import BROKEN, MOST_FILES, UnreadableError, kind, refused, unzipped, why_not
from procedures_catalog.importers.rows import unpacked

HEAD = 1 << 16
KNOWN = "a list or description of procedures"
NATIONAL = re.compile(rb'"(?:channels|crawl_date|decision_no|legal_basis|parse_flags|in_catalogue_2026_07)"\s*:')
PORTAL = re.compile(
    rb'"(?:codeNotation|categories|executionMethods|executionCases|MATTHC)"\s*:|"(?:data|items|result|message)"\s*:\s*["{\[]',
    re.IGNORECASE,
)
ENDINGS = {".csv": "csv", ".tsv": "csv", ".yaml": "yaml", ".yml": "yaml"}


def guess(source: Path) -> str:
    """The name of the format. Raises CatalogueError when it is none that is known, saying what it is instead."""
    if source.is_dir():
        return of_names([path.name for path in source.rglob("*") if path.is_file()], source)
    try:
        with source.open("rb") as stream:
            told = kind(stream.read(HEAD))
        with unpacked(source) as stream:
            head = stream.read(HEAD)
    except BROKEN as error:
        raise refused(source, f"cannot be read: {error}") from error
    if told == "zip":
        return of_archive(source)
    if told != "text":
        raise refused(source, why_not(source.read_bytes(), KNOWN))
    return of_text(head, source)


def of_text(head: bytes, source: Path) -> str:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start in (b"{", b"[") or (head[:2] in (b"\xff\xfe", b"\xfe\xff") and source.suffix.lower() not in ENDINGS):
        is_portal = not NATIONAL.search(head) and (start != b"{" or PORTAL.search(head))
        return "portal-json" if is_portal else "national-jsonl"
    if kind(head) == "html":
        raise refused(source, why_not(head, KNOWN))
    return ENDINGS.get(source.suffix.lower(), "national-jsonl")


def of_archive(source: Path) -> str:
    try:
        with source.open("rb") as stream, unzipped(stream, KNOWN, MOST_FILES << 20) as archive:
            names = archive.namelist()
    except UnreadableError as error:
        raise refused(source, str(error)) from error
    if "xl/workbook.xml" in names:
        return "excel"
    return "word" if "word/document.xml" in names else of_names(names, source)


def of_names(names: list[str], source: Path) -> str:
    """What most files of a folder are."""
    counts = {
        "word": sum(name.lower().endswith((".docx", ".doc")) for name in names),
        "portal-json": sum(name.lower().endswith((".json", ".jsonl")) for name in names),
    }
    best = max(counts, key=lambda name: counts[name])
    if not counts[best]:
        raise refused(source, "holds neither Word documents (.docx) nor JSON files")
    return best
