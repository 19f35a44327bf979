"""The national catalogue as JSON Lines, one procedure a line, brought in as a layer.

Longer than most files here: it names every key of the format once, from row to procedure.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import chain
from pathlib import Path

from procedures_catalog.importers.law import read_legal_basis
from procedures_catalog.importers.papers import LONGEST_ADVICE, read_papers
from procedures_catalog.importers.report import Doubt, Doubting, LeftOut, Summary, ranked, report_lines, shorten
from procedures_catalog.importers.rows import Row, all_words, count_lines, mappings, read_rows, words
from procedures_catalog.importers.ways import merged_durations, merged_fees, offers, read_postal, read_ways
from procedures_catalog.layers import write_atomically, write_layer
from procedures_catalog.models import Procedure, Source

Progress = Callable[[int, int], None]

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
    ]
)


@dataclass
class Tally:
    """What an import has met so far."""

    rows: int = 0
    procedures: list[Procedure] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    not_kept: Counter[str] = field(default_factory=Counter)
    unknown_keys: Counter[str] = field(default_factory=Counter)

    def take(self, row: Row | LeftOut) -> None:
        self.rows += 1
        if isinstance(row, LeftOut):
            self.left_out.append(row)
            return
        procedure, doubts = to_procedure(row)
        self.procedures.append(procedure)
        self.doubts += doubts
        self.not_kept.update(unplaced(row))
        self.unknown_keys.update(row.keys() - KNOWN_KEYS)

    def summary(self, source_file: str) -> Summary:
        return Summary(
            source_file=source_file,
            rows_read=self.rows,
            taken=len(self.procedures),
            left_out=ranked(Counter(one.reason for one in self.left_out)),
            doubts=ranked(Counter(one.kind for one in self.doubts)),
            doubted_procedures=len({one.code for one in self.doubts}),
            not_kept=ranked(self.not_kept),
            unknown_keys=ranked(self.unknown_keys),
        )


def run(
    source: Path,
    target: Path,
    report: Path,
    progress: Progress = lambda done, total: None,
    imported_at: datetime | None = None,
) -> Summary:
    """Reads `source` into a layer at `target`, with a report of what was doubtful. Raises CatalogueError."""
    tally, total = Tally(), count_lines(source)
    for row in read_rows(source):
        tally.take(row)
        progress(tally.rows, total)
    summary = tally.summary(source.name)
    write_layer(target, tally.procedures, "national", source.name, imported_at or datetime.now(UTC))
    write_atomically(report, (f"{line}\n".encode() for line in report_lines(summary, tally.left_out, tally.doubts)))
    return summary


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
            "applicants": mapped(row.get("applicants"), APPLICANTS, "applicant_not_mapped", doubt),
            "advice": (*papers.advice, *read_requirements(row.get("requirements_text"), doubt)),
            "documents": papers.documents,
            "cases": papers.cases,
            "fees": merged_fees(listed, row, doubt),
            "durations": merged_durations(listed, row, doubt),
            "result": read_results(row.get("result")),
            "online": offers(listed, "online"),
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
    for label in all_words(value):
        if label.lower() in table:
            found[table[label.lower()]] = None
        else:
            doubt("old_level_named" if OLD_LEVEL.search(label) else kind, shorten(label, 120))
    return tuple(found)


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
