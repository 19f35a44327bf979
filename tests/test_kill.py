"""The bot is killed between keeping an answer and sending it: the answer is not lost, and is not given twice."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# A process of its own: takes an update (and dies when it should send), or delivers what is owed. Tells what it did.
BOT = """
import asyncio, os, signal, sys
from datetime import UTC, datetime, timedelta
from bot import app
from bot.dialogue.events import Heard, Wrote
from bot.storage.store import opened
from bot.storage.vault import Vault
from bot.turn import Turns
from procedures_catalog.catalog import Catalog

url, minutes, *jobs = sys.argv[1:]

class Phone:
    async def send(self, chat, messages, skip):
        if jobs == ["die"]:
            os.kill(os.getpid(), signal.SIGKILL)
        print("sent", flush=True)

async def main():
    store = opened(url, Vault(bytes(32)), lambda: datetime.now(UTC) + timedelta(minutes=int(minutes)))
    turns = Turns(store, app.know(Catalog.of(())), {"phone": Phone()})
    if store.threads is None:
        await store.run(lambda unit: unit.turns.release())  # as bot/app.py does at the start
    for job in jobs:
        if job == "owed":
            await turns.deliver_owed()
        else:
            await turns.take(Heard("phone", "1", "u1", Wrote("xin chào")))
        print(job, flush=True)
    store.close()

asyncio.run(main())
"""


def run(url: str, minutes: int, *jobs: str) -> tuple[int, list[str]]:
    """`minutes` after now."""
    command = [sys.executable, "-c", BOT, url, str(minutes), *jobs]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", timeout=60, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout.splitlines()


@pytest.mark.parametrize("next_", ["owed", "take"])
def test_what_was_kept_is_sent_once_after_a_kill(database: str, next_: str) -> None:
    """`take`: the channel delivers the update a second time before anything else happens."""
    assert run(database, 0, "die") == (-signal.SIGKILL, [])
    assert run(database, 1, next_, "take", "owed") == (0, ["sent", next_, "take", "owed"])
