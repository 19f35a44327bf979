"""Where a conversation can be, and what is remembered there."""

from datetime import date
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, field_validator

from bot.pickup.order import Address, Person, Visit
from knowledge.meanings import Aspect
from knowledge.moments.reader import Shift
from knowledge.tongue import Language


class State(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)  # they are logged


class Home(State):
    """Nothing is going on; the next message is a wish."""

    at: Literal["home"] = "home"


class Option(State):
    """A button on screen: the answer it gives to the question asked, and the codes left if it is the one."""

    trait: str | None = None  # e.g. "again"; None: the button is a procedure
    codes: tuple[str, ...]


class Choosing(State):
    """Several procedures fit; the citizen was asked which, or what tells them apart."""

    at: Literal["choosing"] = "choosing"
    options: tuple[Option, ...]
    aspect: Aspect | None = None  # what is asked of the one that will be chosen


class Reading(State):
    """A procedure is on screen; the citizen reads on, ticks papers, or asks."""

    at: Literal["reading"] = "reading"
    code: str


# What the form asks for. `commune` and `procedure` may be asked as a choice among several.
Asked = Literal[
    "consent", "procedure", "commune", "street", "visit", "name", "phone", "papers", "back",
    "receiver", "back_to", "weight", "exemption", "forward_fee", "note", "landmark", "again", "summary",
]  # fmt: skip


ASKABLE: tuple[Asked, ...] = get_args(Asked)


def askable(name: str) -> Asked | None:
    return next((known for known in ASKABLE if known == name), None)


class Draft(State):
    """A pickup being arranged. It outlives the state, so that a digression, or a night, loses nothing."""

    procedure: str | None = None
    name: str | None = None
    phone: str | None = None  # E.164
    commune: str | None = None  # code
    said: str | None = None  # the old name that was used for it
    street: str | None = None
    landmark: str | None = None
    day: date | None = None
    shift: Shift | None = None
    papers_seen: bool = False  # the ticks themselves are in Memory.ticked
    back: bool | None = None  # whether the result comes home
    back_to: Address | None = None  # None: where the dossier is collected
    receiver: Person | None = None  # None: who hands it over
    grams: int | None = None
    exemption: str | None = None
    forward_fee: bool | None = None
    note: str | None = None
    again: bool = False  # ordered though one for the same procedure is under way


class Waiting(State):
    """A message said before the consent: it is read after it, as it was meant on its day."""

    said: str
    day: date | None = None  # None: of a conversation kept before November 2026


class Booking(State):
    """The form of a pickup: what was asked last. The draft itself is in the memory."""

    at: Literal["booking"] = "booking"
    asked: Asked
    among: tuple[str, ...] = ()  # codes offered: communes or procedures
    pending: tuple[Waiting, ...] = ()

    @field_validator("pending", mode="before")
    @classmethod
    def of_one_text(cls, kept: object) -> object:
        """As it was kept before November 2026."""
        return ({"said": kept},) if kept and isinstance(kept, str) else kept or ()


class Locating(State):
    """The commune is asked for, to name the post offices near it."""

    at: Literal["locating"] = "locating"


class Managing(State):
    """An order under way is on screen; the citizen looks, moves it, or cancels it."""

    at: Literal["managing"] = "managing"
    number: str
    asked: Literal["cancel", "move", "correct"] | None = None
    offered: tuple[Visit, ...] = ()  # visits to choose among, as they stand on the buttons


class Tracking(State):
    """A dossier is on screen, or its code is asked for; the citizen reads on, follows it, or proves whose it is."""

    at: Literal["tracking"] = "tracking"
    code: str | None = None
    asked: Literal["code", "digits"] | None = None
    proved: bool = False  # by the owner's digits, just now


AnyState = Annotated[Home | Choosing | Reading | Booking | Locating | Managing | Tracking, Field(discriminator="at")]


class OpenWish(State):
    """Words by which a procedure was looked for, until it is known whether the right one was found (misses.py)."""

    words: str  # without what tells who wrote them
    shown: str | None  # the procedure shown, or offered first
    answer: Literal["nothing", "asked", "shown", "refused"]
    day: date


class Memory(State):
    """What is remembered of the person whatever is on screen."""

    language: Language = "vi"
    chosen: bool = False  # the language, by word or tap; otherwise it follows the language written in
    met: bool = False  # whether the first greeting, with its warning against fraud, was given
    wishes: tuple[OpenWish, ...] = ()  # of one search, the latest last
    read: str | None = None  # code of the procedure read last, for questions that name none
    province: str | None = None  # code of the one the citizen named last
    draft: Draft | None = None  # a pickup begun and not ordered
    consent: str | None = None  # version of the text agreed to (storage/consents.py keeps the proof)
    ordered: bool = False  # whether orders are kept of this chat; spares the others a look
    follows: bool = False  # whether dossiers are followed for this chat; spares the others a look
    ticked: tuple[str, ...] = ()  # papers the citizen has, as "code/case/paper": 1.001193/-/0


class Conversation(State):
    state: AnyState = Home()
    memory: Memory = Memory()


CONVERSATION: TypeAdapter[Conversation] = TypeAdapter(Conversation)
