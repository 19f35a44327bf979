"""What one message tells of a visit, all of it together: nothing is read twice, nothing lost."""

from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.datafile import strings_of
from knowledge.phones import Phone
from knowledge.places import PlaceReading, Places
from knowledge.slots import Slots, known_places, read_slots

NOW = datetime(2026, 11, 21, 8)  # the citizen's own clock

TELLS: dict[str, dict[str, str]] = strings_of(Path(__file__).parent / "slots/messages.yaml")


def moment_of(slots: Slots) -> str:
    if not (moment := slots.moment):
        return ""
    day = f"{moment.day:%d/%m}" if moment.day else ""
    day += f"–{moment.last:%d/%m}" if moment.last else ""
    hour = f"{moment.at:%H:%M}" if moment.at else moment.shift or ""
    return " ".join(filter(None, [day, hour]))


def phone_of(slots: Slots) -> str:
    phone = slots.phone
    return phone.written if isinstance(phone, Phone) else phone.reason if phone else ""


def place_of(place: PlaceReading | None) -> str:
    if place is None:
        return ""
    province = place.province.name if place.province else "-"
    return f"{'/'.join(commune.name for commune in place.communes) or province} | {place.rest}"


@pytest.mark.parametrize("message", TELLS)
def test_a_message_tells(message: str) -> None:
    slots = read_slots(message, NOW, known_places)
    read = {
        "when": moment_of(slots),
        "phone": phone_of(slots),
        "place": place_of(slots.place),
        "codes": " ".join(code.code for code in slots.codes),
        "rest": slots.rest,
    }
    assert {name: value for name, value in read.items() if value} == TELLS[message]


def test_there_are_many_messages() -> None:
    assert len(TELLS) >= 80


def unwanted() -> Places:
    raise AssertionError("places were loaded for a message that holds none")


@pytest.mark.parametrize(
    "message", ["khai sinh", "mai 9h", "0912 345 678", "con 14 tuổi làm căn cước", "H26.15-260812-0042"]
)
def test_places_are_not_loaded_for_nothing(message: str) -> None:
    assert read_slots(message, NOW, unwanted).place is None


@given(st.text(max_size=400))
def test_any_text_can_be_read(text: str) -> None:
    slots = read_slots(text, NOW, known_places)
    assert len(slots.rest) <= 4 * len(text) + 4


PIECES = ["mai", "9h", "0912345678", "12 Trần Phú", "phường Đông Kinh", "Lạng Sơn", "H56.14-240823-0001", "khai sinh"]


@given(
    st.lists(st.sampled_from([*PIECES, ",", "ở", "sđt", "và", "24/11", "1.001193", "\n", "EF123456789VN"]), max_size=12)
)
def test_pieces_in_any_order_can_be_read(pieces: list[str]) -> None:
    slots = read_slots(" ".join(pieces), NOW, known_places)
    assert "0912345678" not in slots.rest or pieces.count("0912345678") > 1
    assert "H56.14-240823-0001" not in slots.rest
