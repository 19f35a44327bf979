"""Finding a procedure: the citizen describes, the bot proposes."""

from dataclasses import replace

from bot.dialogue.aspects import aspect_of
from bot.dialogue.choosing import OFFERED, ask, ask_home, ask_which, choice, examples, offers, rephrase
from bot.dialogue.events import Event, Said
from bot.dialogue.misses import looked_for
from bot.dialogue.reading import shown
from bot.dialogue.states import Home
from bot.dialogue.step import Button, Line, Reply, Step, go, say, text
from bot.dialogue.ways import PERSON, among, title
from bot.dialogue.world import Given
from knowledge.search import Found
from knowledge.topics import Topic
from knowledge.understanding import Ask, Aspect, Is, Pick, Wish
from procedures_catalog.models import Procedure

GUESSES = 3  # offered when nothing really fits
FIELDS = 2  # offered beside the guesses
NEAR = 0.15  # as likely as the first, from which a hit is offered beside it
UNLIKELY = 0.002  # probability below which a hit is not worth a button


def home(state: Home, event: Event, given: Given) -> Step:
    match event:
        case Said(Wish() as wish):
            return propose(wish, given)
        case Said(Ask(aspect)) if given.memory.read in given.catalog:
            return aspect_of(aspect, given.catalog[given.memory.read or ""], given)
        case Said(Ask()):
            return go(Home(), say("home.which_procedure", *examples(given)))
        case Said(Pick() | Is("none")):
            return rephrase(given)
        case _:
            return go(Home(), say("home.welcome", *examples(given)))


def propose(wish: Wish, given: Given) -> Step:
    told = given.search.provinces.named(wish.text)
    if told and told != given.memory.province:
        given = given.remembering(given.memory.model_copy(update={"province": told}))
        step = propose(wish, given)
        return step if step.memory else replace(step, memory=given.memory)
    found = given.search.find(wish.text, limit=2 * OFFERED, province=given.memory.province)
    step = answer(found, wish.aspect, given)
    # the words of a district wish have lost their capitals, by which names are known: they are not kept
    return put_right(step) if wish.district else looked_for(wish.text, found, step, given)


def answer(found: Found, aspect: Aspect | None, given: Given) -> Step:
    """What was found, as surely as it was found; of a procedure all but sure only the aspect that was asked."""
    if not found.fits:
        return nothing_fits(found, given)
    if found.topic:
        return of_topic(found, found.topic, aspect, given)
    if found.hits[0].home and not given.memory.province:
        return ask_home(near(found), given)
    if found.confident:
        meant = found.hits[0].procedure
        return with_others(shown(meant, aspect, given), found)
    return ask(near(found), given)


def with_others(step: Step, found: Found) -> Step:
    """The next likely ones a tap away, should the one shown not be meant after all."""
    likely = tuple(hit.code for hit in found.hits[1:] if hit.score >= UNLIKELY)
    if not likely:
        return step
    *before, last = step.replies
    button = Button(among(likely, "others"), text("button.others"))
    return replace(step, replies=(*before, replace(last, buttons=(*last.buttons, button))))


def of_topic(found: Found, topic: Topic, aspect: Aspect | None, given: Given) -> Step:
    """A broad word is asked back; when one is all but sure, or comes first in an event, it is shown with the others."""
    meant = [hit.procedure for hit in found.hits if hit.code in topic.codes]
    if not found.confident:
        return ask(meant[:OFFERED], given)
    step = shown(meant[0], aspect, given)
    beside = offers(meant[1:OFFERED], given)
    return replace(step, replies=(*step.replies, say("finding.beside", *beside))) if beside else step


def near(found: Found) -> list[Procedure]:
    """Those not far behind the first; two at the least, for a lone one would not be a question."""
    likely = [hit.procedure for hit in found.hits if hit.score >= NEAR * found.hits[0].score]
    return likely if len(likely) > 1 else [hit.procedure for hit in found.hits[:2]]


def nothing_fits(found: Found, given: Given) -> Step:
    """Says so. What comes near is offered, as a guess, and the fields it belongs to."""
    weak = [hit.procedure for hit in found.hits[:GUESSES]]
    if not weak:
        return go(Home(), say("finding.nothing", *examples(given), PERSON))
    lines = (Line(text("finding.nothing")), Line(text("finding.nearest")))
    return go(choice(weak), Reply(lines, (*offers(weak, given), *fields(weak, given), PERSON)))


def fields(procedures: list[Procedure], given: Given) -> tuple[Button, ...]:
    """One button for each field they belong to. A procedure stands for its field, whose name may be too long.

    The names of fields are Vietnamese: elsewhere the procedure is named.
    """
    language, known = given.memory.language, given.catalog
    by_field = {p.domain: p.code for p in reversed(procedures) if p.domain}
    return tuple(
        Button(f"field:{code}", text("button.field", field=field if language == "vi" else title(known[code], language)))
        for field, code in reversed(by_field.items())
    )[:FIELDS]


def of_field(procedure: Procedure, given: Given) -> Step:
    """What people need most in the field of a procedure."""
    return ask_which(given.search.in_field(procedure.domain or "", OFFERED) or [procedure], given)


def put_right(step: Step) -> Step:
    """Since 1/7/2025 there is no district to go to; said first, whatever follows."""
    return replace(step, replies=(Reply((Line(text("district.gone"), "warning"),)), *step.replies))
