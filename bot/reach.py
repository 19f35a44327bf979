"""When each channel may be written to unasked, as data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from knowledge.zone import VIETNAM

QUIET = (time(21), time(7))  # people sleep; our own choice, told when somebody begins to follow a dossier


@dataclass(frozen=True)
class Reach:
    """`rings`: a message makes a phone ring, so quiet hours hold. `window`: after the citizen's last message."""

    rings: bool = True
    window: timedelta | None = None  # None: at any time


# Zalo: consultation messages are refused after seven days without a word of the citizen (CHANNELS §2.3).
CHANNELS: Mapping[str, Reach] = {
    "web": Reach(rings=False),
    "terminal": Reach(rings=False),
    "telegram": Reach(),
    "zalo": Reach(window=timedelta(days=7)),
}


def reach_of(chat: str) -> Reach:
    """By the address of a conversation: "telegram:1234"."""
    return CHANNELS.get(chat.partition(":")[0], Reach())


def not_before(chat: str, now: datetime) -> datetime:
    """When a notice that can wait may be sent. `now` with its zone.

    >>> from datetime import UTC
    >>> evening = datetime(2026, 11, 21, 15, tzinfo=UTC)  # ten in the evening
    >>> not_before("telegram:1", evening).astimezone(UTC).isoformat(), not_before("web:1", evening) == evening
    ('2026-11-22T00:00:00+00:00', True)
    """
    here = now.astimezone(VIETNAM)
    begins, ends = QUIET
    if not reach_of(chat).rings or ends <= here.time() < begins:
        return now
    day = here.date() if here.time() < ends else here.date() + timedelta(days=1)
    return datetime.combine(day, ends, VIETNAM)
