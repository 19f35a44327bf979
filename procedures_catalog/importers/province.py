"""A province's own list laid over the national procedures: what it says differently, and procedures it alone has.

From a list come whether the post may send and bring back, the fees, and where the dossier is handed in. What the
list leaves blank stays as the nation has it. Written as a folder of YAML files, the layer a person may go on editing.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from procedures_catalog.importers.province_files import write_folder
from procedures_catalog.importers.reading import NOTHING_SAID, Found, Reader, Said
from procedures_catalog.importers.report import Doubt, Summary
from procedures_catalog.importers.running import Progress, Tally, nothing_taken, tallied, write_report
from procedures_catalog.models import Fee, Postal, PostalWay, Procedure, Source

Change = dict[str, Any]  # keys of Procedure


def lay_over(
    reader: Reader,
    source: Path,
    target: Path,
    report: Path,
    base: Mapping[str, Procedure],
    progress: Progress = lambda done, total: None,
    said: Said = NOTHING_SAID,
    imported_at: datetime | None = None,
) -> Summary:
    """Reads `source` into the folder `target`, with a report of what was doubtful.

    Files a person wrote there stay, and win over what the list says of the same procedure.
    Raises CatalogueError; whatever goes wrong, the folder stays as it was.
    """
    tally = Tally()
    changes: dict[str, Change] = {}
    unchanged: list[str] = []
    for entry in tallied(tally, reader, source, said, progress):
        if isinstance(entry, Found):
            read = tally.procedures[-1]
            change = as_change(read, entry, base, tally)
            if change:
                changes[read.code] = change
            else:
                unchanged.append(read.code)
    if not changes and not unchanged:
        raise nothing_taken(source, tally)
    tally.doubts += [Doubt(code, "nothing_the_nation_does_not_say") for code in unchanged]
    moment = imported_at or datetime.now(UTC)
    kept = write_folder(target, changes, said.province, source.name, moment, base)
    tally.doubts += [Doubt(code, "file_by_hand_kept", file) for code, file in kept.items()]
    summary = tally.summary(source.name)
    write_report(report, summary, tally)
    return summary


def as_change(read: Procedure, found: Found, base: Mapping[str, Procedure], tally: Tally) -> Change:
    """What to write of the procedure: all of it when the nation has none of that code, else what differs."""

    def doubt(kind: str, detail: str = "") -> None:
        tally.doubts.append(Doubt(read.code, kind, detail, found.where))

    below = base.get(read.code)
    if below is None:
        doubt("not_a_national_procedure", read.name)
        return own(read)
    if " ".join(read.name.casefold().split()) != " ".join(below.name.casefold().split()):
        doubt("name_differs", f"{read.name} / {below.name}")
    if read.durations and below.durations and read.durations != below.durations:
        doubt("time_differs_and_was_not_taken", " / ".join(str(one.amount) for one in read.durations))
    change = {
        "postal": changed_postal(read.postal, below.postal, read.source),
        "fees": changed_fees(read.fees, below.fees, read.source, doubt),
        "hand_in": read.hand_in if read.hand_in != below.hand_in else None,
    }
    told = {key: value for key, value in change.items() if value}
    return {"code": read.code, **told} if told else {}


def own(read: Procedure) -> Change:
    """A procedure of the province alone; only what the list says of it is known."""
    return read.model_copy(update={"scope": "provincial"}).model_dump(exclude_defaults=True)


def changed_postal(told: Postal, below: Postal, source: Source) -> Change | None:
    send, back = laid(told.send, below.send, source), laid(told.back, below.back, source)
    if (send, back) == (below.send, below.back):
        return None
    return Postal(send=send, back=back).model_dump(exclude_defaults=True)


def laid(told: PostalWay, below: PostalWay, source: Source) -> PostalWay:
    """The province's yes or no with its source. The nation's own reason for a no is better than "not offered"."""
    if told.possible is None or told.possible == below.possible:
        return below
    return told.model_copy(update={"source": source})


def changed_fees(
    told: tuple[Fee, ...], below: tuple[Fee, ...], source: Source, doubt: Callable[[str, str], None]
) -> list[Change] | None:
    """The province's fees with their source. That it names none it can count does not undo a sum the nation sets."""
    if not told:
        return None
    if all(fee.amount is None for fee in told) and any(fee.amount is not None for fee in below):
        doubt("fee_not_told_nation_kept", told[0].note or "")
        return None
    fees = tuple(fee.model_copy(update={"source": source}) for fee in told)
    if bare(fees) == bare(below):
        return None
    return [fee.model_dump(exclude_defaults=True) for fee in fees]


def bare(fees: tuple[Fee, ...]) -> set[Fee]:
    return {fee.model_copy(update={"source": None, "note": None}) for fee in fees}
