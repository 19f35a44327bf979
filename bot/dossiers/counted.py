"""One dossier as figures count it: where it stands, each in exactly one part of all that are followed."""

from datetime import date
from typing import Literal, NamedTuple

from bot.dossiers.dossier import Channel, Status

# early, on_time, late: the result was there before, on, after the day it was due · unjudged: it is there, but one of
# the two days is not known · open, open_late · open_unknown: no due day, or the agency was last asked before it was
# over · waiting: on the citizen · registered: sent, not yet received · rejected: never received
Part = Literal[
    "early", "on_time", "late", "unjudged", "open", "open_late", "open_unknown", "waiting", "withdrawn", "stopped",
    "registered", "rejected", "unknown",
]  # fmt: skip


class Filed(NamedTuple):
    """Days of Viet Nam. None is what the agency's system does not tell."""

    agency: str | None
    commune: str | None  # code; of the pickup
    channel: Channel | None
    procedure: str | None
    status: Status
    received: date | None
    due: date | None
    finished: date | None
    returned: date | None
    known: date  # when the system last answered

    @property
    def month(self) -> str | None:
        """Of reception."""
        return f"{self.received:%Y-%m}" if self.received else None

    @property
    def is_received(self) -> bool:
        """Whether an agency has taken it in (tiếp nhận)."""
        if self.status == "unknown":
            return self.received is not None or self.finished is not None
        return self.status not in ("registered", "rejected")


def part(filed: Filed, today: date) -> Part:
    """As the citizen is told (bot/dossiers/lateness.py), but by what was known when the system last answered."""
    match filed.status:
        case "done" | "returned":
            return solved(filed)
        case "received" | "processing":
            return running(filed, today)
        case "supplement" | "payment":
            return "waiting"
        case "unknown" if filed.finished:
            return solved(filed)
        case _:
            return filed.status


def solved(filed: Filed) -> Part:
    """Fetched in time, it was there in time; fetched later, nobody knows how long it lay there."""
    due, there = due_day(filed), result_day(filed)
    if due is None or there is None:
        return "unjudged"
    if there == due:
        return "on_time"
    return "early" if there < due else "late"


def running(filed: Filed, today: date) -> Part:
    due = due_day(filed)
    if due is None or filed.known <= due < today:  # it may be solved by now, and nobody has asked
        return "open_unknown"
    return "open_late" if due < filed.known else "open"


def due_day(filed: Filed) -> date | None:
    """None too when it lies before the reception, which cannot be."""
    return None if filed.due and filed.received and filed.due < filed.received else filed.due


def result_day(filed: Filed) -> date | None:
    """None too when it lies before the reception or after the system's answer, which cannot be."""
    there = filed.finished or (filed.returned if is_in_time(filed.returned, filed.due) else None)
    if there is None or there > filed.known or (filed.received and there < filed.received):
        return None
    return there


def is_in_time(returned: date | None, due: date | None) -> bool:
    return returned is not None and due is not None and returned <= due
