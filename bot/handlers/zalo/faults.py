"""What an operator must mend at Zalo's side, told once; over when it has not been seen for an hour.

Each code is an alarm of its own: one says nothing of another. Not over at the first success: while a plan or a purse is
used up some messages go through and others do not.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.alarms import Alarms
from bot.dialogue.step import Text, text
from bot.handlers.zalo.errors import Kind, ZaloError

QUIET = timedelta(hours=1)
KEYS: Mapping[Kind, str] = {
    "alert": "zalo:account",
    "money": "zalo:money",
    "refused": "zalo:refused",
    "permanent": "zalo:refused",
    "refresh": "zalo:token",
}


@dataclass
class Faults:
    alarms: Alarms
    _seen: dict[str, datetime] = field(default_factory=dict)

    async def saw(self, error: ZaloError) -> None:
        if base := KEYS.get(error.kind):
            key = base if error.kind == "refresh" else f"{base}:{error.code}"
            self._seen[key] = self.alarms.now()
            await self.alarms.ring(key, words_of(error))

    async def well(self) -> None:
        """Something was taken. What was on before this process began counts from its first success."""
        now = self.alarms.now()
        for key in list(self._on()):
            if now - self._seen.setdefault(key, now) > QUIET:
                await self.alarms.well(key)

    def _on(self) -> Iterator[str]:
        ours = set(KEYS.values())
        return (key for key in self.alarms.on() if ":".join(key.split(":")[:2]) in ours)


def words_of(error: ZaloError) -> Text:
    code = str(error.code)
    match error.kind:
        case "money":
            return text("zalo.alarm_money", code=code)
        case "refused" | "permanent":
            return text("zalo.alarm_refused", code=code)
        case "refresh":
            return text("zalo.alarm_token")
        case _:
            return text("zalo.alarm_account", code=code)
