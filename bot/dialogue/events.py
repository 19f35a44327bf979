"""What can happen to a conversation: first as a channel hears it, then as the dialogue understands it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.dialogue.step import Text, Words
from knowledge.tongue import Language, language_of
from knowledge.understanding import Ask, Meaning, Named, Understanding, masked

KEPT = 2000  # characters of a message that are kept

# `pictures`: more at once than are read; `unfetched`: a picture that did not come through; `command`: none of ours.
Kind = Literal["picture", "pictures", "unfetched", "voice", "video", "sticker", "file", "command", "other"]


@dataclass(frozen=True)
class Wrote:
    """`about`: the procedure whose screen it replies to, where a channel tells; "": none in particular."""

    text: str
    about: str = ""


@dataclass(frozen=True)
class Chose:
    """The citizen tapped a button, whatever its label was in their language."""

    option: str
    label: str = ""  # as it stood on the button, for the transcript


@dataclass(frozen=True)
class ChoseAll:
    """Several at once, as can be said by their numbers: one after the other, and what the last one shows."""

    choices: tuple[Chose, ...]


@dataclass(frozen=True)
class Misnumbered:
    """The number of a choice that is not there. `most`: the highest there is."""

    most: int


@dataclass(frozen=True)
class Started:
    """The chat was opened, perhaps by a link that names a procedure."""

    payload: str = ""


@dataclass(frozen=True)
class Showed:
    """Something other than words came; it is neither opened nor kept."""

    kind: Kind


@dataclass(frozen=True)
class Scanned:
    """What the bar codes in a picture say, nearest to its middle first. The picture itself is gone by now."""

    texts: tuple[str, ...] = ()  # none: there was no code, or none that can be read


@dataclass(frozen=True)
class Located:
    """A point on the map, shared in the chat: used once, not kept."""

    latitude: float
    longitude: float


@dataclass(frozen=True)
class Introduced:
    """A contact, shared in the chat: a phone number and a name."""

    phone: str
    name: str = ""


@dataclass(frozen=True)
class Said:
    """What the citizen wrote, understood."""

    meaning: Meaning
    language: Language | None = None  # it was written in; None: cannot be told
    text: str = ""  # as it was written, for what only the question asked can read: a name, a house, a note


Choice = Chose | ChoseAll | Misnumbered
Content = Wrote | Chose | Started | Showed | Scanned | Located | Introduced
Event = Said | Choice | Started | Showed | Scanned | Located | Introduced


@dataclass(frozen=True)
class Heard:
    """One update of one channel. `update` is the channel's own id: the same id is the same update."""

    channel: str
    chat: str  # unique within the channel
    update: str
    content: Content
    language: str = "vi"  # what the channel says the person reads; counts only on the first contact
    public: bool = False  # others read along: nothing personal is asked for or told
    came_at: datetime | None = None  # to us; None: it is answered as it comes
    written_at: datetime | None = None  # by the channel's clock; None: it does not say

    @property
    def address(self) -> str:
        return f"{self.channel}:{self.chat}"

    @property
    def as_shown(self) -> Words:
        """What the citizen sees of their own turn."""
        match self.content:
            case Wrote(text):
                return masked(text[:KEPT])
            case Chose(option, label):
                return label[:KEPT] or option
            case Showed(kind):
                return Text(f"heard.{kind}")
            case Scanned():
                return Text("heard.picture")
            case Located():
                return Text("heard.place")
            case Introduced():
                return Text("heard.contact")
            case Started():
                return ""


def interpret(content: Content | Choice, understanding: Understanding) -> Event:
    if not isinstance(content, Wrote):
        return content
    meaning = understanding.of(content.text)
    if content.about and isinstance(meaning, Ask):
        meaning = Named(content.about, meaning.aspect)
    return Said(meaning, language_of(content.text[:KEPT]), content.text[:KEPT])
