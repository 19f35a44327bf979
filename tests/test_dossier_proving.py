"""What a code alone tells of a dossier, and what is told to who shows whose it is."""

import pytest

from bot.dialogue.events import Chose, Wrote
from bot.dialogue.states import (
    Tracking,
)
from bot.dialogue.step import Follow, Look
from bot.dialogue.world import Outcome
from bot.dossiers.dossier import Apology, Happening
from tests.ordered import FIRST, keys, options, screen
from tests.tracked import (
    ANOTHER,
    ASKING,
    CODE,
    OWNER,
    PAPER,
    REASON,
    SECRETS,
    SORRY,
    STATUSES,
    STEP,
    a_dossier,
    an_under,
    answer,
    asked_for,
    at,
    followed,
    found,
    proved,
    silent,
)

# who is told what


def test_a_code_alone_opens_nothing_of_the_owner() -> None:
    for status in STATUSES:
        sorry = Apology(due=at("2026-11-27T17:00"), reason=SORRY)
        step = answer(Wrote(CODE), found(a_dossier(status, apology=sorry), owner=OWNER))
        assert not [secret for secret in SECRETS if secret in screen(step)], status
        assert f"prove:{CODE}" in options(*step.replies)
        assert SECRETS[0] not in str(step.commands)


def test_the_owner_sees_everything_and_themselves_masked() -> None:
    shown = screen(answer(Wrote(CODE), proved(a_dossier("supplement"))))
    assert all(secret in shown for secret in (OWNER, PAPER, REASON, STEP))
    assert f"prove:{CODE}" not in options(*answer(Wrote(CODE), proved()).replies)


def test_numbers_of_people_in_an_agencys_words_are_not_shown() -> None:
    steps = (Happening(at=None, words="Đã gọi bà Hoa 0912 345 678, căn cước 020301000123"),)
    shown = screen(answer(Wrote(CODE), proved(a_dossier("rejected", steps=steps, reason="Gọi 0987.654.321"))))
    assert not [number for number in ("345", "020301000123", "654") if number in shown]


def test_more_is_asked_for_with_four_digits_and_nothing_more_secret() -> None:
    step = answer(Chose(f"prove:{CODE}"))
    assert step.state == ASKING
    assert {"dossier.digits", "dossier.digits_never"} <= set(keys(*step.replies))
    assert f"dossier:{CODE}" in options(*step.replies)


@pytest.mark.parametrize(
    ("said", "digits"),
    [
        ("5678", "5678"),
        ("4 số cuối là 5678 ạ", "5678"),
        ("0912 345 678", "0912345678"),
        ("1001193", "1001193"),
        ("012301000123", "012301000123"),
    ],
)
def test_digits_are_heard_before_anything_else_is_read_in_them(said: str, digits: str) -> None:
    assert asked_for(Wrote(said), ASKING) == Look(CODE, digits)
    assert asked_for(Wrote(said), Tracking(code=CODE)) is None


MORE = {
    "cháy nhà rồi 5678": "danger.114",
    "mã otp của em là 553211": "fraud.secret",
    "hủy": "home.cancelled",
    "mai 9h qua lấy hồ sơ khai sinh, 0912345678": "book.consent_title",
}


@pytest.mark.parametrize(("said", "key"), MORE.items())
def test_what_matters_more_is_heard_though_digits_are_asked_for(said: str, key: str) -> None:
    assert key in keys(*answer(Wrote(said), state=ASKING).replies)


def test_another_code_is_another_dossier_though_digits_are_asked_for() -> None:
    assert asked_for(Wrote(ANOTHER), ASKING) == Look(ANOTHER)


@pytest.mark.parametrize("said", ["12", "số 123"])
def test_too_few_digits_are_asked_for_again(said: str) -> None:
    step = answer(Wrote(said), state=ASKING)
    assert step.state == ASKING
    assert "dossier.not_digits" in keys(*step.replies)


def test_digits_that_are_not_the_owners_open_nothing() -> None:
    step = answer(Wrote("9999"), found(outcome="wrong_digits", dossier=a_dossier("supplement")), state=ASKING)
    assert step.state == ASKING
    assert "dossier.wrong_digits" in keys(*step.replies)
    assert not [secret for secret in SECRETS if secret in screen(step)]
    assert step.commands == ()


def test_digits_nothing_can_be_compared_with_open_nothing() -> None:
    for looked in (found(outcome="cannot_prove", dossier=a_dossier("supplement")), silent("cannot_prove")):
        step = answer(Wrote("5678"), looked, state=ASKING)
        assert "dossier.cannot_prove" in keys(*step.replies)
        assert f"prove:{CODE}" not in options(*step.replies)
        assert not [secret for secret in SECRETS if secret in screen(step)]


@pytest.mark.parametrize("outcome", ["found", "down", "cannot_prove", "wrong_digits"])
def test_digits_that_were_not_agreed_to_prove_nothing_of_what_is_followed(outcome: Outcome) -> None:
    assert answer(Wrote("5678"), found(outcome=outcome), state=ASKING, dossiers=[followed()]).commands == ()


def test_what_is_proved_holds_for_a_dossier_that_is_followed() -> None:
    before = followed(proved=False, order=FIRST)
    step = answer(Wrote("5678"), proved(), state=ASKING, dossiers=[before], orders=[an_under()])
    assert step.commands == (Follow(CODE, proved=True, order=FIRST),)
    assert answer(Wrote("5678"), proved(), state=ASKING).commands == ()  # nobody follows it


def test_what_is_proved_holds_when_it_is_followed_next() -> None:
    shown = answer(Wrote("5678"), proved(), state=ASKING)
    assert answer(Chose(f"follow:{CODE}"), found(), state=shown.state).commands == (Follow(CODE, proved=True),)
    assert answer(Chose(f"follow:{ANOTHER}"), found(), state=shown.state).commands == (Follow(ANOTHER, proved=False),)


def test_who_has_proved_it_is_not_asked_again() -> None:
    step = answer(Chose(f"prove:{CODE}"), proved(), dossiers=[followed(proved=True)])
    assert step.state == Tracking(code=CODE, proved=True)
