"""What the public post publishes of itself: prices, exemptions, time limits; each with a source and its days."""

from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from typing import Annotated, Literal, Self, get_args

from pydantic import Field, StringConstraints, model_validator

from procedures_catalog.models import Fact, Level, Source, Words

# nội quận/huyện · liên quận/huyện · liên tỉnh nội vùng · liên tỉnh liên vùng
PriceScope = Literal["intra_district", "inter_district", "same_region", "other_region"]
# trong một huyện · giữa các huyện cùng tỉnh · giữa đô thị đặc biệt, loại I của hai tỉnh · liên tỉnh khác
LimitScope = Literal["intra_district", "inter_district", "major_cities", "other_province"]

Confidence = Literal["high", "medium", "low"]
Dong = Annotated[int, Field(ge=0, strict=True)]  # whole VND; strict, so that 26.000 is refused and not read as 26
Grams = Annotated[int, Field(gt=0, strict=True)]
Days = Annotated[int, Field(gt=0, strict=True)]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z_]+$")]


class Dated(Fact):
    """In force from one day to another."""

    valid_from: date
    valid_until: date | None = None  # last day; None: not known to have ended
    confidence: Confidence
    source: Source
    note: Words | None = None

    @model_validator(mode="after")
    def dates_in_order(self) -> Self:
        if self.valid_until and self.valid_until < self.valid_from:
            raise ValueError("valid_until lies before valid_from")
        return self

    def covers(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


class Band(Fact):
    """What everything up to a weight costs."""

    up_to: Grams
    price: Mapping[PriceScope, Dong]


class Rates(Fact):
    """Of one direction. Bands from the lightest to the heaviest, and what each further step begun adds."""

    bands: Annotated[tuple[Band, ...], Field(min_length=1)]
    step: Grams
    each_further: Mapping[PriceScope, Dong]

    @model_validator(mode="after")
    def every_scope_has_a_price(self) -> Self:
        for prices in (*(band.price for band in self.bands), self.each_further):
            if missing := set(get_args(PriceScope)) - set(prices):
                raise ValueError(f"no price for {', '.join(sorted(missing))}")
        return self

    @model_validator(mode="after")
    def heavier_is_never_cheaper(self) -> Self:
        for light, heavy in pairwise(self.bands):
            if heavy.up_to <= light.up_to:
                raise ValueError(f"the band up to {heavy.up_to} g follows one up to {light.up_to} g")
            if cheaper := [scope for scope in light.price if heavy.price[scope] < light.price[scope]]:
                raise ValueError(f"up to {heavy.up_to} g costs less than up to {light.up_to} g: {', '.join(cheaper)}")
        return self

    def price(self, grams: int, scope: PriceScope) -> int:
        """VND, one way. Raises ValueError for a weight below 1 g."""
        if grams < 1:
            raise ValueError(f"{grams} g")
        if band := next((band for band in self.bands if grams <= band.up_to), None):
            return band.price[scope]
        heaviest = self.bands[-1]
        steps_begun = -(-(grams - heaviest.up_to) // self.step)
        return heaviest.price[scope] + steps_begun * self.each_further[scope]


class Tariff(Dated):
    """Postage (cước), by weight and scope."""

    name: Words
    unit: Literal["VND"]
    vat: Literal["included", "excluded", "not_stated"]
    send: Rates  # nhận gửi hồ sơ
    back: Rates  # chuyển trả kết quả


class Forwarding(Dated):
    """What the post takes for paying the state fee over (chuyển nộp phí, lệ phí)."""

    price: Dong
    unit: Literal["VND/dossier"]
    exemptions_apply: bool


class Limit(Fact):
    """Working days after day J (TT 17/2017 Điều 7)."""

    one_way: Days
    notified: Days  # until the citizen has the giấy hẹn too

    @model_validator(mode="after")
    def told_after_arrival(self) -> Self:
        if self.notified < self.one_way:
            raise ValueError("the citizen is notified before the dossier arrives")
        return self


class Limits(Dated):
    """How long the post takes (thời gian toàn trình)."""

    unit: Literal["working_day"]
    days: Mapping[LimitScope, Limit]

    @model_validator(mode="after")
    def every_scope_has_a_limit(self) -> Self:
        if missing := set(get_args(LimitScope)) - set(self.days):
            raise ValueError(f"no limit for {', '.join(sorted(missing))}")
        return self


class Reach(Fact):
    """The lines of the tariff and of the limits that may apply. More than one: it is not clear which."""

    prices: Annotated[tuple[PriceScope, ...], Field(min_length=1)]
    limits: Annotated[tuple[LimitScope, ...], Field(min_length=1)]


class Scopes(Dated):
    """Which scope an agency falls under, by its level."""

    within_province: Mapping[Level, Reach]
    between_provinces: Reach
    usually_elsewhere: tuple[Level, ...]  # where these sit, when nothing more is known

    @model_validator(mode="after")
    def every_level_has_a_reach(self) -> Self:
        if missing := set(get_args(Level)) - set(self.within_province):
            raise ValueError(f"nothing for {', '.join(sorted(missing))}")
        return self

    def reach(self, level: Level, same_province: bool | None) -> Reach:
        elsewhere = level in self.usually_elsewhere if same_province is None else not same_province
        return self.between_provinces if elsewhere else self.within_province[level]


class Label(Fact):
    vi: Words
    en: Words


class Group(Fact):
    """People who pay less postage (đối tượng miễn, giảm)."""

    key: Key
    percent: Annotated[int, Field(gt=0, le=100, strict=True)]  # taken off
    label: Label


class Exemptions(Fact):
    confidence: Confidence
    source: Source
    note: Words | None = None
    groups: tuple[Group, ...]

    @model_validator(mode="after")
    def each_group_once(self) -> Self:
        keys = [group.key for group in self.groups]
        if twice := {key for key in keys if keys.count(key) > 1}:
            raise ValueError(f"stands twice: {', '.join(sorted(twice))}")
        return self


class UsualWeight(Fact):
    """What a dossier is taken to weigh when nobody says so: no published fact, an assumption of ours."""

    grams: Grams
    confidence: Confidence
    note: Words
