"""The national catalogue as JSON Lines, one procedure a line, in the very shape the other importers hand on."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from procedures_catalog.importers.procedure import to_procedure
from procedures_catalog.importers.reading import NOTHING_SAID, Found, Reading, Said
from procedures_catalog.importers.report import LeftOut, Summary
from procedures_catalog.importers.rows import count_lines, numbered_rows
from procedures_catalog.importers.running import Progress, bring_in

__all__ = ["Progress", "read", "run", "to_procedure"]


def read(source: Path, said: Said = NOTHING_SAID) -> Reading:
    """The rows of the file. Raises CatalogueError."""
    return Reading(count_lines(source), entries(source))


def entries(source: Path) -> Iterator[Found | LeftOut]:
    for number, row in numbered_rows(source):
        yield row if isinstance(row, LeftOut) else Found(number, row, f"{source.name}:{number}")


def run(
    source: Path,
    target: Path,
    report: Path,
    progress: Progress = lambda done, total: None,
    imported_at: datetime | None = None,
) -> Summary:
    """Reads `source` into a layer at `target`, with a report of what was doubtful. Raises CatalogueError."""
    return bring_in(read, source, target, report, progress, imported_at=imported_at, may_be_empty=True)
