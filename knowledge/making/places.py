"""Makes data/places/*.tsv from the facts in two published packages, read as data and never imported.

Run by hand, with the two wheels fetched into a folder outside the repository:

    pip download --no-deps --python-version 3.12 --only-binary :all: vietnam-provinces==2026.9
    pip download --no-deps vietnamadminunits==1.0.4
    python -m knowledge.making.places vietnam_provinces-….whl vietnamadminunits-….whl

Only codes, names and what became what are taken. The first (the national statistics office's list of 2026 and its table
of old and new communes) decides; the second gives the names in force on 30/6/2025, the names before the mergers of
2019 to 2025, and the two old communes that the table of the first leaves out.
"""

import argparse
import ast
import json
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from knowledge.text import accented, fold

OUT = Path(__file__).parent.parent / "data" / "places"
KINDS = {
    "phuong": "phường",
    "thitran": "thị trấn",
    "xa": "xã",
    "quan": "quận",
    "huyen": "huyện",
    "thixa": "thị xã",
    "thanhpho": "thành phố",
}
STATE_FARM = re.compile(r"^N\.?T ")
SOURCES = (
    "Source: vietnam-provinces {first} (data of {date}) and vietnamadminunits {second}, as facts only.",
    "In force since 2025-07-01 (NQ 202/2025/QH15). Made by knowledge/making/places.py: do not edit by hand.",
)

Row = tuple[str, ...]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    arguments.add_argument("first", type=Path, help="the wheel of vietnam-provinces")
    arguments.add_argument("second", type=Path, help="the wheel of vietnamadminunits")
    given = arguments.parse_args()
    with ZipFile(given.first) as first, ZipFile(given.second) as second:
        write_all(Statistics(first), Names(second))


class Statistics:
    """vietnam-provinces: what there is, what there was, and the table between them."""

    def __init__(self, wheel: ZipFile) -> None:
        def table(module: str, name: str) -> Any:
            return literal(wheel.read(f"vietnam_provinces/{module}.py").decode(), name)

        self.version: str = table("__init__", "__version__")
        self.date: str = table("__init__", "__data_version__")
        self.provinces: Mapping[int, Any] = table("_lookup", "PROVINCE_MAPPING")
        self.communes: Mapping[int, Any] = table("_lookup", "WARD_MAPPING")
        self.old_provinces: Mapping[int, Any] = table("legacy/_lookup", "PROVINCE_MAPPING")
        self.old_districts: Mapping[int, Any] = table("legacy/_lookup", "DISTRICT_MAPPING")
        self.old_communes: Mapping[int, Any] = table("legacy/_lookup", "WARD_MAPPING")
        self.became = {
            old: [new for new, _ in targets]
            for old, (_, targets) in table("_ward_conversion_2025", "OLD_TO_NEW").items()
        }

    def province_of(self, commune: int) -> int:
        return number(self.communes[commune][-1])


class Names:
    """vietnamadminunits: the units of 30/6/2025 and what they had been called."""

    def __init__(self, wheel: ZipFile) -> None:
        self.version = next(m[1] for n in wheel.namelist() if (m := re.match(r"vietnamadminunits-([\d.]+)\.dist", n)))
        database = sqlite3.connect(":memory:")
        database.deserialize(wheel.read("vietnamadminunits/data/dataset.db"))
        self.rows = database.execute(
            "select wardCode, ward, districtCode, district, provinceCode, wardAlias, districtAlias,"
            " provinceKey || '_' || districtKey || '_' || wardKey from admin_units_legacy"
        ).fetchall()
        keys = {
            (province, commune): int(code)
            for province, commune, code in database.execute("select provinceKey, wardKey, wardCode from admin_units")
        }
        whole = json.loads(wheel.read("vietnamadminunits/data/converter_2025.json"))["DICT_PROVINCE_WARD_NO_DIVIDED"]
        self.became: dict[str, list[int]] = defaultdict(list)
        for province, communes in whole.items():
            for commune, olds in communes.items():
                for old in olds:
                    self.became[old].append(keys[province, commune])


def write_all(facts: Statistics, names: Names) -> None:
    sources = [line.format(first=facts.version, date=facts.date, second=names.version) for line in SOURCES]
    old_communes, old_districts = list(old_communes_of(facts, names)), list(old_districts_of(facts, names))
    provinces = [(f"{code:02}", named(unit[0])) for code, unit in sorted(facts.provinces.items())]
    communes = [
        (f"{code:05}", named(unit[0]), f"{facts.province_of(code):02}") for code, unit in sorted(facts.communes.items())
    ]
    for name, columns, rows in (
        ("provinces", "code, name", provinces),
        ("communes", "code, name, province", communes),
        ("old_provinces", "code, name, province it is in now", list(old_provinces_of(facts))),
        (
            "old_districts",
            "code, name, old province, commune it became (islands), also called (names without spaces were folded)",
            old_districts,
        ),
        (
            "old_communes",
            "code, name, old district, communes it went into, also called (names without spaces were folded)",
            old_communes,
        ),
    ):
        header = [f"# {line}" for line in (*sources, f"Columns: {columns}.")]
        lines = header + ["\t".join(row).rstrip("\t") for row in rows]
        (OUT / f"{name}.tsv").write_text("\n".join(lines) + "\n", "utf-8")


def old_provinces_of(facts: Statistics) -> Iterator[Row]:
    """An old province lies whole in one new one. Its districts say which, by their codes: the table has slips."""
    province_of_district = {code: number(unit[-1]) for code, unit in facts.old_districts.items()}
    found: dict[int, set[int]] = defaultdict(set)
    for code, unit in facts.old_communes.items():
        found[province_of_district[number(unit[-1])]] |= {facts.province_of(new) for new in facts.became.get(code, ())}
    for code, unit in sorted(facts.old_provinces.items()):
        (now,) = found[code]
        yield f"{code:02}", named(unit[0]), f"{now:02}"


def old_districts_of(facts: Statistics, names: Names) -> Iterator[Row]:
    """Five island districts had no communes and became one each."""
    latest = {int(row[2]): (row[3], row[6]) for row in names.rows}
    without_past = set(facts.communes) - {new for became in facts.became.values() for new in became}
    island = {bare(facts.communes[code][0]): f"{code:05}" for code in without_past}
    for code, unit in sorted(facts.old_districts.items()):
        name, also = latest[code]
        others = aliases(also, name, (unit[0],))
        yield f"{code:03}", named(name), f"{number(unit[-1]):02}", island.get(bare(name), ""), ";".join(others)


def old_communes_of(facts: Statistics, names: Names) -> Iterator[Row]:
    for code_said, name, district, _, _, also, _, key in sorted(names.rows, key=lambda row: row[0] or ""):
        if code_said is None:
            continue
        code = int(code_said)
        became = facts.became.get(code) or names.became[key]
        before = facts.old_communes.get(code)
        others = aliases(also, name, (before[0],) if before else ())
        yield code_said, named(name), district, ",".join(f"{new:05}" for new in sorted(became)), ";".join(others)


def aliases(keys: str | None, name: str, others: Iterable[str]) -> list[str]:
    """Other names: in the other list, or borne by a part before an earlier merger.

    >>> aliases('["phuongsaidong", "saidong", "phuong02", "p2"]', "Phường Phúc Lợi", ("Phường Phuc Loi", "Xã Xà Phìn"))
    ['xã Xà Phìn', 'phường saidong', 'phường 2']
    """
    found = {fold(bare(other)): named(other) for other in others}
    said = json.loads(keys or "[]")
    for alias in said:
        for prefix, kind in KINDS.items():
            rest = alias.removeprefix(prefix)
            if rest != alias and (rest in said or rest.isdecimal()):
                found.setdefault(rest.lstrip("0"), f"{kind} {rest.lstrip('0')}")
    same = {fold(bare(name)), fold(bare(name)).replace(" ", "")}
    return [other for key, other in found.items() if key not in same]


def named(name: str) -> str:
    """
    >>> named("Thị Trấn Prao"), named("xã Bắc Sơn"), named("Thị trấn NT Mộc Châu")
    ('thị trấn Prao', 'xã Bắc Sơn', 'thị trấn Nông trường Mộc Châu')
    """
    kind = kind_of(name)
    return f"{kind} {STATE_FARM.sub('Nông trường ', name[len(kind) :].strip())}"


def bare(name: str) -> str:
    return named(name).removeprefix(kind_of(name)).strip()


def kind_of(name: str) -> str:
    kinds = ("tỉnh", "đặc khu", *KINDS.values())
    return next(kind for kind in kinds if accented(name).startswith(accented(kind) + " "))


def number(code: str) -> int:
    """
    >>> number("P_08")
    8
    """
    return int(code.split("_")[1])


def literal(source: str, name: str) -> Any:
    """The value a module gives to a name, without running it: a call becomes the tuple of its arguments."""
    for statement in ast.parse(source).body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=found)], value=value) if found == name:
                return plain(value)
            case ast.AnnAssign(target=ast.Name(id=found), value=value) if found == name:
                return plain(value)
    raise KeyError(name)


def plain(node: ast.expr | None) -> Any:
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Attribute(attr=attribute):
            return attribute
        case ast.Call(args=items) | ast.Tuple(elts=items):
            return tuple(map(plain, items))
        case ast.Dict(keys=keys, values=values):
            return {plain(key): plain(value) for key, value in zip(keys, values, strict=True)}
    raise ValueError(node)


if __name__ == "__main__":
    main()
