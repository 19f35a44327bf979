"""A row of the shape every importer hands on, turned into facts (the shape: procedures_catalog/importers/reading.py).

Longer than most files here: it names every key of the shape once, from row to procedure.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from itertools import chain

from procedures_catalog.importers.law import read_legal_basis
from procedures_catalog.importers.papers import LONGEST_ADVICE, read_papers
from procedures_catalog.importers.report import Doubt, Doubting, shorten
from procedures_catalog.importers.rows import Row, all_words, mappings, words
from procedures_catalog.importers.ways import (
    merged_durations,
    merged_fees,
    read_online,
    read_postal,
    read_ways,
)
from procedures_catalog.models import Procedure, Source

PORTAL = "Cổng Dịch vụ công quốc gia"
NEVER_READ = date.min  # a row that does not say of which day it is counts as older than all

LEVELS = {
    "xã": "commune",
    "cấp xã": "commune",
    "tỉnh": "province",
    "cấp tỉnh": "province",
    "bộ": "ministry",
    "cấp bộ": "ministry",
    "cơ quan khác": "other",
}
APPLICANTS = {
    "công dân việt nam": "citizen",
    "công dân việt nam mà không xác định được nơi thường trú hoặc nơi tạm trú": "citizen",
    "người việt nam định cư ở nước ngoài": "overseas_vietnamese",
    "người nước ngoài": "foreigner",
    "người nước ngoài cư trú tại việt nam": "foreigner",
    "người nước ngoài đã cư trú tại việt nam": "foreigner",
    "hộ kinh doanh": "household_business",
    "doanh nghiệp": "enterprise",
    "doanh nghiệp việt nam": "enterprise",
    "doanh nghiệp có vốn đầu tư nước ngoài": "enterprise",
    "hợp tác xã": "cooperative",
    "tổ chức (không bao gồm doanh nghiệp, htx)": "organisation",
    "tổ chức đảng": "organisation",
    "tổ chức nước ngoài": "foreign_organisation",
    "cán bộ, công chức, viên chức": "official",
}
SCOPES = ("national", "provincial", "internal")

OLD_LEVEL = re.compile(r"\b(?:quận|huyện|thị xã)\b", re.IGNORECASE)
INNER_COMMA = "\ue000"  # stands for a comma while its text is cut at commas
NO_REQUIREMENT = re.compile(r"không(?: có)?(?: (?:yêu cầu|điều kiện|quy định)(?:,? điều kiện)?)?", re.IGNORECASE)
OWN_WORD_FOR_IT = ("duration_without_unit", "duration_free_text")  # flags found again while reading

NOT_KEPT = ("steps_text", "channel_descriptions", "procedure_type", "legal_basis_dates", "other_sources")
KNOWN_KEYS = frozenset(
    [
        "code",
        "name",
        "level",
        "field",
        "agency",
        "hand_in",
        "applicants",
        "channels",
        "documents",
        "steps_text",
        "requirements_text",
        "result",
        "legal_basis",
        "decision_no",
        "source_repo",
        "source_file",
        "promulgator",
        "procedure_type",
        "scope",
        "returning_methods",
        "detail",
        "crawl_date",
        "parse_flags",
        "in_catalogue_2026_07",
        "other_sources",
        "online",
        "postal",
    ]
)


def to_procedure(row: Row) -> tuple[Procedure, list[Doubt]]:
    """The row as facts, and what in it was doubtful. Needs only a well-formed code and a name."""
    code, doubts = words(row.get("code")) or "", list[Doubt]()

    def doubt(kind: str, detail: str = "") -> None:
        doubts.append(Doubt(code, kind, detail))

    doubt_whole_row(row, doubt)
    listed = read_ways(row)
    papers = read_papers(row.get("documents"), doubt)
    procedure = Procedure.model_validate(
        {
            "code": code,
            "name": words(row.get("name")),
            "domain": words(row.get("field")),
            "scope": read_scope(row.get("scope"), doubt),
            "issued_by": words(row.get("promulgator")),
            "levels": mapped(row.get("level"), LEVELS, "level_not_mapped", doubt),
            "authority": words(row.get("agency")),
            "hand_in": words(row.get("hand_in")),
            "applicants": mapped(row.get("applicants"), APPLICANTS, "applicant_not_mapped", doubt),
            "advice": (*papers.advice, *read_requirements(row.get("requirements_text"), doubt)),
            "documents": papers.documents,
            "cases": papers.cases,
            "fees": merged_fees(listed, row, doubt),
            "durations": merged_durations(listed, row, doubt),
            "result": read_results(row.get("result")),
            "online": read_online(row, listed),
            "postal": read_postal(row, listed, doubt),
            "legal_basis": tuple(read_legal_basis(row.get("legal_basis"), doubt)),
            "source": read_source(row, doubt),
        }
    )
    doubt_old_levels(procedure, doubt)
    return procedure, doubts


def doubt_whole_row(row: Row, doubt: Doubting) -> None:
    if row.get("detail") == "list":
        doubt("no_detail")
    for flag in all_words(row.get("parse_flags")):
        if flag not in OWN_WORD_FOR_IT:
            doubt(f"flag_{shorten(flag, 60)}")


def doubt_old_levels(procedure: Procedure, doubt: Doubting) -> None:
    """Districts were abolished on 1 July 2025; texts that still name one send people to a wrong door."""
    kept = {
        "name": (procedure.name,),
        "domain": (procedure.domain,),
        "authority": (procedure.authority,),
        "result": procedure.result,
        "documents": (paper.name for paper in procedure.documents or ()),
        "cases": chain.from_iterable((c.name, c.note, *(p.name for p in c.documents)) for c in procedure.cases),
        "fees": chain.from_iterable((fee.only_if, fee.note) for fee in procedure.fees),
        "durations": (duration.note for duration in procedure.durations),
        "advice": procedure.advice,
    }
    named = [key for key, texts in kept.items() if any(text and OLD_LEVEL.search(text) for text in texts)]
    if named:
        doubt("old_level_named", ", ".join(named))


def read_scope(value: object, doubt: Doubting) -> str:
    if value in SCOPES:
        return str(value)
    doubt("scope_unknown", shorten(words(value) or "", 60))
    return "national"


def mapped(value: object, table: Mapping[str, str], kind: str, doubt: Doubting) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for label in labels(value, table):
        if label.lower() in table:
            found[table[label.lower()]] = None
        else:
            doubt("old_level_named" if OLD_LEVEL.search(label) else kind, shorten(label, 120))
    return tuple(found)


def labels(value: object, table: Mapping[str, str]) -> list[str]:
    """The labels of a list; a text is cut at its commas, but not inside a label that has some itself."""
    if isinstance(value, str):
        for label in (one for one in table if ", " in one):
            value = re.sub(re.escape(label), label.replace(", ", INNER_COMMA), value, flags=re.IGNORECASE)
    return [label.replace(INNER_COMMA, ", ") for label in all_words(value)]


def read_requirements(value: object, doubt: Doubting) -> Iterable[str]:
    text = words(value)
    if text is None or NO_REQUIREMENT.fullmatch(text.rstrip(" .;")):
        return
    if len(text) <= LONGEST_ADVICE:
        yield text
    else:
        doubt("requirements_left_out", shorten(text, 120))


def read_results(value: object) -> tuple[str, ...]:
    texts = value.split(" ; ") if isinstance(value, str) else value
    return tuple(dict.fromkeys(all_words(texts) if isinstance(texts, list) else ()))


def read_source(row: Row, doubt: Doubting) -> Source:
    decision = words(row.get("decision_no"))
    if decision:
        decision = words(re.sub(r"^quyết định(?: số)?[ :]", "", decision, flags=re.IGNORECASE))
    if decision is None and row.get("detail") != "list":
        doubt("no_decision_number")
    return Source(document=decision or PORTAL, as_of=read_day(row.get("crawl_date"), doubt))


def read_day(value: object, doubt: Doubting) -> date:
    try:
        return date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        doubt("no_date", shorten(words(value) or "", 60))
        return NEVER_READ


def unplaced(row: Row) -> Iterable[str]:
    """Keys of the row that say something for which a procedure has no place."""
    channels = mappings(row.get("channels"))
    held = {
        "steps_text": row.get("steps_text"),
        "channel_descriptions": any(one.get("description") for one in channels),
        "procedure_type": row.get("procedure_type"),
        "legal_basis_dates": any(one.get("date") for one in mappings(row.get("legal_basis"))),
        "other_sources": row.get("other_sources"),
    }
    return (key for key in NOT_KEPT if held[key])
