"""The post and agencies alone: `python -m bot.sandbox --port 8090 --database post.db --faults 0.3 --speed 60`."""

import asyncio
import signal
from pathlib import Path
from typing import Annotated

import typer
from aiohttp import web

from bot.sandbox.agency.bureau import Bureau, beside
from bot.sandbox.agency.faults import AgencyFaults
from bot.sandbox.faults import Faults
from bot.sandbox.faulty import SLOW
from bot.sandbox.office import Office
from bot.sandbox.wire import application


def main(
    port: Annotated[int, typer.Option(help="0: any that is free.")] = 8090,
    database: Annotated[Path | None, typer.Option(help="A file of its own; none: in memory.")] = None,
    faults: Annotated[float, typer.Option(help="How many of the calls fail, 0 to 1, in every way there is.")] = 0,
    speed: Annotated[float | None, typer.Option(help="Seconds that pass here in one second.")] = None,
    seed: Annotated[int, typer.Option(help="Of the faults' chance.")] = 0,
    slow: Annotated[float, typer.Option(help="Seconds that a slow answer takes.")] = SLOW,
) -> None:
    """A post that behaves like one and delivers nothing, and agencies that decide nothing. Prints its address."""
    office = Office.opened(database, speed=speed, faults=Faults.spread(faults, seed))
    bureau = Bureau.opened(beside(database), faults=AgencyFaults.spread(faults, seed), office=office)
    try:
        asyncio.run(serve(application(office, bureau, slow=slow), port))
    finally:
        bureau.close()
        office.close()


async def serve(app: web.Application, port: int) -> None:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        typer.echo(f"http://127.0.0.1:{runner.addresses[0][1]}")
        await told_to_stop()
    finally:
        await runner.cleanup()


async def told_to_stop() -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()


if __name__ == "__main__":
    typer.run(main)
