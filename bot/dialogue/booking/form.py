"""The form of a pickup: begun by a button or a sentence, filled in any order, left and taken up again."""

from dataclasses import replace

from bot.dialogue.booking import consenting
from bot.dialogue.booking.asking import asked, remembered
from bot.dialogue.booking.buttons import DROP, RESUME
from bot.dialogue.booking.choosing_procedure import for_procedure, impossible, is_impossible, named_or_found
from bot.dialogue.booking.confirming import too_many
from bot.dialogue.booking.everything import everything
from bot.dialogue.booking.fields import missing, twin_order
from bot.dialogue.booking.filled import Filled
from bot.dialogue.booking.hearing import hear
from bot.dialogue.booking.timing import with_wish
from bot.dialogue.booking.visiting import is_possible, on
from bot.dialogue.booking.wordings import visit_words
from bot.dialogue.choosing import examples
from bot.dialogue.states import AnyState, Asked, Booking, Draft, Home, Reading
from bot.dialogue.step import Consent, Line, Step, go, say, text
from bot.dialogue.world import Given


def begin(state: AnyState, given: Given, code: str | None = None, text: str = "") -> Step:
    """A pickup is wished for: of the procedure of a button, of the one on screen, or of what the words say."""
    if refused := too_many(given.memory.draft, given):
        return refused
    if (known := the_only(state, code, text, given)) and is_impossible(Draft(procedure=known), given):
        return impossible(given.catalog[known], given)
    if not consenting.has_agreed(given):
        return consenting.ask_consent(code or on_screen(state), text, given)
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
    """The yes is kept with its proof, and what was said before it is read now."""
    given = given.remembering(given.memory.model_copy(update={"consent": consenting.VERSION}))
    waiting = isinstance(state, Booking) and state.asked == "consent"
    code = state.among[0] if isinstance(state, Booking) and waiting and state.among else None
    said = state.pending if isinstance(state, Booking) and waiting else ""
    step = begin(Reading(code=code) if code else Home(), given, None if said else code, said)
    memory = (step.memory or given.memory).model_copy(update={"consent": consenting.VERSION})
    return replace(step, memory=memory, commands=(Consent(consenting.VERSION), *step.commands))


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
