"""All phrases by which procedures are known, and quick access to those that share rare words with a message."""

import math
from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

PAIR_WEIGHT = 0.6  # of a pair of words, beside its rarer word
SMALL_WORDS = 0.25  # weight left to words of courtesy and grammar
KEPT = 150  # phrases that the commonest words can still add to
OPENED = 1000  # postings read before the commonest words only add to what the rarer ones found


@dataclass(frozen=True, slots=True)
class Phrase:
    code: str  # of the procedure, "" for what no procedure serves
    said: str  # as written in the data
    words: tuple[str, ...]  # folded


@dataclass(frozen=True, slots=True)
class Message:
    """A citizen's words, ready for comparison."""

    words: tuple[str, ...]
    weights: Mapping[str, float]  # of each word and pair, squared; rarer ones more
    total: float
    norm: float

    def shared_with(self, said: Iterable[str]) -> float:
        """The weight of the words and pairs that are also in `said`, a set."""
        return sum(map(self.weights.__getitem__, self.weights.keys() & said))


class Phrasebook:
    """Immutable once built. A phrase is known by its place in `phrases`; those of a procedure stand together."""

    def __init__(self, phrases: Sequence[Phrase], small: frozenset[str]) -> None:
        self.phrases = phrases
        self.joined = [" ".join(phrase.words) for phrase in phrases]
        self._small = small
        last_holder: dict[str, str] = {}
        holders: dict[str, int] = defaultdict(int)
        postings: dict[str, array[int]] = defaultdict(lambda: array("I"))
        for index, phrase in enumerate(phrases):
            code = phrase.code
            for feature in features(phrase.words):
                postings[feature].append(index)
                if last_holder.get(feature) != code:  # the phrases of a procedure stand together
                    last_holder[feature] = code
                    holders[feature] += 1
        count = len({phrase.code for phrase in phrases}) or 1
        self._unknown = math.log(1 + count)
        self._rarity = {feature: math.log(1 + count / number) for feature, number in holders.items()}
        weights = {feature: self.weight(feature) ** 2 for feature in self._rarity}
        norms = (math.sqrt(sum(map(weights.__getitem__, features(phrase.words)))) or 1.0 for phrase in phrases)
        self.norms = array("d", norms)  # features are made twice: held all at once they took 50 MB
        self._shorter = array("d", (1 / norm for norm in self.norms))
        self._postings = dict(postings)
        self._common = {feature: self._by_length(all_) for feature, all_ in postings.items() if len(all_) > OPENED}
        self.known = frozenset(feature for feature in self._rarity if " " not in feature)
        self._sets: dict[str, frozenset[int]] = {}  # of the commonest features, made when first needed

    def message(self, words: tuple[str, ...]) -> Message:
        weights = {feature: self.weight(feature) ** 2 for feature in features(words)}
        total = sum(weights.values())
        return Message(words, weights, total or 1.0, math.sqrt(total) or 1.0)

    def said_of(self, message: Message, among: Sequence[range]) -> list[tuple[set[str], set[str]]]:
        """For each row of phrases: the words and pairs of the message that one of them says, and that the first says.

        Read from the postings: a set of words for each procedure took 30 MB.
        """
        rows = [(phrases.start, phrases.stop, set[str](), set[str]()) for phrases in among]
        for feature in message.weights:
            if postings := self._postings.get(feature):
                end = len(postings)
                for first, stop, by_any, by_first in rows:
                    place = bisect_left(postings, first)
                    if place < end and (index := postings[place]) < stop:
                        by_any.add(feature)
                        if index == first:
                            by_first.add(feature)
        return [(by_any, by_first) for _, _, by_any, by_first in rows]

    def pairs(self) -> Iterator[str]:
        return (feature for feature in self._rarity if " " in feature)

    def is_said(self, pair: str) -> bool:
        """Whether the two words stand side by side in a phrase."""
        return pair in self._rarity

    def weight(self, feature: str) -> float:
        if " " in feature:
            return PAIR_WEIGHT * self._rarity.get(feature, 0.0)
        return self._rarity.get(feature, self._unknown) * (SMALL_WORDS if feature in self._small else 1.0)

    def nearest(self, message: Message, limit: int, opened: int = OPENED) -> list[tuple[int, float]]:
        """The likeliest phrases, best first: (index, cosine with the message). Ties keep the order of opening.

        Words and pairs are taken rarest first, until `opened` postings are read; the commoner ones left can only add
        to the best of what is there.
        """
        weights, found, shorter = message.weights, self._postings, self._shorter
        rarest_first = sorted((f for f in weights if f in found), key=lambda f: (-weights[f], f))
        alike: dict[int, float] = {}
        left = opened
        for place, feature in enumerate(rarest_first):
            postings, weight = found[feature], weights[feature]
            if len(postings) > left:
                self._join_shortest(alike, feature, weight, left)
                alike = best(alike, max(KEPT, limit))
                self._gain(alike, rarest_first[place + 1 :], weights)
                break
            left -= len(postings)
            for index in postings:
                alike[index] = alike.get(index, 0.0) + weight * shorter[index]
        return [(index, share / message.norm) for index, share in best(alike, limit).items()]

    def _join_shortest(self, alike: dict[int, float], feature: str, weight: float, left: int) -> None:
        """All that is open gains; of the others with the word, the shortest are opened, where it says the most."""
        gaining = self._gain(alike, (feature,), {feature: weight})
        shortest = self._common.get(feature, self._postings[feature])[:left]
        alike |= {index: weight * self._shorter[index] for index in shortest if index not in gaining}

    def _gain(self, alike: dict[int, float], features: Iterable[str], weights: Mapping[str, float]) -> set[int]:
        gaining: set[int] = set()
        for feature in features:
            weight = weights[feature]
            gaining = alike.keys() & self._set_of(feature)
            for index in gaining:
                alike[index] += weight * self._shorter[index]
        return gaining

    def _set_of(self, feature: str) -> frozenset[int]:
        if feature not in self._sets:
            self._sets[feature] = frozenset(self._postings[feature])
        return self._sets[feature]

    def _by_length(self, postings: Iterable[int]) -> "array[int]":
        """The shortest phrases first: a word that many share says the most in those."""
        return array("I", sorted(postings, key=self.norms.__getitem__))


def best(alike: dict[int, float], limit: int) -> dict[int, float]:
    return {index: alike[index] for index in sorted(alike, key=alike.__getitem__, reverse=True)[:limit]}


def features(words: tuple[str, ...]) -> set[str]:
    """Words and pairs of neighbours, each once.

    >>> sorted(features(("so", "do", "mat")))
    ['do', 'do mat', 'mat', 'so', 'so do']
    """
    return {*words, *map(" ".join, pairwise(words))}
