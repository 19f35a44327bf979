"""Dossiers followed while their systems fail and the service is killed: a small run of benchmarks/following.py."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress

import pytest

from benchmarks.following import Run, run
from benchmarks.following_scene import Plan
from benchmarks.following_told import Due, Seen, to_tell
from benchmarks.following_verdict import Down, Judge, Kept
from tests.conftest import new_postgres

PLAN = Plan(
    dossiers=20,
    kills=1,
    faults=0.1,  # with more, a system is now and then left alone for longer than the whole run lasts
    period=2.5,
    gap=8,  # long enough to be seen beside a start on a busy machine
    passes=1.1,
    timeout=1,
    lease=4,
    patience=240,
)


@pytest.fixture(scope="module")
def fared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Run]:
    """Both engines side by side: most of the time is waiting."""
    folders = {engine: tmp_path_factory.mktemp(engine) for engine in ("sqlite", "postgres")}
    urls = {"sqlite": f"sqlite:///{folders['sqlite']}/noidai.db"}
    with suppress(pytest.skip.Exception):
        urls["postgres"] = new_postgres(request.getfixturevalue("postgres"))

    async def all_of_them() -> list[Run]:
        return await asyncio.gather(*(run(PLAN, url, folders[engine]) for engine, url in urls.items()))

    return dict(zip(urls, asyncio.run(all_of_them()), strict=True))


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_each_change_is_told_once_through_failures_and_a_kill(fared: Mapping[str, Run], engine: str) -> None:
    """How soon is for the benchmark: here a start takes longer than the period."""
    if engine not in fared:
        pytest.skip("PostgreSQL does not start")
    one = fared[engine]
    told = one.verdict
    assert one.problems == []
    assert (told.missing, told.twice, told.untrue, told.out_of_order, told.too_early) == ([], [], [], [], [])
    assert (told.above_limit, told.in_plain, one.log_errors) == ([], [], [])
    assert told.followers == 20 + 2 + 1
    assert told.told == told.expected >= 15
    assert len(one.downs) == PLAN.kills
    assert one.changes >= 10
    assert sum(one.counted["struck"].values()) >= 5


WAY = [
    Seen("registered", False, 10),
    Seen("received", False, 100),
    Seen("processing", False, 200),
    Seen("supplement", False, 300),
    Seen("processing", False, 400),
    Seen("processing", True, 500),
    Seen("done", False, 600),
]


def test_what_is_to_be_told() -> None:
    assert [due.kind for due in to_tell(WAY, 50)] == ["received", "supplement", "resumed", "apology", "done"]
    assert list(to_tell(WAY[:4], 250)) == [Due("processing", 200), Due("supplement", 300)]


def judged(*notices: tuple[str, float], down: tuple[float, float] = (0, 0)) -> dict[str, bool]:
    judge = Judge(period=40, began=20, first_look=50, down=[Down(*down)])
    judge.follower("x", WAY[:2], [Kept(kind, at, f"{kind}:0") for kind, at in notices])
    lists = ("missing", "twice", "untrue", "out_of_order", "too_late", "too_early")
    return {name: True for name in lists if getattr(judge.verdict, name)}


def test_the_judge_finds_what_is_wrong() -> None:
    assert judged(("received", 179)) == {}
    assert judged() == {"missing": True}
    assert judged(("received", 110), ("received", 110)) == {"twice": True}
    assert judged(("received", 110), ("done", 120)) == {"untrue": True}
    assert judged(("received", 181)) == {"too_late": True}
    assert judged(("received", 181), down=(120, 130)) == {}
    assert judged(("received", 90)) == {"too_early": True}
