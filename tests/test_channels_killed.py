"""Chats that ask through real webhooks while the service is killed: a small run of benchmarks/channels_killed.py."""

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.channels_killed import Run, Verdict, run
from benchmarks.channels_scene import ANSWERS, Plan

PLAN = Plan(chats=8, questions=25, kills=1, careful=True, patience=400)


def check(one: Run, plan: Plan) -> None:
    assert one.wrongs == []
    assert one.verdict.answered == plan.chats * plan.questions
    assert len(one.kills) == plan.kills
    assert all(kill.shown < one.verdict.answered for kill in one.kills)  # in the middle
    assert one.brought_twice > 0


@pytest.mark.parametrize("channel", ["telegram", "zalo"])
async def test_each_question_is_answered_once_and_in_its_order_through_a_kill(channel: str, tmp_path: Path) -> None:
    """In the moment of the kill answers are on their way, and none is on the screen and not marked."""
    one = await run(channel, PLAN, tmp_path)
    check(one, PLAN)
    assert one.kills[0].unmarked
    assert one.verdict.sent_again == 0


async def test_killed_in_any_moment_only_what_was_not_marked_may_come_twice(tmp_path: Path) -> None:
    plan = replace(PLAN, careful=False, seed=7)
    one = await run("zalo", plan, tmp_path)
    check(one, plan)
    assert one.verdict.sent_again <= len(one.kills[0].unmarked) <= plan.chats


# the verdict itself

SMALL = Plan(chats=1, questions=4)
STORIES = {
    "as it should be": ([0, 1, 2, 3], set(), ([], [], [], 0)),
    "the last is lost": ([0, 1, 2], set(), (["0/3"], [], [], 0)),
    "one is lost": ([0, 2, 3], set(), (["0/1", "0/2", "0/3"], [], ["0/1", "0/1"], 0)),
    "one comes twice": ([0, 1, 1, 2, 3], set(), ([], ["0/1"], [], 0)),
    "one that was unmarked comes twice": ([0, 1, 1, 2, 3], {(0, 1)}, ([], [], [], 1)),
    "another than the unmarked comes twice": ([0, 1, 1, 2, 3], {(0, 2)}, ([], ["0/1"], [], 0)),
    "two change places": ([0, 2, 1, 3], set(), (["0/2", "0/3"], [], ["0/1", "0/2"], 0)),
    "one comes again much later": ([0, 1, 2, 3, 1], {(0, 1)}, ([], [], ["0/4"], 0)),
    "nothing comes": ([], set(), (["0/0", "0/1", "0/2", "0/3"], [], [], 0)),
}


@pytest.mark.parametrize(("shown", "unmarked", "found"), STORIES.values(), ids=STORIES)
def test_the_verdict_sees_what_is_wrong(
    shown: list[int], unmarked: set[tuple[int, int]], found: tuple[list[str], list[str], list[str], int]
) -> None:
    told = Verdict()
    told.judge(0, [ANSWERS[number] for number in shown], SMALL, frozenset(unmarked))
    places = [line.partition(":")[0] for line in told.out_of_order]
    assert (told.lost, told.twice, places, told.sent_again) == found


LONG = "Anh/chị trả lời bằng số"
PARTS = {
    "in both chats": ([0, LONG, 1], [0, LONG, 1], set(), ([], [], [])),
    "not in one of them": ([0, LONG, 1], [0, 1], set(), (["1/0"], [], [])),
    "twice": ([0, LONG, LONG, 1], [0, LONG, 1], set(), ([], ["0/0"], [])),
    "twice, unmarked": ([0, LONG, 0, LONG, 1], [0, LONG, 1], {(0, 0)}, ([], [], [])),
    "after the next": ([0, 1, LONG], [0, LONG, 1], set(), (["1/1", "0/0"], [], [])),
    "before all": ([LONG, 0, 1], [0, 1], set(), ([], [], ["0/0"])),
}


@pytest.mark.parametrize(("one", "other", "unmarked", "found"), PARTS.values(), ids=PARTS)
def test_a_long_answer_is_whole_in_every_chat(
    one: list[int | str],
    other: list[int | str],
    unmarked: set[tuple[int, int]],
    found: tuple[list[str], list[str], list[str]],
) -> None:
    told, plan = Verdict(), replace(SMALL, chats=2, questions=2)
    for chat, shown in enumerate((one, other)):
        lines = [part if isinstance(part, str) else ANSWERS[part] for part in shown]
        told.judge(chat, lines, plan, frozenset(unmarked))
    told.compare(range(2))
    assert (
        tuple([each.partition(":")[0] for each in some] for some in (told.lost, told.twice, told.out_of_order)) == found
    )


def test_where_it_was_careful_nothing_may_come_twice() -> None:
    told = Verdict()
    told.judge(0, [ANSWERS[0], ANSWERS[0]], replace(SMALL, questions=1, careful=True), frozenset({(0, 0)}))
    assert told.twice == ["0/0"]
