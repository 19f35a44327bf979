"""A dossier in words: its status, its days, how old an answer is, what an agency wrote."""

import re
from datetime import date, datetime

from bot.dialogue.booking.wordings import day_words
from bot.dialogue.orders.shown import in_viet_nam
from bot.dialogue.step import Text, Words, text
from bot.dialogue.ways import title
from bot.dialogue.world import Given, Looked
from bot.dossiers.dossier import Dossier
from bot.dossiers.lateness import Lateness

LONGEST = 200  # characters of anything an agency's system wrote
A_NUMBER_OF_SOMEBODY = re.compile(r"\d(?:[ .-]?\d){7,}")  # a phone, an identity paper, an account


def status_words(dossier: Dossier) -> Text:
    """Plain words beside the official ones. A status nobody knows is said as the system writes it."""
    if dossier.status == "unknown":
        official = dossier.official and as_written(dossier.official)
        return text("dossier.unknown_status", official=official) if official else text("dossier.no_status")
    return text("dossier.status", plain=plain_words(dossier), official=official_words(dossier))


def plain_words(dossier: Dossier) -> Text:
    return text(f"dossier.status_{dossier.status}")


def official_words(dossier: Dossier) -> Words:
    """In the system's own words, or else by the name all systems share."""
    own = as_written(dossier.official) if dossier.official else ""
    return own or text(f"dossier.official_{dossier.status}")


def as_written(words: str) -> str:
    """What an agency wrote: on one line, not endless, and without numbers that are somebody's.

    >>> as_written("Bổ sung\\n bản sao, gọi  0912 345 678"), as_written("x" * 999)[-3:]
    ('Bổ sung bản sao, gọi •••', 'xx…')
    """
    line = " ".join("".join(c if c.isprintable() else " " for c in words).split())
    line = A_NUMBER_OF_SOMEBODY.sub("•••", line)
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def procedure_name(dossier: Dossier, given: Given) -> Words | None:
    known = given.catalog.get(dossier.procedure or "")
    if known:
        return title(known, given.memory.language)
    return as_written(dossier.title) if dossier.title else None


def due_words(dossier: Dossier, late: Lateness, today: date) -> Text:
    """The day the agency promised; never one reckoned from the pickup."""
    if dossier.due is None:
        return text("dossier.no_due")
    day = in_viet_nam(dossier.due).date()
    if kept := kept_words(late, day, today):
        return text("dossier.due_and", day=day_words(day), kept=kept)
    return text("dossier.due", day=day_words(day))


def kept_words(late: Lateness, due: date, today: date) -> Text | None:
    """Whether the day was kept, and by how many working days not."""
    kind, count = late
    if kind in ("waiting", "unknown"):
        return None
    if kind == "on_time":
        return text("dossier.on_time")
    if kind == "running" and not count:
        return text("dossier.today") if due == today else None
    if not count:
        return text(f"dossier.{kind}")  # only days off lie between, or years no calendar is known for
    return text(f"dossier.{kind}_by", count=count)


def system_words(looked: Looked, given: Given) -> Words:
    if looked.system is None:
        return text("dossier.some_system")
    return looked.system.en if given.memory.language == "en" else looked.system.vi


def told_by(looked: Looked, given: Given) -> Text:
    """Which system answered, and how old its answer is."""
    system = system_words(looked, given)
    if looked.as_of is None:
        return text("dossier.told_by", system=system)
    return text("dossier.told_at", system=system, moment=moment_words(looked.as_of, given))


def moment_words(moment: datetime, given: Given) -> Text:
    """ "14:05 hôm nay"."""
    here = in_viet_nam(moment)
    clock = f"{here.hour}:{here.minute:02}"
    match (given.today - here.date()).days:
        case 0:
            return text("dossier.at_today", clock=clock)
        case 1:
            return text("dossier.at_yesterday", clock=clock)
        case _:
            return text("dossier.at_day", clock=clock, day=here.date())
