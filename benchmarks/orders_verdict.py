"""What came of it: the books of the post, the service's database and the citizens' pages, laid side by side."""

import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, select

from benchmarks.orders_citizen import Citizen
from bot.pickup.progress import Status
from bot.sandbox.books import Books
from bot.storage.pickups import utc
from bot.storage.store import Store
from bot.storage.tables import pickup, pickup_news, turn

NOTICE = "notice:"
MAY_BE_SAID = ("delayed", "remind")  # besides the news of the post
PHONE = re.compile(rb"912\d{6}")


@dataclass(frozen=True)
class Booked:
    """What a citizen was told on the yes, and who that citizen is to the service."""

    citizen: Citizen
    number: str
    chat: str


@dataclass(frozen=True)
class Step:
    """Something that happened to a parcel. `told`: its place among all that the post tells; told again, the first."""

    status: Status
    at: datetime
    told: int

    def is_out_of_order(self, others: Iterable["Step"]) -> bool:
        """Whether the post told of it after something later, or of something earlier after it."""
        return any((self.at < other.at) != (self.told < other.told) for other in others if other != self)


@dataclass
class Verdict:
    """Lists name orders (or order and step); all but the counts of the second half must be empty."""

    lost: list[str] = field(default_factory=list)  # told to a citizen, and not at the post
    doubled: list[str] = field(default_factory=list)  # more than one order at the post
    unknown: list[str] = field(default_factory=list)  # at the post or with the service, and told to no citizen
    mixed_up: list[str] = field(default_factory=list)  # with another citizen's phone or chat
    unfinished: list[str] = field(default_factory=list)  # not at the end of its way, or not where the post says
    told_missing: list[str] = field(default_factory=list)
    told_twice: list[str] = field(default_factory=list)
    not_on_page: list[str] = field(default_factory=list)  # kept as told, and the citizen's page does not show it
    never_sent: list[str] = field(default_factory=list)  # notices kept, and still owed
    in_plain: list[str] = field(default_factory=list)  # files with a phone in them

    booked: int = 0
    placed: int = 0
    received: int = 0  # calls that ordered something, repeated ones too
    told: int = 0  # notices
    overtaken: Counter[Status] = field(
        default_factory=Counter
    )  # untold: told out of order, the order was farther by then
    endings: Counter[str] = field(default_factory=Counter)
    besides: Counter[str] = field(default_factory=Counter)  # notices of our own

    @property
    def wrongs(self) -> Iterator[str]:
        for name, value in vars(self).items():
            if isinstance(value, list):
                yield from (f"{name}: {one}" for one in value)


def judge(booked: Sequence[Booked], books: Books, store: Store, pages: Mapping[str, list[str]]) -> Verdict:
    """`pages`: the notices each citizen sees, by order number."""
    verdict = Verdict(booked=len(booked))
    at_the_post(verdict, booked, books)
    with_the_service(verdict, booked, books, store)
    told_to_citizens(verdict, booked, books, store.engine, pages)
    return verdict


def at_the_post(verdict: Verdict, booked: Sequence[Booked], books: Books) -> None:
    became = {number: count for number, _, count in books.tally()}
    mine = {one.number for one in booked}
    verdict.lost += sorted(number for number in mine if not became.get(number))
    verdict.doubled += sorted(number for number, count in became.items() if count > 1)
    verdict.unknown += sorted(became.keys() - mine)
    verdict.placed = sum(map(bool, became.values()))
    verdict.received = sum(times for _, times, _ in books.tally())


def with_the_service(verdict: Verdict, booked: Sequence[Booked], books: Books, store: Store) -> None:
    parcels = {parcel.number: parcel for parcel in books.parcels("1")}
    with store.engine.connect() as connection:
        verdict.unknown += sorted(set(connection.scalars(select(pickup.c.number))) - {one.number for one in booked})
        due = select(turn.c.chat, turn.c.update_id).where(
            turn.c.due_at.is_not(None), turn.c.update_id.startswith(NOTICE)
        )
        verdict.never_sent += [f"{row.chat[:12]} {row.update_id}" for row in connection.execute(due)]
    for one in booked:
        kept = store.run_now(lambda unit, number=one.number: unit.pickups.get(number))  # type: ignore[misc]
        parcel = parcels.get(one.number)
        if kept is None or parcel is None:
            verdict.lost += [one.number] if kept is None else []
            continue
        if kept.order.chat != one.chat or kept.order.sender.phone != f"+84{one.citizen.phone[1:]}":
            verdict.mixed_up.append(one.number)
        if parcel.next or kept.status != parcel.status or not kept.ended_at:
            verdict.unfinished.append(f"{one.number} {kept.status}, at the post {parcel.status}")
        verdict.endings[parcel.status] += 1


def told_to_citizens(
    verdict: Verdict, booked: Sequence[Booked], books: Books, engine: Engine, pages: Mapping[str, list[str]]
) -> None:
    steps, notices = steps_of(books), notices_of(engine)
    chats = {one.number: one.chat for one in booked}
    for number, chat in chats.items():
        mine = notices.get(number, [])
        verdict.told += len(mine)
        verdict.mixed_up += [f"{number} told to another" for notice in mine if notice.chat != chat]
        compare(verdict, number, steps.get(number, []), mine)
        shown = [words for words in pages.get(number, []) if number in words]
        if len(shown) != len(mine) or len(pages.get(number, [])) != len(mine):
            verdict.not_on_page.append(f"{number}: {len(shown)} of {len(mine)}")
    verdict.unknown += [f"{number} told to nobody who booked" for number in notices.keys() - chats.keys()]
    verdict.told_missing += unsaid(engine)


@dataclass(frozen=True)
class Notice:
    chat: str
    key: str
    status: Status | None  # None: no news of the post
    at: datetime | None


def compare(verdict: Verdict, number: str, steps: Sequence[Step], notices: Sequence[Notice]) -> None:
    """Each step once. That the post has an order is told by its receipt or by its news, whichever comes first."""
    said = Counter(as_told(notice.status, notice.at) for notice in notices if notice.status)
    verdict.told_twice += [f"{number} {status}" for (status, _), times in said.items() if times > 1]
    known = {as_told("accepted", None), *(as_told(step.status, step.at) for step in steps)}  # one refused was received
    verdict.told_twice += [f"{number} {status}, which did not happen" for status, _ in said.keys() - known]
    for step in steps:
        if as_told(step.status, step.at) in said:
            continue
        if step == steps[-1] or not step.is_out_of_order(steps):
            verdict.told_missing.append(f"{number} {step.status}")
        else:
            verdict.overtaken[step.status] += 1
    for notice in notices:
        if notice.status is None:
            verdict.besides[notice.key.partition(":")[0]] += 1
            if not notice.key.startswith(MAY_BE_SAID):
                verdict.unfinished.append(f"{number} {notice.key}")


def as_told(status: Status, at: datetime | None) -> tuple[Status, datetime | None]:
    return (status, None) if status == "accepted" else (status, at)


def steps_of(books: Books) -> Mapping[str, list[Step]]:
    """By order number, in the order in which they happened."""
    found: dict[str, dict[tuple[Status, datetime], Step]] = defaultdict(dict)
    for event in books.events("1 ORDER BY id"):
        found[event.number].setdefault((event.status, event.at), Step(event.status, event.at, event.id))
    return {number: sorted(steps.values(), key=lambda step: step.at) for number, steps in found.items()}


def notices_of(engine: Engine) -> Mapping[str, list[Notice]]:
    """By order number."""
    found: dict[str, list[Notice]] = defaultdict(list)
    with engine.connect() as connection:
        news = {(row.number, row.key): row for row in connection.execute(select(pickup_news))}
        rows = select(turn.c.chat, turn.c.update_id).where(turn.c.update_id.startswith(NOTICE))
        for row in connection.execute(rows):
            number, _, key = row.update_id.removeprefix(NOTICE).partition(":")
            of = news.get((number, key))
            told = (of.status, utc(of.at)) if of else (None, None)
            found[number].append(Notice(row.chat, key, *told))
    return found


def unsaid(engine: Engine) -> list[str]:
    """News that moved an order on, and no words were kept with them."""
    with engine.connect() as connection:
        said = set(connection.scalars(select(turn.c.update_id).where(turn.c.update_id.startswith(NOTICE))))
        moved = connection.execute(select(pickup_news).where(pickup_news.c.changed))
        return [f"{row.number} {row.status}" for row in moved if f"{NOTICE}{row.number}:{row.key}" not in said]


def in_plain(booked: Sequence[Booked], folder: Path) -> list[str]:
    """Logs and database files of the run in which a phone can be read."""
    phones = {one.citizen.phone[1:].encode() for one in booked}
    files = (file for file in folder.rglob("*") if file.is_file())
    return [str(file.relative_to(folder)) for file in files if phones & set(PHONE.findall(file.read_bytes()))]


def opened_books(file: Path) -> Books:
    """Of the pretend post, beside it or after it: nothing is changed, and no time passes in them."""
    return Books(sqlite3.connect(file, isolation_level=None))
