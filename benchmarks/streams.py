"""Many open pages of the web chat: what do they cost, and how soon does a notice reach its page?

    python -m benchmarks.streams [--pages 1000] [--idle 20] [--notices 200] [--engine sqlite] [--engine postgres]

Starts the service (benchmarks/streams_service.py) on this machine, opens as many chats, lets each listen to its
news, and tells notices: one by one by the service itself, then one to every chat at once by another process (this
one), which the service has to find. Ends by itself; exit code 1 when a notice is missing or came twice, or when the
open pages take more than 60 MB.
"""

import argparse
import asyncio
import os
import re
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles

from aiohttp import ClientSession, ClientTimeout, DummyCookieJar, TCPConnector

from benchmarks.following_memory import resident
from benchmarks.orders import database, row
from benchmarks.processes import Service
from benchmarks.streams_service import MESSAGES
from bot.app import now
from bot.handlers.web.visitor import COOKIE, Visitor, new_id
from bot.storage.keys import key_from
from bot.storage.store import Unit, opened
from bot.storage.vault import Vault

MOST = 60.0  # MB that the open pages may take
SPARE = 200  # open files beside the streams
PATIENCE = 120.0  # seconds for what must happen
AT_ONCE = 32
SETTLING = 5.0  # seconds in which pages that opened have had their first look
HAS = re.compile(r'data-has="([\d.]*)"')
TICK = os.sysconf("SC_CLK_TCK")


@dataclass
class Listening(Service):
    @property
    def program(self) -> tuple[str, ...]:
        return ("-m", "benchmarks.streams_service")

    @property
    def pid(self) -> int:
        assert self.process
        return self.process.pid

    @property
    def processor(self) -> float:
        """Seconds of processor time used so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    async def load_of(self, seconds: float) -> float:
        """Share of one processor, 0 to 1, from now on."""
        before, began = self.processor, time.monotonic()
        await asyncio.sleep(seconds)
        return (self.processor - before) / (time.monotonic() - began)


@dataclass
class OpenPage:
    """A page that listens. `came`: when each notice did."""

    visitor: Visitor
    has: str = ""
    came: list[float] = field(default_factory=list)
    open: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def headers(self) -> Mapping[str, str]:
        return {"Cookie": f"{COOKIE}={self.visitor.token}"}

    async def load(self, session: ClientSession, address: str, places: asyncio.Semaphore) -> None:
        async with places, session.get(f"{address}/", headers=self.headers) as answer:
            answer.raise_for_status()
            [self.has] = HAS.findall(await answer.text())

    async def listen(self, session: ClientSession, address: str) -> None:
        async with session.get(f"{address}/news?has={self.has}", headers=self.headers) as answer:
            answer.raise_for_status()
            async for line in answer.content:
                if line.startswith(b"retry:"):
                    self.open.set()
                elif line.startswith(b"id:"):
                    self.came.append(time.monotonic())


@dataclass
class Figures:
    """MB, shares of a processor, seconds."""

    engine: str
    pages: int
    greeted: float = 0.0
    opened: float = 0.0
    told: float = 0.0
    load_before: float = 0.0
    load_open: float = 0.0
    latencies: list[float] = field(default_factory=list)
    found: list[float] = field(default_factory=list)
    missing: int = 0
    twice: int = 0

    @property
    def more(self) -> float:
        return max(self.opened, self.told) - self.greeted

    @property
    def well(self) -> bool:
        return not (self.missing or self.twice) and self.more <= MOST


async def run(engine: str, url: str, folder: Path, pages: int, idle: float, notices: int) -> Figures:
    settings = {"NOIDAI_DATABASE_URL": url, "NOIDAI_DATA_KEY_FILE": str(folder / "data.key")}
    service, figures = Listening(folder, settings, None), Figures(engine, pages)
    connector = TCPConnector(limit=0, force_close=True)
    patient = ClientTimeout(total=None, sock_read=PATIENCE)
    async with ClientSession(connector=connector, timeout=patient, cookie_jar=DummyCookieJar()) as session:
        try:
            await service.start(session)
            await fare(service, session, figures, idle, notices)
        finally:
            await service.close()
    return figures


async def fare(service: Listening, session: ClientSession, figures: Figures, idle: float, notices: int) -> None:
    all_pages = [OpenPage(Visitor(new_id(), came_back=True)) for _ in range(figures.pages)]
    places = asyncio.Semaphore(AT_ONCE)
    await asyncio.gather(*(page.load(session, service.address, places) for page in all_pages))
    figures.load_before = await service.load_of(idle)
    figures.greeted = resident(service.pid) or 0.0
    streams = [asyncio.create_task(page.listen(session, service.address)) for page in all_pages]
    try:
        async with asyncio.timeout(PATIENCE):
            for page in all_pages:
                await page.open.wait()
        await asyncio.sleep(SETTLING)
        figures.load_open = await service.load_of(idle)
        figures.opened = resident(service.pid) or 0.0
        told = [all_pages[number % len(all_pages)] for number in range(notices)]
        figures.latencies = [await latency(service, session, page, number) for number, page in enumerate(told)]
        figures.found = await told_by_another(service, all_pages)
        figures.told = resident(service.pid) or 0.0
    finally:
        for stream in streams:
            stream.cancel()
        await asyncio.gather(*streams, return_exceptions=True)
    for number, page in enumerate(all_pages):
        expected = 1 + len(range(number, notices, len(all_pages)))
        figures.missing += max(0, expected - len(page.came))
        figures.twice += max(0, len(page.came) - expected)


async def latency(service: Listening, session: ClientSession, page: OpenPage, number: int) -> float:
    """From the wish to tell until it stands on the page."""
    had, began = len(page.came), time.monotonic()
    params = {"chat": page.visitor.chat, "key": f"one {number}"}
    async with session.post(f"{service.address}/bench/tell", params=params) as answer:
        answer.raise_for_status()
    await until(lambda: len(page.came) > had)
    return page.came[had] - began


async def told_by_another(service: Listening, pages: list[OpenPage]) -> list[float]:
    """Seconds until each page has what this process keeps for all of them in one transaction."""
    store = opened(service.settings["NOIDAI_DATABASE_URL"], Vault(key_from(None, service.folder / "data.key")), now)

    def keep(unit: Unit) -> None:
        for page in pages:
            unit.turns.notify(page.visitor.address, "all", MESSAGES)

    had = [len(page.came) for page in pages]
    await store.run(keep)
    began = time.monotonic()
    store.close()
    await until(lambda: all(len(page.came) > before for page, before in zip(pages, had, strict=True)))
    return [page.came[before] - began for page, before in zip(pages, had, strict=True)]


async def until(true: Callable[[], bool]) -> None:
    """At most PATIENCE: what is missing then is counted as missing."""
    end = time.monotonic() + PATIENCE
    while not true() and time.monotonic() < end:  # noqa: ASYNC110  # lines come by many ways
        await asyncio.sleep(0.0005)


def table(all_figures: list[Figures]) -> str:
    lines = [row("", *(one.engine for one in all_figures)), row("---", *("---:" for _ in all_figures))]
    lines += [row(label, *(of(one) for one in all_figures)) for label, of in ROWS.items()]
    return "\n".join(lines)


def thousandths(seconds: list[float]) -> str:
    cuts = quantiles(seconds, n=100)
    return f"{1000 * median(seconds):.1f} · {1000 * cuts[98]:.1f} · {1000 * max(seconds):.1f}"


ROWS: Mapping[str, Callable[[Figures], object]] = {
    "open pages": lambda one: one.pages,
    "MB resident with as many chats": lambda one: f"{one.greeted:.0f}",
    "more when all listen": lambda one: f"{one.opened - one.greeted:.1f}",
    "more when all have their notices": lambda one: f"{one.told - one.greeted:.1f}",
    "processor with nobody listening": lambda one: f"{one.load_before:.1%}",
    "with all listening": lambda one: f"{one.load_open:.1%}",
    "ms to a page, told by this process: median · 99 % · most": lambda one: thousandths(one.latencies),
    "one to each page by another process": lambda one: thousandths(one.found),
    "missing · twice": lambda one: f"{one.missing} · {one.twice}",
}


def room_for(pages: int) -> None:
    """Open files for the streams, here and (inherited) in the service; the limit is only ever raised."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = pages + SPARE
    if hard != resource.RLIM_INFINITY and hard < needed:
        sys.exit(f"{needed} open files are needed, and {hard} are allowed: ulimit -n {needed}, or fewer --pages")
    if soft != resource.RLIM_INFINITY and soft < needed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))


def main() -> int:
    parser = argparse.ArgumentParser(description="What open pages of the web chat cost.")
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--idle", type=float, default=20.0, help="seconds over which the processor is watched")
    parser.add_argument("--notices", type=int, default=200, help="told one by one")
    parser.add_argument("--engine", action="append", choices=("sqlite", "postgres"))
    asked = parser.parse_args()
    room_for(asked.pages)
    all_figures = []
    for engine in asked.engine or ["sqlite"]:
        with tempfile.TemporaryDirectory(prefix="noidai-streams-", ignore_cleanup_errors=True) as name:
            folder = Path(name)
            folder.chmod(0o755)
            with database(engine, folder) as url:
                one = run(engine, url, folder, asked.pages, asked.idle, asked.notices)
                all_figures.append(asyncio.run(one))
    sys.stdout.write(table(all_figures) + "\n")
    return 0 if all(one.well for one in all_figures) else 1


if __name__ == "__main__":
    sys.exit(main())
