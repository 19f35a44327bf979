"""The pretend post as `python -m bot.sandbox` runs it, which also counts: how many calls came, and what befell them.

Prints its address, and when it is told to stop the counts as JSON.
"""

import asyncio
import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from bot.sandbox.__main__ import serve
from bot.sandbox.faults import Call, Fault, Faults, Told
from bot.sandbox.faulty import SLOW
from bot.sandbox.office import Office
from bot.sandbox.wire import application


class Counted(Faults):
    def __init__(self, rates: Mapping[Fault, float] | None = None, seed: int = 0) -> None:
        super().__init__(rates, seed)
        self.calls = 0
        self.struck: Counter[Fault] = Counter()

    def strikes(self, fault: Told) -> bool:
        struck = super().strikes(fault)
        self.struck[fault] += struck
        return struck

    def of_call(self) -> Call | None:
        fault = super().of_call()
        self.calls += 1
        if fault:
            self.struck[fault] += 1
        return fault


def main(
    database: Path,
    faults: Annotated[float, typer.Option()],
    speed: Annotated[float, typer.Option()],
    seed: Annotated[int, typer.Option()],
    slow: Annotated[float, typer.Option()] = SLOW,
) -> None:
    counted = Counted.spread(faults, seed)
    assert isinstance(counted, Counted)
    office = Office.opened(database, speed=speed, faults=counted)
    try:
        asyncio.run(serve(application(office, slow=slow), port=0))
    finally:
        office.close()
    print(json.dumps({"calls": counted.calls, "struck": dict(counted.struck)}))


if __name__ == "__main__":
    typer.run(main)
