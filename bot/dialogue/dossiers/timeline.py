"""What happened to a dossier so far, at the post and at the agency, in one row."""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal, NamedTuple

from bot.dialogue.dossiers.wording import as_written
from bot.dialogue.orders.shown import in_viet_nam
from bot.dialogue.step import Line, Text, Words, text
from bot.dialogue.wording import joined
from bot.dialogue.world import Under
from bot.dossiers.dossier import Dossier

MOST = 8  # on one screen: the latest


class Happened(NamedTuple):
    at: datetime | None  # in Viet Nam, without its zone
    who: Literal["post", "agency"]
    what: Words


def timeline(dossier: Dossier, under: Under | None, *, proved: bool) -> tuple[Line, ...]:
    """Oldest first. `under`: the pickup it was collected with."""
    happened = in_order([*(of_the_post(under) if under else ()), *of_the_agency(dossier, proved=proved)])
    if not happened:
        return ()
    earlier = len(happened) - MOST
    left_out = (Line(text("dossier.earlier", count=earlier), "item"),) if earlier > 0 else ()
    shown = (Line(happened_words(one), "item") for one in happened[-MOST:])
    return (Line(text("dossier.so_far"), "heading"), *left_out, *shown)


def of_the_post(under: Under) -> Iterator[Happened]:
    for status, since in under.history or ((under.status, under.since),):
        yield Happened(in_viet_nam(since), "post", text(f"order.status_{status}"))


def of_the_agency(dossier: Dossier, *, proved: bool) -> Iterator[Happened]:
    """What officials wrote of a step may name people and reasons: it is for who proved whose dossier it is."""
    if dossier.received:
        yield Happened(in_viet_nam(dossier.received), "agency", text("dossier.event_received"))
    for step in dossier.steps if proved else ():
        words = joined(as_written(step.words), as_written(step.unit) if step.unit else None)
        yield Happened(in_viet_nam(step.at) if step.at else None, "agency", words)
    if dossier.finished:
        yield Happened(in_viet_nam(dossier.finished), "agency", text("dossier.event_finished"))
    if dossier.returned:
        yield Happened(in_viet_nam(dossier.returned), "agency", text("dossier.event_returned"))


def in_order(happened: list[Happened]) -> list[Happened]:
    """By their time; what has none stays behind what was told before it."""
    times = [one.at for one in happened if one.at]
    if not times:
        return happened
    at = min(times)
    placed: list[tuple[datetime, int]] = []
    for index, one in enumerate(happened):
        at = one.at or at
        placed.append((at, index))
    return [happened[index] for _, index in sorted(placed)]


def happened_words(one: Happened) -> Text:
    who = text(f"dossier.who_{one.who}")
    if one.at is None:
        return text("dossier.event_undated", who=who, what=one.what)
    return text("dossier.event", day=one.at.date(), who=who, what=one.what)
