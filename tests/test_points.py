"""Where the post is: the tables are sane, the nearest is found, a province can correct them."""

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge.places import Places, load_places
from procedures_catalog.files import CatalogueError
from procedures_catalog.points import FAR, Points, kilometres, load_points


@pytest.fixture(scope="module")
def points() -> Points:
    return load_points()


@pytest.fixture(scope="module")
def places() -> Places:
    return load_places()


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        path = tmp_path / "points.yaml"
        path.write_text(text, "utf-8")
        return path

    return write


def code_of(places: Places, text: str) -> str:
    (commune,) = places.read(text).communes
    return commune.code


SOURCE = '{document: "thông báo 12/TB-BĐLS", as_of: 2026-11-20}'


def test_every_commune_of_today_is_there_and_in_its_province(points: Points, places: Places) -> None:
    book = places.book.communes
    assert {code: middle.province for code, middle in points.middles.items()} == {
        code: commune.province.code for code, commune in book.items()
    }
    assert sum(middle.at is None for middle in points.middles.values()) <= 31


def test_positions_lie_in_viet_nam_and_no_two_are_the_same(points: Points) -> None:
    known = [middle.at for middle in points.middles.values() if middle.at]
    assert all(8.3 <= latitude <= 23.4 and 102.1 <= longitude <= 114.5 for latitude, longitude in known)
    assert max(Counter(known).values()) == 1
    assert all(0.5 < middle.reach < 30 for middle in points.middles.values())


def test_communes_of_a_province_lie_together(points: Points, places: Places) -> None:
    """A slip in a position shows as a commune with none of its province around; islands are alone."""
    for code, middle in points.middles.items():
        others = (o.at for c, o in points.middles.items() if c != code and o.province == middle.province)
        if middle.at:
            nearest = min(kilometres(middle.at, at) for at in others if at)
            name = places.book.communes[code].name
            assert nearest < 30 or name.startswith("đặc khu"), name


def test_every_office_has_a_code_of_its_own_a_source_and_a_known_place(points: Points) -> None:
    codes = [point.code for point in points.all]
    assert len(codes) == len(set(codes)) > 700
    assert len({(point.name, point.address) for point in points.all}) == len(codes)
    for point in points.all:
        assert set(point.communes) <= set(points.middles)
        assert {points.middles[code].province for code in point.communes} <= {point.province}
        assert point.source.url
        assert point.source.as_of.year == 2026


def test_phones_are_landlines_and_nobody_s_own(points: Points) -> None:
    phones = [(point.phone, point.address) for point in points.all if point.phone]
    assert all(re.fullmatch(r"02\d{9}", phone) for phone, _ in phones)
    assert len(phones) > 600
    houses = Counter(phone for phone, _ in set(phones))
    assert max(houses.values()) == 1


def test_nearly_every_province_has_an_office(points: Points, places: Places) -> None:
    with_some = {point.province for point in points.all}
    assert with_some == set(places.book.provinces)
    chiefs = {point.province for point in points.all if point.kind == "chief_office"}
    assert set(places.book.provinces) - chiefs == {"14"}  # Sơn La: its town is not in the list


def test_addresses_read_by_the_bot_give_the_same_communes(points: Points, places: Places) -> None:
    """One chief office stands in a commune that was merged without its name being kept anywhere."""
    read = {p.code: {c.code for c in places.read(p.address).communes} for p in points.all if p.communes}
    assert [p.code for p in points.all if p.communes and read[p.code] != set(p.communes)] == []
    assert [p.code for p in points.all if not p.communes] == ["590000"]


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("phường Đông Kinh, Lạng Sơn", "240000"),
        ("xã Đồng Đăng, Lạng Sơn", "241900"),
        ("phường Hoàn Kiếm, Hà Nội", "100000"),
        ("phường Sài Gòn, Hồ Chí Minh", "700000"),
        ("đặc khu Lý Sơn, Quảng Ngãi", "571400"),
        ("đặc khu Côn Đảo, Hồ Chí Minh", "794300"),
        ("xã Mường Nhé, Điện Biên", "384000"),
        ("xã Yên Bình, Lào Cai", "321900"),  # its middle is not known
    ],
)
def test_the_office_of_the_commune_comes_first(points: Points, places: Places, asked: str, first: str) -> None:
    code = code_of(places, asked)
    found = points.near(code)
    assert found[0].code == first
    assert code in found[0].communes


def test_without_an_office_of_its_own_the_nearest_ones_in_order(points: Points, places: Places) -> None:
    code = code_of(places, "phường Tam Thanh, Lạng Sơn")
    found = points.near(code, limit=5)
    assert [point.code for point in found] == ["241350", "241800", "241000", "241900", "240000"]
    assert all(code not in point.communes for point in found)
    home = points.middles[code].at
    assert home
    far = [min(kilometres(home, at) for c in p.communes if (at := points.middles[c].at)) for p in found]
    assert far == sorted(far)
    assert far[-1] <= FAR


def test_with_none_around_the_chief_offices_of_the_province(points: Points, places: Places) -> None:
    found = points.near(code_of(places, "đặc khu Trường Sa, Khánh Hòa"))
    assert [point.code for point in found] == ["650000", "660000"]
    assert {point.kind for point in found} == {"chief_office"}


def test_an_office_in_a_parted_commune_is_found_from_each_part(points: Points) -> None:
    (office,) = (point for point in points.all if point.code == "100000")
    assert office.commune is None
    assert len(office.among) > 1
    assert all(office in points.near(code, limit=5) for code in office.among)


def test_nearly_every_commune_has_an_office_within_reach(points: Points) -> None:
    asked = sorted(points.middles)[::10]
    assert sum(bool(points.near(code, limit=1)) for code in asked) >= 0.98 * len(asked)


def test_nothing_known_gives_nothing(points: Points, places: Places) -> None:
    assert points.near("00000") == ()
    assert points.near(code_of(places, "phường Tô Hiệu, Sơn La")) == ()
    assert len(points.near(code_of(places, "phường Hoàn Kiếm, Hà Nội"), limit=1)) == 1


@pytest.mark.parametrize(
    ("where", "latitude", "longitude", "commune"),
    [
        ("Chợ Đồng Đăng", 21.9433, 106.6961, "xã Đồng Đăng, tỉnh Lạng Sơn"),
        ("Hồ Gươm", 21.0287, 105.8524, "phường Hoàn Kiếm, thành phố Hà Nội"),
        ("Bưu điện Sài Gòn", 10.7799, 106.6999, "phường Sài Gòn, thành phố Hồ Chí Minh"),
        ("thị trấn Sa Pa", 22.3364, 103.8438, "phường Sa Pa, tỉnh Lào Cai"),
        ("phố cổ Hội An", 15.8770, 108.3280, "phường Hội An, thành phố Đà Nẵng"),
        ("Mũi Cà Mau", 8.6110, 104.7200, "xã Đất Mũi, tỉnh Cà Mau"),
        ("Côn Sơn", 8.6830, 106.6080, "đặc khu Côn Đảo, thành phố Hồ Chí Minh"),
    ],
)
def test_a_position_gives_its_commune_among_three(
    points: Points, places: Places, where: str, latitude: float, longitude: float, commune: str
) -> None:
    found = points.communes_near(latitude, longitude)
    assert commune in [places.book.communes[code].full for code in found], where
    assert len(found) <= 3


def test_the_middle_of_lang_son_is_in_lang_son(points: Points) -> None:
    found = points.communes_near(21.8537, 106.7615)
    assert len(found) == 3
    assert {points.middles[code].province for code in found} == {"20"}


def test_a_position_abroad_or_at_sea_gives_none(points: Points) -> None:
    for latitude, longitude in ((48.8566, 2.3522), (13.7563, 100.5018), (15.0, 112.0), (0.0, 0.0), (90.0, 181.0)):
        assert points.communes_near(latitude, longitude) == ()


def test_a_province_replaces_adds_and_removes(file: Callable[[str], Path], places: Places) -> None:
    code = code_of(places, "phường Đông Kinh, Lạng Sơn")
    points = load_points(
        file(f"""
points:
  - {{name: Trung tâm Phục vụ hành chính công, kind: desk, address: thử, commune: "{code}", source: {SOURCE}}}
  - {{code: "240000", name: mới, kind: chief_office, address: nơi khác, commune: "{code}", hours: sáng,
     latitude: 21.85, longitude: 106.76, source: {SOURCE}}}
gone: ["241000"]
""")
    )
    found = points.near(code, limit=4)
    assert [point.kind for point in found[:2]] == ["desk", "chief_office"]
    assert (found[1].name, found[1].hours) == ("mới", "sáng")
    assert [point.code for point in found[2:]] == ["241350", "241800"]  # 241000 would have come before
    assert Counter(point.code for point in points.all)["240000"] == 1


def test_a_position_of_its_own_counts_more_than_the_commune(file: Callable[[str], Path], places: Places) -> None:
    """An office on the edge of the neighbouring commune is nearer than the middle of that commune."""
    code = code_of(places, "phường Tam Thanh, Lạng Sơn")
    away = code_of(places, "xã Đồng Đăng, Lạng Sơn")
    home = load_points().middles[code].at
    assert home
    point = f'{{name: sát bên, kind: office, address: a, commune: "{away}", source: {SOURCE}'
    assert load_points(file(f"points: [{point}}}]")).near(code)[0].name != "sát bên"
    placed = f"{point}, latitude: {home[0]}, longitude: {home[1]}}}"
    assert load_points(file(f"points: [{placed}]")).near(code)[0].name == "sát bên"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (
            'points:\n  - {name: a, kind: office, address: b, commune: "99999", source: S}',
            "2: points.0.commune: no commune",
        ),
        (
            'points:\n  - {name: a, kind: office, address: b, among: ["99999"], source: S}',
            "2: points.0.among: no commune",
        ),
        ("points:\n  - {name: a, kind: office, address: b, source: S}", "`commune` is missing"),
        ('points:\n  - {name: a, kind: shop, address: b, commune: "00070", source: S}', "2: points.0.kind:"),
        ('points:\n  - {name: a, kind: office, address: b, commune: "00070"}', "2: points.0.source: is missing"),
        (
            'points:\n  - {name: a, kind: office, address: b, commune: "00070", latitude: 48, longitude: 2, source: S}',
            "2: points.0.latitude:",
        ),
        (
            'points:\n  - {name: a, kind: office, address: b, commune: "00070", latitude: 21.0, source: S}',
            "`latitude` and `longitude` stand together",
        ),
        (
            'points:\n  - {name: a, kind: office, adress: b, commune: "00070", source: S}',
            "2: points.0.adress: no such key",
        ),
        ('points: []\ngone: ["123456"]', "2: gone.0: no bundled office has the code 123456"),
        (
            'points:\n  - {code: "240000", name: a, kind: office, address: b, commune: "00070", source: S}\n'
            '  - {code: "240000", name: c, kind: office, address: d, commune: "00070", source: S}',
            "3: points.1.code: 240000 stands twice",
        ),
        ("points: [", "not YAML"),
        ("", "is empty"),
    ],
)
def test_a_fault_is_named_with_its_line(file: Callable[[str], Path], text: str, fault: str) -> None:
    with pytest.raises(CatalogueError) as caught:
        load_points(file(text.replace("S}", SOURCE + "}")))
    assert fault in str(caught.value)


def test_a_file_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="cannot be read"):
        load_points(tmp_path / "none.yaml")
