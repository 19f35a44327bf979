"""What citizens ask for that the bot cannot do for them yet: it says so, and what they can do instead."""

from dataclasses import replace
from datetime import datetime, time

from bot.dialogue import wording
from bot.dialogue.aspects import aspect_of
from bot.dialogue.choosing import OFFERED, ask
from bot.dialogue.finding import near
from bot.dialogue.general import TRACKING, answered, contact, topics, way_back
from bot.dialogue.states import AnyState, Reading
from bot.dialogue.step import Line, Reply, Step, go, text
from bot.dialogue.ways import PERSON
from bot.dialogue.world import Given
from knowledge.search import Found
from knowledge.slots import known_places, matter_of
from knowledge.understanding import Book, OtherCode
from procedures_catalog.models import Procedure

NOT_YET = Reply((Line(text("book.not_yet")),))


def booked(state: AnyState, meaning: Book, given: Given) -> Step:
    """Whether the procedure can be sent by post, and whom to call: of the one named, or else of the one on screen."""
    midnight = datetime.combine(given.today, time())
    matter = matter_of(meaning, midnight, known_places)
    found = given.search.find(matter.text, province=given.memory.province) if matter.text else None
    if matter.code and matter.code in given.catalog:
        return after_not_yet(aspect_of("post", given.catalog[matter.code], given))
    if found and found.fits and found.confident:
        return after_not_yet(aspect_of("post", found.hits[0].procedure, given))
    if found and found.fits:  # something else than what is on screen
        return after_not_yet(ask(candidates(found), given))
    if isinstance(state, Reading) and state.code in given.catalog:
        return after_not_yet(aspect_of("post", given.catalog[state.code], given))
    return whom_to_call(state, given)


def candidates(found: Found) -> list[Procedure]:
    in_topic = [hit.procedure for hit in found.hits if found.topic and hit.procedure.code in found.topic.codes]
    return in_topic[:OFFERED] or near(found)


def after_not_yet(step: Step) -> Step:
    return replace(step, replies=(NOT_YET, *step.replies))


def whom_to_call(state: AnyState, given: Given) -> Step:
    number = given.faq.contacts["post"].number
    how = Line(text("post.how", number=wording.phone(number)), link=f"tel:{number}")
    ways = (*way_back(state, given), *topics(("prepare", "cost"), given), PERSON)
    return go(state, Reply((*NOT_YET.lines, how, Line(text("book.which"))), ways))


def tracked(state: AnyState, given: Given) -> Step:
    """As for a pasted code, with what the FAQ knows for those who have none at hand."""
    return with_lines(answered(state, "track", given), Line(text("dossier.where"), link=TRACKING))


def complained(state: AnyState, given: Given) -> Step:
    step = answered(state, "complain", given)
    return with_lines(step, Line(text("complain.sorry")), contact("post", given), contact("portal", given))


def with_lines(step: Step, *lines: Line) -> Step:
    """Behind the title of the first reply."""
    (title, *others), *replies = step.replies[0].lines, *step.replies[1:]
    return replace(step, replies=(replace(step.replies[0], lines=(title, *lines, *others)), *replies))


def other_code(state: AnyState, meaning: OtherCode, given: Given) -> Step:
    lines = (Line(text(f"other.{meaning.kind}", code=meaning.code)), contact("portal", given))
    return go(state, Reply(lines, (*way_back(state, given), PERSON)))
