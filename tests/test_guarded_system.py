"""What goes wrong in asking a system or in reading its answer is an outage, and nothing of it is quoted."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.dossiers.dossier import Answer, Dossier
from bot.services.dossiers.gateway import RefusedError, SystemDownError
from bot.services.dossiers.guarded import Guarded
from tests.agencies import CODE, Agency, Serves, connected, status
from tests.pretend_post import NAME, nothing_private

DOWN = SystemDownError("x: HTTP 500")


@dataclass
class Pretend:
    fails: list[BaseException] = field(default_factory=list)
    pause: float = 0.0
    at_most: int = 2
    key: str = "x"
    asked: int = 0

    async def look(self, codes: Sequence[str], identity: str | None = None) -> Mapping[str, Answer]:
        self.asked += 1
        await asyncio.sleep(self.pause)
        if self.fails:
            raise self.fails.pop(0)
        return {code: Answer(dossier=Dossier(code=code, system="x", status="processing")) for code in codes}


async def test_what_a_system_says_comes_through() -> None:
    guarded = Guarded(Pretend())
    assert (guarded.key, guarded.at_most) == ("x", 2)
    assert list(await guarded.look([CODE])) == [CODE]


@pytest.mark.parametrize("error", [DOWN, RefusedError("x: 403")])
async def test_its_own_verdict_stands_and_it_is_not_asked_twice(error: Exception) -> None:
    system = Pretend([error])
    with pytest.raises(type(error)) as raised:
        await Guarded(system).look([CODE])
    assert (raised.value, system.asked) == (error, 1)


async def test_a_fault_of_our_reading_is_an_outage_and_its_words_are_not_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    system = Pretend([KeyError(NAME), ValueError(NAME)])
    with nothing_private(caplog) as raised, capture_logs() as logs:
        with pytest.raises(SystemDownError, match="not understood") as failed:
            await Guarded(system).look([CODE])
        raised.append(failed.value)
    assert [(log["what"], log["system"]) for log in logs] == [("KeyError", "x")]
    assert logs[0]["where"].startswith("look:")


async def test_one_call_has_its_time() -> None:
    with pytest.raises(SystemDownError, match="no answer in time"):
        await Guarded(Pretend(pause=5), timeout=0.02).look([CODE])


async def test_who_gives_up_waiting_is_no_outage() -> None:
    asking = asyncio.create_task(Guarded(Pretend(pause=5)).look([CODE]))
    await asyncio.sleep(0.01)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking


BUSY = """
systems:
  busy:
    kind: mapped
    name: Bận
    prefixes: H56
    limits: {per_minute: 6000, at_once: 4, timeout: 10}
    request: {url: "${base}/{code}"}
    answer: {statuses: {A: 4}, fields: {code: c, status: s}}
"""


async def test_too_many_calls_are_not_answered_with_more(aiohttp_server: Serves, tmp_path: Path) -> None:
    agency = Agency(status(429))
    async with connected(agency, BUSY, aiohttp_server, tmp_path) as routes:
        route = routes.of(CODE)
        assert route
        assert route.system
        assert (route.per_minute, route.at_once) == (6000, 4)
        with pytest.raises(SystemDownError, match="429"):
            await route.system.look([CODE])
    assert len(agency.asked) == 1
