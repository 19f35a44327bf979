"""What the dialogue may consult: plain values, fixed for the length of a step."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple

from bot.dialogue.states import Memory
from bot.dialogue.step import Look
from bot.dossiers.dossier import Dossier
from bot.pickup.order import Order, Visit
from bot.pickup.progress import ENDED, Status
from knowledge.faq import Faq
from knowledge.search import ProcedureSearch
from knowledge.understanding import Understanding
from knowledge.visits import Visits
from procedures_catalog.catalog import Catalog
from procedures_catalog.points import Points
from procedures_catalog.postage import Tariffs


@dataclass(frozen=True)
class Under:
    """An order of this chat, and how far it has come."""

    order: Order
    status: Status
    since: datetime
    item: str | None = None  # tracking number, once the post has given one
    reason: str | None = None  # of a failure, as the post says it
    to_cancel: bool = False  # asked for, and not yet confirmed by the post
    ended: bool = False  # nothing more will come of it
    history: tuple[tuple[Status, datetime], ...] = ()  # what moved it on, oldest first

    @property
    def is_open(self) -> bool:
        return not self.ended and self.status not in ENDED


@dataclass(frozen=True)
class Followed:
    """A dossier this chat follows, and what was last known of it."""

    code: str
    dossier: Dossier | None  # None: its system has not answered yet
    as_of: datetime | None  # when the system said so; with its zone
    proved: bool = False
    order: str | None = None  # number of the pickup it was collected with
    once: bool = False
    ended: bool = False


Outcome = Literal[
    "found",
    "not_there",  # the system knows no such dossier
    "down",  # the system does not answer now; `dossier` is the last that is known, if any
    "elsewhere",  # no system is connected for such a code; `page` is where the citizen can look
    "wrong_digits",  # found, and the digits are not the owner's
    "cannot_prove",  # found, and the system tells nothing the digits could be compared with
    "too_many",  # asked too often, by this chat or for this code
]


class Names(NamedTuple):
    """What a system is called."""

    vi: str
    en: str


@dataclass(frozen=True)
class Looked:
    """The answer to a query."""

    look: Look
    outcome: Outcome
    dossier: Dossier | None = None
    as_of: datetime | None = None  # with its zone
    proved: bool = False  # by the digits just now, before in this chat, or because the pickup was booked here
    owner: str | None = None  # masked name, when proved
    system: Names | None = None  # for people: "Hệ thống một cửa tỉnh Lạng Sơn"
    page: str | None = None  # where the citizen can look for themselves
    wait: timedelta | None = None  # before the next attempt
    trial: bool = False  # the answer is of the sandbox


@dataclass(frozen=True)
class Own:
    """What is kept of this chat and matters to the step. Ended orders are among them for a month."""

    orders: tuple[Under, ...] = ()  # the latest first
    full: frozenset[Visit] = frozenset()  # visits of the draft's commune with no room left
    same_phone: int = 0  # open orders, of any chat, with the draft's phone
    followed: tuple[Followed, ...] = ()  # the latest first


@dataclass(frozen=True)
class PostWorld:
    """What is known of the post beforehand."""

    tariffs: Tariffs
    visits: Visits
    points: Points
    capacity: int  # orders a commune's visit of one shift can hold
    trial: bool  # the sandbox stands in for the post: no postman comes, and the citizen is told so
    served: frozenset[str] | None = None  # codes of the provinces served; None: all


@dataclass(frozen=True)
class Retention:
    """How long what is kept of a citizen is kept, in days."""

    days: int = 30  # a conversation, after its last message
    order_days: int = 180  # what names a person in an order, after it ended


@dataclass(frozen=True)
class Given:
    catalog: Catalog
    search: ProcedureSearch
    faq: Faq
    memory: Memory
    now: datetime  # in Viet Nam, without its zone
    post: PostWorld
    own: Own = field(default=Own())
    fresh: str = ""  # five characters for an order number nobody has yet (knowledge/order_numbers.py)
    chat: str = ""  # address of the conversation
    retention: Retention = field(default=Retention())
    looked: Looked | None = None  # answer to the query this step asked the first time

    @property
    def today(self) -> date:
        return self.now.date()

    def answer_to(self, query: Look) -> Looked | None:
        """None: not asked yet; the step gives the query then (step.ask)."""
        return self.looked if self.looked and self.looked.look == query else None

    def remembering(self, memory: Memory) -> "Given":
        return replace(self, memory=memory)


@dataclass(frozen=True)
class World:
    """All that is known beforehand; one for the life of the process."""

    catalog: Catalog
    search: ProcedureSearch
    faq: Faq
    understanding: Understanding
    post: PostWorld
    now: Callable[[], datetime]  # in Viet Nam, without its zone
    fresh: Callable[[], str]
    retention: Retention = field(default=Retention())

    def given(self, memory: Memory, own: Own = Own(), chat: str = "", looked: Looked | None = None) -> Given:
        return Given(
            self.catalog,
            self.search,
            self.faq,
            memory,
            self.now(),
            self.post,
            own,
            self.fresh() if memory.draft else "",  # nothing else is ordered
            chat,
            self.retention,
            looked,
        )
