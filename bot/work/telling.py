"""What an agency's system told is kept together with the words for everybody who follows: in one transaction, once."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Protocol

from bot.dialogue.step import Reply
from bot.dossiers.changes import Change, changes, merged, warnings
from bot.dossiers.dossier import Answer, Dossier, Owner
from bot.dossiers.lateness import day_of
from bot.dossiers.masking import proves
from bot.pickup import progress
from bot.pickup.order import Order
from bot.storage.dossier_rows import Follower, Known
from bot.storage.store import Unit
from bot.texts.render import render_notice
from knowledge.calendar import WorkingCalendar
from knowledge.tongue import Language
from knowledge.zone import VIETNAM

LONGEST = 100  # characters of a change's key


@dataclass(frozen=True)
class Listener:
    """Who is told, and what they may hear."""

    chat: str
    language: Language
    proved: bool
    order: Order | None  # the pickup the dossier was collected with
    trial: bool
    lasting: bool  # it is followed further
    as_of: datetime | None  # when the system said so; None: it never did
    post: progress.Status | None = None  # how far that pickup is


class Tell(Protocol):
    """Which words. None: not worth a notice."""

    def change(self, dossier: Dossier, change: Change, listener: Listener) -> Reply | None: ...

    def back(self, dossier: Dossier, listener: Listener) -> Reply | None:
        """To who asked while the system was down: it answers again, and this."""

    def not_there(self, code: str, listener: Listener) -> Reply | None:
        """The system answers, and knows no such dossier: to who waited for that, and to all after a month of it."""


@dataclass(frozen=True)
class Telling:
    tell: Tell
    when: Callable[[str, datetime], datetime]  # the first moment a chat may be told something, from a moment on

    def keep(
        self, unit: Unit, before: Known, answer: Answer, at: datetime, next_look: datetime | None, *, trial: bool,
        but: str = "",
    ) -> int:  # fmt: skip
        """How many were told. `but`: who sees it anyway. An answer that comes too late is dropped."""
        now = merged(before.dossier, answer.dossier)
        prove(unit, before.key, answer.owner)
        if not unit.dossiers.keep(before, now, at, next_look, trial=trial):
            return 0
        followers = [one for one in unit.dossiers.followers(before.key) if one.chat != but]
        found = changes(before.dossier, now) if followers else ()
        lasting = [one for one in followers if not one.asked]
        told = self._changes(unit, before.key, now, found, lasting, trial, at)
        for one in followers:
            if one.asked:
                reply = self.tell.back(now, listener(unit, one, trial, at))
                told += self._say(unit, one, f"back:{before.version}", reply)
        unit.dossiers.answered(before.key)
        return told

    def missing(self, unit: Unit, before: Known, next_look: datetime, *, trial: bool, give_up: bool) -> int:
        if not unit.dossiers.is_missing(before, next_look):
            return 0
        waiting = [one for one in unit.dossiers.followers(before.key) if one.asked or give_up]
        told = 0
        for one in waiting:
            reply = self.tell.not_there(before.code, listener(unit, one, trial, before.known_at))
            told += self._say(unit, one, f"missing:{before.version}", reply)
        if give_up:
            unit.dossiers.give_up(before.key)
        else:
            unit.dossiers.answered(before.key)
        return told

    def warn(self, unit: Unit, known: Known, today: date, calendar: WorkingCalendar) -> int:
        dossier = known.dossier
        if dossier is None:
            return 0
        asked = unit.dossiers.told_at(known.key, f"supplement:{dossier.rounds}")
        found = warnings(dossier, today, calendar, day_of(asked) if asked else None)
        lasting = [one for one in unit.dossiers.followers(known.key) if one.lasting] if found else []
        return self._changes(unit, known.key, dossier, found, lasting, known.trial, known.known_at)

    def _changes(
        self, unit: Unit, key: str, dossier: Dossier, found: Iterable[Change], followers: Iterable[Follower],
        trial: bool, at: datetime | None,
    ) -> int:  # fmt: skip
        told = 0
        for change in found:
            if not unit.dossiers.is_news(key, short(change.key)):
                continue
            for one in followers:
                reply = self.tell.change(dossier, change, listener(unit, one, trial, at))
                told += self._say(unit, one, short(change.key), reply)
        return told

    def _say(self, unit: Unit, one: Follower, key: str, reply: Reply | None) -> int:
        if reply is None:
            return 0
        today = unit.turns.now.astimezone(VIETNAM).date()
        words = (render_notice(reply, language_of(unit, one), today),)
        unit.turns.notify(one.chat, f"{one.key[:40]}:{key}", words, self.when(one.chat, unit.turns.now))
        return 1


def listener(unit: Unit, one: Follower, trial: bool, as_of: datetime | None) -> Listener:
    kept = unit.pickups.get(one.order) if one.order else None
    mine = kept if kept and kept.order.chat == one.chat else None
    order, post = (mine.order, mine.status) if mine else (None, None)
    return Listener(one.chat, language_of(unit, one), one.proved, order, trial, one.lasting, as_of, post)


def prove(unit: Unit, key: str, owner: Owner) -> None:
    """That a chat calls a dossier one of its pickups proves nothing; that both have the same phone does."""
    for one in unit.dossiers.followers(key):
        kept = unit.pickups.get(one.order) if one.order and not one.proved else None
        if kept and kept.order.chat == one.chat and proves(kept.order.sender.phone.lstrip("+"), owner):
            unit.dossiers.prove(one.chat, key)


def language_of(unit: Unit, one: Follower) -> Language:
    """The one spoken now."""
    conversation = unit.conversations.get(one.chat).conversation
    return conversation.memory.language if conversation else one.language


def short(key: str) -> str:
    """As it fits into its column."""
    return key if len(key) <= LONGEST else sha256(key.encode()).hexdigest()
