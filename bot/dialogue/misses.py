"""Wishes that were not answered, or not at once: noticed as the conversation goes on, kept without the person.

A wish stays open until the next events show what was meant: a procedure read on, one chosen, "none of these". Whatever
else comes leaves it open, or closes it without a word: nobody is asked, and no doubt is counted.
"""

from dataclasses import replace

from bot.dialogue.events import Chose, Event, Said, Started
from bot.dialogue.states import AnyState, Choosing, Home, OpenWish, Reading
from bot.dialogue.step import Miss, Step
from bot.dialogue.world import Given
from knowledge.search import Found
from knowledge.understanding import Ask, Is

MOST = 4  # wordings of one search that are remembered


def looked_for(wish: str, found: Found, step: Step, given: Given) -> Step:
    """A step by which a procedure was looked for: the wish is open now, beside earlier wordings of the same."""
    words = given.search.impersonal(wish)
    if not words:
        return noted(step, given, ())
    shown = on_screen(step.state)
    answer = "nothing" if not found.fits else "shown" if isinstance(step.state, Reading) else "asked"
    latest = OpenWish(words=words, shown=shown, answer=answer, day=given.today)
    before = given.memory.wishes
    earlier = tuple(open_ for open_ in before if open_.words != words and may_mean_the_same(open_, found, given))
    told = any(open_.words == words and open_.answer == "nothing" for open_ in before)  # said twice, counted once
    misses = (Miss(words, "nothing", shown, None),) if answer == "nothing" and not told else ()
    return noted(step, given, (*earlier, latest)[-MOST:], misses)


def on_screen(state: AnyState) -> str | None:
    """The procedure shown, or offered first."""
    match state:
        case Reading(code=code):
            return code
        case Choosing(options=(first, *_)):
            return first.codes[0]
        case _:
            return None


def may_mean_the_same(earlier: OpenWish, found: Found, given: Given) -> bool:
    """Who was shown a procedure and goes on to something far from it was served, and has another wish now."""
    if earlier.day != given.today:
        return False
    return earlier.answer != "shown" or any(hit.code == earlier.shown for hit in found.hits)


def followed(state: AnyState, event: Event, step: Step, given: Given) -> Step:
    """The step, and what it tells of the wishes that were open before it."""
    wishes = given.memory.wishes
    if step.memory and step.memory.wishes != wishes:  # a new one was just noted
        return step
    if wishes[-1].day != given.today or starts_anew(event):
        return noted(step, given, ())
    if is_refusal(event, step):
        return refused(step, given)
    if code := chosen(state, step):
        latest = wishes[-1]
        return settled(code, (Miss(latest.words, "chosen", latest.shown, code),), step, given)
    if isinstance(state, Reading) and reads_on(state, event, step):
        return settled(state.code, (), step, given)
    return noted(step, given, ()) if isinstance(step.state, Reading) and step.state != state else step


def starts_anew(event: Event) -> bool:
    match event:
        case Started() | Chose("home") | Said(Is("cancel" | "greeting")):
            return True
        case _:
            return False


def is_refusal(event: Event, step: Step) -> bool:
    """ "No" may also answer a question, such as whether another country has to do with it; then one is not at home."""
    match event:
        case Chose("none") | Said(Is("none")):
            return isinstance(step.state, Home)
        case _:
            return False


def refused(step: Step, given: Given) -> Step:
    """None of these, not this one. What is meant may still turn out."""
    *earlier, latest = given.memory.wishes
    if latest.answer == "refused":
        return step
    misses = () if latest.answer == "nothing" else (Miss(latest.words, "refused", latest.shown, None),)
    return noted(step, given, (*earlier, latest.model_copy(update={"answer": "refused"})), misses)


def chosen(state: AnyState, step: Step) -> str | None:
    """The procedure chosen among those offered."""
    if not (isinstance(state, Choosing) and isinstance(step.state, Reading)):
        return None
    return step.state.code if any(step.state.code in option.codes for option in state.options) else None


def reads_on(state: Reading, event: Event, step: Step) -> bool:
    """Whether the citizen stays with what is shown: it was what they meant."""
    match event:
        case _ if step.state != state:
            return False
        case Chose(option):
            return state.code in option
        case Said(Ask() | Is("agree" | "thanks" | "goodbye")):
            return True
        case _:
            return False


def settled(code: str, misses: tuple[Miss, ...], step: Step, given: Given) -> Step:
    """What was meant is known, and with it the right answer to the wordings before the last."""
    reworded = (
        Miss(open_.words, "reworded", open_.shown, code)
        for open_ in given.memory.wishes[:-1]
        if open_.shown != code or open_.answer == "nothing"
    )
    return noted(step, given, (), (*reworded, *misses))


def noted(step: Step, given: Given, wishes: tuple[OpenWish, ...], misses: tuple[Miss, ...] = ()) -> Step:
    memory = step.memory or given.memory
    if wishes == memory.wishes and not misses:
        return step
    return replace(step, memory=memory.model_copy(update={"wishes": wishes}), misses=misses)
