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
from knowledge.words import Words


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
    around: frozenset[str]  # words that do not narrow what is meant, folded
    around_marked: frozenset[str]  # the same with their marks

    def find(self, text: str) -> Topic | None:
        """The topic a message names. Marks count when the writer uses them: "thuế" is not "thuê"."""
        topics = self._folded.get(self._telling(fold(text)), ())
        if has_marks(text):
            said = self._marked(text)
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

    def _marked(self, text: str) -> tuple[str, ...]:
        """Like `_telling`, with marks: "hội" is not the courtesy "hỏi", while "hoi" may be."""
        words = tuple(accented(text).split())
        return tuple(word for word in words if not self._is_around(word)) or words

    def _is_around(self, word: str) -> bool:
        return word in self.around_marked or (word == fold(word) and word in self.around)

    @cached_property
    def _accented(self) -> Mapping[str, frozenset[tuple[str, ...]]]:
        return {topic.about: frozenset(self._marked(phrase) for phrase in topic.phrases()) for topic in self.topics}


def load_topics(words: Words) -> Topics:
    topics = TypeAdapter(list[Topic]).validate_python(strings_of(HERE / "topics.yaml"))
    return Topics(tuple(topics), words.around, words.around_marked)
