"""A dossier followed, and no longer: what will be told, and when not."""

from dataclasses import replace

from bot.capabilities import capabilities_of
from bot.dialogue.booking.wordings import clock
from bot.dialogue.dossiers import listed, proving
from bot.dialogue.dossiers.answering import answered, on_screen
from bot.dialogue.dossiers.own import dossier_of, followed_of, is_awaited, is_watched, may_be_of, pickup_of, watched
from bot.dialogue.dossiers.ways import DOSSIERS, dossier_button, follow_button, more_button, unfollow_button
from bot.dialogue.general import way_back
from bot.dialogue.orders.listed import MOST as ON_SCREEN
from bot.dialogue.orders.own import open_orders, order_of
from bot.dialogue.orders.ways import order_button
from bot.dialogue.states import AnyState, Managing, Memory, Tracking
from bot.dialogue.step import Button, Follow, Line, Look, Reply, Step, Unfollow, ask, go, say, text
from bot.dialogue.ways import PERSON
from bot.dialogue.world import Followed, Given, Looked, Outcome
from bot.dossiers.dossier import ENDED
from bot.reach import QUIET

MOST = 20  # dossiers followed for one chat: as many as a step is given of them
FOLLOWABLE: frozenset[Outcome] = frozenset({"found", "down", "not_there"})  # what was handed in today is there tomorrow


def follow(state: AnyState, code: str, given: Given) -> Step:
    """Its system is asked first: where none is connected, nobody is made to wait for news."""
    if is_watched(code, given):
        return already(state, code)
    if len(watched(given)) >= MOST:
        return go(state, say("follow.too_many", DOSSIERS, PERSON, count=MOST))
    query = Look(code)
    looked = given.answer_to(query)
    if looked is None:
        return ask(state, query)
    if is_over(looked, given):
        return answered(state, looked, given, Line(text("follow.over")))
    if looked.outcome in FOLLOWABLE or (looked.outcome == "too_many" and is_shown(state, code)):
        return begun(state, looked, given)
    return answered(state, looked, given)


def is_over(looked: Looked, given: Given) -> bool:
    """Nothing more will happen to it, neither at the agency nor on the way home."""
    if looked.outcome != "found" or looked.dossier is None or looked.dossier.status not in ENDED:
        return False
    under = pickup_of(looked.look.code, given)
    return under is None or not under.is_open


def is_shown(state: AnyState, code: str) -> bool:
    return isinstance(state, Tracking) and state.code == code


def begun(state: AnyState, looked: Looked, given: Given) -> Step:
    code = looked.look.code
    before = followed_of(code, given)
    proved = looked.proved or was_just_proved(state, code)
    command = Follow(code, proved=proved, order=before.order if before else None)
    missing = (Line(text("follow.not_there_yet")),) if looked.outcome == "not_there" else ()
    more = () if proved or missing else (Line(text("follow.only_status")),)
    lines = (
        Line(text("follow.done", code=code), "title"),
        *missing,
        Line(text("follow.changes"), "item"),
        Line(text("follow.days"), "item"),
        *when(given),
        *more,
    )
    proof = () if proved or missing else (more_button(code),)
    buttons = (dossier_button(code), *proof, unfollow_button(code), *others(given), PERSON)
    return go(on_screen(state, code), Reply(lines, buttons), memory=following(given), then=(command,))


def was_just_proved(state: AnyState, code: str) -> bool:
    """Nothing else remembers it of a dossier that is not followed."""
    return isinstance(state, Tracking) and state.code == code and state.proved


def when(given: Given) -> tuple[Line, ...]:
    """At night nobody is woken; a channel may not let us write at all times."""
    reach, (begins, ends) = capabilities_of(given.chat), QUIET
    quiet = text("follow.quiet", begins=clock(begins), ends=clock(ends))
    window = (Line(text("follow.window", days=reach.window.days)),) if reach.window else ()
    return (Line(quiet if reach.rings else text("follow.at_once")), *window)


def following(given: Given) -> Memory:
    return given.memory.model_copy(update={"follows": True})


def others(given: Given) -> tuple[Button, ...]:
    return (DOSSIERS,) if watched(given) else ()


def already(state: AnyState, code: str) -> Step:
    buttons = (dossier_button(code), unfollow_button(code), PERSON)
    return go(on_screen(state, code), say("follow.already", *buttons, code=code))


def once(state: AnyState, code: str, given: Given) -> Step:
    """Told when its system answers again; should it do so by now, it is told now."""
    if is_watched(code, given) or is_awaited(code, given):
        return already(state, code)
    query = Look(code)
    looked = given.answer_to(query)
    if looked is None:
        return ask(state, query)
    if looked.outcome != "down":
        return answered(state, looked, given, Line(text("follow.answers_now")))
    buttons = (dossier_button(code), unfollow_button(code), PERSON)
    reply = Reply((Line(text("follow.once", code=code)), *when(given)), buttons)
    command = Follow(code, proved=looked.proved or was_just_proved(state, code), once=True)
    return go(on_screen(state, code), reply, memory=following(given), then=(command,))


def link(state: AnyState, code: str, number: str, given: Given) -> Step | None:
    """The citizen says that a dossier came of a pickup of theirs. To whom it belongs they prove all the same.

    Otherwise a pickup would open any dossier. None: there is no such pickup here.
    """
    under = order_of(number, given)
    if under is None:
        return None
    query = Look(code)
    looked = given.answer_to(query)
    if looked is None:
        return ask(state, query)
    dossier = looked.dossier
    if looked.outcome != "found" or dossier is None or not may_be_of(dossier, under, given):
        return answered(state, looked, given)
    if not (looked.proved or was_just_proved(state, code)):
        return proving.question(code, Line(text("follow.link_needs_digits", number=number)))
    one = Followed(code, dossier, looked.as_of, True, number)
    rest = tuple(other for other in given.own.followed if other.code != code)
    given = replace(given, own=replace(given.own, followed=(one, *rest)))
    step = answered(state, looked, given, Line(text("follow.linked", number=number)))
    return replace(step, memory=following(given), commands=(Follow(code, proved=True, order=number),))


def unfollow(state: AnyState, code: str, given: Given) -> Step:
    one = followed_of(code, given)
    if one is None or one.ended:
        return go(state, say("follow.was_not", dossier_button(code), PERSON, code=code))
    under = pickup_of(code, given)
    post = (Line(text("follow.post_goes_on", number=under.order.number)),) if under and under.is_open else ()
    buttons = (follow_button(code), dossier_button(code), *others_than(code, given), PERSON)
    lines = (Line(text("follow.stopped", code=code)), *post)
    return go(on_screen(state, code), Reply(lines, buttons), then=(Unfollow(code),))


def others_than(code: str, given: Given) -> tuple[Button, ...]:
    return (DOSSIERS,) if any(one.code != code for one in watched(given)) else ()


def follow_said(state: AnyState, given: Given) -> Step:
    """ "Báo cho tôi khi có kết quả": of what is on screen, or else what is followed anyway is told."""
    match state:
        case Tracking(code=str(code)):
            return follow(state, code, given)
        case Managing(number=number) if one := dossier_of(number, given):
            return follow(state, one.code, given)
        case Managing(number=number) if order_of(number, given):
            return go(state, say("follow.by_itself", order_button(number), PERSON))
        case _:
            return followed_anyway(state, given)


def followed_anyway(state: AnyState, given: Given) -> Step:
    if not open_orders(given) and not watched(given):
        return listed.code_asked(state, given, Line(text("follow.which_code")))
    return go(state, say("follow.by_itself", DOSSIERS, *way_back(state, given), PERSON))


def unfollow_said(state: AnyState, given: Given) -> Step:
    """ "Đừng báo nữa": the one on screen, the only one, or which."""
    followed = watched(given)
    if isinstance(state, Tracking) and state.code in {one.code for one in followed}:
        return unfollow(state, state.code or "", given)
    match followed:
        case ():
            return go(state, say("follow.nothing", *way_back(state, given), PERSON))
        case (one,):
            return unfollow(state, one.code, given)
        case _:
            buttons = tuple(
                Button(unfollow_button(one.code).option, listed.dossier_name(one, given)) for one in followed
            )
            return go(state, say("follow.which_to_stop", *buttons[:ON_SCREEN], PERSON))
