"""An import from file to layer: what was read is counted, written whole, and what was doubtful listed beside it."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from procedures_catalog.files import CatalogueError
from procedures_catalog.importers.procedure import KNOWN_KEYS, to_procedure, unplaced
from procedures_catalog.importers.reading import NOTHING_SAID, Entry, Found, Note, Reader, Said, usable
from procedures_catalog.importers.report import Doubt, LeftOut, Summary, ranked, report_lines
from procedures_catalog.layers import write_atomically, write_layer
from procedures_catalog.models import Procedure

Progress = Callable[[int, int], None]


@dataclass
class Tally:
    """What an import has met so far."""

    rows: int = 0
    procedures: list[Procedure] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    not_kept: Counter[str] = field(default_factory=Counter)
    unknown_keys: Counter[str] = field(default_factory=Counter)

    def take(self, entry: Entry) -> None:
        match entry:
            case Note():
                self.doubts.append(Doubt("", entry.kind, entry.detail, entry.where))
            case LeftOut():
                self.rows += 1
                self.left_out.append(entry)
            case Found():
                self.rows += 1
                self.procedures.append(self.understood(entry))

    def understood(self, found: Found) -> Procedure:
        procedure, doubts = to_procedure(found.row)
        self.doubts += [Doubt(procedure.code, note.kind, note.detail, note.where) for note in found.notes]
        self.doubts += [Doubt(doubt.code, doubt.kind, doubt.detail, found.where) for doubt in doubts]
        self.not_kept.update(unplaced(found.row))
        self.unknown_keys.update(found.unknown | (found.row.keys() - KNOWN_KEYS))
        return procedure

    def summary(self, source_file: str, taken: int | None = None) -> Summary:
        return Summary(
            source_file=source_file,
            rows_read=self.rows,
            taken=len(self.procedures) if taken is None else taken,
            left_out=ranked(Counter(one.reason for one in self.left_out)),
            doubts=ranked(Counter(one.kind for one in self.doubts)),
            doubted_procedures=len({one.code for one in self.doubts if one.code}),
            not_kept=ranked(self.not_kept),
            unknown_keys=ranked(self.unknown_keys),
        )


def bring_in(
    reader: Reader,
    source: Path,
    target: Path,
    report: Path,
    progress: Progress = lambda done, total: None,
    said: Said = NOTHING_SAID,
    imported_at: datetime | None = None,
    may_be_empty: bool = False,
) -> Summary:
    """Reads `source` into a layer at `target`, with a report of what was doubtful.

    Raises CatalogueError; whatever goes wrong, a layer that stood at `target` stays as it was.
    """
    tally = Tally()
    for _ in tallied(tally, reader, source, said, progress):
        pass
    if not tally.procedures and not may_be_empty:
        raise nothing_taken(source, tally)
    summary = tally.summary(source.name)
    write_layer(target, tally.procedures, "national", source.name, imported_at or datetime.now(UTC))
    write_report(report, summary, tally)
    return summary


def tallied(
    tally: Tally, reader: Reader, source: Path, said: Said, progress: Progress = lambda done, total: None
) -> Iterator[Entry]:
    """Each entry once it has been counted; to be gone through to the end."""
    reading = reader(source, said)
    for entry in usable(reading.entries, said):
        tally.take(entry)
        progress(tally.rows, reading.total)
        yield entry


def write_report(report: Path, summary: Summary, tally: Tally) -> None:
    write_atomically(report, (f"{line}\n".encode() for line in report_lines(summary, tally.left_out, tally.doubts)))


def nothing_taken(source: Path, tally: Tally) -> CatalogueError:
    """Why, with the first place where it went wrong; an empty layer would hide the country."""
    reasons = Counter(one.reason for one in tally.left_out)
    told = ", ".join(f"{reason} {count}" for reason, count in ranked(reasons).items()) or "no row"
    first = tally.left_out[0] if tally.left_out else None
    place = f"; first {first.where or f'line {first.line}'}: {first.detail}".rstrip(": ") if first else ""
    return CatalogueError([f"{source}:1: file: no procedure could be taken ({told}{place}); nothing was written"])
