"""Sums over dossiers or pickups that belong together, and the shares in them."""

from collections import Counter
from dataclasses import dataclass, field
from statistics import median
from typing import NamedTuple, Protocol, Self

from bot.dossiers import counted
from bot.dossiers.counted import Filed
from bot.dossiers.dossier import Channel
from bot.pickup import counted as pickups
from bot.pickup.counted import Booked


class Share(NamedTuple):
    """Part of a whole, 0 to 1: between the two, as of some it is not known whether they belong to it."""

    low: float
    high: float


def share(of: int, perhaps: int, whole: int) -> Share | None:
    """None of nothing.

    >>> share(21, 0, 1668)  # Hà Nam 2023
    Share(low=0.012589928057553957, high=0.012589928057553957)
    >>> share(1, 1, 4)
    Share(low=0.25, high=0.5)
    """
    return Share(of / whole, (of + perhaps) / whole) if whole else None


class Sums(Protocol):
    @property
    def whole(self) -> int: ...

    def add(self, other: Self, /) -> None: ...


@dataclass
class DossierSums:
    """Dossiers that belong together, counted."""

    parts: Counter[counted.Part] = field(default_factory=Counter)
    channels: Counter[Channel | None] = field(default_factory=Counter)  # of the received ones
    days: Counter[int] = field(default_factory=Counter)  # working days from reception to result: how many took so long

    @property
    def whole(self) -> int:
        return self.parts.total()

    @property
    def received(self) -> int:
        return self.channels.total()

    @property
    def unknown_received(self) -> int:
        """Those of unknown status that an agency has taken in all the same."""
        return self.received - (self.whole - sum(self.parts[part] for part in ("unknown", "registered", "rejected")))

    @property
    def solved(self) -> int:
        return sum(self.parts[part] for part in ("early", "on_time", "late", "unjudged"))

    @property
    def late_share(self) -> Share | None:
        """Of the solved."""
        return share(self.parts["late"], self.parts["unjudged"], self.solved)

    def channel_share(self, channel: Channel) -> Share | None:
        """Of the received. Of channel 3 it is the postal share (tỷ lệ bưu chính)."""
        return share(self.channels[channel], self.channels[None], self.received)

    @property
    def median_days(self) -> float | None:
        return float(median(self.days.elements())) if self.days else None

    def add(self, other: Self) -> None:
        self.parts.update(other.parts)
        self.channels.update(other.channels)
        self.days.update(other.days)

    def take(self, filed: Filed, part: counted.Part, days: int | None) -> None:
        self.parts[part] += 1
        if filed.is_received:
            self.channels[filed.channel] += 1
        if days is not None:
            self.days[days] += 1


@dataclass
class PickupSums:
    """Pickups that belong together, counted."""

    parts: Counter[pickups.Part] = field(default_factory=Counter)
    failed: int = 0

    @property
    def whole(self) -> int:
        return self.parts.total()

    def add(self, other: Self) -> None:
        self.parts.update(other.parts)
        self.failed += other.failed

    def take(self, booked: Booked) -> None:
        self.parts[pickups.part(booked)] += 1
        self.failed += booked.failed
