"""The cost of a whole stored turn beside python-telegram-bot's bare echo, and of starting up.

    python -m benchmarks.turns [--catalogue var/national.jsonl]

Every turn here is complete: the update's JSON parsed, the update built by python-telegram-bot, the conversation read
from SQLite, understood, answered, kept (committed), sent through python-telegram-bot to a stub, marked. The echo does
only the parsing, the building and the sending.
"""

import argparse
import asyncio
import gc
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count, cycle
from pathlib import Path
from statistics import median
from typing import Any

from telegram import Update
from telegram.ext import Application, MessageHandler, filters
from telegram.request import BaseRequest

from bot import app
from bot.dialogue.events import Heard
from bot.handlers.telegram.channel import TelegramChannel
from bot.handlers.telegram.intake import update_of
from bot.handlers.telegram.limits import Limits
from bot.settings import Settings
from bot.turn import Turns
from knowledge.lexicon import load_lexicon
from knowledge.text import fold

ROUNDS = 15
ECHOES, TAPS, SEARCHES = 600, 600, 200

Step = Callable[[bytes], Awaitable[None]]


class Stub(BaseRequest):
    """Answers every call of the Bot API at once, without a network."""

    read_timeout = 1.0

    async def initialize(self) -> None: ...

    async def shutdown(self) -> None: ...

    async def do_request(self, url: str, method: str, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        if url.endswith("/getMe"):
            return 200, b'{"ok":true,"result":{"id":1,"is_bot":true,"first_name":"b","username":"b_bot"}}'
        if url.endswith("/answerCallbackQuery"):
            return 200, b'{"ok":true,"result":true}'
        sent = {"message_id": 1, "date": 1, "chat": {"id": 7, "type": "private"}, "text": "…"}
        return 200, json.dumps({"ok": True, "result": sent}).encode()


class Unlimited(Limits):
    """What Telegram takes a second is not our cost."""

    @asynccontextmanager
    async def turn(self, chat: int) -> AsyncIterator[None]:
        yield


NUMBERS = count(1)
CHAT = {"id": 7, "type": "private", "first_name": "Mai"}
PERSON = {"id": 7, "is_bot": False, "first_name": "Mai", "language_code": "vi"}


def written(text: str) -> bytes:
    number = next(NUMBERS)
    message = {"message_id": number, "date": 1_790_000_000, "chat": CHAT, "from": PERSON, "text": text}
    return json.dumps({"update_id": number, "message": message}).encode()


def tapped(option: str) -> bytes:
    number = next(NUMBERS)
    message = {"message_id": 1, "date": 1_790_000_000, "chat": CHAT, "text": "…"}
    query = {"id": str(number), "from": PERSON, "chat_instance": "1", "data": option, "message": message}
    return json.dumps({"update_id": number, "callback_query": query}).encode()


async def echo() -> Step:
    """python-telegram-bot's bare echo bot."""
    application = Application.builder().token("1:x").request(Stub()).get_updates_request(Stub()).updater(None).build()

    async def reply(update: Update, _: object) -> None:
        assert update.message
        await update.message.reply_text(update.message.text or "")

    application.add_handler(MessageHandler(filters.TEXT, reply))
    await application.initialize()

    async def take(body: bytes) -> None:
        await application.process_update(Update.de_json(json.loads(body), application.bot))

    return take


async def ours(settings: Settings) -> Step:
    """The whole bot behind the same library and the same stub."""
    application = Application.builder().token("1:x").request(Stub()).get_updates_request(Stub()).updater(None).build()
    await application.initialize()
    channel = TelegramChannel(application.bot, None, None, Unlimited())
    world = app.know(app.read_catalogue(settings))
    world.search.prepare()
    gc.freeze()  # as app.serve does
    turns = Turns(app.open_store(settings), world, {channel.name: channel})

    async def take(body: bytes) -> None:
        kept = update_of(json.loads(body))
        assert kept
        heard = await channel.read(kept)
        assert isinstance(heard, Heard)
        await turns.take(heard)

    return take


async def cost(step: Step, bodies: Iterator[bytes], number: int) -> float:
    """Microseconds an update, of `number` updates one after the other."""
    batch = [next(bodies) for _ in range(number)]
    gc.collect()
    start = time.perf_counter()
    for body in batch:
        await step(body)
    return (time.perf_counter() - start) / number * 1e6


@dataclass(frozen=True)
class Figures:
    """Medians over the rounds. A ratio is taken within its round, so that a slow moment of the machine meets both."""

    us: dict[str, float]
    ratio: dict[str, float]


async def measured(settings: Settings) -> Figures:
    bare, bot = await echo(), await ours(settings)
    catalogue = app.read_catalogue(settings)
    lexicon = load_lexicon()
    said = [fold(name) for code in catalogue for name in lexicon.said_of(code)]
    wishes = (written(text) for text in cycle(said))
    taps = (tapped(option) for option in cycle([f"{verb}:1.001193" for verb in ("show", "fee", "post", "law")]))
    hellos = (written(f"xin chào {i}") for i in count())
    kinds = {"echo": (bare, hellos, ECHOES), "tap": (bot, taps, TAPS), "search": (bot, wishes, SEARCHES)}
    rounds: dict[str, list[float]] = {kind: [] for kind in kinds}
    for _ in range(ROUNDS + 1):
        for kind, (step, bodies, number) in kinds.items():
            rounds[kind].append(await cost(step, bodies, number))
    counted = {kind: figures[1:] for kind, figures in rounds.items()}  # the first round warms up
    return Figures(
        {kind: median(figures) for kind, figures in counted.items()},
        {kind: median(a / b for a, b in zip(counted[kind], counted["echo"], strict=True)) for kind in kinds},
    )


def start_up(catalogue: Path | None) -> tuple[float, float]:
    """Seconds until the first answer could be given, and resident megabytes then, in a process of its own."""
    script = (
        "import json,resource,sys,time; start=time.perf_counter();"
        "from pathlib import Path; from bot import app; from bot.settings import Settings;"
        "layer=Path(sys.argv[1]) if len(sys.argv)>1 else None;"
        "world=app.know(app.read_catalogue(Settings(catalogue=layer))); world.search.find('khai sinh');"
        "print(json.dumps([time.perf_counter()-start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss/1024]))"
    )
    command = [sys.executable, "-c", script, *([str(catalogue)] if catalogue else [])]
    seconds, megabytes = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return seconds, megabytes


def row(*cells: object) -> str:
    return "| " + " | ".join(map(str, cells)) + " |"


HEAD = ("catalogue", "echo µs", "tap turn µs", "ratio", "search turn µs", "ratio", "search turns/s", "start s", "MB")


def report(catalogue: Path | None) -> None:
    layers = {"bundled": None} | ({"national": catalogue} if catalogue else {})
    print(row(*HEAD))
    print(row(*["---"] * len(HEAD)))
    for name, layer in layers.items():
        with tempfile.TemporaryDirectory() as folder:
            settings = Settings(
                database_url=f"sqlite:///{folder}/bench.db", data_key_file=Path(folder) / "key", catalogue=layer
            )
            found = asyncio.run(measured(settings))
        seconds, megabytes = start_up(layer)
        tap, search = (f"{found.us[kind]:.0f} | {found.ratio[kind]:.1f}" for kind in ("tap", "search"))
        a_second = f"{1e6 / found.us['search']:.0f}"
        print(row(name, f"{found.us['echo']:.0f}", tap, search, a_second, f"{seconds:.1f}", f"{megabytes:.0f}"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--catalogue", type=Path, help="an imported layer, for the national figures")
    report(parser.parse_args().catalogue)


if __name__ == "__main__":
    main()
