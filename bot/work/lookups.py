"""Somebody asks where a dossier is: within limits, audited, and no more is told than they may know."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple, Protocol

import structlog

from bot.dialogue.step import Look
from bot.dialogue.world import Looked, Names, Outcome
from bot.dossiers.changes import merged
from bot.dossiers.dossier import Answer, Dossier
from bot.dossiers.masking import masked_name, proves, public
from bot.services.dossiers.gateway import RefusedError, SystemDownError
from bot.storage.dossier_rows import Known
from bot.storage.store import Store, Unit
from bot.tracebacks import where
from bot.work import following
from bot.work.intervals import about, wait_after
from bot.work.pace import Answered, NotOurTurnError, Pace
from bot.work.telling import Telling
from knowledge.tongue import Language

log = structlog.get_logger()

JUST_NOW = timedelta(seconds=60)  # what was told so lately is told again without asking
ATTEMPTS = 2  # each counted and waited for like any other call; more than half of the patience must be left
IDENTITIES = (9, 12)  # digits of a whole number of CMND or CCCD: some systems want it beside the code


class Limit(NamedTuple):
    most: int
    within: timedelta


# Of codes a chat neither follows nor has asked for the day before; of digits that are claimed.
A_CHAT = (
    Limit(10, timedelta(minutes=10)),
    Limit(20, timedelta(hours=1)),
    Limit(40, timedelta(days=1)),
    Limit(200, timedelta(days=30)),
)
# Of wrong digits for one dossier, whoever gives them: four digits are soon guessed.
A_DOSSIER = (Limit(5, timedelta(days=1)), Limit(20, timedelta(days=30)))


class Route(following.Route, Protocol):
    def name(self, language: Language) -> str: ...
    @property
    def holds(self) -> bool: ...
    @property
    def page(self) -> str | None: ...


class Routing(Protocol):
    def of(self, code: str) -> Route | None: ...


@dataclass(frozen=True)
class Asked:
    """An attempt that is let through."""

    number: int
    look: Look
    chat: str
    known: Known
    proved: bool  # before, in this chat
    is_free: bool

    @property
    def claim(self) -> str | None:
        """Digits that are to be compared."""
        return None if self.proved else self.look.digits


@dataclass(frozen=True)
class Lookups:
    store: Store
    routes: Routing
    pace: Pace
    telling: Telling
    period: timedelta = timedelta(minutes=30)
    patience: timedelta = timedelta(seconds=8)
    random: Random = field(default_factory=Random)

    async def find(self, look: Look, chat: str) -> Looked:
        """Raises nothing for what is wrong at a system."""
        asked = await self.store.run(lambda unit: self._begin(unit, look, chat))
        if isinstance(asked, timedelta):
            return Looked(look, "too_many", wait=asked)
        route = self.routes.of(look.code)
        if route is None or route.system is None:
            return await self._ended(asked, route, "elsewhere")
        if asked.claim is None and self._is_known_now(asked.known):
            return await self._ended(asked, route, "found")
        answered = await self._ask(asked, route)
        if answered is None:
            return await self._ended(asked, route, "down")
        answer = answered.answers.get(look.code)
        if answer is None:
            return await self._ended(asked, route, "not_there")
        return await self.store.run(lambda unit: self._found(unit, asked, route, answered, answer))

    async def _ask(self, asked: Asked, route: Route) -> Answered | None:
        """None: it does not answer, not even when it is asked again."""
        look, begun = asked.look, self.store.now()
        for _ in range(ATTEMPTS):
            left = self.patience - (self.store.now() - begun)
            if left < self.patience / 2:
                return None
            try:
                return await self.pace.look(route, [look.code], identity(look), hurry=left)
            except (NotOurTurnError, RefusedError):
                return None
            except SystemDownError:
                continue
            except Exception as error:  # a fault of ours; its words may be somebody's
                log.error("not asked for", key=asked.known.key[:12], what=type(error).__name__, at=where(error))
                return None
        return None

    def _begin(self, unit: Unit, look: Look, chat: str) -> Asked | timedelta:
        """What to ask, or how long to wait first."""
        key = unit.dossiers.key(look.code)
        mine = unit.dossiers.of_chat(chat, key)
        proved = mine is not None and mine.proved
        compares = look.digits is not None and not proved
        number = unit.attempts.begin(chat, key, digits=compares)
        is_free = not compares and (mine is not None or unit.attempts.has_seen(chat, key))
        waits = [timedelta()]
        if not is_free:
            waits.append(wait_of(A_CHAT, unit, unit.attempts.counted(chat, *since(A_CHAT, unit), but=number)))
        if compares:
            waits.append(wait_of(A_DOSSIER, unit, unit.attempts.wrong(key, *since(A_DOSSIER, unit), but=number)))
        if wait := max(waits):
            unit.attempts.refuse(number, chat)
            return wait
        return Asked(number, look, chat, unit.dossiers.get(look.code), proved, is_free)

    def _is_known_now(self, known: Known) -> bool:
        return known.dossier is not None and known.known_at is not None and self.store.now() - known.known_at < JUST_NOW

    async def _ended(self, asked: Asked, route: Route | None, outcome: Outcome) -> Looked:
        """Without an answer of now: with the last that is known, where that may be said."""
        await self.store.run(lambda unit: unit.attempts.end(asked.number, outcome, counts=not asked.is_free))
        looked = looked_at(asked, route, outcome)
        if asked.known.dossier is None or outcome not in ("found", "down"):
            return looked
        return replace(looked, dossier=shown(asked.known.dossier, asked.proved), as_of=asked.known.known_at)

    def _found(self, unit: Unit, asked: Asked, route: Route, answered: Answered, answer: Answer) -> Looked:
        """Kept, and told to who follows: who asks has it on the screen."""
        matches = proves(asked.claim, answer.owner) if asked.claim is not None else None
        outcome: Outcome = "found"
        if asked.claim is not None and not matches:
            outcome = "cannot_prove" if matches is None else "wrong_digits"
        unit.attempts.end(asked.number, outcome, counts=not asked.is_free)
        before, now = asked.known, unit.dossiers.now
        wait = wait_after(answer.dossier, before.ended_at is not None, now, self.period)
        next_look = now + about(wait, self.random) if wait else None
        self.telling.keep(unit, before, answer, answered.at, next_look, trial=route.trial, but=asked.chat)
        if matches:
            unit.dossiers.prove(asked.chat, before.key)
        mine = unit.dossiers.of_chat(asked.chat, before.key)
        proved = asked.proved or bool(matches) or (mine is not None and mine.proved)
        dossier = shown(merged(before.dossier, answer.dossier), proved)
        owner = masked_name(answer.owner.name) if proved and answer.owner.name else None
        return replace(looked_at(asked, route, outcome), dossier=dossier, as_of=answered.at, proved=proved, owner=owner)


def looked_at(asked: Asked, route: Route | None, outcome: Outcome) -> Looked:
    looked = Looked(asked.look, outcome, proved=asked.proved)
    if route is None:
        return looked
    name = Names(route.name("vi"), route.name("en")) if route.holds else None
    return replace(looked, system=name, page=route.page, trial=route.trial)


def shown(dossier: Dossier, proved: bool) -> Dossier:
    return dossier if proved else public(dossier)


def identity(look: Look) -> str | None:
    return look.digits if look.digits and len(look.digits) in IDENTITIES else None


def since(limits: Sequence[Limit], unit: Unit) -> tuple[datetime, int]:
    """How far back attempts matter, and how many of them."""
    return unit.attempts.now - max(limit.within for limit in limits), max(limit.most for limit in limits)


def wait_of(limits: Sequence[Limit], unit: Unit, times: Sequence[datetime]) -> timedelta:
    """Until one more is allowed by every limit. `times`: of attempts that count, the latest first."""
    over = [times[most - 1] + within - unit.attempts.now for most, within in limits if len(times) >= most]
    return max([timedelta(), *over])
