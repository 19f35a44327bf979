"""Makes procedures_catalog/data/points/*.tsv: where the post offices stand, and where the communes of today lie.

Run by hand, with what is read kept in a folder outside the repository:

    pip download --no-deps vietnamadminunits==1.0.4
    python -m knowledge.making.points --positions vietnamadminunits-….whl
    python -m knowledge.making.points --offices list.tsv

A line of list.tsv: post code, name, commune, district, province (all as before 1/7/2025), street, phone as published.
An office is put into the communes of today that the old one went into, and only when the old one is surely known.
An office that cannot be placed is left out, unless it is the chief one of an old province.
"""

import argparse
import math
import re
import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from zipfile import ZipFile

from knowledge.places.book import kind_and_name, rows, words_of
from procedures_catalog.points import DATA, USUAL_AREA, kilometres

MOBILE = re.compile(r"0?[35789]\d{8}")  # of 2018 on: a clerk's own, which is nobody's business here
# Kế hoạch chuyển đổi mã vùng 2017; for the provinces whose numbers the list gives without it.
AREA_CODES = {
    "An Giang": "0296",
    "Bà Rịa - Vũng Tàu": "0254",
    "Bắc Kạn": "0209",
    "Bình Dương": "0274",
    "Bình Phước": "0271",
    "Bình Thuận": "0252",
    "Đà Nẵng": "0236",
    "Đắk Lắk": "0262",
    "Gia Lai": "0269",
    "Hà Tĩnh": "0239",
    "Hồ Chí Minh": "028",
    "Lâm Đồng": "0263",
    "Long An": "0272",
    "Tây Ninh": "0276",
}

Row = tuple[str, ...]
Position = tuple[float, float]  # latitude, longitude


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    arguments.add_argument("--positions", type=Path, help="the wheel of vietnamadminunits")
    arguments.add_argument("--offices", type=Path, help="the list of offices, as published")
    given = arguments.parse_args()
    if given.positions:
        columns = "commune, province, latitude, longitude, area in km2 (no position: the source contradicts itself)"
        write("communes", columns, communes_of(given.positions))
    if given.offices:
        lines = [tuple(line.split("\t")) for line in given.offices.read_text("utf-8").splitlines()]
        columns = (
            "post code, kind, name, address before 1/7/2025, commune today (several: one of them), province, phone"
        )
        write("offices", columns, offices_of(lines))


def write(name: str, columns: str, found: Iterable[Row]) -> None:
    header = (
        "Source: data/points/sources.yaml. Facts only.",
        "Made by knowledge/making/points.py; corrections go into a points file of the province (docs/points.md).",
        f"Columns: {columns}.",
    )
    lines = [*(f"# {line}" for line in header), *("\t".join(row).rstrip("\t") for row in found)]
    (DATA / f"{name}.tsv").write_text("\n".join(lines) + "\n", "utf-8")


def communes_of(wheel: Path) -> Iterator[Row]:
    """The middle of each commune of today, left out where it lies far from the old communes it was made of."""
    database = sqlite3.connect(":memory:")
    with ZipFile(wheel) as opened:
        database.deserialize(opened.read("vietnamadminunits/data/dataset.db"))
    query = "select wardCode, wardLat, wardLon, wardAreaKm2 from admin_units"
    middles = {code: ((latitude, longitude), area) for code, latitude, longitude, area in database.execute(query)}
    olds = old_middles(database)
    for code, _, province in rows("communes", 3):
        middle, area = middles[code]
        known = is_borne_out(middle, area, olds[code])
        yield code, province, *(f"{n:.4f}" if known else "" for n in middle), f"{area:.1f}" if area else ""


def old_middles(database: sqlite3.Connection) -> Mapping[str, list[Position]]:
    """Of each commune of today, where the old communes that went into it lay."""
    query = "select wardCode, wardLat, wardLon from admin_units_legacy where wardLat is not null"
    old = {code: (latitude, longitude) for code, latitude, longitude in database.execute(query)}
    found: dict[str, list[Position]] = defaultdict(list)
    for code, _, _, became, _ in rows("old_communes", 5):
        for new in became.split(",") if code in old else ():
            found[new].append(old[code])
    return found


def is_borne_out(middle: Position, area: float | None, olds: Iterable[Position]) -> bool:
    """Two of three old middles lie within what a commune of that area may stretch; islands have none to ask."""
    reach = 3 * math.sqrt((area or USUAL_AREA) / math.pi) + 3
    near = [kilometres(middle, old) <= reach for old in olds]
    return not near or sum(near) >= len(near) * 2 / 3


def offices_of(lines: Iterable[Row]) -> Iterator[Row]:
    lines = sorted(lines)
    olds, chiefs = OldCommunes(), chiefs_of(lines)
    phones = [phone_of(phone, province) for *_, province, _, phone in lines]
    houses = defaultdict(set)
    for phone, line in zip(phones, lines, strict=True):
        houses[phone].add(line[2:6])
    for (code, name, commune, district, province, street, _), phone in zip(lines, phones, strict=True):
        said, became = olds.find(commune, district, province) or (f"{commune}, {district}, {province}", ())
        address = ", ".join(filter(None, (street, said)))
        shared = len(houses[phone]) > 1  # one number for several houses was filled in for want of the right one
        kind = kind_of(code, name, chiefs)
        if became or kind == "chief_office":
            yield code, kind, full_name(name), address, ",".join(became), olds.now(province), "" if shared else phone


def chiefs_of(lines: Iterable[Row]) -> set[str]:
    """The first office of each old province, by code: level 1 has a round one. Sơn La's is not in the list."""
    first: dict[str, str] = {}
    for code, _, _, _, province, *_ in lines:
        first.setdefault(province, code)
    return {code for code in first.values() if code.endswith("000")}


def kind_of(code: str, name: str, chiefs: Collection[str]) -> str:
    if "hành chính" in name.casefold() or name.startswith("HCC"):
        return "dossier_counter"
    return "chief_office" if code in chiefs else "office"


def full_name(name: str) -> str:
    """
    >>> full_name("Kỳ Lừa"), full_name("HCC Hưng Yên"), full_name("Bưu điện Trung tâm Hóc Môn")
    ('Bưu cục Kỳ Lừa', 'Bưu cục Hành chính công Hưng Yên', 'Bưu điện Trung tâm Hóc Môn')
    """
    name = name.replace("HCC", "Hành chính công")
    return name if name.startswith("Bưu") else f"Bưu cục {name}"


class OldCommunes:
    """The communes of before 1/7/2025 by name, district and province."""

    def __init__(self) -> None:
        provinces = list(rows("old_provinces", 3))
        self.provinces = {key(bare(name)): (code, today) for code, name, today in provinces}
        names = {code: name for code, name, _ in provinces}
        districts = {code: (name, home) for code, name, home, *_ in rows("old_districts", 5)}
        self.districts = {(home, key(bare(name))) for name, home in districts.values()}
        self.islands = {
            (home, key(bare(name))): (f"{name}, {names[home]}", (became,))
            for _, name, home, became, *_ in rows("old_districts", 5)
            if became
        }
        self.found: dict[tuple[str, str, str], list[tuple[str, Row]]] = defaultdict(list)
        for _, name, district, became, also in rows("old_communes", 5):
            within, home = districts[district]
            called = {key(n) for one in (name, *filter(None, also.split(";"))) for n in (one, bare(one))}
            for around in {"", key(within), key(bare(within))}:
                for one in called:
                    said = f"{name}, {within}, {names[home]}", tuple(became.split(","))
                    self.found[home, around, one].append(said)

    def now(self, province: str) -> str:
        return self.provinces[key(province)][1]

    def find(self, commune: str, district: str, province: str) -> tuple[str, Row] | None:
        """How the old commune is said in full, and what it went into. None: unknown, or two of that name.

        A district that was no more on 30/6/2025 says nothing, so then the name must be the only one in the province.
        """
        home = self.provinces[key(province)][0]
        if island := self.islands.get((home, key(district))):
            return island
        is_known = (home, key(bare(district))) in self.districts
        for around in (key(district), key(bare(district))) if is_known else ("",):
            found = self.found.get((home, around, key(commune)), [])
            if len({became for _, became in found}) == 1:
                return found[0]
        return None


def bare(name: str) -> str:
    return kind_and_name(name[:1].lower() + name[1:])[1]


def key(name: str) -> str:
    return "".join(words_of(name))


def phone_of(said: str, province: str) -> str:
    """A landline with its area code; a mobile, or digits of another length, is left out.

    >>> phone_of("2053870047", "Lạng Sơn"), phone_of("38221677", "Hồ Chí Minh"), phone_of("914551268", "Hà Nội")
    ('02053870047', '02838221677', '')
    """
    digits = re.sub(r"\D", "", said)
    if MOBILE.fullmatch(digits) and len(digits) >= 9:
        return ""
    if province in AREA_CODES and len(digits) == 11 - len(AREA_CODES[province]):
        digits = AREA_CODES[province] + digits
    digits = "0" + digits.lstrip("0")
    return digits if re.fullmatch(r"02\d{9}", digits) else ""


if __name__ == "__main__":
    main()
