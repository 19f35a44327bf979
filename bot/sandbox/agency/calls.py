"""What was asked of the pretend agencies, when, and how much at once: so that limits can be proved."""

from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime


class Calls:
    """By wire; what gives out tokens counts apart, as "igate/token". Nothing of what a call said is kept."""

    def __init__(self, wall_now: Callable[[], datetime]) -> None:
        self.wall_now = wall_now
        self.begun: dict[str, array[float]] = {}
        self.under_way: Counter[str] = Counter()
        self.most: Counter[str] = Counter()

    @contextmanager
    def one(self, wire: str) -> Iterator[None]:
        self.begun.setdefault(wire, array("d")).append(self.wall_now().timestamp())
        self.under_way[wire] += 1
        self.most[wire] = max(self.most[wire], self.under_way[wire])
        try:
            yield
        finally:
            self.under_way[wire] -= 1

    def count(self, wire: str) -> int:
        return len(self.begun.get(wire, ()))

    def times(self, wire: str) -> list[float]:
        """Seconds since 1970, by the wall clock, in order."""
        return list(self.begun.get(wire, ()))

    def most_at_once(self, wire: str) -> int:
        return self.most[wire]

    def busiest(self, wire: str, seconds: float) -> int:
        """Most calls that began within so many seconds, wherever these are laid."""
        begun = self.begun.get(wire, array("d"))
        return max((index + 1 - bisect_right(begun, at - seconds) for index, at in enumerate(begun)), default=0)

    def clear(self) -> None:
        """Counts from here on; what is under way stays so."""
        self.begun.clear()
        self.most = Counter(self.under_way)
