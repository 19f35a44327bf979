"""Dossiers asked for in general, by a picture, by the codes of others, by buttons of any day."""

import pytest

from bot.dialogue.booking.consenting import VERSION
from bot.dialogue.events import Chose, Said, Scanned, Wrote
from bot.dialogue.states import Booking, Draft, Home, Managing, Memory, Reading, Tracking
from bot.dialogue.table import advance
from bot.dialogue.ways import LONGEST
from bot.dialogue.world import Followed, Own
from bot.dossiers.dossier import Status
from knowledge.meanings import DossierCode
from tests.ordered import CHAT, FIRST, FOREIGN, SECOND, keys, options, screen, the_world
from tests.tracked import (
    ANOTHER,
    ASKING,
    CODE,
    LONG,
    PAPER,
    a_dossier,
    an_under,
    answer,
    asked_for,
    followed,
    found,
    proved,
)

# asked in general


def test_the_only_one_there_is_is_shown_at_once() -> None:
    where = Wrote("hồ sơ của tôi đến đâu rồi")
    assert answer(where, orders=[an_under()]).state == Managing(number=FIRST)
    assert answer(where, found(), dossiers=[followed()]).state == Tracking(code=CODE)
    joined = answer(where, proved(), orders=[an_under()], dossiers=[followed(order=FIRST)])
    assert joined.state == Tracking(code=CODE, proved=True)


def test_several_stand_in_one_list() -> None:
    orders = [an_under(), an_under("accepted", SECOND)]
    dossiers = [
        followed(order=FIRST, dossier=a_dossier("supplement")),
        followed(ANOTHER),
        Followed("H37.20-261120-0077", None, None),
    ]
    step = answer(Wrote("hồ sơ của tôi đến đâu rồi"), orders=orders, dossiers=dossiers)
    rows = screen(step).splitlines()[1:]
    assert rows == [
        f"Đăng ký khai sinh · {FIRST}: Cần anh/chị bổ sung giấy tờ",
        f"Đăng ký khai sinh · {SECOND}: Bưu điện đã nhận lịch hẹn",
        f"Đăng ký khai sinh · {ANOTHER}: Đang giải quyết",
        "H37.20-261120-0077: hệ thống chưa trả lời",
    ]
    assert options(*step.replies)[:4] == [
        f"dossier:{CODE}",
        f"order:{SECOND}",
        f"dossier:{ANOTHER}",
        "dossier:H37.20-261120-0077",
    ]
    assert options(*answer(Chose("dossiers"), orders=orders, dossiers=dossiers).replies) == options(*step.replies)


def test_what_is_over_stands_last() -> None:
    over = followed(ANOTHER, ended=True)
    rows = options(*answer(Chose("dossiers"), dossiers=[over, followed()]).replies)
    assert rows[:2] == [f"dossier:{CODE}", f"dossier:{ANOTHER}"]


def test_who_follows_nothing_is_told_how_to_send_a_code() -> None:
    step = answer(Wrote("hồ sơ của tôi đến đâu rồi"))
    assert step.state == Tracking(asked="code")
    assert {"dossier.send_code", "dossier.where"} <= set(keys(*step.replies))
    reading = Reading(code="1.001193")
    assert answer(Wrote("hồ sơ của tôi đến đâu rồi"), state=reading).state == Tracking(asked="code")


def test_the_one_on_screen_is_meant_first() -> None:
    step = answer(Wrote("hồ sơ của tôi đến đâu rồi"), found(), state=Tracking(code=ANOTHER), dossiers=[followed()])
    assert step.state == Tracking(code=ANOTHER)
    both = [followed(), followed(ANOTHER)]
    listed = answer(Wrote("hồ sơ của tôi đến đâu rồi"), state=Tracking(code=ANOTHER), dossiers=both)
    assert "dossier.list" in keys(*listed.replies)


def test_words_that_should_have_been_a_code_are_asked_for_again() -> None:
    waiting = Tracking(asked="code")
    assert "dossier.no_code" in keys(*answer(Wrote("mã là 26112000421 gì đó"), state=waiting).replies)
    assert "dossier.no_code" not in keys(*answer(Wrote("làm khai sinh cho con"), state=waiting).replies)
    assert "dossier.send_code" in keys(*answer(Wrote("vâng"), state=waiting).replies)


@pytest.mark.parametrize("said", ["bao giờ xong", "vâng"])
def test_beside_a_dossier_its_day_is_told_again(said: str) -> None:
    step = answer(Wrote(said), found(), state=Tracking(code=CODE))
    assert "dossier.title" in keys(*step.replies)


def test_beside_a_dossier_its_procedure_may_be_asked_about() -> None:
    step = answer(Wrote("phí bao nhiêu"), found(), state=Tracking(code=CODE))
    assert step.state == Tracking(code=CODE)
    assert "Đăng ký khai sinh" in screen(step)
    assert options(*step.replies)[0] == f"dossier:{CODE}"
    unknown = answer(Wrote("phí bao nhiêu"), found(a_dossier(procedure=None)), state=Tracking(code=CODE))
    assert "dossier.title" in keys(*unknown.replies)


@pytest.mark.parametrize(
    ("said", "status", "secret"), [("thiếu giấy gì vậy", "supplement", PAPER), ("phí bao nhiêu", "payment", "123.456")]
)
def test_what_the_dossier_waits_for_is_for_its_owner(said: str, status: Status, secret: str) -> None:
    on_screen = Tracking(code=CODE)
    step = answer(Wrote(said), found(a_dossier(status)), state=on_screen)
    assert step.state == ASKING
    assert secret not in screen(step)
    assert secret in screen(answer(Wrote(said), proved(a_dossier(status)), state=on_screen))


def test_the_form_of_a_pickup_goes_on_behind_a_dossier() -> None:
    form = Booking(asked="street")
    memory = Memory(draft=Draft(procedure="1.001193", commune="05977"), consent=VERSION)
    step = answer(Wrote(CODE), found(), state=form, memory=memory)
    assert step.state == form
    assert len(step.replies) == 2


# pictures and other codes


def test_a_code_in_a_picture_counts_as_if_it_were_written() -> None:
    for texts_ in ((CODE,), (f"https://vi.example/tra-cuu?ma={CODE}", CODE), (CODE, "0101234567")):
        assert screen(answer(Scanned(texts_), found())) == screen(answer(Wrote(CODE), found()))
    assert answer(Scanned((FIRST,)), orders=[an_under("accepted")]).state == Managing(number=FIRST)
    slip = answer(Scanned((FIRST, "EB473124829VN")), orders=[an_under("accepted")])  # both of one pickup
    assert slip.state == Managing(number=FIRST)


def test_which_code_of_a_picture_is_meant_is_asked() -> None:
    step = answer(Scanned((CODE, ANOTHER, "RB123456785VN", FOREIGN)))
    meant = [f"dossier:{CODE}", f"dossier:{ANOTHER}", "parcel:RB123456785VN", f"order:{FOREIGN}"]
    assert options(*step.replies)[:4] == meant


def test_which_of_several_codes_in_one_message_is_meant_is_asked() -> None:
    world = the_world()
    event = Said(DossierCode(CODE, (ANOTHER,)), "vi", f"{CODE} {ANOTHER}")
    step = advance(Home(), event, world.given(Memory(), Own(), CHAT))
    assert step.query is None
    assert options(*step.replies)[:2] == [f"dossier:{CODE}", f"dossier:{ANOTHER}"]


@pytest.mark.parametrize("texts_", [(), ("020301000123|123456789|Nguyễn Văn An|01011990|Nam|Lạng Sơn|01012021",)])
def test_a_picture_without_a_code_says_so_and_repeats_nothing_of_it(texts_: tuple[str, ...]) -> None:
    step = answer(Scanned(texts_))
    assert ("dossier.picture_without" if texts_ else "dossier.picture_unread") in keys(*step.replies)
    assert not [secret for secret in ("Nguyễn", "020301000123", "1990") if secret in screen(step)]
    assert "dossier.send_code" in keys(*step.replies)


def test_a_parcel_of_a_pickup_of_this_chat_is_that_pickup() -> None:
    assert answer(Wrote("eb 473 124 829 vn"), orders=[an_under("collected")]).state == Managing(number=FIRST)
    stranger = answer(Wrote("eb 473 124 829 vn"))
    assert {"parcel.code", "parcel.where"} <= set(keys(*stranger.replies))
    assert "parcel.slip" not in keys(*stranger.replies)


def test_a_parcel_whose_check_digit_disagrees_is_told_with_a_warning() -> None:
    assert "parcel.slip" in keys(*answer(Wrote("RB123456789VN")).replies)
    assert "parcel.slip" in keys(*answer(Chose("parcel:RB123456789VN")).replies)


def test_a_mistyped_pickup_number_is_said_to_be_one() -> None:
    mistyped = FIRST[:-1] + ("A" if FIRST[-1] != "A" else "B")
    step = answer(Wrote(mistyped), orders=[an_under()])
    assert "dossier.order_mistyped" in keys(*step.replies)
    assert f"order:{FIRST}" in options(*step.replies)
    assert "order.not_here" in keys(*answer(Wrote(FOREIGN)).replies)


@pytest.mark.parametrize("said", ["G22.99.3-241219795252", "03706/2026/07906", "DN 4 01 0123456789"])
def test_numbers_of_others_are_explained_and_looked_up_nowhere(said: str) -> None:
    assert asked_for(Wrote(said)) is None
    assert any(key.startswith("other.") for key in keys(*answer(Wrote(said)).replies))


# buttons

FORGED = [
    "dossier:", "dossier:x", f"dossier:{CODE.lower()}", f"dossier:{CODE} {ANOTHER}", "dossiers:1", "askcode:1",
    f"follow:{CODE}/{FIRST}", "follow:1.001193", f"ofpickup:{CODE}", f"ofpickup:{CODE}/ND261121-000000",
    "parcel:123", f"parcel:{CODE}", "once:", "prove:",
]  # fmt: skip


@pytest.mark.parametrize("option", FORGED)
def test_a_button_nobody_offers_does_nothing(option: str) -> None:
    step = answer(Chose(option), found(), orders=[an_under()], dossiers=[followed()])
    assert "button.old" in keys(*step.replies)
    assert step.commands == ()


def test_the_longest_code_fits_a_button() -> None:
    looked = found(a_dossier("processing", code=LONG))
    step = answer(Wrote(LONG), looked, orders=[an_under()])
    assert f"ofpickup:{LONG}/{FIRST}" in options(*step.replies)
    assert all(len(option.encode()) <= LONGEST for option in options(*step.replies))
