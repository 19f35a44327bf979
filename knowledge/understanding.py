"""What a message means. Ordered rules, first match wins; the words they look for are data (data/phrases.yaml)."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import cast

from knowledge.codes import LINK, Found, find_codes
from knowledge.courtesies import Courtesies, agrees, any_of
from knowledge.faq import Faq, in_order, nearest
from knowledge.intents import Intents
from knowledge.keystrokes import decoded
from knowledge.meanings import (
    Ask,
    AskGeneral,
    Aspect,
    Book,
    Complain,
    Danger,
    DossierCode,
    FindOffice,
    Follow,
    GaveSecret,
    Is,
    Manage,
    Meaning,
    MyData,
    Named,
    OrderCode,
    OtherCode,
    ParcelCode,
    Pick,
    Simple,
    Speak,
    Track,
    Unfollow,
    Wish,
)
from knowledge.phrases import Phrases, load_phrases
from knowledge.questions import Questions
from knowledge.shorthand import Shorthand
from knowledge.text import Spoken, Spotter, accented, fold, tidy
from knowledge.words import Words, load_words

__all__ = [
    "Ask",
    "AskGeneral",
    "Aspect",
    "Book",
    "Complain",
    "Danger",
    "DossierCode",
    "FindOffice",
    "Follow",
    "GaveSecret",
    "Is",
    "Manage",
    "Meaning",
    "MyData",
    "Named",
    "OrderCode",
    "OtherCode",
    "ParcelCode",
    "Phrases",
    "Pick",
    "Simple",
    "Speak",
    "Track",
    "Understanding",
    "Unfollow",
    "Wish",
    "load_phrases",
    "masked",
]

LONGEST = 1000  # characters of a message that are read; a wish for a procedure is never longer

# a one-time code, a password or a card number given away
SECRET = re.compile(
    r"\b(?:otp|mat khau|password|ma xac thuc|ma pin|so the)\b"
    r"(?: (?:la|is|cua|em|toi|minh|day|nay|ne))* ?(?=\S*\d)\w{4,}"
    r"|\b\d{4} ?\d{4} ?\d{4} ?\d{4}\b"
)

SPEAK: Mapping[str, Meaning] = {"english": Speak("en"), "vietnamese": Speak("vi")}
# What the FAQ too has words for, and the dialogue answers with more than the FAQ
MORE_THAN_A_QUESTION: Mapping[str, Meaning] = {"track": Track(), "complain": Complain()}


@dataclass(frozen=True)
class Understanding:
    phrases: Phrases
    faq: Faq
    words: Words = field(default_factory=load_words)

    def of(self, message: str) -> Meaning:
        """What was typed with the input method off is read back first; codes stand as they were typed."""
        written = tidy(message, LONGEST)
        spoken = Spoken.of(decoded(written))
        if not spoken.folded:
            return self._linked(message, written) or Is("nothing")
        return (
            self._urgent(spoken)
            or self._pickup(spoken)
            or self._code(written)
            or self._linked(message, written)
            or self._simple(spoken)
            or self._in_shorthand(spoken)
            or self._wish(spoken)
        )

    def _pickup(self, spoken: Spoken) -> Meaning | None:
        return self._intents.managing(spoken.text) or self._intents.booking(spoken.text)

    def _in_shorthand(self, spoken: Spoken) -> Meaning | None:
        """What the rules make of it once chat shorthand is written out; they have seen it as it was written."""
        text = self._shorthand.written_out(spoken.text)
        written_out = Spoken.of(text)
        return None if text == spoken.text else self._pickup(written_out) or self._simple(written_out)

    def _urgent(self, spoken: Spoken) -> Meaning | None:
        """What must not wait behind anything: danger, a secret given away."""
        if SECRET.search(spoken.folded):
            return GaveSecret()
        if (number := self._danger.find(spoken)) and not self._not_danger.find(spoken):
            return Danger(number, spoken.text)
        return None

    def _code(self, text: str) -> Meaning | None:
        return self._of_codes(find_codes(text), lambda found: f"{text[: found.start]} {text[found.end :]}")

    def _linked(self, message: str, written: str) -> Meaning | None:
        """A code in a link, such as the QR code of a receipt holds; links are in `written` no more."""
        links = " ".join(link[0] for link in LINK.finditer(message[: 4 * LONGEST]))
        return self._of_codes(find_codes(links), lambda _: written)

    def _of_codes(self, found: Iterable[Found], around: Callable[[Found], str]) -> Meaning | None:
        codes = list(found)
        for one in codes:
            if isinstance(one.code, DossierCode):
                return first_dossier(codes)
            if isinstance(one.code, Named):
                return Named(one.code.code, self._questions.asked(self._courtesies.without(decoded(around(one)))))
            if not isinstance(one.code, OtherCode) or self._intents.is_about_a_code(decoded(around(one))):
                return one.code
        return None

    def _simple(self, spoken: Spoken) -> Meaning | None:
        """Messages that are wholly one thing, then words that settle the matter wherever they stand."""
        said = self._courtesies.without(spoken.text)
        bare = fold(said)
        tells_more = self._questions.tells_more(spoken.text)
        if not tells_more and (meaning := self._whole_message(spoken, said, bare)):
            return meaning
        if meaning := self._intents.following(spoken.text, bare):
            return meaning
        if meaning := self._intents.complaint_or_tracking(spoken.text, bare):
            return meaning
        if office := self._intents.office(spoken.text, bare):
            return office
        if topic := self.faq.settled(spoken) or self._topics.get(spoken.folded) or self._topics.get(bare):
            return MORE_THAN_A_QUESTION.get(topic) or AskGeneral(topic)
        what = self._within.find(spoken)
        if what is None and (meaning := self._intents.of_data(spoken.text, bare)):
            return meaning
        if not tells_more and (aspect := self._questions.asked(said)):
            return Ask(aspect)
        if topic := nearest(bare, self._topics_in_order):
            return MORE_THAN_A_QUESTION.get(topic) or AskGeneral(topic)
        if what and not (what == "out_of_scope" and self._not_out_of_scope.find(spoken)):
            return Is(cast(Simple, what))
        return None

    def _whole_message(self, spoken: Spoken, said: str, bare: str) -> Meaning | None:
        for key, marked in ((spoken.folded, spoken.accented), (bare, said if spoken.accented else None)):
            if (meant := self._whole.get(key)) and agrees(marked, meant[1]):
                return meant[0]
            if aspect := self._questions.whole(key):
                return Ask(aspect)
        if same := self._said_again(said.split() if spoken.accented else bare.split()):
            return same
        if bare.isdecimal() and 0 < int(bare) < 100:
            return Pick(int(bare))
        return None if bare else Is("agree")  # courtesies and nothing else: "dạ vâng ạ"

    def _said_again(self, words: list[str]) -> Meaning | None:
        """Several whole messages in one that all mean the same: "ngu, vô dụng", "ok cảm ơn ok"."""
        if len(words) < 2:
            return None
        pieces: set[Meaning] = set()
        at = 0
        while at < len(words):
            runs = ((end, " ".join(words[at:end])) for end in range(len(words), at, -1))
            known = ((end, run, self._whole.get(fold(run))) for end, run in runs)
            piece = next(((end, of[0]) for end, run, of in known if of and agrees(run, of[1])), None)
            if not piece:
                return None
            at = piece[0]
            pieces.add(piece[1])
        return pieces.pop() if len(pieces) == 1 else None

    def _wish(self, spoken: Spoken) -> Meaning:
        without, count = self._district.subn(" ", accented(spoken.text))
        if not count:
            return Wish(*self._questions.apart(spoken.text, self._shorthand.words_of(spoken.text)))
        if not self._questions.tells_more(spoken.text) and self._questions.is_small(self._courtesies.without(without)):
            return AskGeneral("district")
        return Wish(fold(without), district=True)

    @cached_property
    def _courtesies(self) -> Courtesies:
        return Courtesies(self.phrases.filler)

    @cached_property
    def _questions(self) -> Questions:
        return Questions(self.phrases, self._courtesies)

    @cached_property
    def _shorthand(self) -> Shorthand:
        return Shorthand(self.words, self.words.small | self.words.around | self._questions.small)

    @cached_property
    def _intents(self) -> Intents:
        return Intents(self.phrases, self._courtesies)

    @cached_property
    def _whole(self) -> Mapping[str, tuple[Meaning, tuple[str, ...]]]:
        """By the folded message: what it means, and how it is written with marks."""
        table: dict[str, tuple[Meaning, tuple[str, ...]]] = {}
        for meaning, phrase in self._whole_phrases():
            forms = (self._courtesies.without(phrase), accented(phrase))
            for said in forms:
                if key := fold(said):
                    known = table.get(key)
                    first, marked = known if known and known[0] == meaning else (meaning, ())
                    table[key] = (first, (*marked, said))
        for position, phrases in self.phrases.ordinals.items():
            table |= {fold(phrase): (Pick(position), (accented(phrase),)) for phrase in phrases}
        return table

    def _whole_phrases(self) -> list[tuple[Meaning, str]]:
        meanings = {what: SPEAK.get(what) or Is(cast(Simple, what)) for what in self.phrases.whole}
        return [(meanings[what], phrase) for what, phrases in self.phrases.whole.items() for phrase in phrases]

    @cached_property
    def _topics(self) -> Mapping[str, str]:
        """The whole questions of the FAQ, as asked and without courtesies."""
        asked = [(ask, topic) for topic, question in self.faq.questions.items() for ask in question.asks]
        return {
            said: topic for ask, topic in asked for said in (fold(self._courtesies.without(ask)), fold(ask)) if said
        }

    @cached_property
    def _topics_in_order(self) -> Mapping[str, str]:
        """The same by their words in order; of two alike the first."""
        table: dict[str, str] = {}
        for said, topic in self._topics.items():
            table.setdefault(in_order(said), topic)
        return table

    @cached_property
    def _danger(self) -> Spotter:
        return Spotter({danger.number: danger.phrases for danger in self.phrases.danger}, self.phrases.joined)

    @cached_property
    def _not_danger(self) -> Spotter:
        return Spotter({"not": self.phrases.not_danger})

    @cached_property
    def _within(self) -> Spotter:
        return Spotter(self.phrases.within, self.phrases.joined)

    @cached_property
    def _not_out_of_scope(self) -> Spotter:
        return Spotter({"not": self.phrases.not_out_of_scope})

    @cached_property
    def _district(self) -> re.Pattern[str]:
        verbs, places = any_of(self.phrases.district.verbs), any_of(self.phrases.district.places)
        return re.compile(
            rf"(?<!\S)(?:{verbs}) (?:{places})(?!\S| (?:{any_of(self.phrases.district.not_before)})(?!\S))"
        )


def first_dossier(found: Iterable[Found]) -> DossierCode:
    """The one that is written first, with the others."""
    in_order = (one.code for one in sorted(found, key=lambda one: one.start))
    first, *others = dict.fromkeys(code.code for code in in_order if isinstance(code, DossierCode))
    return DossierCode(first, tuple(others))


def masked(message: str) -> str:
    """The message without a secret that was given away in it.

    >>> masked("mã otp của em là 553211"), masked("mất mật khẩu vneid mức 2")
    ('mã otp của em là •••', 'mất mật khẩu vneid mức 2')
    """
    secret = SECRET.search(fold(message)) or SECRET.search(fold(decoded(message)))
    return re.sub(r"\S*\d\S*", "•••", message) if secret else message
