"""What is told of a dossier unasked: read whole, in both languages, by who proved whose it is and by who did not.

The samples in tests/data/dossier_notices.*.txt are for reading; after a change of words
`python -m tests.test_dossier_notices` writes them anew.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import pytest

from bot.dialogue.dossiers import notices
from bot.dialogue.events import Chose
from bot.dialogue.states import Home, Memory
from bot.dialogue.step import Reply
from bot.dialogue.table import advance
from bot.dialogue.ways import LONGEST
from bot.dialogue.world import Followed, Own
from bot.dossiers.changes import Change, Kind
from bot.dossiers.dossier import ENDED, Apology, Dossier, Happening, Status
from bot.dossiers.lateness import VIETNAM
from bot.pickup.order import Order
from bot.texts.render import LANGUAGES, render
from knowledge.calendar import load_calendar
from tests.ordered import CHAT, FIRST, an_order, keys, options, screen, the_world, under

SAMPLES = Path(__file__).parent / "data"
CALENDAR = load_calendar()
KINDS: tuple[Kind, ...] = get_args(Kind)
CODE = "000.17.22.H56-261110-0001"  # of the longest shape
NOW = datetime(2026, 11, 25, 9, 5)
WAS = date(2026, 11, 20)
STATUS_OF: dict[Kind, Status] = {
    **dict.fromkeys(("resumed", "reopened", "earlier", "later", "apology", "due_tomorrow", "overdue"), "processing"),
    "supplement_waiting": "supplement",
}
# Of the owner, or for them alone.
SECRETS = ("Giấy chứng sinh", "8.000", "8,000", "bà Lan", "Đông hồ sơ", "Nguyễn", "0912", "912345678", "12 Trần Phú")


def at(day: int, hour: int = 9) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=VIETNAM)


def a_dossier(kind: Kind, **more: object) -> Dossier:
    """With all a system may tell, as it stands after the change."""
    status: Any = STATUS_OF.get(kind, kind)
    is_past = kind in ("overdue", "done")
    known = {
        "code": CODE,
        "system": "s",
        "status": status,
        "official": "Chờ ký số" if kind == "unknown" else None,
        "procedure": "1.001193",
        "title": "Đăng ký khai sinh",
        "agency": "UBND phường Đông Kinh",
        "received": at(10),
        "due": at(19 if is_past else 26),
        "finished": at(23) if status in ("done", "returned") else None,
        "steps": (Happening(at=at(10), words="Chuyển hồ sơ cho bà Lan"),),
        "papers": ("Giấy chứng sinh (bản chính)",),
        "supply_by": at(30),
        "fee": Decimal(8000),
        "reason": "Thiếu chữ ký của bà Lan",
        "apology": Apology(due=at(30), reason="Đông hồ sơ") if kind == "apology" else None,
        "rounds": 1 if kind in ("resumed", "later") else 0,
    }
    return Dossier.model_validate(known | more)


def told(kind: Kind, *, proved: bool = True, order: Order | None = None, trial: bool = False, **more: Any) -> Reply:
    dossier = more.pop("dossier", None) or a_dossier(kind)
    change = Change(kind=kind, key="k", was=WAS if kind in ("earlier", "later", "apology") else None)
    reply = notices.notice(dossier, change, proved=proved, order=order, now=NOW, calendar=CALENDAR, trial=trial, **more)
    assert reply
    return reply


def back(
    kind: Kind, *, proved: bool = True, order: Order | None = None, trial: bool = False, lasting: bool = False
) -> Reply:
    return notices.back_again(
        a_dossier(kind), proved=proved, order=order, now=NOW, calendar=CALENDAR, trial=trial, lasting=lasting
    )


def every(*, proved: bool, order: Order | None, trial: bool = False) -> Iterator[tuple[str, Reply]]:
    for kind in KINDS:
        yield kind, told(kind, proved=proved, order=order, trial=trial, kept_until=date(2027, 5, 24))
    for kind in ("supplement", "done", "rejected"):
        yield f"back again, {kind}", back(kind, proved=proved, order=order, trial=trial)
    yield "not there", notices.not_there(CODE, order=order, trial=trial)
    if order:
        yield "followed by itself", notices.followed_by_itself(order, CODE)


# --- each of them ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("booked", [True, False])
@pytest.mark.parametrize("proved", [True, False])
def test_each_says_which_dossier_where_it_stands_and_how_to_go_on(language: str, booked: bool, proved: bool) -> None:
    order = an_order() if booked else None
    titles = set()
    for name, reply in every(proved=proved, order=order):
        shown = screen(reply, language)
        first, *rest = shown.splitlines()
        assert reply.lines[0].kind == "title", name
        assert CODE in shown, name
        assert rest, name
        assert not re.search(r"dossier_notice\.|dossier\.|\{|\}|None", shown), name
        assert all(len(option.encode()) <= LONGEST for option in options(reply)), name
        assert len(set(options(reply))) == len(options(reply)) <= 7, name
        assert {f"dossier:{CODE}", "person"} <= set(options(reply)), name
        assert all(len(button.label) <= 40 for button in render(reply, language).buttons), name
        if not name.startswith("back"):
            titles.add(first)
    assert len(titles) == len(KINDS) + 1 + booked, "no two of them look alike"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("booked", [True, False])
def test_who_proved_nothing_reads_no_paper_sum_or_reason_and_learns_how_to(kind: Kind, booked: bool) -> None:
    order = an_order() if booked else None
    for language in LANGUAGES:
        for reply in (told(kind, proved=False, order=order), back(kind, proved=False, order=order)):
            assert not [secret for secret in SECRETS if secret in screen(reply, language)]
    more = f"prove:{CODE}"
    has_more = kind in ("supplement", "supplement_waiting", "payment", "rejected", "stopped", "apology")
    assert (more in options(told(kind, proved=False))) == has_more
    assert more not in options(told(kind, proved=True))


def test_who_proved_it_reads_them() -> None:
    assert "Giấy chứng sinh" in screen(told("supplement"))
    assert "8.000 đ" in screen(told("payment"))
    assert "Thiếu chữ ký" in screen(told("rejected"))
    assert "Đông hồ sơ" in screen(told("apology"))


@pytest.mark.parametrize("kind", KINDS)
def test_the_steps_of_officials_are_in_no_notice(kind: Kind) -> None:
    assert "Chuyển hồ sơ" not in screen(told(kind))


@pytest.mark.parametrize("order", [None, an_order(), an_order(trial=True)], ids=["none", "real", "trial"])
@pytest.mark.parametrize("trial", [True, False])
def test_a_trial_always_says_so(trial: bool, order: Order | None) -> None:
    for name, reply in every(proved=True, order=order, trial=trial):
        is_trial = order.trial if order and name == "followed by itself" else trial or bool(order and order.trial)
        assert ("dossier.trial" in keys(reply)) == is_trial, name


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_dossier_has_left_behind_is_not_told(kind: Kind) -> None:
    change = Change(kind=kind, key="k")
    over = a_dossier("withdrawn" if kind != "withdrawn" else "processing")
    said = notices.notice(over, change, proved=True, order=None, now=NOW, calendar=CALENDAR, trial=False)
    assert (said is None) == (kind not in ("earlier", "later", "apology"))


@pytest.mark.parametrize("kind", KINDS)
def test_a_system_that_tells_only_the_status_makes_a_notice_too(kind: Kind) -> None:
    bare = Dossier(code=CODE, system="s", status=a_dossier(kind).status)
    for proved in (True, False):
        for language in LANGUAGES:
            shown = screen(told(kind, dossier=bare, proved=proved), language)
            assert CODE in shown
            assert "None" not in shown


@pytest.mark.parametrize("kind", KINDS)
def test_days_no_calendar_knows_make_a_notice_too(kind: Kind) -> None:
    far = a_dossier(kind, due=datetime(2050, 1, 3, tzinfo=VIETNAM), apology=Apology(due=None))
    assert "03/01/2050" in screen(told(kind, dossier=far)) or kind in (
        *("supplement", "supplement_waiting", "payment", "rejected", "stopped", "withdrawn", "apology"),
    )


# --- what to do ------------------------------------------------------------------------------------------------------


def test_a_postman_can_fetch_what_is_missing() -> None:
    procedure = the_world().catalog["1.001193"]
    assert "book:1.001193" in options(told("supplement", procedure=procedure))
    assert "book:1.001193" in options(told("supplement", order=an_order()))
    assert not any(option.startswith("book:") for option in options(told("supplement"))), "not in the catalogue"
    english = told("supplement", procedure=procedure, language="en")
    assert procedure.english
    assert procedure.english in screen(english, "en")


def test_a_payment_warns_of_swindlers() -> None:
    assert "OTP" in screen(told("payment"))
    assert "OTP" in screen(told("payment", proved=False), "en")


def test_a_result_is_brought_or_fetched() -> None:
    brought = screen(told("done", order=an_order()))
    assert FIRST in brought
    assert "bưu tá mang về" in brought
    assert "đến nơi trả kết quả" not in brought
    fetched = screen(told("done", order=an_order(back=None)))
    assert "đến nơi trả kết quả ghi trên giấy hẹn (UBND phường Đông Kinh)" in fetched
    assert "bưu tá" not in fetched
    unknown = screen(told("done"))
    assert "đến nơi trả kết quả" in unknown
    assert "đăng ký nhận qua bưu điện" in unknown


@pytest.mark.parametrize("post", ["delivered", "returned", "cancelled", "refused"])
def test_no_postman_is_promised_when_none_comes_any_more(post: Any) -> None:
    for kind in KINDS:
        assert "dossier_notice.brought" not in keys(told(kind, order=an_order(), post=post))
    assert "dossier_notice.ends" in keys(told("returned", order=an_order(), post=post))
    assert "dossier_notice.brought" in keys(told("done", order=an_order(), post="handed_over"))


def test_given_to_the_postman_is_not_yet_with_the_citizen() -> None:
    """Agencies write "returned" when the postman fetches the result."""
    assert {"dossier_notice.to_the_post", "dossier_notice.ends_at_agency"} <= set(
        keys(told("returned", order=an_order()))
    )
    assert "dossier_notice.ends" not in keys(told("returned", order=an_order()))
    assert {"dossier_notice.returned", "dossier_notice.ends", "notice.check"} <= set(keys(told("returned")))


@pytest.mark.parametrize("kind", [kind for kind in KINDS if STATUS_OF.get(kind, kind) in ENDED])
def test_at_the_end_it_says_that_following_ends_and_what_is_kept(kind: Kind) -> None:
    reply = told(kind, kept_until=date(2027, 5, 24))
    assert {"dossier_notice.ends", "dossier_notice.kept_until", "notice.kept_until"} <= set(keys(reply))
    assert "24/05/2027" in screen(reply)
    assert "mydata" in options(reply)
    assert f"unfollow:{CODE}" not in options(reply)
    assert "dossier_notice.kept_until" not in keys(told(kind)), "no day is made up"


@pytest.mark.parametrize("kind", [kind for kind in KINDS if STATUS_OF.get(kind, kind) not in ENDED])
def test_before_it_can_be_stopped(kind: Kind) -> None:
    assert f"unfollow:{CODE}" in options(told(kind))


@pytest.mark.parametrize("kind", KINDS)
def test_how_to_complain_stands_where_there_is_reason_to(kind: Kind) -> None:
    has_reason = kind in ("rejected", "stopped", "later", "apology", "overdue", "done")  # this one came late
    assert (f"complainof:{CODE}" in options(told(kind))) == has_reason
    early = told("done", dossier=a_dossier("done", due=at(26)))
    assert f"complainof:{CODE}" not in options(early)


# --- the promise -----------------------------------------------------------------------------------------------------


def test_the_day_and_whether_it_is_kept_is_said() -> None:
    assert "26/11/2026 — còn 1 ngày làm việc" in screen(told("received"))
    assert "19/11/2026 — có kết quả trễ 2 ngày làm việc" in screen(told("done"))
    assert "có kết quả sớm 2 ngày làm việc" in screen(told("returned"))
    assert "19/11/2026 — đã quá hẹn 3 ngày làm việc" in screen(told("overdue"))
    for kind in ("earlier", "later"):
        shown = screen(told(kind))
        assert shown.index("20/11/2026") < shown.index("26/11/2026")


def test_an_apology_names_the_new_day_and_the_form() -> None:
    shown = screen(told("apology"))
    assert "xin lỗi" in shown
    assert shown.index("20/11/2026") < shown.index("30/11/2026")
    assert "mẫu 04" in shown
    nameless = screen(told("apology", dossier=a_dossier("apology", apology=Apology(due=None))))
    assert "xin lỗi" in nameless
    assert "30/11/2026" not in nameless


def test_late_without_an_apology_says_that_there_is_none_and_what_a_wait_may_change() -> None:
    assert "Hệ thống chưa có phiếu xin lỗi" in screen(told("overdue"))
    assert "dossier_notice.clock_stood" not in keys(told("overdue"))
    waited = told("overdue", dossier=a_dossier("overdue", rounds=1))
    assert "dossier_notice.clock_stood" in keys(waited)
    assert "dossier_notice.moved_by_wait" in keys(told("later"))
    assert "dossier_notice.moved_by_wait" not in keys(told("later", dossier=a_dossier("later", rounds=0)))


def test_it_says_when_and_who_said_so() -> None:
    assert "lúc 9:05 ngày 25/11/2026" in screen(told("done"))
    later = told("overdue", as_of=at(25, 7), system="Hệ thống một cửa tỉnh Thanh Hóa")
    assert "Hệ thống một cửa tỉnh Thanh Hóa ghi như vậy lúc 7:00 ngày 25/11/2026" in screen(later)


# --- the others ------------------------------------------------------------------------------------------------------


def test_after_an_outage_it_offers_to_go_on_unless_it_is_followed_or_over() -> None:
    assert f"follow:{CODE}" in options(back("supplement"))
    lasting = options(back("supplement", lasting=True))
    assert f"follow:{CODE}" not in lasting
    assert f"unfollow:{CODE}" in lasting
    assert f"follow:{CODE}" not in options(back("rejected"))
    assert "dossier_notice.brought" in keys(back("done", order=an_order()))


def test_a_code_made_known_by_the_post_is_followed_and_says_how_to_stop() -> None:
    reply = notices.followed_by_itself(an_order(), CODE)
    assert {f"dossier:{CODE}", f"order:{FIRST}", f"unfollow:{CODE}"} <= set(options(reply))
    assert FIRST in screen(reply)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("booked", [True, False])
def test_every_button_works_days_later(kind: Kind, booked: bool) -> None:
    pickup = under("handed_over")
    world, order = the_world(), pickup.order if booked else None
    followed = Followed(CODE, a_dossier(kind), at(25), order=order.number if order else None)
    own = Own(orders=(pickup,) if booked else (), followed=(followed,))
    for proved in (True, False):
        for option in options(told(kind, order=order, proved=proved), back(kind, order=order, proved=proved)):
            given = world.given(Memory(ordered=booked, follows=True), own, CHAT)
            step = advance(Home(), Chose(option), given)
            assert step.query or step.replies, option
            assert "button.old" not in keys(*step.replies), option


# --- to be read ------------------------------------------------------------------------------------------------------


def sample(language: str) -> str:
    order = an_order()
    booked = [(f"{name} (booked here)", reply) for name, reply in every(proved=True, order=order)]
    alone = [(f"{name} (by its code alone)", reply) for name, reply in every(proved=False, order=None, trial=True)]
    return "\n".join(section(name, reply, language) for name, reply in (*booked, *alone))


def section(name: str, reply: Reply, language: str) -> str:
    buttons = "  ".join(f"[{button.label}]" for button in render(reply, language).buttons)
    return f"=== {name}\n{screen(reply, language)}\n{buttons}\n"


def sample_file(language: str) -> Path:
    return SAMPLES / f"dossier_notices.{language}.txt"


@pytest.mark.parametrize("language", LANGUAGES)
def test_they_read_as_they_were_last_read(language: str) -> None:
    assert sample(language) == sample_file(language).read_text("utf-8")


if __name__ == "__main__":
    for each in LANGUAGES:
        sample_file(each).write_text(sample(each), "utf-8")
