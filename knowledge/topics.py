"""Broad words and life events that several procedures serve, as data (data/topics.yaml): what to offer then.

A message is about a topic when, words of courtesy aside, it says just that and nothing more.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from knowledge.datafile import HERE, strings_of
from knowledge.text import accented, fold, has_marks


class Topic(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    about: str
    kind: Literal["word", "event"]  # the bot asks which is meant · the first is shown, the others are offered beside it
    codes: Annotated[tuple[str, ...], Field(min_length=2)]  # the likeliest, or what has to be done first, first
    vi: tuple[str, ...]
    en: tuple[str, ...] = ()

    def phrases(self) -> Iterable[str]:
        return (*self.vi, *self.en)


@dataclass(frozen=True)
class Topics:
    topics: tuple[Topic, ...]
    around: frozenset[str]  # words that do not narrow what is meant

    def find(self, text: str) -> Topic | None:
        """The topic a message names. Marks count when the writer uses them: "thuế" is not "thuê"."""
        topics = self._folded.get(self._telling(fold(text)), ())
        if has_marks(text):
            said = accented_telling(text, self.around)
            topics = tuple(topic for topic in topics if said in self._accented[topic.about])
        return next(iter(topics), None)

    def _telling(self, folded: str) -> tuple[str, ...]:
        words = tuple(folded.split())
        return tuple(word for word in words if word not in self.around) or words

    @cached_property
    def _folded(self) -> Mapping[tuple[str, ...], tuple[Topic, ...]]:
        found: dict[tuple[str, ...], dict[str, Topic]] = {}
        for topic in self.topics:
            for phrase in topic.phrases():
                found.setdefault(self._telling(fold(phrase)), {})[topic.about] = topic
        return {said: tuple(topics.values()) for said, topics in found.items()}

    @cached_property
    def _accented(self) -> Mapping[str, frozenset[tuple[str, ...]]]:
        return {
            topic.about: frozenset(accented_telling(phrase, self.around) for phrase in topic.phrases())
            for topic in self.topics
        }


def accented_telling(text: str, around: frozenset[str]) -> tuple[str, ...]:
    words = [(word, fold(word)) for word in accented(text).split()]
    return tuple(word for word, plain in words if plain not in around) or tuple(word for word, _ in words)


def load_topics(around: frozenset[str]) -> Topics:
    topics = TypeAdapter(list[Topic]).validate_python(strings_of(HERE / "topics.yaml"))
    return Topics(tuple(topics), around)
