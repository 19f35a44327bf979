"""What a pickup costs, as far as it is published: postage by tariff, exemptions, and the state's fee apart."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby
from operator import attrgetter
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator

from procedures_catalog.models import Fee, Level, Source
from procedures_catalog.postage import Tariffs
from procedures_catalog.tariff import Dated, PriceScope, Rates

Doubt = Literal["tariff_unconfirmed", "scope_unclear", "weight_assumed", "vat_not_stated", "exemption_to_prove"]

COUNTED = {"VND/copy", "VND/page", "VND/person"}  # how many there will be is not known; a card or a time is one


@dataclass(frozen=True)
class Journey:
    """What decides the price of one dossier's way."""

    level: Level  # of the agency it goes to
    grams: int | None  # None: not said
    back: bool  # the result is brought home
    exemption: str | None  # key of a group in procedures_catalog/data/postage; one no longer known takes nothing off
    forward_fee: bool  # the post pays the state fee over
    fees: tuple[Fee, ...]  # of the procedure
    same_province: bool | None = None  # of citizen and agency; None: not known, then as is usual for the level


class Plain(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class QuoteLine(Plain):
    """VND, with the exemption taken off. `low` and `high` differ when what decides between them is not known."""

    what: Literal["send", "back", "forward_fee"]
    low: Decimal
    high: Decimal
    source: Source


class StateFee(Plain):
    """VND due to the State for the dossier, at least and at most; it is not the post's."""

    low: Decimal | None  # None: not known, and then neither is `high`
    high: Decimal | None
    by_count: bool = False  # there is a fee for each copy, page or person too, which the sums do not hold

    @model_validator(mode="after")
    def known_or_not(self) -> Self:
        if (self.low is None) != (self.high is None):
            raise ValueError("half a sum")
        return self


class Quote(Plain):
    lines: tuple[QuoteLine, ...]
    percent_off: int  # of the postage, by the exemption group
    grams: int  # the weight reckoned with, both ways: the originals come home with the result (QĐ 45/2016 Điều 8)
    state_fee: StateFee
    doubts: tuple[Doubt, ...] = ()

    @property
    def postage(self) -> tuple[Decimal, Decimal]:
        """All lines together, at least and at most."""
        return sum((line.low for line in self.lines), Decimal()), sum((line.high for line in self.lines), Decimal())


def quote(tariffs: Tariffs, journey: Journey, day: date) -> Quote:
    """By what is in force on the day. Raises LookupError for a day before the first tariff, ValueError below 1 g."""
    group = tariffs.exemptions.get(journey.exemption or "")
    grams = tariffs.usual_weight.grams if journey.grams is None else journey.grams
    return Quote(
        lines=tuple(lines(tariffs, journey, grams, day)),
        percent_off=group.percent if group else 0,
        grams=grams,
        state_fee=state_fee(journey.fees, day),
        doubts=tuple(doubts(tariffs, journey, day)),
    )


def lines(tariffs: Tariffs, journey: Journey, grams: int, day: date) -> Iterator[QuoteLine]:
    tariff = tariffs.tariff_on(day)
    scopes = tariffs.reach(journey.level, day, journey.same_province).prices
    group = tariffs.exemptions.get(journey.exemption or "")
    percent = group.percent if group else 0
    low, high = span(tariff.send, grams, scopes)
    yield QuoteLine(what="send", low=less(low, percent), high=less(high, percent), source=tariff.source)
    if journey.back:
        low, high = span(tariff.back, grams, scopes)
        yield QuoteLine(what="back", low=less(low, percent), high=less(high, percent), source=tariff.source)
    if journey.forward_fee:
        forwarding = tariffs.forwarding_on(day)
        price = less(forwarding.price, percent if forwarding.exemptions_apply else 0)
        yield QuoteLine(what="forward_fee", low=price, high=price, source=forwarding.source)


def span(rates: Rates, grams: int, scopes: Iterable[PriceScope]) -> tuple[int, int]:
    prices = [rates.price(grams, scope) for scope in scopes]
    return min(prices), max(prices)


def less(price: int, percent: int) -> Decimal:
    """Whole VND.

    >>> less(26500, 50), less(26500, 0)
    (Decimal('13250'), Decimal('26500'))
    """
    return (Decimal(price) * (100 - percent) / 100).quantize(Decimal(1), ROUND_HALF_UP)


def doubts(tariffs: Tariffs, journey: Journey, day: date) -> Iterator[Doubt]:
    tariff = tariffs.tariff_on(day)
    used: list[Dated] = [tariff, tariffs.forwarding_on(day)] if journey.forward_fee else [tariff]
    if any(fact.confidence != "high" or not fact.covers(day) for fact in used):
        yield "tariff_unconfirmed"
    if len(tariffs.reach(journey.level, day, journey.same_province).prices) > 1:
        yield "scope_unclear"
    if journey.grams is None:
        yield "weight_assumed"
    if tariff.vat == "not_stated":
        yield "vat_not_stated"
    if journey.exemption in tariffs.exemptions:
        yield "exemption_to_prove"


def state_fee(fees: Iterable[Fee], day: date) -> StateFee:
    """Of a dossier that goes by post. One fee that is not known makes the whole not known."""
    due = [fee for fee in fees if fee.applies_on(day) and (not fee.channels or "post" in fee.channels)]
    by_count = any(fee.unit in COUNTED and fee.amount != 0 for fee in due)
    once = [fee for fee in due if fee.unit not in COUNTED] if by_count else due
    low, high = together(once) if once and all(fee.amount is not None for fee in once) else (None, None)
    return StateFee(low=low, high=high, by_count=by_count)


def together(fees: Sequence[Fee]) -> tuple[Decimal, Decimal]:
    """Fees of one kind are for different cases: one of them is due. Kinds add up: phí and lệ phí."""
    by_kind = [list(same) for _, same in groupby(sorted(fees, key=attrgetter("kind")), attrgetter("kind"))]
    for_all = [same for same in by_kind if any(fee.only_if is None for fee in same)]
    low = sum((min(sums(same)) for same in for_all), Decimal()) if for_all else min(sums(fees))
    return low, sum((max(sums(same)) for same in by_kind), Decimal())


def sums(fees: Iterable[Fee]) -> list[Decimal]:
    return [fee.amount for fee in fees if fee.amount is not None]
