"""Where the post and the one-stop desks are, as far as it is published (data/points/, docs/points.md)."""

import heapq
import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, NamedTuple, Self

from pydantic import Field, StringConstraints, model_validator

from procedures_catalog.files import CatalogueError, check, line_of, parse
from procedures_catalog.models import Fact, Source, Words

DATA = Path(__file__).parent / "data" / "points"
FAR = 30.0  # km from the middle of a commune: beyond it an office is of no help to who lives there
KM_A_DEGREE = 111.2
USUAL_AREA = 100.0  # km²: the country over its communes, for the few whose area is not known

Latitude = Annotated[float, Field(ge=6.5, le=23.5)]  # from the Trường Sa islands to Lũng Cú
Longitude = Annotated[float, Field(ge=102.0, le=117.9)]
CommuneCode = Annotated[str, StringConstraints(pattern=r"^\d{5}$")]

Kind = Literal[
    "chief_office",  # bưu cục cấp 1, the first of a province of before 1/7/2025
    "office",  # bưu cục, bưu điện-văn hóa xã
    "dossier_counter",  # bưu cục hành chính công: takes dossiers for the agencies
    "desk",  # Trung tâm Phục vụ hành chính công, Bộ phận Một cửa
]


class Point(Fact):
    """One place to hand a dossier in at."""

    name: Words
    kind: Kind
    address: Words  # as published; of the bundled ones, with the names of before 1/7/2025
    commune: CommuneCode | None = None  # None: not surely known
    among: tuple[CommuneCode, ...] = ()  # it is in one of these: its old commune was parted
    phone: Annotated[str, StringConstraints(pattern=r"^[\d ]{8,15}$")] | None = None
    hours: Words | None = None
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    source: Source
    code: Annotated[str, StringConstraints(pattern=r"^\d{5,6}$")] | None = None  # mã bưu cục
    province: Annotated[str, StringConstraints(pattern=r"^\d\d$")] | None = None  # today; None: the commune's

    @model_validator(mode="after")
    def position_is_whole(self) -> Self:
        if (self.latitude is None) != (self.longitude is None):
            raise ValueError("`latitude` and `longitude` stand together")
        return self

    @model_validator(mode="after")
    def is_somewhere(self) -> Self:
        if not (self.commune or self.among or self.province):
            raise ValueError("`commune` is missing: nobody would ever be sent there")
        return self

    @property
    def communes(self) -> tuple[str, ...]:
        return (self.commune,) if self.commune else self.among


class Middle(NamedTuple):
    """A commune of today: its province, where its middle is, how far it reaches if it were round (km)."""

    province: str
    at: tuple[float, float] | None
    reach: float


class PointsFile(Fact):
    """What a province or the operator knows better. A point takes the place of the bundled one of its code."""

    points: tuple[Point, ...] = ()
    gone: tuple[str, ...] = ()  # post codes of bundled offices that are no more


@dataclass(frozen=True)
class Points:
    all: tuple[Point, ...]
    middles: Mapping[str, Middle]  # by code of the commune

    def near(self, commune_code: str, limit: int = 3) -> tuple[Point, ...]:
        """Those in the commune, those perhaps in it, those within FAR of its middle, the chief ones of its province.

        >>> [point.name for point in load_points().near("05977", 2)]  # phường Đông Kinh, Lạng Sơn
        ['Bưu cục Giao dịch cấp 1 Lạng Sơn', 'Bưu cục Cửa Đông']
        """
        home = self.middles.get(commune_code)
        if home is None:
            return ()
        away = [self._kilometres(home, point) for point in self.all]
        ranks = (
            (rank, away[i], i)
            for i, point in enumerate(self.all)
            if (rank := self._rank(commune_code, home, point, away[i])) is not None
        )
        return tuple(self.all[i] for _, _, i in heapq.nsmallest(limit, ranks))

    def communes_near(self, latitude: float, longitude: float, limit: int = 3) -> tuple[str, ...]:
        """The communes of today a position may lie in, the likeliest first; none for a place abroad or out at sea.

        Only middles and areas are known, not borders. Asked for the middles of 2,500 old communes, the first is right
        in 83 of 100, one of three in 96; no order by distance and reach did better.
        """
        asked = (latitude, longitude)
        away = {code: kilometres(asked, middle.at) for code, middle in self.middles.items() if middle.at}
        within = (code for code, far in away.items() if far <= 3 * self.middles[code].reach)
        return tuple(sorted(within, key=lambda code: away[code] / math.sqrt(self.middles[code].reach))[:limit])

    def _rank(self, commune: str, home: Middle, point: Point, away: float) -> int | None:
        """None: of no help."""
        if point.commune == commune:
            return 0
        if commune in point.among:
            return 1
        if away <= FAR:
            return 2
        return 3 if point.kind == "chief_office" and self._is_in(home.province, point) else None

    def _kilometres(self, home: Middle, point: Point) -> float:
        """Infinite when either is not known."""
        if point.latitude is not None and point.longitude is not None:
            places = [(point.latitude, point.longitude)]
        else:
            places = [at for code in point.communes if (at := self.middles[code].at)]
        return min((kilometres(home.at, place) for place in places if home.at), default=math.inf)

    def _is_in(self, province: str, point: Point) -> bool:
        return province in (point.province, *(self.middles[code].province for code in point.communes))


def load_points(extra: Path | None = None) -> Points:
    """The bundled points, and over them those of a province's or operator's file. Raises CatalogueError."""
    _, sources = parse(DATA / "sources.yaml")
    middles = dict(read_middles())
    points = {point.code: point for point in read_offices(Source.model_validate(sources["offices"]))}
    if extra is None:
        return Points(tuple(points.values()), middles)
    better = read_extra(extra, set(middles), {code for code in points if code})
    replaced = {*better.gone, *(point.code for point in better.points)}
    kept = (point for code, point in points.items() if code not in replaced)
    return Points((*better.points, *kept), middles)


def read_middles() -> Iterator[tuple[str, Middle]]:
    for code, province, latitude, longitude, area in rows("communes", 5):
        at = (float(latitude), float(longitude)) if latitude else None
        yield code, Middle(province, at, math.sqrt(float(area or USUAL_AREA) / math.pi))


def read_offices(source: Source) -> Iterator[Point]:
    for code, kind, name, address, communes, province, phone in rows("offices", 7):
        among = tuple(communes.split(",")) if communes else ()
        place = {"commune": among[0]} if len(among) == 1 else {"among": among}
        yield Point.model_validate(
            {
                "code": code,
                "kind": kind,
                "name": name,
                "address": address,
                "province": province,
                "phone": phone or None,
                "source": source,
                **place,
            }
        )


def rows(name: str, columns: int) -> Iterator[list[str]]:
    """The lines of a table, empty last columns filled up."""
    for line in (DATA / f"{name}.tsv").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            cells = line.split("\t")
            yield cells + [""] * (columns - len(cells))


def read_extra(path: Path, communes: Collection[str], bundled: Collection[str]) -> PointsFile:
    """Raises CatalogueError with a line for each fault."""
    node, data = parse(path)
    file = check(path, node, data, PointsFile)
    faults = [
        f"{path}:{line_of(node, place)}: {'.'.join(map(str, place))}: {what}"
        for place, what in faults_of(file, communes, bundled)
    ]
    if faults:
        raise CatalogueError(faults)
    return file


def faults_of(
    file: PointsFile, communes: Collection[str], bundled: Collection[str]
) -> Iterator[tuple[tuple[int | str, ...], str]]:
    """Where in the file, and what."""
    seen: set[str] = set()
    for i, point in enumerate(file.points):
        for key in ("commune", "among"):
            for code in point.among if key == "among" else filter(None, [point.commune]):
                if code not in communes:
                    yield ("points", i, key), f"no commune has the code {code}"
        if point.code in seen:
            yield ("points", i, "code"), f"{point.code} stands twice"
        if point.code:
            seen.add(point.code)
    for i, code in enumerate(file.gone):
        if code not in bundled:
            yield ("gone", i), f"no bundled office has the code {code}"


def kilometres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Between two places by latitude and longitude, over a plane: the slip over 100 km is of metres.

    >>> round(kilometres((21.0285, 105.8542), (20.8449, 106.6881)))  # Hà Nội, Hải Phòng
    89
    """
    east = (one[1] - other[1]) * math.cos(math.radians((one[0] + other[0]) / 2))
    return KM_A_DEGREE * math.hypot(one[0] - other[0], east)
