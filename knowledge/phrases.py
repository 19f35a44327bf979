"""What people say that is not a wish for a procedure, as data (data/phrases.yaml)."""

from collections.abc import Mapping
from functools import cache

from pydantic import BaseModel, ConfigDict, Field

from knowledge.datafile import read
from knowledge.meanings import Aspect


class Group(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DangerWords(Group):
    number: str
    phrases: tuple[str, ...]


class District(Group):
    verbs: tuple[str, ...]
    places: tuple[str, ...]
    not_before: tuple[str, ...]


class Saying(Group):
    """What says one thing: wherever it stands, or only with small words around it."""

    within: tuple[str, ...]
    alone: tuple[str, ...] = ()


class ByPostWords(Group):
    """Around the name of what goes by post."""

    ways: tuple[str, ...]
    homes: tuple[str, ...]
    verbs: tuple[str, ...]
    papers: tuple[str, ...]
    things: tuple[str, ...]


class Booking(Group):
    requests: tuple[str, ...]
    visits: tuple[str, ...]
    when: tuple[str, ...]
    questions: tuple[str, ...]
    doubts: tuple[str, ...]
    small: tuple[str, ...]


class Managing(Group):
    """Of pickups ordered before."""

    opening: tuple[str, ...]
    see: Saying
    slip: Saying
    move: Saying
    cancel: Saying
    correct: Saying


class Following(Group):
    """To be told of what changes with a dossier, or no more."""

    follow: Saying
    unfollow: Saying
    neither: tuple[str, ...]


class Officials(Saying):
    """Complaints about them; `named` turns a complaint of any kind into one of these, but for who is in `not_`."""

    named: tuple[str, ...]
    not_: tuple[str, ...] = Field(alias="not")


class OwnData(Group):
    see: Saying
    withdraw: Saying


class Phrases(Group):
    """data/phrases.yaml."""

    filler: tuple[str, ...]
    whole: Mapping[str, tuple[str, ...]]
    within: Mapping[str, tuple[str, ...]]
    not_out_of_scope: tuple[str, ...]
    aspects: Mapping[Aspect, tuple[str, ...]]
    rest: tuple[str, ...]
    telling: tuple[str, ...]
    asked_at_the_end: Mapping[Aspect, tuple[str, ...]]
    by_post: ByPostWords
    asked_of_something_else: tuple[str, ...]
    asked_at_the_start: Mapping[Aspect, tuple[str, ...]]
    asked_then: tuple[str, ...]
    ordinals: Mapping[int, tuple[str, ...]]
    book: Booking
    manage: Managing
    my_data: OwnData
    offices: Saying
    track: Saying
    following: Following
    complain: Saying
    officials: Officials
    code_words: tuple[str, ...]
    digit_words: tuple[str, ...]
    danger: tuple[DangerWords, ...]
    not_danger: tuple[str, ...]
    joined: tuple[str, ...]
    district: District


@cache
def load_phrases() -> Phrases:
    return read("phrases.yaml", Phrases)
