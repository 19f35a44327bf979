"""What an operator must know of: told once, and once more when it is over, whatever the number of processes.

It is logged as an error, and said in the staff's chat where the settings name one. Where it is kept may be what is
broken: then that is logged, it is tried again the next time, and whoever tells it goes on with its work.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from bot.alarm_names import called
from bot.dialogue.step import Kind, Line, Reply, Text, text
from bot.storage.store import Store, Unit
from bot.texts.render import render

PATIENCE = timedelta(seconds=60)  # a hiccup shorter than this wakes nobody

log = structlog.get_logger()


@dataclass(frozen=True)
class Alarms:
    """`chat`: the address of the staff's chat, "zalobot:…"; None: the log is all there is.

    `trouble`, `ring` and `well` never raise: they are told in the middle of a send, which they must not undo.
    """

    store: Store
    now: Callable[[], datetime]
    chat: str | None = None
    patience: timedelta = PATIENCE
    _troubled: dict[str, datetime] = field(default_factory=dict)  # since when, as this process saw it
    _rung: set[str] = field(default_factory=set)

    async def trouble(self, key: str, words: Text) -> None:
        """Something fails, again and again: it is told once it has lasted."""
        since = self._troubled.setdefault(key, self.now())
        if self.now() - since >= self.patience:
            await self.ring(key, words)

    async def ring(self, key: str, words: Text) -> None:
        """Told at once. Not again before it is over."""
        self._troubled.setdefault(key, self.now())
        if key in self._rung:
            return

        def begin(unit: Unit) -> bool:
            new = unit.alarms.begin(key)
            if new:
                self._tell(unit, key, words, "warning")
            return new

        try:
            new = await self.store.run(begin)
        except Exception as error:
            log.error("alarm not kept", key=key, what=words.key, error=type(error).__name__)
            return
        if new:
            log.error("alarm", key=key, what=words.key)
        self._rung.add(key)

    async def well(self, key: str) -> None:
        """It works. Cheap when it did before."""
        if key not in self._troubled:
            return

        def end(unit: Unit) -> bool:
            was = unit.alarms.end(key)
            if was:
                self._tell(unit, key, text("alarm.over", what=called(key)), "text")
            return was

        try:
            was = await self.store.run(end)
        except Exception as error:
            log.error("alarm not ended", key=key, error=type(error).__name__)
            return
        if was:
            log.info("alarm over", key=key)
        self._troubled.pop(key, None)
        self._rung.discard(key)

    def on(self) -> tuple[str, ...]:
        """Keys of all that is in trouble, or was told of, as far as this process knows."""
        return tuple(self._troubled)

    async def remember(self) -> None:
        """At the start: what was on when the last process ended is on, until it works."""
        for key, since in (await self.store.run(lambda unit: unit.alarms.all())).items():
            self._troubled[key] = since
            self._rung.add(key)

    def _tell(self, unit: Unit, key: str, words: Text, kind: Kind) -> None:
        if self.chat:
            reply = Reply((Line(words, kind),))
            told = f"{words.key}:{self.now():%y%m%d%H%M%S%f}"  # it may be over in the moment it began
            unit.turns.notify(self.chat, f"alarm:{key[:60]}:{told}", (render(reply, "vi"),))
