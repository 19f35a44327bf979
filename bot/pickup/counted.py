"""One pickup as figures count it: where it stands, each in exactly one part of all that were booked."""

from collections.abc import Mapping
from datetime import date
from typing import Literal, NamedTuple

from bot.pickup.progress import ENDED, Status

# coming: not at the door yet · collection_failed, delivery_failed: another attempt follows · handed_over: at the
# agency, or the result already on its way · returned: undeliverable, back at the agency
# silent: closed, as no more was heard
Part = Literal[
    "coming", "collection_failed", "collected", "handed_over", "delivery_failed", "delivered", "returned", "cancelled",
    "refused", "silent",
]  # fmt: skip
PART: Mapping[Status, Part] = {
    "kept": "coming",
    "accepted": "coming",
    "on_the_way": "coming",
    "collection_failed": "collection_failed",
    "collected": "collected",
    "handed_over": "handed_over",
    "result_on_the_way": "handed_over",
    "delivery_failed": "delivery_failed",
    "delivered": "delivered",
    "returned": "returned",
    "cancelled": "cancelled",
    "refused": "refused",
}


class Booked(NamedTuple):
    procedure: str
    commune: str
    status: Status
    ordered: date
    ended: bool
    failed: bool  # at least one attempt at the door, to collect or to deliver, failed

    @property
    def month(self) -> str:
        return f"{self.ordered:%Y-%m}"


def part(booked: Booked) -> Part:
    """A result that is not brought home ends with the handing over: no silence is to be seen in that.

    >>> part(Booked("1.001193", "05977", "result_on_the_way", date(2026, 11, 21), ended=True, failed=False))
    'silent'
    """
    if booked.ended and booked.status not in ENDED and booked.status != "handed_over":
        return "silent"
    return PART[booked.status]
