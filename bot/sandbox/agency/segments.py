"""When a moment of the pretend clock came by the wall clock, however it was sped up, put forward or shut. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.sandbox.office_clock import OfficeClock

A_BIT = timedelta(seconds=1)  # by the wall clock


@dataclass(frozen=True)
class Segment:
    """At `wall` it was `here`; since then, until the next segment, `speed` seconds have passed in each second."""

    wall: datetime
    here: datetime
    speed: float

    def at(self, wall: datetime) -> datetime:
        return self.here + (wall - self.wall) * self.speed

    def wall_at(self, here: datetime) -> datetime:
        return self.wall + (here - self.here) / self.speed


def segment_of(clock: OfficeClock) -> Segment:
    return Segment(clock.wall, clock.here, clock.speed)


def wall_of(moment: datetime, segments: list[Segment]) -> datetime | None:
    """Since when, by the wall clock, `moment` has been reached. None: it has not, or not in any of the segments."""
    for segment, following in zip(segments, [*segments[1:], None], strict=True):
        if moment <= segment.here:
            return segment.wall
        ends = min(following.here, segment.at(following.wall)) if following else None
        if segment.speed and (ends is None or moment <= ends):
            return segment.wall_at(moment)
    return None
