"""Where a conversation can be, and what is remembered there."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from knowledge.tongue import Language


class State(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


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


class Reading(State):
    """A procedure is on screen; the citizen reads on, ticks papers, or asks."""

    at: Literal["reading"] = "reading"
    code: str


AnyState = Annotated[Home | Choosing | Reading, Field(discriminator="at")]


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
    province: str | None = None  # code of the one the citizen named last
    ticked: tuple[str, ...] = ()  # papers the citizen has, as "code/case/paper": 1.001193/-/0


class Conversation(State):
    state: AnyState = Home()
    memory: Memory = Memory()


CONVERSATION: TypeAdapter[Conversation] = TypeAdapter(Conversation)
