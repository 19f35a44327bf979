"""What the post publishes: the table as it stands in its source, and files that are refused."""

from datetime import date
from pathlib import Path
from shutil import copytree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures_catalog.files import CatalogueError
from procedures_catalog.postage import BUNDLED, load_tariffs
from procedures_catalog.tariff import Reach

TARIFFS = load_tariffs()
TODAY = date(2026, 11, 22)
TARIFF = TARIFFS.tariff_on(TODAY)
SCOPES = ("intra_district", "inter_district", "same_region", "other_region")

# DOMAIN §1.4, written out: grams, then the four scopes
SEND = """
1: 26000 30000 30500 31000
100: 26000 30000 30500 31000
101: 26000 30000 31000 34000
250: 26000 30000 31000 34000
251: 26500 30500 32500 38000
500: 26500 30500 32500 38000
501: 28700 33400 36100 44300
1000: 28700 33400 36100 44300
1001: 30900 36300 39700 50600
"""
BACK = """
100: 26000 30000 30500 31000
101: 27000 31000 32000 35000
250: 27000 31000 32000 35000
251: 28500 32500 34500 40000
500: 28500 32500 34500 40000
501: 30700 35400 38100 46300
"""


def cells(table: str) -> list[tuple[int, str, int]]:
    lines = (line.split(":") for line in table.strip().splitlines())
    return [
        (int(grams), scope, int(price))
        for grams, prices in lines
        for scope, price in zip(SCOPES, prices.split(), strict=True)
    ]


@pytest.mark.parametrize(("grams", "scope", "price"), cells(SEND))
def test_every_price_of_sending(grams, scope, price):
    assert TARIFF.send.price(grams, scope) == price


@pytest.mark.parametrize(("grams", "scope", "price"), cells(BACK))
def test_every_price_of_the_way_back(grams, scope, price):
    assert TARIFF.back.price(grams, scope) == price


def test_the_worked_examples():
    """DOMAIN §1.4."""
    assert TARIFF.back.price(320, "intra_district") == 28_500
    assert TARIFF.send.price(620, "inter_district") == 33_400
    assert TARIFF.send.price(620, "same_region") == 36_100


@given(st.integers(1, 100_000), st.integers(1, 100_000), st.sampled_from(SCOPES))
def test_heavier_never_costs_less(one, other, scope):
    light, heavy = sorted((one, other))
    assert 0 < TARIFF.send.price(light, scope) <= TARIFF.send.price(heavy, scope)
    assert 0 < TARIFF.back.price(light, scope) <= TARIFF.back.price(heavy, scope)


@pytest.mark.parametrize("grams", [0, -5])
def test_nothing_weighs_nothing(grams):
    with pytest.raises(ValueError, match=f"{grams} g"):
        TARIFF.send.price(grams, "intra_district")


def test_the_other_facts():
    assert TARIFFS.forwarding_on(TODAY).price == 8_000
    days = TARIFFS.limits_on(TODAY).days
    assert {scope: (limit.one_way, limit.notified) for scope, limit in days.items()} == {
        "intra_district": (1, 2),
        "inter_district": (2, 4),
        "major_cities": (3, 6),
        "other_province": (4, 8),
    }
    percents = [exemption.percent for exemption in TARIFFS.exemptions.values()]
    assert (percents.count(100), percents.count(50), len(percents)) == (2, 8, 10)
    assert TARIFFS.exemptions["poor_household"].label_vi == "Hộ nghèo"


def test_each_fact_has_a_source_that_was_read():
    dated = (*TARIFFS.tariffs, *TARIFFS.forwardings, *TARIFFS.limits, *TARIFFS.scopes, TARIFFS.exempted)
    assert all(fact.source.as_of <= TODAY for fact in dated)
    assert all(exemption.source == TARIFFS.exempted.source for exemption in TARIFFS.exemptions.values())


IN_COMMUNE = Reach(prices=("intra_district",), limits=("intra_district",))
IN_PROVINCE = Reach(prices=("intra_district", "inter_district"), limits=("intra_district", "inter_district"))
ELSEWHERE = Reach(prices=("same_region", "other_region"), limits=("major_cities", "other_province"))


@pytest.mark.parametrize(
    ("level", "same_province", "reach"),
    [
        ("commune", None, IN_COMMUNE),
        ("commune", True, IN_COMMUNE),
        ("commune", False, ELSEWHERE),
        ("province", None, IN_PROVINCE),
        ("province", False, ELSEWHERE),
        ("ministry", None, ELSEWHERE),
        ("ministry", True, IN_PROVINCE),
        ("other", None, ELSEWHERE),
        ("other", True, IN_PROVINCE),
    ],
)
def test_the_scope_of_an_agency(level, same_province, reach):
    assert TARIFFS.reach(level, TODAY, same_province) == reach


@pytest.mark.parametrize("too_early", [date(2021, 4, 19), date(2010, 1, 1)])
def test_before_the_first_tariff_nothing_is_known(too_early):
    with pytest.raises(LookupError, match=str(too_early)):
        TARIFFS.tariff_on(too_early)
    with pytest.raises(LookupError):
        TARIFFS.reach("commune", date(2025, 6, 30))


# Files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(copytree(BUNDLED, tmp_path / "postage"))


def rewrite(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def faults(folder: Path) -> tuple[str, ...]:
    with pytest.raises(CatalogueError) as caught:
        load_tariffs(folder)
    return caught.value.faults


@pytest.mark.parametrize(
    ("name", "old", "new", "fault"),
    [
        ("tariff-2021-04-20", "vat:", "vta:", "vta: no such key"),
        ("tariff-2021-04-20", "vat: not_stated", "", "vat: is missing"),
        ("tariff-2021-04-20", "26500, inter", "26.500, inter", "send.bands.2.price.intra_district: Input should be"),
        ("tariff-2021-04-20", "26500, inter", "-1, inter", "greater than or equal to 0"),
        ("tariff-2021-04-20", "26500, inter", "25500, inter", "costs less than up to 250 g: intra_district"),
        ("tariff-2021-04-20", "intra_district: 26500, ", "", "send: no price for intra_district"),
        ("tariff-2021-04-20", "intra_district: 26500", "intra_distrikt: 26500", "send.bands.2.price.intra_distrikt"),
        ("tariff-2021-04-20", "up_to: 250", "up_to: 100", "the band up to 100 g follows one up to 100 g"),
        ("tariff-2021-04-20", "step: 500", "step: 0", "greater than 0"),
        ("tariff-2021-04-20", "valid_until: null", "valid_until: 2021-04-19", "valid_until lies before valid_from"),
        ("tariff-2021-04-20", "valid_from: 2021-04-20", "valid_from: 2021-02-30", "file: not YAML"),
        ("tariff-2021-04-20", "confidence: medium", "confidence: sure", "confidence: Input should be 'high'"),
        ("tariff-2021-04-20", ", as_of: 2026-11-21", "", "source.as_of: is missing"),
        ("forwarding-2021", "VND/dossier", "USD", "unit: Input should be"),
        ("limits-2017-08-15", "one_way: 4, notified: 8", "one_way: 4, notified: 3", "notified before"),
        ("limits-2017-08-15", "  major_cities: {one_way: 3, notified: 6}", "", "no limit for major_cities"),
        ("limits-2017-08-15", "one_way: 1", "one_way: 0", "greater than 0"),
        ("scopes-2025-07-01", "  ministry: {prices: [intra_district", "  federal: {prices: [intra_district", "federal"),
        ("scopes-2025-07-01", "commune: {prices: [intra_district]", "commune: {prices: []", "commune.prices"),
        ("exemptions", "percent: 50", "percent: 0", "percent"),
        ("exemptions", "key: hardship_area", "key: poor_household", "stands twice: poor_household"),
        ("exemptions", ", en: Poor household", "", "label.en: is missing"),
        ("weight", "grams: 250", "grams: heavy", "grams: Input should be"),
    ],
)
def test_bad_data_is_refused_by_file_line_and_key(folder, name, old, new, fault):
    path = folder / f"{name}.yaml"
    rewrite(path, old, new)
    found = faults(folder)
    assert all(line.startswith(f"{path}:") for line in found)
    assert fault in "\n".join(found)


def test_a_fault_names_its_line(folder):
    path = folder / "tariff-2021-04-20.yaml"
    rewrite(path, "vat:", "vta:")
    line = 1 + path.read_text("utf-8").splitlines().index("vta: not_stated")
    assert f"{path}:{line}: vta: no such key" in faults(folder)


def test_all_faults_are_told_at_once(folder):
    rewrite(folder / "weight.yaml", "grams: 250", "grams: 0")
    rewrite(folder / "exemptions.yaml", "percent: 50", "percent: 500")
    assert [Path(fault.split(":")[0]).name for fault in faults(folder)] == ["exemptions.yaml", "weight.yaml"]


def test_a_file_of_no_kind_is_refused(folder):
    (folder / "prices.yaml").write_text("a: 1\n")
    assert faults(folder) == (
        f"{folder / 'prices.yaml'}:1: file: the name begins with none of "
        "tariff, forwarding, limits, scopes, exemptions, weight",
    )


def test_a_kind_that_is_missing_or_stands_twice(folder, tmp_path):
    (folder / "limits-2017-08-15.yaml").unlink()
    (folder / "weight-2.yaml").write_text((folder / "weight.yaml").read_text("utf-8"), "utf-8")
    assert [fault.removeprefix(str(folder)) for fault in faults(folder)] == [
        ": no limits file",
        "/weight.yaml:1: file: stands beside weight-2.yaml; of this kind there is one",
    ]
    assert faults(tmp_path / "nowhere") == (f"{tmp_path / 'nowhere'}: no such folder",)


def put_a_newer_beside(folder: Path, valid_until: str) -> None:
    old = folder / "tariff-2021-04-20.yaml"
    newer = folder / "tariff-2027-01-01.yaml"
    newer.write_text(old.read_text("utf-8").replace("2021-04-20", "2027-01-01"), "utf-8")
    rewrite(newer, "inter_district: 2900", "inter_district: 3000")
    rewrite(old, "valid_until: null", f"valid_until: {valid_until}")


def test_a_newer_tariff_takes_over_on_its_day(folder):
    put_a_newer_beside(folder, "2026-12-31")
    tariffs = load_tariffs(folder)
    price = {day: tariffs.tariff_on(day).send.price(620, "inter_district") for day in (TODAY, date(2027, 1, 1))}
    assert price == {TODAY: 33_400, date(2027, 1, 1): 33_500}
    assert tariffs.tariff_on(date(2026, 12, 31)).covers(date(2026, 12, 31))


@pytest.mark.parametrize("still", ["null", "2027-01-01", "2030-06-30"])
def test_two_tariffs_for_one_day_are_refused(folder, still):
    put_a_newer_beside(folder, still)
    old = folder / "tariff-2021-04-20.yaml"
    assert faults(folder) == (
        f"{old}:1: valid_until: still in force on 2027-01-01, when tariff-2027-01-01.yaml begins",
    )


def test_what_ended_without_a_successor_is_the_last_that_is_known(folder):
    rewrite(folder / "tariff-2021-04-20.yaml", "valid_until: null", "valid_until: 2026-06-30")
    tariff = load_tariffs(folder).tariff_on(TODAY)
    assert tariff.send.price(50, "intra_district") == 26_000
    assert not tariff.covers(TODAY)
