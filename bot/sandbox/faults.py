"""What can go wrong on the way to and from the post, each with a probability; the chance is seeded, so runs repeat."""

from collections.abc import Mapping
from random import Random
from typing import Literal, get_args

Call = Literal[
    "slow",  # answered, too late
    "server_error",  # 5xx before anything was done
    "too_many",  # 429
    "cut_before",  # connection closed, nothing done
    "cut_after",  # done, and the connection closed before the answer: nobody knows
    "error_after",  # done, and answered with 5xx
    "malformed",  # done, and answered with half of the JSON
    "html",  # done, and answered with a page in place of JSON
    "token_expired",  # 401, and the token is no longer good
]
Told = Literal[
    "duplicate",  # an event told twice
    "out_of_order",  # an event told after the one that followed it
    "wrong_signature",  # of a webhook
]
Fault = Literal[Call, Told]
CALLS: tuple[Call, ...] = get_args(Call)
TOLD: tuple[Told, ...] = get_args(Told)
FAULTS: tuple[Fault, ...] = (*CALLS, *TOLD)


class Faults:
    """`rates`: 0..1 of each fault that is on; of the calls' together at most 1."""

    def __init__(self, rates: Mapping[Fault, float] | None = None, seed: int = 0) -> None:
        self.rates: dict[Fault, float] = {}
        self.chance = Random(seed)  # noqa: S311  # to be repeated, not to be secret
        for fault, rate in (rates or {}).items():
            self.switch(fault, rate)

    @classmethod
    def spread(cls, rate: float, seed: int = 0) -> "Faults":
        """Every way of failing: of the calls so many in all, of what is told so many each."""
        calls: dict[Fault, float] = dict.fromkeys(CALLS, rate / len(CALLS))
        return cls({**calls, **dict.fromkeys(TOLD, rate)}, seed)

    def switch(self, fault: Fault, rate: float) -> None:
        """0: off. Raises ValueError."""
        if fault not in FAULTS or not 0 <= rate <= 1:
            raise ValueError("no such fault, or no probability")
        self.rates[fault] = rate

    def strikes(self, fault: Told) -> bool:
        return self.chance.random() < self.rates.get(fault, 0)

    def of_call(self) -> Call | None:
        """The fault of one call; None: it goes well."""
        left = self.chance.random()
        for fault in CALLS:
            left -= self.rates.get(fault, 0)
            if left < 0:
                return fault
        return None
