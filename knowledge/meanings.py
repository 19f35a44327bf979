"""What a message can mean, as values."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from knowledge.s10 import is_s10

Aspect = Literal["papers", "fee", "time", "place", "post", "form", "online", "law", "result", "who"]
# fmt: off
Simple = Literal[
    "greeting", "thanks", "goodbye", "agree", "help", "cancel", "person", "none", "insult", "who", "smalltalk",
    "out_of_scope", "forget", "nothing",
]
# fmt: on
OtherKind = Literal["payment", "health_insurance", "social_insurance", "insurance_dossier"]


@dataclass(frozen=True)
class Is:
    """A message that is one simple thing and carries nothing else."""

    what: Simple


@dataclass(frozen=True)
class Danger:
    """Life may be at stake: the number to call comes before anything else."""

    number: str  # 113, 114 or 115
    text: str = ""  # what was written, in case it was about papers after all


@dataclass(frozen=True)
class Speak:
    """A wish for a language."""

    language: Literal["vi", "en"]


@dataclass(frozen=True)
class AskGeneral:
    """A question the FAQ answers."""

    topic: str


@dataclass(frozen=True)
class GaveSecret:
    """The citizen wrote a one-time code or a password: to be warned, not to be kept."""


@dataclass(frozen=True)
class DossierCode:
    """Mã hồ sơ, as it is printed: upper case, its parts joined by dots and dashes."""

    code: str
    also: tuple[str, ...] = ()  # the other dossiers of the same message

    def is_doubtful(self, today: date) -> bool:
        """Whether the day in it is none, or has not come yet: a slip of the finger, most likely.

        >>> codes = [DossierCode(f"H26.15-{day}-0042") for day in ("261121", "261122", "261341")]
        >>> [code.is_doubtful(date(2026, 11, 21)) for code in codes]
        [False, True, True]
        """
        return self.day is None or self.day > today

    @property
    def day(self) -> date | None:
        """On which it was received; None: there is no such day.

        >>> [DossierCode(code).day for code in ("G09.20-20260609-0092637", "H26.15-261341-0042")]
        [datetime.date(2026, 6, 9), None]
        """
        written = self.code.split("-")[-2]
        century = "" if len(written) == len("20261121") else "20"
        try:
            return date.fromisoformat(century + written)
        except ValueError:
            return None

    @property
    def prefix(self) -> str:
        """Of whose making it is: all before the day.

        >>> [DossierCode(code).prefix for code in ("H56.14-240823-0001", "000.00.06.H56-231027-0361")]
        ['H56.14', '000.00.06.H56']
        """
        return self.code.rsplit("-", 2)[0]

    @property
    def root(self) -> str:
        """The ministry or province.

        >>> [DossierCode(code).root for code in ("H56.14-240823-0001", "000.00.06.H56-231027-0361")]
        ['H56', 'H56']
        """
        return next(part for part in self.prefix.split(".") if part[:1] in {"G", "H"})


@dataclass(frozen=True)
class ParcelCode:
    code: str

    @property
    def is_s10(self) -> bool:
        """Whether it is right by the standard. The post has other numbers too: to be warned of, not refused."""
        return is_s10(self.code)


@dataclass(frozen=True)
class OrderCode:
    """The number of a pickup of ours, as we write it (order_numbers.py)."""

    number: str  # its check character may disagree: mistyped, then (is_order_number)


@dataclass(frozen=True)
class OtherCode:
    """A number that people take for a dossier code and that is another."""

    kind: OtherKind
    code: str


@dataclass(frozen=True)
class Named:
    """A procedure by its national code."""

    code: str
    aspect: Aspect | None = None


@dataclass(frozen=True)
class Ask:
    """A question about what is on screen."""

    aspect: Aspect


@dataclass(frozen=True)
class Pick:
    """ "The second one": 1 is the first, -1 the last."""

    position: int


@dataclass(frozen=True)
class Book:
    """A wish that the postman comes. Day, hour, address and phone are still in `rest` (knowledge/slots.py)."""

    text: str
    rest: str  # without the words that ask for the visit


@dataclass(frozen=True)
class FindOffice:
    """Where the nearest post office is. The place, if one is said, is still in the text."""

    text: str


@dataclass(frozen=True)
class Track:
    """Where the citizen's own dossier is, or the postman."""


@dataclass(frozen=True)
class Follow:
    """A wish to be told of what changes with a dossier."""


@dataclass(frozen=True)
class Unfollow:
    """A wish to be told no more."""


@dataclass(frozen=True)
class Manage:
    """About the pickups the citizen has ordered: to see them or a slip, move one, cancel it, correct who hands over."""

    what: Literal["see", "slip", "move", "cancel", "correct"]


@dataclass(frozen=True)
class MyData:
    """About what is kept of the citizen: to see it, or to take the consent back."""

    what: Literal["see", "withdraw"]


@dataclass(frozen=True)
class Complain:
    """About the post, an office or the bot; not a wish for the procedure of a formal complaint."""


@dataclass(frozen=True)
class Wish:
    """Anything else: words to find a procedure by."""

    text: str
    district: bool = False  # they would go to the district office, which is no more
    aspect: Aspect | None = None  # what they ask of it; its words are no longer in the text


Code = DossierCode | ParcelCode | OrderCode | OtherCode | Named
Meaning = (
    Is
    | Danger
    | Speak
    | AskGeneral
    | GaveSecret
    | Code
    | Ask
    | Pick
    | Book
    | FindOffice
    | Track
    | Follow
    | Unfollow
    | Manage
    | MyData
    | Complain
    | Wish
)
