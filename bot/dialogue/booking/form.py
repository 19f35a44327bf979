"""The form of a pickup: begun by a button or a sentence, filled in any order, left and taken up again."""

from dataclasses import replace
from datetime import datetime

from bot.dialogue.booking import consenting
from bot.dialogue.booking.asking import asked, remembered
from bot.dialogue.booking.buttons import DROP, RESUME
from bot.dialogue.booking.choosing_procedure import for_procedure, impossible, is_impossible, named_or_found
from bot.dialogue.booking.confirming import too_many
from bot.dialogue.booking.everything import everything
from bot.dialogue.booking.fields import is_missing, missing, twin_order
from bot.dialogue.booking.filled import Ask, Filled
from bot.dialogue.booking.hearing import hear
from bot.dialogue.booking.listening import listened
from bot.dialogue.booking.timing import with_wish
from bot.dialogue.booking.visiting import is_possible, on
from bot.dialogue.booking.wordings import visit_words
from bot.dialogue.choosing import examples
from bot.dialogue.states import AnyState, Asked, Booking, Draft, Home, Reading, Waiting
from bot.dialogue.step import Consent, Line, Step, go, say, text
from bot.dialogue.world import Given

ANYTHING = Booking(asked="summary")  # a form that asks for nothing in particular


def begin(state: AnyState, given: Given, code: str | None = None, text: str = "") -> Step:
    """A pickup is wished for: of the procedure of a button, of the one on screen, or of what the words say."""
    if refused := too_many(given.memory.draft, given):
        return refused
    if (known := the_only(state, code, text, given)) and is_impossible(Draft(procedure=known), given):
        return impossible(given.catalog[known], given)
    if not consenting.has_agreed(given):
        return consenting.ask_consent(known or on_screen(state), text, given)
    draft = given.memory.draft or Draft()
    filled = for_procedure(code, Filled(draft), given) if code and code in given.catalog else Filled(draft)
    heard = hear(text, given)
    return go_on(everything(heard, filled, state, given, wish=code is None), given)


def the_only(state: AnyState, code: str | None, said: str, given: Given) -> str | None:
    """The procedure that is meant, when it is one."""
    if code in given.catalog:
        return code
    found = named_or_found(hear(said, given), state, given)
    return found[0].code if len(found) == 1 else None


def on_screen(state: AnyState) -> str | None:
    return state.code if isinstance(state, Reading) else None


def go_on(filled: Filled, given: Given) -> Step:
    """To what stands in the way, or else to the next field that is missing."""
    draft = filled.draft
    if is_impossible(draft, given):
        step = impossible(given.catalog[draft.procedure or ""], given)
        kept = draft.model_copy(update={"procedure": None})
        memory = remembered(replace(filled, draft=kept), given).model_copy(
            update={"draft": kept if kept != Draft() else None}
        )
        return replace(step, memory=memory)
    given = given.remembering(remembered(filled, given))
    if filled.ask and is_due(filled.ask.field, draft, given):
        return asked(filled.ask.field, filled, given)
    return asked(missing(draft, given), filled, given)


def is_due(field: Asked, draft: Draft, given: Given) -> bool:
    """A duplicate is asked about before anything else."""
    return field == "procedure" or draft.again or twin_order(draft, given) is None


def agreed(state: AnyState, given: Given) -> Step:
    """The yes is kept with its proof, and what was said before it is read now, message after message."""
    given = given.remembering(given.memory.model_copy(update={"consent": consenting.VERSION}))
    waiting = state if isinstance(state, Booking) and state.asked == "consent" else Booking(asked="consent")
    code = waiting.among[0] if waiting.among else None
    first, *others = waiting.pending or (Waiting(said=""),)
    place = Reading(code=code) if code else Home()
    step = begin(place, on_its_day(first, given), None if first.said else code, first.said)
    for one in others:
        step = said_next(step, one.said, on_its_day(one, given))
    if isinstance(step.state, Booking) and any(one.day not in (None, given.today) for one in waiting.pending):
        step = resume(given.remembering(step.memory or given.memory))  # the day that was meant may be over
    memory = (step.memory or given.memory).model_copy(update={"consent": consenting.VERSION})
    return replace(step, memory=memory, commands=(Consent(consenting.VERSION), *step.commands))


def on_its_day(waited: Waiting, given: Given) -> Given:
    """ "Mai" is the day after it was said."""
    return given if waited.day is None else replace(given, now=datetime.combine(waited.day, given.now.time()))


def said_next(step: Step, said: str, given: Given) -> Step:
    """One more message of those that waited: it may take back what an earlier one said. It answers no question."""
    given = given.remembering(step.memory or given.memory)
    state, draft = step.state, given.memory.draft
    if not isinstance(state, Booking) or draft is None:
        return step
    filled = listened(ANYTHING, said, draft, given) or Filled(draft)
    if draft.procedure is None and (code := the_only(ANYTHING, None, said, given)):
        filled = for_procedure(code, filled, given)
    if state.among and is_missing(state.asked, filled.draft, given):
        filled = filled.asking(Ask(state.asked, among=state.among))
    return go_on(filled, given)


def resume(given: Given) -> Step:
    """Where the form was left. A day that has passed meanwhile is asked for again."""
    draft = given.memory.draft
    if draft is None:
        return go(Home(), say("book.nothing_to_resume", *examples(given)))
    if not consenting.has_agreed(given):
        return consenting.ask_consent(draft.procedure, "", given)
    filled = Filled(draft)
    if draft.day and draft.shift and not is_possible(draft.day, draft.shift, given):
        gone = text("book.visit_gone_is", visit=visit_words(draft.day, draft.shift, given))
        filled = with_wish(on(draft.day, draft.shift, given), filled, given).telling(Line(gone))
        filled = filled.having(day=None, shift=None)
    return go_on(filled, given)


def stopped(given: Given) -> Step:
    """Nothing is ordered; what was filled in waits."""
    if given.memory.draft is None:
        return go(Home(), say("home.cancelled", *examples(given)))
    return go(Home(), say("book.stopped", RESUME, DROP))


def dropped(given: Given) -> Step:
    memory = given.memory.model_copy(update={"draft": None})
    return go(Home(), say("book.dropped", *examples(given)), memory=memory)
