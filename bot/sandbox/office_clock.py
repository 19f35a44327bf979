"""The clock of the pretend post: it can run faster than the wall clock, and be put forward."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass
class OfficeClock:
    """At `wall` it was `here`; since then `speed` seconds have passed in each second."""

    wall_now: Callable[[], datetime]
    wall: datetime
    here: datetime
    speed: float

    def now(self) -> datetime:
        return self.here + (self.wall_now() - self.wall) * self.speed

    def advance(self, time: timedelta) -> None:
        """Raises ValueError for a step back: what has happened stays."""
        if time < timedelta(0):
            raise ValueError("the clock only goes forward")
        self.here, self.wall = self.now() + time, self.wall_now()

    def run_at(self, speed: float) -> None:
        """Raises ValueError: see `advance`."""
        if speed < 0:
            raise ValueError("the clock only goes forward")
        self.advance(timedelta(0))
        self.speed = speed
