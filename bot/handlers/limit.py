"""How much one chat, or one network, may ask: a token bucket each, in memory."""

import time
from collections.abc import Callable

MINUTE = 60.0
MOST = 50_000  # buckets, some 10 MB; beyond them the one used least recently is forgotten, which only forgives


class Limit:
    def __init__(self, a_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._full = float(a_minute)
        self._clock = clock
        self._buckets: dict[str, tuple[float, float]] = {}  # who -> tokens left, when; least used first

    def allows(self, who: str) -> bool:
        now = self._clock()
        left, when = self._buckets.pop(who, (self._full, now))
        left = min(self._full, left + (now - when) * self._full / MINUTE)
        self._buckets[who] = (left - 1 if left >= 1 else left, now)
        self._drop_idle(now)
        return left >= 1

    def _drop_idle(self, now: float) -> None:
        """Whoever has been quiet for a minute has a full bucket again, so nothing need be remembered."""
        while len(self._buckets) > 1:
            oldest = next(iter(self._buckets))
            if len(self._buckets) <= MOST and now - self._buckets[oldest][1] <= MINUTE:
                break
            del self._buckets[oldest]
