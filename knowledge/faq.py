"""General questions about the post, fees and safety, answered from sourced data (data/faq.yaml)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field
from rapidfuzz import fuzz, process

from knowledge.text import Spoken, Spotter, fold

ALIKE = 91  # rapidfuzz token_sort_ratio from which two questions are the same; tests/test_faq.py guards it


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

    def topic_of(self, spoken: Spoken, bare: str) -> str | None:
        """The topic a message asks about; `bare` is the folded message without courtesies."""
        if topic := self._within.find(spoken):
            return topic
        if found := process.extractOne(bare, self._asked.keys(), scorer=fuzz.token_sort_ratio, score_cutoff=ALIKE):
            return self._asked[found[0]]
        return None

    @cached_property
    def _within(self) -> Spotter:
        return Spotter({topic: question.within for topic, question in self.questions.items()})

    @cached_property
    def _asked(self) -> Mapping[str, str]:
        return {fold(ask): topic for topic, question in self.questions.items() for ask in question.asks}


def load_faq(path: Path = Path(__file__).parent / "data" / "faq.yaml") -> Faq:
    file = FaqFile.model_validate(yaml.load(path.read_text("utf-8"), yaml.CBaseLoader))
    return Faq(file.contacts, file.questions)
