"""A dossier followed, and no longer; joined with the pickup it came of."""

import pytest

from bot.dialogue.dossiers.following import MOST
from bot.dialogue.events import Chose, Content, Wrote
from bot.dialogue.states import (
    Managing,
    Memory,
    Tracking,
)
from bot.dialogue.step import Follow, Unfollow
from bot.dialogue.world import Outcome
from bot.dossiers.dossier import ENDED, Dossier, Status
from tests.ordered import FIRST, FOREIGN, SECOND, keys, options, screen
from tests.tracked import (
    ANOTHER,
    ASKING,
    CODE,
    SECRETS,
    a_dossier,
    an_under,
    answer,
    at,
    followed,
    found,
    proved,
    silent,
)

# following


def test_following_is_one_tap_and_says_what_will_be_told() -> None:
    step = answer(Chose(f"follow:{CODE}"), found(), memory=Memory())
    assert step.commands == (Follow(CODE),)
    assert step.memory is not None
    assert step.memory.follows
    assert {"follow.done", "follow.changes", "follow.days", "follow.only_status"} <= set(keys(*step.replies))
    assert f"unfollow:{CODE}" in options(*step.replies)
    assert "follow.only_status" not in keys(*answer(Chose(f"follow:{CODE}"), proved()).replies)


@pytest.mark.parametrize(
    ("chat", "expected"),
    [("telegram:1", {"follow.quiet"}), ("web:1", {"follow.at_once"}), ("zalo:1", {"follow.quiet", "follow.window"})],
)
def test_when_nothing_will_be_told_is_said_for_the_channel(chat: str, expected: set[str]) -> None:
    told = set(keys(*answer(Chose(f"follow:{CODE}"), found(), chat=chat).replies))
    assert told & {"follow.quiet", "follow.at_once", "follow.window"} == expected


@pytest.mark.parametrize("outcome", ["elsewhere", "too_many"])
def test_nothing_is_promised_that_cannot_be_kept(outcome: Outcome) -> None:
    assert answer(Chose(f"follow:{CODE}"), silent(outcome)).commands == ()


def test_a_dossier_on_screen_is_followed_though_no_more_may_be_asked() -> None:
    step = answer(Chose(f"follow:{CODE}"), silent("too_many"), state=Tracking(code=CODE))
    assert step.commands == (Follow(CODE),)


@pytest.mark.parametrize("status", sorted(ENDED))
def test_what_is_over_is_not_followed(status: Status) -> None:
    over = found(a_dossier(status))
    assert f"follow:{CODE}" not in options(*answer(Wrote(CODE), over).replies)
    assert answer(Chose(f"follow:{CODE}"), over).commands == ()


def test_what_is_followed_already_is_said_to_be() -> None:
    step = answer(Chose(f"follow:{CODE}"), dossiers=[followed()])
    assert step.commands == ()
    assert "follow.already" in keys(*step.replies)
    once = answer(Chose(f"follow:{CODE}"), found(), dossiers=[followed(once=True)])
    assert once.commands == (Follow(CODE),)


def test_there_is_an_end_to_following() -> None:
    many = [followed(f"H37.20-261120-{n:04}") for n in range(100, 100 + MOST)]
    step = answer(Chose(f"follow:{CODE}"), dossiers=many)
    assert step.commands == ()
    assert "follow.too_many" in keys(*step.replies)


@pytest.mark.parametrize("words", ["đừng báo nữa", "stop notifying", "[]"])
def test_following_ends_by_a_word_or_a_tap(words: str) -> None:
    content: Content = Chose(f"unfollow:{CODE}") if words == "[]" else Wrote(words)
    step = answer(content, dossiers=[followed()])
    assert step.commands == (Unfollow(CODE),)
    assert f"follow:{CODE}" in options(*step.replies)
    assert "follow.post_goes_on" not in keys(*step.replies)
    linked = answer(content, dossiers=[followed(order=FIRST)], orders=[an_under()])
    assert "follow.post_goes_on" in keys(*linked.replies)


def test_which_of_several_is_to_end_is_asked() -> None:
    both = [followed(), followed(ANOTHER)]
    step = answer(Wrote("đừng báo nữa"), dossiers=both)
    assert step.commands == ()
    assert {f"unfollow:{CODE}", f"unfollow:{ANOTHER}"} <= set(options(*step.replies))
    assert answer(Wrote("đừng báo nữa"), dossiers=both, state=Tracking(code=ANOTHER)).commands == (Unfollow(ANOTHER),)
    assert "follow.nothing" in keys(*answer(Wrote("đừng báo nữa")).replies)
    assert "follow.was_not" in keys(*answer(Chose(f"unfollow:{CODE}")).replies)


def test_the_wish_to_be_told_finds_what_is_meant() -> None:
    tell = Wrote("báo cho tôi khi có kết quả")
    assert answer(tell, found(), state=Tracking(code=CODE)).commands == (Follow(CODE),)
    assert "follow.already" in keys(
        *answer(tell, state=Managing(number=FIRST), orders=[an_under()], dossiers=[followed(order=FIRST)]).replies
    )
    assert "follow.by_itself" in keys(*answer(tell, state=Managing(number=FIRST), orders=[an_under()]).replies)
    assert "follow.by_itself" in keys(*answer(tell, orders=[an_under()]).replies)
    nothing = answer(tell)
    assert nothing.state == Tracking(asked="code")
    assert "follow.which_code" in keys(*nothing.replies)


# a dossier and the pickup it came of


def test_a_code_pasted_beside_a_pickup_may_be_of_it() -> None:
    handed_over, underway = an_under(), an_under("accepted", SECOND)
    offered = options(*answer(Wrote(CODE), found(), orders=[handed_over, underway]).replies)
    assert f"ofpickup:{CODE}/{FIRST}" in offered
    assert f"ofpickup:{CODE}/{SECOND}" not in offered


@pytest.mark.parametrize(
    "dossier",
    [a_dossier(procedure="1.004222"), a_dossier(received=at("2026-11-19T09:00"))],
    ids=["of another procedure", "received before the pickup was ordered"],
)
def test_what_cannot_be_of_a_pickup_is_not_joined_with_it(dossier: Dossier) -> None:
    assert not [
        o
        for o in options(*answer(Wrote(CODE), found(dossier), orders=[an_under()]).replies)
        if o.startswith("ofpickup")
    ]
    assert answer(Chose(f"ofpickup:{CODE}/{FIRST}"), proved(dossier), orders=[an_under()]).commands == ()


def test_a_pickup_opens_no_dossier_of_others() -> None:
    """What the citizen says belongs to a pickup of theirs is proved all the same."""
    tap = Chose(f"ofpickup:{CODE}/{FIRST}")
    step = answer(tap, found(a_dossier("supplement")), orders=[an_under()])
    assert step.commands == ()
    assert step.state == ASKING
    assert not [secret for secret in SECRETS if secret in screen(step)]
    joined = answer(tap, found(), orders=[an_under()], state=Tracking(code=CODE, proved=True))
    assert joined.commands == (Follow(CODE, proved=True, order=FIRST),)
    assert {"follow.linked", "dossier.who_post"} <= set(keys(*joined.replies))
    assert f"unfollow:{CODE}" in options(*joined.replies)


def test_a_pickup_of_somebody_else_is_not_joined() -> None:
    assert "button.old" in keys(*answer(Chose(f"ofpickup:{CODE}/{FOREIGN}"), proved(), orders=[an_under()]).replies)


def test_a_pickup_number_leads_to_the_agency_once_it_is_there() -> None:
    linked = [followed(order=FIRST, proved=True)]
    step = answer(Wrote(FIRST), proved(), orders=[an_under()], dossiers=linked)
    assert step.state == Tracking(code=CODE, proved=True)
    before = answer(Wrote(FIRST), orders=[an_under("accepted")], dossiers=linked)
    assert before.state == Managing(number=FIRST)
    assert answer(Chose(f"order:{FIRST}"), orders=[an_under()], dossiers=linked).state == Managing(number=FIRST)
