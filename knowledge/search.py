"""From a citizen's words to the procedures they may mean, best first, or to "no procedure serves this".

Every way to say a procedure (its name, what people call it, English) is a phrase. Phrases that share rare words and
pairs of words with the message bring their procedures in; evidence of several kinds then ranks these. The weights of
the evidence are learnt; what comes out is a probability, comparable between messages.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from operator import mul
from sys import intern
from typing import NamedTuple

from rapidfuzz.distance import Indel

from knowledge.bereavement import load_bereaved
from knowledge.elsewhere import load_elsewhere
from knowledge.evidence import Evidence, NoEvidence, Weights, load_weights
from knowledge.foreigners import load_foreigners
from knowledge.impersonal import impersonal
from knowledge.keystrokes import decoded
from knowledge.lexicon import Lexicon, load_lexicon
from knowledge.phrasebook import Message, Phrase, Phrasebook, features
from knowledge.places.provinces import Provinces
from knowledge.slots import known_places, without_opening
from knowledge.spelling import Spelling
from knowledge.text import fold
from knowledge.topics import Topic, Topics, load_topics
from knowledge.twins import NO_TRAIT, Difference, shown_by, trait_of
from knowledge.words import Words, load_words
from procedures_catalog.catalog import Catalog
from procedures_catalog.models import Procedure

NEAR = 50  # phrases compared closely, for each reading of a message
RANKED = 24  # procedures ranked
FITS = 0.4  # probability of "nothing" up to which a procedure is offered
SURE = 0.6  # probability from which the first hit is taken as meant
SURE_BESIDE = 0.75  # probability from which a procedure is meant though the message looks like a broad word for others
LIKELY_OF_WORD, LEAD_OF_WORD = 0.4, 5  # of a broad word: probability of the first, and how often that of the others
SHORT, LONG = 6, 26  # words: up to and from which a message is a plain wish, a long story

LONG_CLAUSE = 12  # words; a longer message is also read clause by clause
OPENED_PART = 350  # postings read for a clause
NEAR_PART = 12  # phrases compared closely, for each clause
CLAUSE_ENDS = re.compile(r"[,.;:!?\n]+(?!\d)")

alike = Indel.normalized_similarity

# One of these, or their short forms, stands before the name of a commune or district.
PLACE = re.compile(r"\b(?:xa|phuong|thi tran|dac khu|quan|huyen|thi xa|thanh pho|tp|tx|tt|p|q|h|x)\b")
BEREAVED = "nhà có người mất"  # the life event, as data/topics.yaml has it

RECEDED = re.compile(r"^(?:thu tuc|tthc) ")  # says nothing: all of them are procedures
TOLD_APART: tuple[Difference, ...] = ("act", "abroad", "age")
PLAIN = tuple(NO_TRAIT[difference] for difference in TOLD_APART)


@dataclass(frozen=True)
class Hit:
    """One ranked procedure. `score` is the probability that it is meant; `matched` is the phrase that won."""

    code: str
    score: float
    matched: str
    home: str | None = None  # code of the province whose own procedure it is
    catalog: Mapping[str, Procedure] = field(default_factory=dict, repr=False, compare=False)

    @property
    def procedure(self) -> Procedure:
        """Read when it is asked for: of most hits only the code is needed."""
        return self.catalog[self.code]


@dataclass(frozen=True)
class Found:
    """The procedures a message may mean, best first, and the probability that none serves it."""

    hits: tuple[Hit, ...]
    nothing: float
    topic: Topic | None = None  # a broad word or a life event that the message is; its procedures are the first hits
    clear: bool = False  # of a broad word, whether nearly everybody who says it means the first

    @property
    def fits(self) -> bool:
        return bool(self.hits) and (self.topic is not None or self.nothing < FITS)

    @property
    def confident(self) -> bool:
        """Whether the first hit may be taken as meant, without asking."""
        if self.topic:
            return self.topic.kind == "event" or self.clear
        return self.fits and self.hits[0].score >= SURE


@dataclass(frozen=True)
class Reading:
    """A message as it is compared."""

    message: Message
    parts: tuple[tuple[Message, bool], ...]  # of a long one the clauses, and whether each says a wish
    joined: str
    length: float  # 0 a plain wish .. 1 a long story
    words: list[tuple[str, float]]  # with their weights
    words_total: float
    traits: tuple[str | None, ...]  # what it says of the act, the foreign element, the age


@dataclass(frozen=True, slots=True)
class Candidate:
    """A procedure with its phrases that come near, the nearest first."""

    code: str
    near: list["Near"]


class Near(NamedTuple):
    cosine: float  # with the whole message
    part: float  # with the clause of the message that is nearest to it
    wish: float  # the same among the clauses that say a wish
    phrase: int  # its place in the book


@dataclass(frozen=True, slots=True)
class Known:
    """What is always the same about a procedure."""

    name_norm: float
    common: int
    spoken: bool
    traits: tuple[str, ...]


class ProcedureSearch:
    """Deterministic; equal scores fall in order of code."""

    def __init__(
        self,
        catalog: Catalog,
        words: Words,
        lexicon: Lexicon,
        topics: Topics,
        elsewhere: Sequence[str],
        weights: Weights,
    ) -> None:
        self._catalog = catalog
        self._words = words
        self._lexicon = lexicon
        self._topics = topics
        self.provinces = Provinces()
        self._homes = {
            p.code: home
            for p in catalog.values()
            if p.scope == "provincial" and (home := self.provinces.named(f"ở {p.issued_by}"))
        }
        self._weights = weights
        phrases: list[Phrase] = []
        self._names: dict[str, int] = {}
        self._of: dict[str, range] = {}
        for procedure in sorted(catalog.values(), key=lambda p: p.code):
            if procedure.scope == "internal":  # between offices; no citizen can file it
                continue
            self._names[procedure.code] = start = len(phrases)
            phrases += phrases_of(procedure, lexicon)
            self._of[procedure.code] = range(start, len(phrases))
        phrases += (Phrase("", said, tuple(fold(said).split())) for said in elsewhere)
        self._book = Phrasebook(phrases, words.small)
        self._spelling = Spelling(self._book)
        self._codes = {code.replace(".", ""): code for code in self._names}
        self._about: dict[str, Known] = {}  # filled when a procedure first comes near

    @classmethod
    def over(cls, catalog: Catalog) -> "ProcedureSearch":
        """With all that this package knows of how people speak."""
        words = load_words()
        return cls(catalog, words, load_lexicon(), load_topics(words), load_elsewhere(), load_weights())

    def prepare(self) -> None:
        """Looks at every procedure once, so that nothing is left to be done for the first who asks."""
        for code in self._names:
            self._known(code)
        known_places()

    def find(self, text: str, limit: int = 10, province: str | None = None) -> Found:
        """The likeliest procedures, at most `limit`, however weak they are: see `Found.fits`.

        When the `province` (its code) of the citizen is known, what only other provinces have is left out.
        """
        if code := self._code_in(text):
            return Found((Hit(code, 1.0, code, catalog=self._catalog),), 0.0)
        text = self._without_place(text)
        if not text:
            return Found((), 1.0)
        reading, candidates, nothing = self.evidence(text)
        weights = self._weights.for_evidence(reading.length)
        utilities = [
            (sum(map(mul, weights, found)), candidate)
            for candidate, found in candidates
            if province is None or self._homes.get(candidate.code) in (None, province)
        ]
        none = sum(map(mul, self._weights.for_nothing(reading.length), nothing))
        best = max([none, *(utility for utility, _ in utilities)])
        total = math.exp(none - best) + sum(math.exp(utility - best) for utility, _ in utilities)
        ranked = sorted(utilities, key=lambda item: (-item[0], item[1].code))[:limit]
        hits = tuple(self._hit(candidate, math.exp(utility - best) / total) for utility, candidate in ranked)
        return self._with_topic(text, Found(hits, math.exp(none - best) / total), limit)

    def _without_place(self, text: str) -> str:
        """Where the citizen lives says nothing of what they want; empty when they say nothing else."""
        if not PLACE.search(fold(text)):
            return "" if self.provinces.is_all(text) else text
        left = known_places().without_names(text, self._book.is_said)
        return text if left == text else without_opening(left)

    def _with_topic(self, text: str, found: Found, limit: int) -> Found:
        """What a broad word is known to mean goes before what was computed, unless that is all but sure."""
        topic = self._topics.find(BEREAVED if load_bereaved().says(text) else text)
        known = [code for code in topic.codes if code in self._names] if topic else []
        sure_of_another = any(h.score >= SURE_BESIDE and h.code not in known for h in found.hits[:1])
        if topic is None or not known or sure_of_another:
            return found
        computed = {hit.code: hit for hit in found.hits}
        meant = [computed.get(code) or Hit(code, 0.0, topic.about, catalog=self._catalog) for code in known]
        best = max(meant, key=lambda hit: hit.score)
        others = sum(hit.score for hit in meant if hit is not best)
        clear = best.score >= LIKELY_OF_WORD and best.score >= LEAD_OF_WORD * others
        if clear and topic.kind == "word":
            meant.sort(key=lambda hit: hit is not best)
        rest = [hit for hit in found.hits if hit.code not in known]
        return Found(tuple([*meant, *rest][:limit]), 0.0, topic, clear)

    def impersonal(self, text: str) -> str:
        """What may be kept of a message: the words the search knows, without what tells who wrote it."""
        return impersonal(decoded(text), self._book, self._words)

    def in_field(self, domain: str, limit: int) -> list[Procedure]:
        """The procedures of a field (lĩnh vực) that people need most."""
        found = [p for code in self._names if (p := self._catalog[code]).domain == domain]
        return sorted(found, key=lambda p: (self._lexicon.common(p.code), p.code))[:limit]

    def _hit(self, candidate: Candidate, score: float) -> Hit:
        matched = self._book.phrases[candidate.near[0].phrase].said
        return Hit(candidate.code, score, matched, self._homes.get(candidate.code), self._catalog)

    def home_of(self, procedure: Procedure) -> str | None:
        """The code of the province whose own procedure it is; None of a national one."""
        return self._homes.get(procedure.code)

    def _code_in(self, text: str) -> str | None:
        return next((self._codes[word] for word in fold(text).split() if word in self._codes), None)

    def evidence(self, text: str) -> tuple[Reading, list[tuple[Candidate, Evidence]], NoEvidence]:
        """What speaks for each procedure that comes near, and for none: what `find` weighs."""
        reading = self._read(text)
        candidates, elsewhere = self._candidates(reading)
        said = self._book.said_of(reading.message, [self._of[candidate.code] for candidate in candidates])
        return (
            reading,
            [
                (candidate, self._evidence(reading, candidate, *own))
                for candidate, own in zip(candidates, said, strict=True)
            ],
            self._no_evidence(reading, elsewhere),
        )

    def _read(self, text: str) -> Reading:
        said = [self._words_of(clause) for clause in clauses(load_foreigners().said_so(text))]
        words = tuple(word for clause in said for word in clause)
        parts = [window for clause in said for window in windows(clause)] if len(words) > LONG_CLAUSE else []
        joined = " ".join(words)
        weighed = [(word, self._book.weight(word)) for word in words]
        return Reading(
            self._book.message(words),
            tuple((self._book.message(part), not self._words.wish.isdisjoint(part)) for part in parts),
            joined,
            min(1.0, max(0.0, (len(words) - SHORT) / (LONG - SHORT))),
            weighed,
            sum(weight for _, weight in weighed) or 1.0,
            tuple(shown_by(joined, difference) for difference in TOLD_APART),
        )

    def _words_of(self, text: str) -> tuple[str, ...]:
        return self._spelling.mended(self._words.spelt_out(decoded(text), self._book.is_said))

    def _candidates(self, reading: Reading) -> tuple[list[Candidate], tuple[float, float]]:
        """The procedures with the nearest phrases, best first; the nearest phrase of elsewhere: (cosine, told)."""
        found: dict[str, list[Near]] = {}
        for near in self._near(reading):
            found.setdefault(self._book.phrases[near.phrase].code, []).append(near)
        elsewhere = max(
            ((near.cosine, self._told(reading, near.cosine, near.phrase)) for near in found.pop("", ())),
            default=(0.0, 0.0),
        )
        for phrases in found.values():
            phrases.sort(key=lambda near: (-near.cosine - near.part, near.phrase))
        best = sorted(found.items(), key=lambda item: (-item[1][0].cosine - item[1][0].part, item[0]))[:RANKED]
        return [Candidate(code, phrases) for code, phrases in best], elsewhere

    def _near(self, reading: Reading) -> Iterator[Near]:
        """The phrases nearest to the message, and to each of its clauses."""
        whole = dict(self._book.nearest(reading.message, NEAR))
        if not reading.parts:
            yield from (Near(cosine, cosine, cosine, index) for index, cosine in whole.items())
            return
        best: dict[int, float] = {}
        wish: dict[int, float] = {}
        for part, is_wish in reading.parts:
            for index, cosine in self._book.nearest(part, NEAR_PART, OPENED_PART):
                best[index] = max(cosine, best.get(index, 0.0))
                if is_wish:
                    wish[index] = max(cosine, wish.get(index, 0.0))
        for index in sorted({*whole, *best}):
            said = None if index in whole else features(self._book.phrases[index].words)
            cosine = whole[index] if said is None else self._cosine(reading.message, said, index)
            yield Near(cosine, best.get(index, 0.0), wish.get(index, 0.0), index)

    def _cosine(self, message: Message, said: set[str], index: int) -> float:
        return message.shared_with(said) / message.norm / self._book.norms[index]

    def _told(self, reading: Reading, cosine: float, index: int) -> float:
        """The share of a phrase that the message says."""
        return cosine * reading.message.norm / self._book.norms[index]

    def _evidence(self, reading: Reading, candidate: Candidate, said: set[str], named: set[str]) -> Evidence:
        """`said`: words and pairs of the message that its phrases say; `named`: those its official name says."""
        near, message, known = candidate.near, reading.message, self._known(candidate.code)
        joined, norms, norm = self._book.joined, self._book.norms, message.norm
        of_name = message.shared_with(named)
        words_said = sum([weight for word, weight in reading.words if word in said])
        return Evidence(
            near[0].cosine,
            max([one.part for one in near]) if reading.parts else near[0].cosine,
            max([one.wish for one in near]) if reading.parts else near[0].cosine,
            near[1].cosine if len(near) > 1 else 0.0,
            max([alike(reading.joined, joined[one.phrase]) for one in near[:4]]),
            max([one.cosine * norm / norms[one.phrase] for one in near[:6]]),  # as `_told`
            near[0].cosine * norm / 10,
            message.shared_with(said) / message.total,
            words_said / reading.words_total,
            of_name / message.norm / known.name_norm,
            of_name / known.name_norm**2,
            min(len(near), 8) / 8,
            float(known.common == 1),
            float(known.common == 2),
            float(known.common == 3),
            float(known.spoken),
            *agreement(reading.traits, known.traits),
        )

    def _no_evidence(self, reading: Reading, elsewhere: tuple[float, float]) -> NoEvidence:
        telling = sum(word not in self._words.small for word, _ in reading.words)
        unknown = sum(weight for word, weight in reading.words if word not in self._book.known)
        return NoEvidence(
            1.0, *elsewhere, unknown / reading.words_total, float(telling <= 1), min(len(reading.words), 20) / 20
        )

    def _known(self, code: str) -> Known:
        if code not in self._about:
            name = self._names[code]
            self._about[code] = Known(
                self._book.norms[name],
                self._lexicon.common(code),
                len(self._of[code]) > len(("name", "short", "english")),
                tuple(trait_of(self._catalog[code], difference) for difference in TOLD_APART),
            )
        return self._about[code]


@lru_cache(4096)  # of a few kinds each
def agreement(said: tuple[str | None, ...], meant: tuple[str, ...]) -> tuple[float, ...]:
    """How what is said of the act, the foreign element and the age goes with what the procedure is for."""
    return tuple(
        float(agrees)
        for said_, meant_, plain in zip(said, meant, PLAIN, strict=True)
        for agrees in (
            said_ is not None and said_ == meant_,
            said_ is not None and said_ != meant_ != plain,
            said_ is not None and said_ != meant_ == plain,
            said_ is None and meant_ != plain,
        )
    )


def clauses(text: str) -> list[str]:
    """
    >>> clauses("vợ em sinh rồi, em đi làm suốt. giờ làm giấy gì")
    ['vợ em sinh rồi', 'em đi làm suốt', 'giờ làm giấy gì']
    """
    return [clause.strip() for clause in CLAUSE_ENDS.split(text) if clause.strip()]


def windows(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """A clause that goes on and on, in overlapping pieces."""
    if len(words) <= LONG_CLAUSE:
        yield words
        return
    for start in range(0, len(words) - LONG_CLAUSE // 2, LONG_CLAUSE // 2):
        yield words[start : start + LONG_CLAUSE]


def phrases_of(procedure: Procedure, lexicon: Lexicon) -> Iterator[Phrase]:
    """The official name first; each wording once."""
    ways = (
        procedure.name,
        procedure.short,
        procedure.english,
        *procedure.also_called,
        *lexicon.said_of(procedure.code),
    )
    seen: set[tuple[str, ...]] = set()
    for number, said in enumerate(ways):
        words = tuple(map(intern, RECEDED.sub("", fold(said or "")).split()))  # the same few thousand words
        if number == 0 or (words and words not in seen):
            seen.add(words)
            yield Phrase(procedure.code, said or "", words)
