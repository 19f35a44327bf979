"""What the pretend post knows of one parcel. It keeps no phone, no street and no full name: it has no use for them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.pickup.order import Visit
from bot.pickup.progress import Status

Ending = Literal["smooth", "collection_fails", "delivery_fails", "returned", "refused"]
ENDINGS: tuple[Ending, ...] = ("smooth", "collection_fails", "delivery_fails", "returned", "refused")


@dataclass(frozen=True)
class Asked:
    """What an order says, on whichever wire it came."""

    number: str  # of whoever orders: OrderNumber, saleOrderCode
    name: str  # as it came; the office keeps its initials
    commune: str  # as it came: a name or a code
    visit: Visit | None  # None: whenever the postman likes
    back: bool = False  # the result is brought home
    item: str | None = None  # a tracking number that the caller brings; None: the office gives one
    procedure: str = ""  # this and what follows is for the agency only; the office forgets it
    title: str = ""
    agency: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Step:
    """What the postman does next, and when."""

    status: Status
    at: datetime
    reason: str | None = None


@dataclass(frozen=True)
class Parcel:
    id: int
    wire: str  # by which it was ordered: "ngsp", "lgsp", "myvnpost"
    number: str
    item: str
    name: str  # initials
    commune: str
    visit: Visit
    moved: bool  # its visit was changed once
    back: bool
    ending: Ending
    status: Status  # "kept": ordered, and the post has not looked at it yet
    collections_failed: int
    deliveries_failed: int
    placed_at: datetime
    next: Step | None  # None: it has come to its end


@dataclass(frozen=True)
class Event:
    """One thing told of one parcel. The feed is append-only: `id` rises; `at` need not."""

    id: int
    parcel: int
    wire: str
    number: str
    item: str
    status: Status
    at: datetime
    reason: str | None


def initials(name: str) -> str:
    """
    >>> initials("Nguyễn Thị  Ánh")
    'N. T. Á.'
    """
    return " ".join(f"{word[0].upper()}." for word in name.split())
