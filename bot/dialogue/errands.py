"""What citizens ask for that is no search: a pickup, a complaint, a number that is no code."""

from dataclasses import replace

from bot.dialogue.booking.form import begin
from bot.dialogue.general import answered, contacts, way_back
from bot.dialogue.states import AnyState
from bot.dialogue.step import Line, Reply, Step, go, text
from bot.dialogue.ways import PERSON
from bot.dialogue.world import Given
from knowledge.understanding import Book, OtherCode


def booked(state: AnyState, meaning: Book, given: Given) -> Step:
    """A pickup for what is named, or else for what is on screen."""
    return begin(state, given, text=meaning.rest)


def complained(state: AnyState, given: Given) -> Step:
    step = answered(state, "complain", given)
    return with_lines(step, Line(text("complain.sorry")), *contacts(given, "post", "portal"))


def with_lines(step: Step, *lines: Line) -> Step:
    """Behind the title of the first reply."""
    (title, *others), *replies = step.replies[0].lines, *step.replies[1:]
    return replace(step, replies=(replace(step.replies[0], lines=(title, *lines, *others)), *replies))


def other_code(state: AnyState, meaning: OtherCode, given: Given) -> Step:
    lines = (Line(text(f"other.{meaning.kind}", code=meaning.code)), *contacts(given, "portal"))
    return go(state, Reply(lines, (*way_back(state, given), PERSON)))
