"""One look for all open pages, on both databases: nothing is passed over, whatever the order of commits."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from bot.handlers.web import lookout as web_lookout
from bot.handlers.web.channel import SPARE, WebChat
from bot.handlers.web.lookout import FIRST, LATE, Lookout
from bot.storage.store import Store
from bot.texts.message import Message, ShownLine
from tests.conftest import Clock

WORDS = (Message((ShownLine("Bưu tá đang đến"),)),)


@dataclass
class Bells(WebChat):
    rung: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def ring(self, chat: str) -> None:
        self.rung.append(chat)


@dataclass
class Scene:
    """A lookout, and another process that keeps notices."""

    lookout: Lookout
    bells: Bells
    other: Store
    time: list[float]

    def tells(self, chat: str, key: str = "1") -> None:
        self.other.run_now(lambda unit: unit.turns.notify(f"web:{chat}", key, WORDS))

    async def rung(self) -> list[str]:
        self.bells.rung.clear()
        await self.lookout.look()
        return self.bells.rung


@pytest.fixture
def scene(open_store: Callable[[], Store]) -> Scene:
    bells, time = Bells(), [0.0]
    return Scene(Lookout(open_store(), bells, lambda: time[0]), bells, open_store(), time)


async def test_a_notice_is_rung_for_once(scene: Scene) -> None:
    assert await scene.rung() == []
    scene.tells("mai")
    assert await scene.rung() == ["mai"]
    assert await scene.rung() == []
    scene.tells("mai", "2")
    scene.tells("hoa")
    assert await scene.rung() == ["mai", "hoa"]


async def test_answers_ring_nothing(scene: Scene) -> None:
    await scene.lookout.look()
    scene.other.run_now(lambda unit: unit.turns.add("web:mai", "u1", "xin chào", WORDS))
    assert await scene.rung() == []


async def test_what_was_told_long_ago_is_let_go_and_not_told_again(scene: Scene) -> None:
    for number in range(5):
        scene.tells("mai", str(number))
        await scene.lookout.look()
        scene.time[0] += LATE
    assert len(scene.lookout.told) <= 1
    assert len(scene.lookout.marks) <= 2
    assert await scene.rung() == []


async def test_a_notice_committed_late_under_an_earlier_number_is_rung_for(open_store: Callable[[], Store]) -> None:
    """PostgreSQL gives numbers before it commits; one transaction is slower than another that began later."""
    store, slow, bells = open_store(), open_store(), Bells()
    if store.threads is None:
        pytest.skip("SQLite has one writer at a time")
    lookout = Lookout(store, bells)
    await lookout.look()
    with slow.engine.begin() as connection:
        late = type(slow.run_now(lambda unit: unit.turns))(connection, slow.vault, slow.now())
        late.notify("web:slow", "1", WORDS)
        store.run_now(lambda unit: unit.turns.notify("web:fast", "1", WORDS))
        await lookout.look()
        assert bells.rung == ["fast"]
    await lookout.look()
    assert bells.rung == ["fast", "slow"]


async def test_when_all_was_deleted_and_numbers_begin_anew_nothing_is_passed_over(scene: Scene, clock: Clock) -> None:
    for number in range(5):
        scene.tells("mai", str(number))
    await scene.lookout.look()
    clock.passes(timedelta(days=40))
    scene.other.run_now(lambda unit: unit.turns.purge(clock.now() - timedelta(days=30)))
    await scene.lookout.look()
    scene.tells("hoa")
    assert await scene.rung() == ["hoa"]


async def test_the_first_look_goes_back_a_little_not_to_the_beginning(scene: Scene) -> None:
    assert FIRST < 1000
    scene.tells("mai")
    assert await scene.rung() == ["mai"]  # a page that opened meanwhile may need it


async def test_a_database_that_is_away_is_looked_at_again(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, until: Callable[..., object]
) -> None:
    monkeypatch.setattr(web_lookout, "LOOK", 0.01)
    looked = 0

    async def look(_: Lookout) -> None:
        nonlocal looked
        looked += 1
        raise ConnectionError

    monkeypatch.setattr(Lookout, "look", look)
    running = scene.lookout.running(None)  # type: ignore[arg-type]
    await anext(running)
    await until(lambda: looked > 2)  # type: ignore[misc]
    with pytest.raises(StopAsyncIteration):
        await anext(running)


ROOM = """
import resource, sys
soft, hard = map(int, sys.argv[1:])
resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
from bot.handlers.web.channel import room
print(room(), resource.getrlimit(resource.RLIMIT_NOFILE)[0])
"""


@pytest.mark.parametrize(
    ("soft", "hard", "room"), [(300, 1000, 1000 - SPARE), (128, 128, 64), (1024, 4096, 4096 - SPARE)]
)
def test_as_many_pages_may_be_open_as_the_system_grants(soft: int, hard: int, room: int) -> None:
    told = subprocess.run(
        [sys.executable, "-c", ROOM, str(soft), str(hard)], capture_output=True, check=True, text=True
    )
    assert told.stdout.split() == [str(room), str(hard)]
