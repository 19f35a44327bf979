"""How far an order has come, and what news of the post changes in that."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from bot.pickup.order import Plain

# kept: with us, not at the post yet · collection_failed and delivery_failed: another attempt follows
# refused: by the post, for good · returned: could not be delivered and went back to the agency (TT 17/2017 Điều 5.2h)
Status = Literal[
    "kept", "accepted", "on_the_way", "collected", "collection_failed", "handed_over", "result_on_the_way",
    "delivery_failed", "delivered", "returned", "cancelled", "refused",
]  # fmt: skip
ENDED: frozenset[Status] = frozenset({"delivered", "returned", "cancelled", "refused"})
CHANGEABLE: frozenset[Status] = frozenset({"kept", "accepted", "collection_failed"})  # until the postman is on the way

# How far along the way each status lies.
PLACE: Mapping[Status, int] = {
    "kept": 0,
    "accepted": 1,
    "on_the_way": 2,
    "collection_failed": 3,
    "collected": 4,
    "handed_over": 5,
    "result_on_the_way": 6,
    "delivery_failed": 7,
    "delivered": 8,
    "returned": 8,
    "cancelled": 9,
    "refused": 9,
}
TRIED_AGAIN: frozenset[Status] = frozenset({"collection_failed", "delivery_failed"})
# Legs that are walked again after a failed attempt. Within one, what happened later counts, not what lies farther.
COLLECTING: frozenset[Status] = frozenset({"accepted", "on_the_way", "collection_failed"})
DELIVERING: frozenset[Status] = frozenset({"result_on_the_way", "delivery_failed"})


class News(Plain):
    """One thing the post tells of one order. `key` is the same whenever and however often it is told."""

    order: str  # our order number
    key: str
    status: Status
    at: datetime  # when it happened, as the post says; with its zone
    item: str | None = None  # tracking number
    reason: str | None = None  # plain words of the post, for a failure
    code: str = ""  # the post's own status code, for the record
    dossier: str | None = None  # the agency's code of it, as knowledge/codes.py writes it, once the post tells it


def moves_on(status: Status, since: datetime, news: News) -> bool:
    """Whether the news brings the order farther. What is late or told again does not.

    `since`: when the status began, by the post's clock.

    >>> from datetime import UTC
    >>> nine, ten = datetime(2026, 11, 23, 9, tzinfo=UTC), datetime(2026, 11, 23, 10, tzinfo=UTC)
    >>> late = News(order="", key="", status="on_the_way", at=nine)
    >>> moves_on("collected", ten, late), moves_on("collection_failed", ten, late), moves_on("accepted", nine, late)
    (False, False, True)
    >>> moves_on("collection_failed", nine, News(order="", key="", status="on_the_way", at=ten))
    True
    """
    if status in ENDED:
        return False
    if is_same_leg(status, news.status):
        return is_later(status, since, news) and (news.status != status or status in TRIED_AGAIN)
    if news.status == "cancelled" and PLACE[status] >= PLACE["collected"]:
        return False
    return PLACE[news.status] > PLACE[status]


def renews(status: Status, since: datetime, news: News) -> bool:
    """Whether the news is of the same status in a later attempt: no one need be told, but it began anew.

    Otherwise the failure in between, told late, would look like the last that is known.
    """
    return news.status == status and is_same_leg(status, status) and news.at > since


def is_same_leg(one: Status, other: Status) -> bool:
    return any({one, other} <= leg for leg in (COLLECTING, DELIVERING))


def is_later(status: Status, since: datetime, news: News) -> bool:
    """At the same minute, what lies farther."""
    return (news.at, PLACE[news.status]) > (since, PLACE[status])
