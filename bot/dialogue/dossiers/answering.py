"""What is said when a dossier was asked for: by what its system answered, or did not."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from bot.dialogue.dossiers import proving
from bot.dialogue.dossiers.own import followed_of, is_awaited
from bot.dialogue.dossiers.shown import screen
from bot.dialogue.dossiers.ways import ANOTHER, again_button, follow_button, once_button
from bot.dialogue.dossiers.wording import system_words
from bot.dialogue.general import TRACKING, contacts, way_back
from bot.dialogue.states import AnyState, Booking, Home, Tracking
from bot.dialogue.step import Button, Command, Follow, Line, Reply, Step, Text, go, text
from bot.dialogue.ways import PERSON
from bot.dialogue.world import Given, Looked, Outcome
from bot.dossiers.dossier import Dossier

AN_HOUR = timedelta(hours=1)
A_MINUTE = timedelta(minutes=1)


def answered(state: AnyState, looked: Looked, given: Given, *first: Line) -> Step:
    """`first`: what there is to say before."""
    if looked.dossier and looked.outcome in FIRST:
        told = FIRST[looked.outcome]
        return shown(state, looked, looked.dossier, given, *first, *((Line(text(told), "warning"),) if told else ()))
    return NOT_SHOWN.get(looked.outcome, silent)(state, looked, given)


# With the dossier on screen: what is said before it.
FIRST: Mapping[Outcome, str | None] = {
    "found": None,
    "down": "dossier.last_known",
    "cannot_prove": "dossier.cannot_prove",
}


def shown(state: AnyState, looked: Looked, dossier: Dossier, given: Given, *first: Line) -> Step:
    here = on_screen(state, looked.look.code, proved=looked.proved)
    return go(here, screen(looked, dossier, given, *first), then=proof_kept(looked, given))


def on_screen(state: AnyState, code: str, *, proved: bool = False) -> AnyState:
    """The form of a pickup goes on."""
    return state if isinstance(state, Booking) else Tracking(code=code, proved=proved)


def proof_kept(looked: Looked, given: Given) -> tuple[Command, ...]:
    """So that the notices too may tell all to who has just proved whose dossier it is."""
    one = followed_of(looked.look.code, given)
    if looked.look.digits is None or not looked.proved or one is None or one.proved or one.ended:
        return ()
    return (Follow(one.code, proved=True, order=one.order, once=one.once),)


def silent(state: AnyState, looked: Looked, given: Given) -> Step:
    """Its system does not answer, and nothing is known of it from before."""
    code = looked.look.code
    system = system_words(looked, given)
    awaited = is_awaited(code, given)
    lines = (
        Line(text("dossier.code", code=code)),
        *trial(looked),
        Line(text("dossier.down", system=system), "warning"),
        *((Line(text("dossier.awaited")),) if awaited else ()),
        *page(looked),
    )
    once = () if awaited else (once_button(code),)
    return go(on_screen(state, code), Reply(lines, (*once, again_button(code), *way_back(state, given), PERSON)))


def not_there(state: AnyState, looked: Looked, given: Given) -> Step:
    """What may be wrong, and where else to look."""
    code = looked.look.code
    lines = (
        Line(text("dossier.not_there", code=code, system=system_words(looked, given))),
        *trial(looked),
        Line(text("dossier.maybe_mistyped"), "item"),
        Line(text("dossier.maybe_new"), "item"),
        Line(text("dossier.maybe_elsewhere"), "item"),
        *page(looked),
    )
    wait = Button(follow_button(code).option, text("follow.button.once"))
    here = on_screen(state, code) if isinstance(state, Home | Tracking) else state
    return go(here, Reply(lines, (wait, again_button(code), ANOTHER, *way_back(state, given), PERSON)))


def elsewhere(state: AnyState, looked: Looked, given: Given) -> Step:
    """No system is connected that has such dossiers: the page of one, and what to type there."""
    code, system = looked.look.code, system_words(looked, given)
    kept_by = text("dossier.elsewhere", system=system) if looked.system else text("dossier.not_connected")
    lines = (
        Line(text("dossier.code", code=code)),
        Line(kept_by),
        *page(looked),
        *contacts(given, "portal"),
    )
    return go(state, Reply(lines, (*way_back(state, given), ANOTHER, PERSON)))


def page(looked: Looked) -> tuple[Line, ...]:
    """The country's own page where the system has none of its own."""
    if looked.page is None or looked.page == TRACKING:
        return (Line(text("dossier.where"), link=TRACKING),)
    return (Line(text("dossier.page", page=looked.page, code=looked.look.code), link=looked.page),)


def too_many(state: AnyState, looked: Looked, given: Given) -> Step:
    lines = (
        Line(text("dossier.too_many"), "warning"),
        Line(text("dossier.wait", wait=wait_words(looked.wait))),
        *page(looked),
    )
    return go(state, Reply(lines, (*way_back(state, given), PERSON)))


def wait_words(wait: timedelta | None) -> Text:
    """Rounded up: nobody is sent away in vain twice."""
    if wait is None:
        return text("dossier.wait_a_while")
    if wait <= AN_HOUR:
        return text("dossier.wait_minutes", count=max(1, -(-wait // A_MINUTE)))
    return text("dossier.wait_hours", count=-(-wait // AN_HOUR))


def wrong_digits(state: AnyState, looked: Looked, given: Given) -> Step:
    return proving.question(looked.look.code, Line(text("dossier.wrong_digits"), "warning"))


def cannot_prove(state: AnyState, looked: Looked, given: Given) -> Step:
    lines = (Line(text("dossier.cannot_prove"), "warning"), *page(looked))
    return go(on_screen(state, looked.look.code), Reply(lines, (again_button(looked.look.code), PERSON)))


def trial(looked: Looked) -> tuple[Line, ...]:
    return (Line(text("dossier.trial"), "warning"),) if looked.trial else ()


NOT_SHOWN: Mapping[Outcome, Callable[[AnyState, Looked, Given], Step]] = {
    "not_there": not_there,
    "elsewhere": elsewhere,
    "too_many": too_many,
    "wrong_digits": wrong_digits,
    "cannot_prove": cannot_prove,
}
