"""What a channel is to the rest of the bot: it reads updates as they came, and sends messages.

How to add one: docs/add-a-channel.md. What each can do: capabilities.py.
"""

from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.dialogue.events import Heard
from bot.texts.message import Message


class SendError(Exception):
    """A channel's verdict, made where the other side's answer is read, nowhere else.

    `retryable`: another try may help, after `wait` if the other side said when. `outage`: nobody was reached at all.
    `at_next_contact`: not before the citizen writes again. `gone`: the citizen shut us out, or is no more.
    `told`: an alarm of its own says what is wrong, beside which "the channel is out of reach" would only confuse.
    `sent`: how many parts of these messages came to their screen in this try, as the channel counts them.
    """

    def __init__(
        self,
        reason: str,
        *,
        retryable: bool,
        at_next_contact: bool = False,
        wait: timedelta | None = None,
        outage: bool = False,
        gone: bool = False,
        told: bool = False,
        sent: int = 0,
    ) -> None:
        super().__init__(reason)
        self.retryable = retryable
        self.at_next_contact = at_next_contact
        self.wait = wait
        self.outage = outage
        self.gone = gone
        self.told = told
        self.sent = sent


@dataclass(frozen=True)
class Update:
    """One update as it came, before anything of it is understood but whose it is."""

    channel: str
    chat: str  # unique within the channel; its updates are worked through in order
    key: str  # the channel's own id: in one chat, the same key is the same update
    ordinal: int  # its place among those of its chat: by the channel's count, or its clock
    body: bytes  # sealed at rest


@dataclass(frozen=True)
class Left:
    """The citizen blocked the bot, or follows the account no more: nothing is sent until they are back."""

    address: str
    at: datetime


@dataclass(frozen=True)
class Returned:
    """They let us write again. What is owed to them is sent."""

    address: str
    at: datetime


@dataclass(frozen=True)
class StaffSpoke:
    """A human writes to the citizen in our name: the bot keeps silent for a while."""

    address: str
    at: datetime


Happening = Heard | Left | Returned | StaffSpoke


# Which update is answered by what is being sent, for channels in which an answer stands with its question.
ANSWERED: ContextVar[str] = ContextVar("ANSWERED", default="")


class Sender(Protocol):
    """Shows messages to one chat of a channel, or raises SendError.

    `skip`: parts that are on the citizen's screen since earlier tries: the sum of what SendError.sent counted.
    """

    async def send(self, chat: str, messages: tuple[Message, ...], skip: int = 0) -> None: ...


class Channel(Sender, Protocol):
    """`name` stands before the colon of an address. Its capabilities: CHANNELS[name]."""

    @property
    def name(self) -> str: ...

    async def read(self, update: Update) -> Happening | None:
        """None: nothing the bot listens to, or nothing that makes sense. Nothing that came from outside raises.

        Raises SendError when it cannot be understood without asking the other side, and that is out of reach
        (`outage`) or tells us to wait (`wait`): then the update is read again later, before anything else of its chat,
        for as long as an answer would be tried. Anything else that is raised is a fault of ours: tried three times.
        """
        ...

    async def apologise(self, heard: Heard) -> None:
        """Something broke in us: say so in a few words, if it can be said; a failure is swallowed."""
        ...
