"""What a follower is to be told of what happened to a dossier, in order. Written down apart from bot/dossiers."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

# The kind of the notice, by the status; that a dossier is being worked on is told only where it is news.
AT_FIRST: Mapping[str, str] = {
    status: status
    for status in (
        "received", "processing", "supplement", "payment", "rejected", "withdrawn", "stopped", "done", "returned",
    )
}  # fmt: skip
AFTERWARDS: Mapping[str, str] = {status: kind for status, kind in AT_FIRST.items() if status != "processing"}
ON_THE_CITIZEN = ("supplement", "payment")


class Seen(NamedTuple):
    """Of one dossier, at its agency."""

    status: str
    apology: bool
    since: float  # seconds since 1970


class Due(NamedTuple):
    """A notice that is to be."""

    kind: str
    since: float


def to_tell(way: Sequence[Seen], first_look: float) -> Iterator[Due]:
    """`first_look`: nothing changed from before it until the service had seen every dossier once."""
    before = [seen for seen in way if seen.since <= first_look]
    if before and before[-1].status in AT_FIRST:
        yield Due(AT_FIRST[before[-1].status], before[-1].since)
    for last, seen in zip(way[len(before) - 1 :], way[len(before) :], strict=False):
        if kind := kind_of(last, seen):
            yield Due(kind, seen.since)


def kind_of(last: Seen, seen: Seen) -> str | None:
    if seen.apology:
        return "apology"
    if seen.status == last.status:
        return None
    if seen.status == "processing" and last.status in ON_THE_CITIZEN:
        return "resumed"
    return AFTERWARDS.get(seen.status)
