"""What is news in what a system says of a dossier, compared with what was known; and what is, though nothing happened.

Who tells it keeps the keys of what was told, with what is known of the dossier, and tells each key once.
"""

from collections.abc import Mapping
from datetime import date, datetime
from hashlib import sha256
from typing import Literal

from bot.dossiers.dossier import ENDED, WAITING, Apology, Dossier, Status
from bot.dossiers.lateness import UNSOLVED, day_of
from bot.dossiers.merging import SOLVED, is_reopened, last_step, merged
from bot.pickup.order import Plain
from knowledge.calendar import A_DAY, WorkingCalendar

__all__ = ["Change", "Kind", "changes", "merged", "warnings"]

PATIENCE = 3  # working days after a request before it is asked again
OVERDUE_FOR = 5  # working days in which it is still worth telling that a day has passed

# One kind a status, where it is told; and
# resumed: what was asked for is there, the agency's clock goes on · reopened: it had ended, or was done, and is not
# earlier, later: another day is promised · apology: form 04 of TT 03/2025/TT-VPCP
# due_tomorrow, overdue, supplement_waiting: nothing happened, and the citizen should know (warnings)
Kind = Literal[
    "received", "processing", "supplement", "payment", "rejected", "stopped", "withdrawn", "done", "returned",
    "unknown", "resumed", "reopened", "earlier", "later", "apology", "due_tomorrow", "overdue", "supplement_waiting",
]  # fmt: skip


class Change(Plain):
    """`key` is the same whenever and by whomever the same change is found, and of no other change of this dossier.

    It holds nothing that is secret: kind, round, day.
    """

    kind: Kind
    key: str
    was: date | None = None  # the day promised before, when another is


TOLD: Mapping[Status, Kind] = {
    "supplement": "supplement",
    "payment": "payment",
    "rejected": "rejected",
    "stopped": "stopped",
    "withdrawn": "withdrawn",
    "done": "done",
    "returned": "returned",
}


def changes(before: Dossier | None, after: Dossier) -> tuple[Change, ...]:
    """What to tell, in order. `before`: None when its system never answered; `after`: the answer, or it merged."""
    kept = merged(before, after)
    if kept == before:
        return ()
    kind = kind_of(before, kept)
    told = (Change(kind=kind, key=key_of(kind, kept)),) if kind else ()
    if before is None or kept.status in ENDED | SOLVED:
        return told
    promised = promise(before, kept)
    # The notice of the status names the day that is promised now.
    return told if told and promised and promised.kind != "apology" else (*told, *((promised,) if promised else ()))


def kind_of(before: Dossier | None, kept: Dossier) -> Kind | None:
    """What the status has become, if that matters to anybody."""
    status = kept.status
    if status == "unknown":
        return "unknown" if kept.official and (before is None or before.official != kept.official) else None
    if status in TOLD:
        return TOLD[status] if before is None or before.status != status or before.rounds != kept.rounds else None
    if before and is_reopened(before, kept):
        return "reopened"
    if before and before.status in WAITING and (status == "processing" or (status == "received" and before.received)):
        return "resumed"
    if status == "received":
        return "received" if before is None or before.status in (*WAITING, "registered", "unknown") else None
    if status == "processing":  # only as the first sign of life
        return "processing" if before is None or before.status == "registered" else None
    return None


def key_of(kind: Kind, kept: Dossier) -> str:
    """An unknown status is told once, whatever comes between."""
    if kind == "unknown":
        return f"unknown:{sha256((kept.official or '').casefold().encode()).hexdigest()[:12]}"
    return f"{kind}:{kept.rounds}"


def promise(before: Dossier, kept: Dossier) -> Change | None:
    """An apology is told with its day; the same day is no news when the system then moves the promise to it."""
    was, now = day_or_none(before.due), day_or_none(kept.due)
    if kept.apology and sorry_until(kept.apology) != sorry_until(before.apology):
        return Change(kind="apology", key=f"apology:{sorry_until(kept.apology)}", was=was)
    if was is None or now is None or now == was or (before.apology and now == day_or_none(before.apology.due)):
        return None
    kind: Kind = "later" if now > was else "earlier"
    return Change(kind=kind, key=f"{kind}:{now}", was=was)


def sorry_until(apology: Apology | None) -> str | None:
    """As it stands in a key: the day, or that none is named."""
    return str(day_or_none(apology.due)) if apology else None


def warnings(dossier: Dossier, today: date, calendar: WorkingCalendar, since: date | None = None) -> tuple[Change, ...]:
    """What to tell though nothing happened. None for days outside the years the calendar knows.

    `today` is in Viet Nam; `since`: when the citizen was told of the request, else the record's last day is taken.
    """
    try:
        return (*of_promise(dossier, today, calendar), *of_request(dossier, today, calendar, since))
    except LookupError:
        return ()


def of_promise(dossier: Dossier, today: date, calendar: WorkingCalendar) -> tuple[Change, ...]:
    day = promised_day(dossier)
    if dossier.status not in UNSOLVED or day is None:
        return ()
    eve, passed = working_day_before(day, calendar), calendar.next_working(day)
    # Of one received on the eve, or later, the day was told just now.
    if eve <= today < day and not (dossier.received and day_of(dossier.received) >= eve):
        return (Change(kind="due_tomorrow", key=f"due_tomorrow:{day}"),)
    if today >= passed and calendar.working_days_between(passed, today) < OVERDUE_FOR:
        return (Change(kind="overdue", key=f"overdue:{day}"),)
    return ()


def of_request(dossier: Dossier, today: date, calendar: WorkingCalendar, since: date | None) -> tuple[Change, ...]:
    """Once, in time for the day set for it."""
    if dossier.status != "supplement":
        return ()
    asked, by = since or day_or_none(last_step(dossier)), day_or_none(dossier.supply_by)
    days = [
        *([calendar.add_working_days(asked, PATIENCE)] if asked else []),
        *([working_day_before(by, calendar)] if by else []),
    ]
    if not days or today < min(days) or (asked and today <= asked) or (by and today > by):
        return ()
    return (Change(kind="supplement_waiting", key=f"supplement_waiting:{dossier.rounds}"),)


def promised_day(dossier: Dossier) -> date | None:
    """The last day named: of an apology, if it is later."""
    due, sorry = day_or_none(dossier.due), day_or_none(dossier.apology.due) if dossier.apology else None
    return max((day for day in (due, sorry) if day), default=None)


def working_day_before(day: date, calendar: WorkingCalendar) -> date:
    day -= A_DAY
    return day if calendar.is_working(day) else working_day_before(day, calendar)


def day_or_none(moment: datetime | None) -> date | None:
    return day_of(moment) if moment else None
