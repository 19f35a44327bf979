"""General questions about the post, fees and safety, answered from sourced data (data/faq.yaml)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from pydantic import BaseModel, ConfigDict, Field
from rapidfuzz import fuzz, process

from knowledge.datafile import read
from knowledge.text import Spoken, Spotter

ALIKE = 91  # rapidfuzz ratio of the words in order, from which two questions are the same; tests/test_faq.py guards it


class Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FaqSource(Entry):
    document: str
    article: str | None = None
    as_of: date


class Contact(Entry):
    """Someone to call."""

    name: Mapping[str, str]  # by language
    number: str
    for_what: Mapping[str, str]
    source: FaqSource
    to_verify: bool = False  # several secondary sources agree, no primary one was read


class Question(Entry):
    label: Mapping[str, str]  # by language; fits a button
    asks: tuple[str, ...]  # whole questions people ask
    within: tuple[str, ...] = ()  # words that settle the matter wherever they stand
    answer: Mapping[str, tuple[str, ...]]  # paragraphs by language
    sources: tuple[FaqSource, ...] = Field(min_length=1)
    see: tuple[str, ...] = ()  # topics to offer next


class FaqFile(Entry):
    contacts: Mapping[str, Contact]
    questions: Mapping[str, Question]


@dataclass(frozen=True)
class Faq:
    contacts: Mapping[str, Contact]
    questions: Mapping[str, Question]

    def settled(self, spoken: Spoken) -> str | None:
        """The topic of words that settle the matter wherever they stand."""
        return self._within.find(spoken)

    @cached_property
    def _within(self) -> Spotter:
        return Spotter({topic: question.within for topic, question in self.questions.items()})


def nearest(said: str, asked: Mapping[str, str]) -> str | None:
    """The topic of the question a message comes near, word order and typing errors apart.

    `asked`: the questions, their words in order (`in_order`).
    """
    found = process.extractOne(in_order(said), asked.keys(), scorer=fuzz.ratio, score_cutoff=ALIKE)
    return asked[found[0]] if found else None


def in_order(said: str) -> str:
    """
    >>> in_order("mat the can cuoc")
    'can cuoc mat the'
    """
    return " ".join(sorted(said.split()))


def load_faq() -> Faq:
    file = read("faq.yaml", FaqFile)
    return Faq(file.contacts, file.questions)
