"""What a pickup is said to cost: the worked examples, exemptions, doubts, and the state's fee that is never guessed."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from shutil import copytree
from typing import get_args

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from knowledge.quote import Journey, Quote, StateFee, quote, state_fee
from procedures_catalog.catalog import load
from procedures_catalog.models import Fee, Level
from procedures_catalog.postage import BUNDLED, load_tariffs

TARIFFS = load_tariffs()
DAY = date(2026, 11, 23)
PLAIN = Journey(level="commune", grams=50, back=False, exemption=None, forward_fee=False, fees=())

GROUPS = st.sampled_from([None, *TARIFFS.exemptions])
FEES = st.builds(
    Fee,
    kind=st.sampled_from(["phi", "le_phi", "gia"]),
    amount=st.integers(0, 10_000_000).map(Decimal),
    unit=st.sampled_from(["VND/dossier", "VND/copy", "VND/page", "VND/card", "VND/person", "VND/time"]),
    channels=st.sampled_from([(), ("post",), ("direct",), ("online", "post")]),
    only_if=st.sampled_from([None, "đúng hạn", "trễ hạn"]),
)
UNKNOWN = Fee(kind="phi", amount=None, unknown="set_by_province")
JOURNEYS = st.builds(
    Journey,
    level=st.sampled_from(get_args(Level)),
    grams=st.none() | st.integers(1, 50_000),
    back=st.booleans(),
    exemption=GROUPS,
    forward_fee=st.booleans(),
    fees=st.lists(FEES | st.just(UNKNOWN), max_size=4).map(tuple),
    same_province=st.sampled_from([None, True, False]),
)


def quoted(**said: object) -> Quote:
    return quote(TARIFFS, replace(PLAIN, **said), DAY)


def sums(quote: Quote) -> dict[str, tuple[int, int]]:
    return {line.what: (int(line.low), int(line.high)) for line in quote.lines}


@pytest.mark.parametrize(
    ("said", "lines"),
    [
        ({}, {"send": (26_000, 26_000)}),
        ({"grams": 320, "back": True}, {"send": (26_500, 26_500), "back": (28_500, 28_500)}),  # DOMAIN §1.4
        ({"grams": 620, "level": "province"}, {"send": (28_700, 33_400)}),  # its upper end: DOMAIN §1.4
        ({"grams": 620, "level": "ministry"}, {"send": (36_100, 44_300)}),  # its lower end: DOMAIN §1.4
        ({"grams": 620, "same_province": False}, {"send": (36_100, 44_300)}),
        ({"level": "ministry", "same_province": True}, {"send": (26_000, 30_000)}),
        ({"forward_fee": True}, {"send": (26_000, 26_000), "forward_fee": (8_000, 8_000)}),
        (
            {"exemption": "poor_household", "grams": 320, "back": True},
            {"send": (13_250, 13_250), "back": (14_250, 14_250)},
        ),
        (
            {"exemption": "heroic_mother", "back": True, "forward_fee": True, "level": "province"},
            {"send": (0, 0), "back": (0, 0), "forward_fee": (8_000, 8_000)},
        ),
        ({"exemption": "a_group_of_old"}, {"send": (26_000, 26_000)}),
    ],
)
def test_the_lines(said, lines):
    assert sums(quoted(**said)) == lines


def test_two_ways_are_the_sum():
    both = quoted(grams=320, back=True, forward_fee=True)
    assert both.postage == (Decimal(26_500 + 28_500 + 8_000),) * 2
    assert quoted(level="province", back=True).postage == (Decimal(52_000), Decimal(60_000))


@pytest.mark.parametrize(
    ("said", "doubts"),
    [
        ({}, {"tariff_unconfirmed", "vat_not_stated"}),
        ({"grams": None}, {"tariff_unconfirmed", "vat_not_stated", "weight_assumed"}),
        ({"level": "province"}, {"tariff_unconfirmed", "vat_not_stated", "scope_unclear"}),
        ({"level": "other"}, {"tariff_unconfirmed", "vat_not_stated", "scope_unclear"}),
        ({"exemption": "invalid"}, {"tariff_unconfirmed", "vat_not_stated", "exemption_to_prove"}),
        ({"exemption": "a_group_of_old"}, {"tariff_unconfirmed", "vat_not_stated"}),
    ],
)
def test_what_is_doubtful_is_named(said, doubts):
    found = quoted(**said).doubts
    assert set(found) == doubts
    assert len(found) == len(doubts)


def sure_tariffs(folder: Path, valid_until: str) -> None:
    path = folder / "tariff-2021-04-20.yaml"
    text = path.read_text("utf-8").replace("confidence: medium", "confidence: high").replace("not_stated", "included")
    path.write_text(text.replace("valid_until: null", f"valid_until: {valid_until}"), "utf-8")


def test_a_confirmed_tariff_leaves_no_doubt_until_it_ends(tmp_path):
    folder = Path(copytree(BUNDLED, tmp_path / "postage"))
    sure_tariffs(folder, "2026-11-23")
    tariffs = load_tariffs(folder)
    assert quote(tariffs, PLAIN, DAY).doubts == ()
    assert quote(tariffs, PLAIN, date(2026, 11, 24)).doubts == ("tariff_unconfirmed",)
    assert quote(tariffs, replace(PLAIN, forward_fee=True), DAY).doubts == ("tariff_unconfirmed",)  # of the forwarding


def test_without_a_weight_the_dossier_is_light():
    assert quoted(grams=None).grams == 250
    assert quoted(grams=None, back=True).lines == quoted(grams=250, back=True).lines


def test_every_line_has_its_source():
    sources = {line.what: line.source.document for line in quoted(back=True, forward_fee=True).lines}
    assert "Đà Nẵng" in sources["send"]
    assert sources["send"] == sources["back"]
    assert "Khánh Hòa" in sources["forward_fee"]


def test_what_cannot_be_quoted():
    with pytest.raises(ValueError, match="0 g"):
        quoted(grams=0)
    with pytest.raises(LookupError):
        quote(TARIFFS, PLAIN, date(2021, 4, 19))


# The State's fee


def fee(amount: int | None, kind: str = "le_phi", **said: object) -> Fee:
    known = {"amount": amount} if amount is not None else {"amount": None, "unknown": "set_by_province"}
    return Fee.model_validate({"kind": kind, **known, **said})


@pytest.mark.parametrize(
    ("fees", "low", "high", "by_count"),
    [
        ([], None, None, False),
        ([fee(0)], 0, 0, False),
        ([fee(None)], None, None, False),
        ([fee(50_000)], 50_000, 50_000, False),
        ([fee(50_000, unit="VND/card"), fee(0, only_if="hộ nghèo")], 0, 50_000, False),
        ([fee(0, only_if="đúng hạn"), fee(None, only_if="trễ hạn")], None, None, False),  # unknown stays unknown
        ([fee(350_000, only_if="quán nhỏ"), fee(500_000, only_if="quán lớn")], 350_000, 500_000, False),
        ([fee(10_000), fee(20_000, "phi")], 30_000, 30_000, False),  # two kinds, both due
        ([fee(10_000), fee(20_000, "phi", only_if="có đo đạc")], 10_000, 30_000, False),
        ([fee(10_000, only_if="a"), fee(20_000, "phi", only_if="b")], 10_000, 30_000, False),
        ([fee(0), fee(8_000, "phi", unit="VND/copy", only_if="xin thêm bản sao")], 0, 0, True),
        ([fee(2_000, "phi", unit="VND/page")], None, None, True),
        ([fee(0, "phi", unit="VND/page")], 0, 0, False),
        ([fee(2_000, unit="VND/page"), fee(0, unit="VND/page", only_if="hộ nghèo")], None, None, True),
        ([fee(10_000), fee(None, "phi", unit="VND/copy")], 10_000, 10_000, True),
        ([fee(20_000, channels=["direct"]), fee(10_000, channels=["online"])], None, None, False),
        ([fee(20_000, channels=["direct"]), fee(10_000, channels=["online", "post"])], 10_000, 10_000, False),
        ([fee(25_000, valid_until=DAY), fee(50_000, valid_from=date(2026, 11, 24))], 25_000, 25_000, False),
        ([fee(25_000, valid_until=date(2026, 11, 22)), fee(50_000, valid_from=DAY)], 50_000, 50_000, False),
    ],
)
def test_the_states_fee(fees, low, high, by_count):
    assert state_fee(fees, DAY) == StateFee(low=low, high=high, by_count=by_count)


def test_half_a_sum_is_none():
    with pytest.raises(ValueError, match="half a sum"):
        StateFee(low=Decimal(0), high=None)


def test_every_procedure_can_be_quoted():
    """And says of the State's fee no more than its fees do."""
    for procedure in load().values():
        for level in procedure.levels:
            told = quote(TARIFFS, replace(PLAIN, level=level, fees=procedure.fees), DAY).state_fee
            by_post = [f for f in procedure.fees if f.applies_on(DAY) and (not f.channels or "post" in f.channels)]
            assert told.low is None or any(f.amount is not None for f in by_post), procedure.code


# What holds for any journey


@given(JOURNEYS, st.integers(1, 50_000), st.integers(1, 50_000))
def test_a_quote_never_falls_with_weight(journey, one, other):
    light, heavy = (quote(TARIFFS, replace(journey, grams=grams), DAY) for grams in sorted((one, other)))
    for lighter, heavier in zip(light.lines, heavy.lines, strict=True):
        assert lighter.low <= heavier.low
        assert lighter.high <= heavier.high
    assert light.postage[0] <= heavy.postage[0]
    assert light.postage[1] <= heavy.postage[1]


@given(JOURNEYS)
def test_no_sum_is_negative_or_the_wrong_way_round(journey):
    found = quote(TARIFFS, journey, DAY)
    pairs = [(line.low, line.high) for line in found.lines]
    pairs += [(found.state_fee.low, found.state_fee.high)] if found.state_fee.low is not None else []
    assert all(0 <= low <= high for low, high in pairs)
    assert found.postage == (sum(line.low for line in found.lines), sum(line.high for line in found.lines))
    assert all(line.low == line.low.to_integral_value() for line in found.lines)


@given(JOURNEYS, GROUPS)
def test_an_exemption_lowers_the_postage_alone(journey, group):
    full, reduced = (quote(TARIFFS, replace(journey, exemption=key), DAY) for key in (None, group))
    percent = TARIFFS.exemptions[group].percent if group else 0
    assert reduced.percent_off == percent
    assert reduced.state_fee == full.state_fee
    for before, after in zip(full.lines, reduced.lines, strict=True):
        left = 100 if before.what == "forward_fee" else 100 - percent
        assert (after.low, after.high) == (before.low * left / 100, before.high * left / 100)


@given(JOURNEYS)
def test_exempt_altogether_costs_nothing_but_the_forwarding(journey):
    found = quote(TARIFFS, replace(journey, exemption="revolutionary"), DAY)
    forwarding = Decimal(8_000 if journey.forward_fee else 0)
    assert found.postage == (forwarding, forwarding)


@given(JOURNEYS)
def test_a_fee_not_known_makes_the_sum_not_known(journey):
    found = quote(TARIFFS, replace(journey, fees=(*journey.fees, UNKNOWN)), DAY)
    assert (found.state_fee.low, found.state_fee.high) == (None, None)


@given(JOURNEYS)
def test_a_range_has_its_doubt(journey):
    found = quote(TARIFFS, journey, DAY)
    assume(any(line.low != line.high for line in found.lines))
    assert "scope_unclear" in found.doubts


@given(JOURNEYS)
def test_a_quote_comes_back_from_json_as_it_was(journey):
    found = quote(TARIFFS, journey, DAY)
    assert Quote.model_validate_json(found.model_dump_json()) == found
