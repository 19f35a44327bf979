"""What speaks for a procedure, or for none: numbers whose weights are learnt (knowledge/making/weights.py)."""

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from knowledge.datafile import read


class Evidence(NamedTuple):
    """For one procedure, given a message. Each 0..1 or a little above; the names are the keys of data/weights.yaml."""

    phrase: float  # cosine of the nearest phrase with the message
    part: float  # cosine of a phrase with the clause of the message that is nearest to one
    wish: float  # the same among the clauses that say a wish (muốn, cần, xin …)
    second: float  # of the next nearest phrase of the same procedure
    letters: float  # likeness of the nearest phrases, letter by letter
    told: float  # share of a phrase that the message says
    strength: float  # how much of rare words and pairs a phrase shares with the message
    asked: float  # share of the message that all phrases of the procedure together say
    asked_words: float  # the same for words alone
    name: float  # cosine of the official name
    name_told: float  # share of the official name that the message says
    phrases: float  # how many of its phrases are near
    every_family: float  # commonness 1
    many: float  # commonness 2
    some: float  # commonness 3
    spoken: float  # whether everyday phrases exist at all
    same_act: float  # cấp lại, gia hạn … said and meant
    other_act: float
    plain_act: float  # one is said, the procedure has none
    unasked_act: float  # none is said, the procedure has one
    same_abroad: float  # the foreign element
    other_abroad: float
    plain_abroad: float
    unasked_abroad: float
    same_age: float
    other_age: float
    plain_age: float
    unasked_age: float


class NoEvidence(NamedTuple):
    """For "no procedure serves this", given a message."""

    always: float
    elsewhere: float  # cosine of the nearest phrase of data/elsewhere.yaml
    elsewhere_told: float  # share of that phrase that the message says
    unknown: float  # share of the message in words that no phrase has
    brief: float  # at most one telling word
    length: float


class Weight(BaseModel):
    """For a message of a few words, and for a long story; in between by length."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    short: float
    long: float


class Weights(BaseModel):
    """data/weights.yaml, written by knowledge/making/weights.py."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    version: str
    evidence: Mapping[str, Weight]
    nothing: Mapping[str, Weight]

    @classmethod
    def none(cls) -> "Weights":
        """Nothing weighs anything: what there is before the learning."""
        zero = Weight(short=0, long=0)
        return cls(
            version="", evidence=dict.fromkeys(Evidence._fields, zero), nothing=dict.fromkeys(NoEvidence._fields, zero)
        )

    def for_evidence(self, length: float) -> tuple[float, ...]:
        return tuple(between(self.evidence[name], length) for name in Evidence._fields)

    def for_nothing(self, length: float) -> tuple[float, ...]:
        return tuple(between(self.nothing[name], length) for name in NoEvidence._fields)


def between(weight: Weight, length: float) -> float:
    return weight.short + (weight.long - weight.short) * length


@cache
def load_weights() -> Weights:
    return read("weights.yaml", Weights)
