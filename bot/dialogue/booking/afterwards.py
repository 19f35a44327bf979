"""What stands behind the answers of others while a form is open: the question again, or the way back to it."""

from dataclasses import replace

from bot.dialogue import wording
from bot.dialogue.aspects import aspect_of
from bot.dialogue.booking import consenting
from bot.dialogue.booking.asking import short_question
from bot.dialogue.booking.buttons import RESUME
from bot.dialogue.choosing import EXAMPLES
from bot.dialogue.events import Event, Said
from bot.dialogue.states import AnyState, Booking
from bot.dialogue.step import Line, Reply, Step, Text, go, say, text
from bot.dialogue.ways import show_button, title
from bot.dialogue.world import Given
from knowledge.corrections import correction_in
from knowledge.explanation import all_papers
from knowledge.meanings import Aspect, Meaning, Wish
from knowledge.names import begins_like_a_name
from procedures_catalog.models import Procedure

OF_BUTTONS = frozenset({"papers.tick", "book.how"})  # lines that speak of buttons


def unclear(state: Booking, event: Event, given: Given) -> Step | None:
    """Words that are no answer. What is asked of a procedure is answered; one that is only named is a tap away."""
    if not isinstance(event, Said) or (given.memory.draft is None and state.asked != "consent"):
        return None
    procedure = surely_meant(event.meaning, given)
    if procedure is None:
        return go(state, say("book.unclear"))
    language = given.memory.language
    if isinstance(event.meaning, Wish) and event.meaning.aspect:
        return side_of(state, event.meaning.aspect, procedure, given)
    button = show_button(procedure, language)
    return go(state, Reply((Line(text("book.unclear")), Line(text("book.or_meant"))), (button,)))


def surely_meant(meaning: Meaning, given: Given) -> Procedure | None:
    if not isinstance(meaning, Wish) or correction_in(meaning.text) or begins_like_a_name(meaning.text):
        return None
    found = given.search.find(meaning.text, limit=1, province=given.memory.province)
    return found.hits[0].procedure if found.fits and found.confident else None


def side_of(state: Booking, aspect: Aspect, procedure: Procedure, given: Given) -> Step:
    """One side of a procedure, beside the form. Of papers by case all are listed: there is nothing to tap for more."""
    if aspect == "papers" and procedure.cases:
        return go(state, papers_of_all_cases(procedure, given))
    return beside_the_form(state, aspect_of(aspect, procedure, given))


def papers_of_all_cases(procedure: Procedure, given: Given) -> Reply:
    lines = (
        Line(text("aspect.papers", name=title(procedure, given.memory.language)), "title"),
        *(Line(wording.paper_of_case(paper, procedure), "item") for paper in all_papers(procedure)),
        Line(wording.source_line(procedure.source), "note"),
    )
    return Reply(lines)


def beside_the_form(state: Booking, step: Step) -> Step:
    """The answer alone: its buttons would lead away, and the question follows; nor is anything said of them."""
    return replace(step, state=state, replies=tuple(map(without_buttons, step.replies)))


def without_buttons(reply: Reply) -> Reply:
    lines = tuple(line for line in reply.lines if not (isinstance(line.words, Text) and line.words.key in OF_BUTTONS))
    return replace(reply, lines=lines, buttons=())


def afterwards(state: AnyState, step: Step, given: Given) -> Step:
    """Behind a digression the question again; a way back to a form that was left."""
    memory = step.memory or given.memory
    given = given.remembering(memory)
    if not isinstance(state, Booking) or step.query or step.forget:
        return step
    if step.state == state and state.asked == "consent":
        return replace(step, replies=(*step.replies, consenting.again()))
    if memory.draft is None:
        return step
    if step.state == state:
        return replace(step, replies=(*map(without_examples, step.replies), short_question(state, memory.draft, given)))
    return step if isinstance(step.state, Booking) else with_way_back(step)


def without_examples(reply: Reply) -> Reply:
    """Procedures to begin with are of no use in the middle of a form."""
    offered = {f"show:{code}" for code in EXAMPLES}
    kept = tuple(b for b in reply.buttons if b.option not in offered)
    return replace(reply, buttons=kept) if len(reply.buttons) - len(kept) > 1 else reply


def with_way_back(step: Step) -> Step:
    *earlier, last = step.replies
    if RESUME in last.buttons:
        return step
    return replace(step, replies=(*earlier, replace(last, buttons=(*last.buttons, RESUME))))
