"""How much memory the service takes, looked at from outside: one series for each of its lives."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean

EVERY = 2.0  # seconds
WARMING = 0.2  # of a life: what is read once, and pools that fill


@dataclass(frozen=True)
class Sample:
    age: float  # seconds since its start
    megabytes: float  # resident


@dataclass
class Memory:
    lives: list[list[Sample]] = field(default_factory=list)

    async def watch(self, process: int) -> None:
        """Until the process is gone."""
        series: list[Sample] = []
        self.lives.append(series)
        began = time.monotonic()
        while (megabytes := resident(process)) is not None:
            series.append(Sample(time.monotonic() - began, megabytes))
            await asyncio.sleep(EVERY)

    @property
    def longest(self) -> Sequence[Sample]:
        return max(self.lives, key=lambda life: life[-1].age if life else 0.0, default=[])

    @property
    def peak(self) -> float:
        return max((sample.megabytes for life in self.lives for sample in life), default=0.0)

    @property
    def growth(self) -> float:
        """Of the longest life: its last third beside its first third, after warming up. 0: flat."""
        life = self.longest
        warm = [sample.megabytes for sample in life if sample.age >= life[-1].age * WARMING]
        third = len(warm) // 3
        return mean(warm[-third:]) / mean(warm[:third]) - 1 if third else 0.0


def resident(process: int) -> float | None:
    """MB. None: there is no such process (or this is no Linux)."""
    try:
        lines = Path(f"/proc/{process}/status").read_text("ascii", "replace").splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:")), None)
