"""From a citizen's words to the procedures they may mean, best first.

Every way to say a procedure (its name, what people call it, English) is a phrase. A phrase is compared by its words
and pairs of neighbouring words, rare ones counting more; the best phrases are then compared letter by letter.
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from heapq import nlargest
from itertools import pairwise

from rapidfuzz import fuzz, process
from rapidfuzz.distance import Indel

from knowledge.text import fold
from knowledge.words import Words
from procedures_catalog.catalog import Catalog
from procedures_catalog.models import Procedure

# tests/ranking and the bench guard these; they were set by trying values on the development queries.
GOOD_ENOUGH = 0.34  # below this a hit is noise
SURE = 0.50  # from here on, and with a lead, the first hit is taken as meant
CLEAR_LEAD = 0.10
BROAD_LEAD = 0.20  # asked of a query that says only what several procedures share
PAIR_WEIGHT = 0.6  # of a pair of words, beside its rarer word
TYPO = 78  # rapidfuzz ratio from which an unknown word is read as a known one
OPENED = 2000  # postings read before the commonest words only add to what the rarer ones found
CANDIDATES = 60  # phrases compared letter by letter
SMALL_WORDS = 0.25  # weight left to words of courtesy and grammar

RECEDED = re.compile(r"^(?:thu tuc|tthc) ")  # says nothing: all of them are procedures


@dataclass(frozen=True)
class Hit:
    """One ranked answer. `score` is 0..1 and comparable between queries; `matched` is the phrase that won."""

    procedure: Procedure
    score: float
    matched: str
    beyond: int | None = 0  # telling words of the phrase that the query lacks; None: the query has some of its own


@dataclass(frozen=True)
class Phrase:
    code: str
    said: str
    weight: float  # a folk name of a common procedure outweighs an equal one of a rare procedure


class ProcedureSearch:
    """Deterministic; equal scores fall in order of code."""

    def __init__(self, catalog: Catalog, words: Words) -> None:
        self._catalog = catalog
        self._lexicon = words
        self._phrases: list[Phrase] = []
        self._said: list[tuple[str, ...]] = []
        for procedure in sorted(catalog.values(), key=lambda p: p.code):
            if procedure.scope == "internal":  # between offices; no citizen can file it
                continue
            for phrase, said in phrases_of(procedure):
                self._phrases.append(phrase)
                self._said.append(said)
        self._index()

    def find(self, query: str, limit: int = 5) -> list[Hit]:
        """The best procedures, at most `limit`; empty when nothing is good enough."""
        return [hit for hit in self.rank(query, limit) if hit.score >= GOOD_ENOUGH]

    def rank(self, query: str, limit: int = 10) -> list[Hit]:
        """Like `find`, however weak the hits are."""
        spelt = self._lexicon.spelt_out(query)
        words = self._mended(spelt)
        if code := next((w for w in words if w in self._codes), None):
            return [Hit(self._catalog[self._codes[code]], 1.0, self._codes[code])]
        best: dict[str, tuple[float, int, tuple[str, ...]]] = {}
        for said in dict.fromkeys((words, self._mended(self._lexicon.in_law(spelt)))):
            for index, score in self._score(said):
                code = self._phrases[index].code
                if code not in best or score > best[code][0]:
                    best[code] = (score, index, said)
        ranked = sorted(best.items(), key=lambda item: (-item[1][0], item[0]))[:limit]
        return [self._hit(*found) for _, found in ranked]

    def _hit(self, score: float, index: int, said: tuple[str, ...]) -> Hit:
        phrase, asked, told = self._phrases[index], self._telling(said), self._telling(self._said[index])
        beyond = len(told - asked - self._lexicon.plain) if asked <= told else None
        return Hit(self._catalog[phrase.code], score, phrase.said, beyond)

    def _telling(self, words: Iterable[str]) -> set[str]:
        return set(words) - self._lexicon.small

    def _index(self) -> None:
        holders: dict[str, set[int]] = defaultdict(set)
        for index, words in enumerate(self._said):
            for feature in features(words):
                holders[feature].add(index)
        count = len(self._phrases) or 1
        self._rarity = {feature: math.log(1 + count / len(found)) for feature, found in holders.items()}
        norms = [self._norm(features(words)) for words in self._said]
        self._postings = {
            feature: {i: self._weight(feature) ** 2 * self._phrases[i].weight / (norms[i] or 1) for i in sorted(found)}
            for feature, found in holders.items()
        }
        self._joined = [" ".join(words) for words in self._said]
        self._codes = {p.code.replace(".", ""): p.code for p in self._catalog.values()}
        self._known = [w for w in self._rarity if " " not in w and len(w) > 1]

    def _weight(self, feature: str) -> float:
        if " " in feature:
            return PAIR_WEIGHT * self._rarity.get(feature, 0.0)
        unknown = math.log(1 + len(self._phrases))
        return self._rarity.get(feature, unknown) * (SMALL_WORDS if feature in self._lexicon.small else 1)

    def _norm(self, found: Iterable[str]) -> float:
        return math.sqrt(sum(self._weight(f) ** 2 for f in found))

    def _mended(self, words: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(word if word in self._rarity else self._mend(word) for word in words)

    def _mend(self, word: str) -> str:
        if len(word) < 4 or not word.isalpha():
            return word
        found = process.extractOne(word, self._known, scorer=fuzz.ratio, score_cutoff=TYPO)
        return found[0] if found else word

    def _score(self, words: tuple[str, ...]) -> list[tuple[int, float]]:
        """The likeliest phrases and their scores."""
        asked = sorted(features(words), key=lambda feature: (-self._weight(feature), feature))
        norm = self._norm(asked) or 1
        cosine = self._cosines(asked)
        top = nlargest(
            CANDIDATES, cosine, key=cosine.__getitem__
        )  # equal ones stay in the order of `asked` and of codes
        said = " ".join(words)
        return [(i, self._blend(cosine[i] / norm, said, i)) for i in top]

    def _cosines(self, asked: list[str]) -> dict[int, float]:
        """Shared weight of each phrase, the rarest words first; by then the commonest need open nothing new."""
        cosine: dict[int, float] = {}
        opened = 0
        for feature in asked:
            postings = self._postings.get(feature, {})
            opened += len(postings)
            if opened <= OPENED or not cosine:
                for index, share in postings.items():
                    cosine[index] = cosine.get(index, 0.0) + share
            else:
                for index in cosine.keys() & postings.keys():
                    cosine[index] += postings[index]
        return cosine

    def _blend(self, cosine: float, said: str, index: int) -> float:
        alike = Indel.normalized_similarity(said, self._joined[index])
        return min(1.0, 0.8 * cosine + 0.2 * alike * self._phrases[index].weight)


def phrases_of(procedure: Procedure) -> Iterable[tuple[Phrase, tuple[str, ...]]]:
    common = {1: 1.04, 2: 1.02, 3: 1.0}[procedure.common]
    ways = dict.fromkeys(
        said for said in (procedure.name, procedure.short, procedure.english, *procedure.also_called) if said
    )
    for said in ways:
        words = tuple(RECEDED.sub("", fold(said)).split())
        if words:
            yield Phrase(procedure.code, said, common), words


def features(words: tuple[str, ...]) -> set[str]:
    """Words and pairs of neighbours, each once.

    >>> sorted(features(("so", "do", "mat")))
    ['do', 'do mat', 'mat', 'so', 'so do']
    """
    return {*words, *(f"{a} {b}" for a, b in pairwise(words))}


def is_clear(hits: list[Hit]) -> bool:
    """Whether the first hit may be taken as meant, without asking."""
    if not hits or hits[0].score < SURE:
        return False
    return len(hits) == 1 or hits[0].score - hits[1].score >= (BROAD_LEAD if is_broad(hits) else CLEAR_LEAD)


def is_broad(hits: list[Hit]) -> bool:
    """Whether the query names no more than what several procedures have in common: "mai táng phí", "đất đai"."""
    return bool(hits[0].beyond) and any(hit.beyond is not None for hit in hits[1:])
