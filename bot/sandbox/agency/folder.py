"""What a pretend agency keeps of one dossier, and what a stage of its way is."""

from datetime import datetime, timedelta
from typing import Literal

from bot.dossiers.dossier import Channel, Status
from bot.pickup.order import Plain

Wire = Literal["igate", "portal", "shape1", "shape2", "shape3"]
Course = Literal[
    "smooth",
    "early",
    "late",
    "late_apology",
    "supplement",
    "payment",
    "rejected",
    "withdrawn",
    "stopped",
    "at_desk",  # done, and nobody fetches it
    "same_day",
]


class Holder(Plain):
    """The owner. Made up; of a dossier that the post brought: initials and the last digits, for more is not kept."""

    name: str
    phone: str
    identity: str | None = None  # number of the identity paper


class Stage(Plain):
    """What an agency does, and how long after the stage before."""

    status: Status
    words: str  # official words
    unit: str  # department
    days: int = 0  # working days after the one before; 0: within two hours
    of_due: int | None = None  # in place of them: working days after the day that was promised
    reason: str | None = None
    papers: tuple[str, ...] = ()
    supply_days: int = 0  # working days to bring the papers, or the money
    fee: int | None = None  # đ
    apology: int | None = None  # working days put on the day that was promised


class Past(Plain):
    """A stage that was gone through before somebody meddled with the course."""

    course: Course
    index: int  # of the stage in its course
    at: datetime


class Folder(Plain):
    """`past`, and then the stages of `course` from `left` on, counted from `resumed`."""

    code: str
    wire: Wire  # the system that knows it
    procedure: str
    title: str
    agency: str
    channel: Channel
    holder: Holder
    allowed: int  # working days that the procedure takes
    course: Course
    until: int | None = None  # it stands still after so many stages of its course; None: it goes on to the end
    apart: timedelta = timedelta(0)  # at least, between two stages
    past: tuple[Past, ...] = ()
    left: int = 0
    resumed: datetime
    order: str | None = None  # number of the order by which the post brought it
    kept_at: datetime  # by the wall clock
