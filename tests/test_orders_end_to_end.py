"""Booked in the web chat while the post fails and the service is killed: a small run of benchmarks/orders.py."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress

import pytest

from benchmarks.orders import Run, run
from benchmarks.orders_scene import Plan
from tests.conftest import new_postgres

PLAN = Plan(
    orders=20,
    kills=2,
    speed=60,
    pace=12,
    tick=0.15,
    slow=0.2,  # the service waits for it: its patience is that for a real post
    look=0.1,
    first_wait=0.2,
    at_once=10,
    patience=180,
)


@pytest.fixture(scope="module")
def fared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Run]:
    """Both engines side by side: most of the time is the service starting."""
    folders = {engine: tmp_path_factory.mktemp(engine) for engine in ("sqlite", "postgres")}
    urls = {"sqlite": f"sqlite:///{folders['sqlite']}/noidai.db"}
    with suppress(pytest.skip.Exception):
        urls["postgres"] = new_postgres(request.getfixturevalue("postgres"))

    async def all_of_them() -> list[Run]:
        return await asyncio.gather(*(run(PLAN, url, folders[engine]) for engine, url in urls.items()))

    return dict(zip(urls, asyncio.run(all_of_them()), strict=True))


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_each_order_is_at_the_post_once_and_each_citizen_is_told(fared: Mapping[str, Run], engine: str) -> None:
    if engine not in fared:
        pytest.skip("PostgreSQL does not start")
    one = fared[engine]
    assert one.wrongs == []
    assert one.kills == PLAN.kills
    assert one.verdict.placed == PLAN.orders
    assert one.verdict.told >= 2 * PLAN.orders  # that the post has it, and how it ended, at least
    assert sum(one.counted["struck"].values()) >= 10
