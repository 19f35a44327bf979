"""When somebody may be written to unasked."""

from datetime import datetime, time, timedelta

from bot.capabilities import capabilities_of
from knowledge.zone import VIETNAM

QUIET = (time(21), time(7))  # people sleep; our own choice, told when somebody begins to follow a dossier


def not_before(chat: str, now: datetime) -> datetime:
    """When a notice that can wait may be sent. `now` with its zone.

    >>> from datetime import UTC
    >>> evening = datetime(2026, 11, 21, 15, tzinfo=UTC)  # ten in the evening
    >>> not_before("telegram:1", evening).astimezone(UTC).isoformat(), not_before("web:1", evening) == evening
    ('2026-11-22T00:00:00+00:00', True)
    """
    here = now.astimezone(VIETNAM)
    begins, ends = QUIET
    if not capabilities_of(chat).rings or ends <= here.time() < begins:
        return now
    day = here.date() if here.time() < ends else here.date() + timedelta(days=1)
    return datetime.combine(day, ends, VIETNAM)
