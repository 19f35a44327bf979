"""A dossier as an agency's system tells of it, in our words. What names its owner is apart, and is never kept."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Literal

from bot.pickup.order import Plain

# The ten official statuses (DOMAIN §2.2), and one for what a system says that nobody knows yet.
Status = Literal[
    "registered", "received", "rejected", "processing", "supplement", "payment", "withdrawn", "stopped", "done",
    "returned", "unknown",
]  # fmt: skip
BY_NUMBER: Mapping[int, Status] = {
    1: "registered",
    2: "received",
    3: "rejected",
    4: "processing",
    5: "supplement",
    6: "payment",
    7: "withdrawn",
    8: "stopped",
    9: "done",
    10: "returned",
}
ENDED: frozenset[Status] = frozenset({"rejected", "withdrawn", "stopped", "returned"})
WAITING: frozenset[Status] = frozenset({"supplement", "payment"})  # on the citizen; the agency's clock stands still
Channel = Literal["direct", "online", "post"]  # 1, 2, 3 in the national formats

# What a system said that cannot be, and was therefore not taken: shown as "not known", never as right.
Doubt = Literal["status", "received", "due", "finished", "due_before_received", "code"]


class Happening(Plain):
    """One step of the agency's own record."""

    at: datetime | None  # with its zone
    words: str  # official words
    unit: str | None = None  # department; never a person's name


class Apology(Plain):
    """Form 04 of TT 03/2025/TT-VPCP: the agency is late and says so."""

    due: datetime | None  # the new day promised
    reason: str | None = None


class Dossier(Plain):
    """None is what the system does not tell."""

    code: str  # as knowledge/codes.py writes it
    system: str  # key of the system that answered
    status: Status
    official: str | None = None  # the status in the system's own words
    procedure: str | None = None  # national code, without a province's suffix
    title: str | None = None  # name of the procedure, as the system writes it
    agency: str | None = None
    channel: Channel | None = None
    received: datetime | None = None
    due: datetime | None = None
    finished: datetime | None = None  # the result is there
    returned: datetime | None = None  # and with the citizen
    steps: tuple[Happening, ...] = ()  # oldest first
    papers: tuple[str, ...] = ()  # to be supplied, when status is "supplement"
    supply_by: datetime | None = None
    fee: Decimal | None = None  # đ, to be paid, when status is "payment"
    reason: str | None = None  # of a refusal, a stop, a supplement
    apology: Apology | None = None
    doubts: tuple[Doubt, ...] = ()
    rounds: int = 0  # how often it was seen to begin anew: counted by changes.merged, told by no system


class Owner(Plain):
    """Whose dossier it is: only to be compared with what somebody says, and to be shown masked to who proved it."""

    name: str | None = None
    phone: str | None = None  # as the system writes it
    identity: str | None = None  # number of the identity paper


class Answer(Plain):
    """What a system says of one dossier."""

    dossier: Dossier
    owner: Owner = Owner()
