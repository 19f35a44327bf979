"""What came of it: what happened at the agencies, and the notices kept for each follower, side by side."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Engine, select

from benchmarks.following_told import Due, Seen, to_tell
from bot.sandbox.agency.holders import made_up
from bot.storage.pickups import utc
from bot.storage.tables import turn

NOTICE = "notice:"
KEY = 40  # characters of a dossier's key in a notice's
WARNINGS = ("due_tomorrow", "overdue", "supplement_waiting")  # of dates, not of changes
OWNERS = 12  # who own all dossiers of the run
SOURCES = ("agencies", "sandbox")  # files of the pretended, in the folder of the run


class Kept(NamedTuple):
    """A notice."""

    kind: str
    at: float  # seconds since 1970, when it was kept
    key: str


class Down(NamedTuple):
    """When the service did not run, in seconds since 1970."""

    since: float
    until: float

    def within(self, since: float, until: float) -> float:
        return max(0.0, min(self.until, until) - max(self.since, since))


@dataclass
class Verdict:
    """Lists name dossier, chat and kinds; all must be empty."""

    missing: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    untrue: list[str] = field(default_factory=list)  # told, and nothing of the kind happened
    out_of_order: list[str] = field(default_factory=list)
    too_late: list[str] = field(default_factory=list)  # more than two periods, and the time the service was down
    too_early: list[str] = field(default_factory=list)  # kept before it could be seen
    in_plain: list[str] = field(default_factory=list)  # files in which an owner can be read
    above_limit: list[str] = field(default_factory=list)

    followers: int = 0
    expected: int = 0
    told: int = 0
    late_without_grace: int = 0  # more than two periods, whatever the reason
    kinds: Counter[str] = field(default_factory=Counter)
    besides: Counter[str] = field(default_factory=Counter)
    delays: list[float] = field(default_factory=list)  # seconds from visible to kept, of changes during the run
    first: list[float] = field(default_factory=list)  # and from the first start, of what was so before

    @property
    def wrongs(self) -> Iterator[str]:
        for name, value in vars(self).items():
            if isinstance(value, list) and name not in ("delays", "first"):
                yield from (f"{name}: {one}" for one in value)


@dataclass(frozen=True)
class Judge:
    """`began`: the service was up for the first time. `first_look`: until then nothing changed at the agencies."""

    period: float
    began: float
    first_look: float
    down: Sequence[Down]
    verdict: Verdict = field(default_factory=Verdict)

    def follower(self, name: str, way: Sequence[Seen], notices: Sequence[Kept]) -> None:
        """`notices` in the order in which they were kept."""
        verdict, due = self.verdict, list(to_tell(way, self.first_look))
        verdict.followers += 1
        verdict.expected += len(due)
        verdict.besides += Counter(one.kind for one in notices if one.kind in WARNINGS)
        mine = [one for one in notices if one.kind not in WARNINGS]
        verdict.told += len(mine)
        verdict.kinds += Counter(one.kind for one in mine)
        expected, said = [one.kind for one in due], [one.kind for one in mine]
        self._compare(f"{name}: to tell {expected}, told {said}", expected, said)
        at = {one.kind: one.at for one in reversed(mine)}
        for one in due:
            if one.kind in at:
                self._delay(name, one, at[one.kind])

    def _compare(self, what: str, expected: list[str], said: list[str]) -> None:
        """No course of the agencies has the same kind twice."""
        verdict, wanted, told = self.verdict, Counter(expected), Counter(said)
        verdict.missing += [what] if wanted.keys() - told.keys() else []
        verdict.untrue += [what] if told.keys() - wanted.keys() else []
        verdict.twice += [what] if any(times > 1 for times in told.values()) else []
        both = [kind for kind in expected if kind in told]
        verdict.out_of_order += [what] if both != [kind for kind in dict.fromkeys(said) if kind in wanted] else []

    def _delay(self, name: str, due: Due, kept: float) -> None:
        verdict, is_first = self.verdict, due.since <= self.first_look
        since = max(due.since, self.began) if is_first else due.since
        delay = kept - since
        (verdict.first if is_first else verdict.delays).append(delay)
        excused = sum(down.within(since, kept) for down in self.down)
        verdict.late_without_grace += delay > 2 * self.period
        if delay > 2 * self.period + excused:
            verdict.too_late.append(f"{name} {due.kind}: {delay:.0f} s, of them {excused:.0f} down")
        if delay < -1 and not is_first:
            verdict.too_early.append(f"{name} {due.kind}: {delay:.1f} s")


def notices_of(engine: Engine) -> Mapping[tuple[str, str], list[Kept]]:
    """By chat and the front of the dossier's key, in the order in which they were kept."""
    found: dict[tuple[str, str], list[Kept]] = defaultdict(list)
    rows = select(turn.c.chat, turn.c.update_id, turn.c.kept_at).where(turn.c.update_id.startswith(NOTICE))
    with engine.connect() as connection:
        for row in connection.execute(rows.order_by(turn.c.id)):
            dossier, _, key = row.update_id.removeprefix(NOTICE).partition(":")
            found[row.chat, dossier].append(Kept(key.partition(":")[0], utc(row.kept_at).timestamp(), key))
    return found


def in_plain(folder: Path) -> list[str]:
    """Logs and database files of the run in which an owner's name, phone or identity number can be read."""
    owners = [made_up(number) for number in range(OWNERS)]
    marks = {str(mark).encode() for owner in owners for mark in (owner.name, owner.phone, owner.identity)}
    files = (file for file in folder.rglob("*") if file.is_file())
    mine = (file for file in files if not file.name.startswith(SOURCES))
    return [str(file.relative_to(folder)) for file in mine if any(mark in file.read_bytes() for mark in marks)]
