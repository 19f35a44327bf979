"""What is asked of the database at the same moment is committed together, and fails alone."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

import bot.storage.together
from bot.storage.together import Together


@dataclass
class Books:
    """Stands for a database: what was written counts when the transaction ends well."""

    kept: list[str] = field(default_factory=list)
    ends: list[str] = field(default_factory=list)  # of the transactions
    away: bool = False
    refuses_commits: int = 0

    @contextmanager
    def begin(self) -> Iterator[list[str]]:
        if self.away:
            raise ConnectionError("away")
        written: list[str] = []
        try:
            yield written
        except Exception:
            self.ends.append("undone")
            raise
        if self.refuses_commits:
            self.refuses_commits -= 1
            self.ends.append("refused")
            raise ConnectionError("full")
        self.kept += written
        self.ends.append("kept")


@pytest.fixture
def books() -> Books:
    return Books()


@pytest.fixture
def together(books: Books) -> Together[list[str]]:
    return Together(books.begin)


async def write(together: Together[list[str]], *words: str) -> list[object]:
    """At the same moment; what begins with a "!" fails after it was written."""

    def writing(word: str) -> object:
        def work(written: list[str]) -> str:
            written.append(word)
            if word.startswith("!"):
                raise ValueError(word)
            return word.upper()

        return together.run(work)

    return await asyncio.gather(*map(writing, words), return_exceptions=True)  # type: ignore[call-overload]


async def test_what_comes_together_is_one_transaction_in_its_order(together: Together[list[str]], books: Books) -> None:
    assert await write(together, "a", "b", "c") == ["A", "B", "C"]
    assert (books.kept, books.ends) == (["a", "b", "c"], ["kept"])
    assert await write(together, "d") == ["D"]
    assert books.ends == ["kept", "kept"]


async def test_what_fails_fails_alone(together: Together[list[str]], books: Books) -> None:
    a, b, c = await write(together, "a", "!b", "c")
    assert (a, repr(b), c) == ("A", "ValueError('!b')", "C")
    assert (books.kept, books.ends) == (["a", "c"], ["undone", "kept", "undone", "kept"])


async def test_one_that_fails_by_itself_is_tried_once(together: Together[list[str]], books: Books) -> None:
    (only,) = await write(together, "!a")
    assert (repr(only), books.ends) == ("ValueError('!a')", ["undone"])


async def test_a_commit_that_fails_is_made_again_one_by_one(together: Together[list[str]], books: Books) -> None:
    books.refuses_commits = 2
    a, b = await write(together, "a", "b")
    assert (repr(a), b) == ("ConnectionError('full')", "B")
    assert (books.kept, books.ends) == (["b"], ["refused", "refused", "kept"])


async def test_while_the_database_is_away_everybody_is_told(together: Together[list[str]], books: Books) -> None:
    books.away = True
    assert [repr(found) for found in await write(together, "a", "b")] == ["ConnectionError('away')"] * 2
    books.away = False
    assert await write(together, "c") == ["C"]


async def test_what_nobody_waits_for_any_more_is_not_done(together: Together[list[str]], books: Books) -> None:
    first = asyncio.create_task(write(together, "a"))
    second = asyncio.create_task(write(together, "b"))
    await asyncio.sleep(0)  # both have asked
    first.cancel()
    assert await second == ["B"]
    assert books.kept == ["b"]


async def test_a_transaction_does_not_grow_without_end(
    together: Together[list[str]], books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.storage.together, "LONGEST", 0.0)
    assert await write(together, "a", "b", "c") == ["A", "B", "C"]
    assert (books.kept, books.ends) == (["a", "b", "c"], ["kept"] * 3)
