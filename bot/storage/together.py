"""What is asked of a database at the same moment, done in one transaction: a commit costs more than most of what it
commits."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, Generic, TypeVar

LONGEST = 0.004  # seconds after which a transaction takes in nothing more

Unit = TypeVar("Unit")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Asked(Generic[Unit]):
    work: Callable[[Unit], Any]
    answer: asyncio.Future[Any]

    def is_wanted(self) -> bool:
        """Unless who asked was cancelled meanwhile."""
        return not self.answer.cancelled()


@dataclass(frozen=True)
class Together(Generic[Unit]):
    """Within one event loop. `begin`: commits when it is left, rolls back when it is left by an exception."""

    begin: Callable[[], AbstractContextManager[Unit]]
    asked: deque[Asked[Unit]] = field(default_factory=deque)

    async def run(self, work: Callable[[Unit], Result]) -> Result:
        """Raises what `work` raises: then it is rolled back, and nothing else is."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Result] = loop.create_future()
        if not self.asked:
            loop.call_soon(self._run_all)
        self.asked.append(Asked(work, answer))
        return await answer

    def _run_all(self) -> None:
        """As many as there is time for. When one fails, nothing of it counts, and each is done by itself."""
        taken: list[Asked[Unit]] = []
        try:
            results = self._done(taken)
        except Exception as error:
            if len(taken) == 1:
                tell(taken[0], error=error)
            else:
                self._run_each(taken or [self.asked.popleft()])  # not even begun: then the first is told why
        else:
            for one, result in zip(taken, results, strict=True):
                tell(one, result)
        if self.asked:
            asyncio.get_running_loop().call_soon(self._run_all)

    def _done(self, taken: list[Asked[Unit]]) -> list[Any]:
        """`taken`: filled as it goes."""
        results = []
        end = perf_counter() + LONGEST
        with self.begin() as unit:
            while self.asked and (not taken or perf_counter() < end):
                taken.append(one := self.asked.popleft())
                results.append(one.work(unit) if one.is_wanted() else None)
        return results

    def _run_each(self, taken: Iterable[Asked[Unit]]) -> None:
        for one in taken:
            if one.is_wanted():
                try:
                    with self.begin() as unit:
                        result = one.work(unit)
                except Exception as error:
                    tell(one, error=error)
                else:
                    tell(one, result)


def tell(one: Asked[Any], result: object = None, error: Exception | None = None) -> None:
    if not one.is_wanted():
        return
    if error is not None:
        one.answer.set_exception(error)
    else:
        one.answer.set_result(result)
