"""What can go wrong with a pretend agency: the faults of every call, and answers that look right and are not."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any, Literal, get_args

from bot.sandbox.agency.folder import Wire
from bot.sandbox.faults import CALLS, Call, Faults
from knowledge.zone import VIETNAM

Twist = Literal[
    "error_inside",  # 200, and an error in the body
    "new_status",  # one that nobody knows
    "odd_dates",  # written otherwise than usual
    "due_before_received",
]
TWISTS: tuple[Twist, ...] = get_args(Twist)
AgencyFault = Literal[Call, Twist]
AGENCY_FAULTS: tuple[AgencyFault, ...] = (*CALLS, *TWISTS)
TOO_EARLY = timedelta(days=3)

Writes = Callable[[datetime], Any]
ODD_DATES: tuple[Writes, ...] = (
    lambda moment: moment.strftime("%d-%m-%Y %Hh%M"),
    lambda moment: moment.strftime("%Y/%m/%d %H:%M:%S"),
    lambda moment: int(moment.timestamp()),
    lambda moment: moment.strftime("%Y%m%d%H%M%S"),
    lambda moment: moment.strftime("%d/%m/%Y %H:%M"),
)


@dataclass(frozen=True)
class Manner:
    """How one answer is told. `odd`: which of ODD_DATES; None: as usual."""

    error_inside: bool = False
    new_status: bool = False
    odd: int | None = None
    due_before_received: bool = False

    def date(self, usual: Writes, moment: datetime | None) -> Any:
        """`usual` is given the time of Viet Nam. None stays None."""
        if moment is None:
            return None
        return (usual if self.odd is None else ODD_DATES[self.odd])(moment.astimezone(VIETNAM))

    def due(self, received: datetime | None, due: datetime | None) -> datetime | None:
        return received - TOO_EARLY if self.due_before_received and received else due


class AgencyFaults:
    """`calls`: for the middleware of bot/sandbox/faulty.py. `down`: systems that answer nothing at all."""

    def __init__(self, rates: Mapping[AgencyFault, float] | None = None, seed: int = 0) -> None:
        self.calls = Faults(seed=seed)
        self.twists: dict[Twist, float] = {}
        self.chance = Random(seed)  # noqa: S311  # to be repeated, not to be secret
        self.down: set[Wire] = set()
        for fault, rate in (rates or {}).items():
            self.switch(fault, rate)

    @classmethod
    def spread(cls, rate: float, seed: int = 0) -> "AgencyFaults":
        """Every way a call can fail, so many in all."""
        return cls(dict.fromkeys(CALLS, rate / len(CALLS)), seed)

    @property
    def rates(self) -> dict[str, float]:
        return dict([*self.calls.rates.items(), *self.twists.items()])

    def switch(self, fault: AgencyFault, rate: float) -> None:
        """0: off. Raises ValueError."""
        if fault not in AGENCY_FAULTS or not 0 <= rate <= 1:
            raise ValueError("no such fault, or no probability")
        for call in CALLS:
            if call == fault:
                self.calls.switch(call, rate)
        for twist in TWISTS:
            if twist == fault:
                self.twists[twist] = rate

    def manner(self) -> Manner:
        """Of the next answer."""
        return Manner(
            error_inside=self._strikes("error_inside"),
            new_status=self._strikes("new_status"),
            odd=self.chance.randrange(len(ODD_DATES)) if self._strikes("odd_dates") else None,
            due_before_received=self._strikes("due_before_received"),
        )

    def _strikes(self, twist: Twist) -> bool:
        rate = self.twists.get(twist, 0)
        return rate > 0 and self.chance.random() < rate
