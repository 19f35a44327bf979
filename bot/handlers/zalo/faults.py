"""What an operator must mend at Zalo's side, told once; over when it has not been seen for an hour.

Not at the first success: while a plan or a purse is used up some messages go through and others do not.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.alarms import Alarms
from bot.dialogue.step import Text, text
from bot.handlers.zalo.errors import Kind, ZaloError

QUIET = timedelta(hours=1)
KEYS: Mapping[Kind, str] = {"alert": "zalo:account", "money": "zalo:money", "refused": "zalo:refused"}


@dataclass
class Faults:
    alarms: Alarms
    _seen: dict[str, datetime] = field(default_factory=dict)

    async def saw(self, error: ZaloError) -> None:
        if key := KEYS.get(error.kind):
            self._seen[key] = self.alarms.now()
            await self.alarms.ring(key, words_of(error))

    async def well(self) -> None:
        """Something was taken. What was on before this process began counts from its first success."""
        now = self.alarms.now()
        for key in KEYS.values():
            if now - self._seen.setdefault(key, now) > QUIET:
                await self.alarms.well(key)


def words_of(error: ZaloError) -> Text:
    code = str(error.code)
    if error.kind == "money":
        return text("zalo.alarm_money", code=code)
    return text("zalo.alarm_refused", code=code) if error.kind == "refused" else text("zalo.alarm_account", code=code)
