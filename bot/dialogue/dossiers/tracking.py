"""A dossier on screen, or asked for: what is said beside it."""

from collections.abc import Mapping
from dataclasses import replace

from bot.dialogue.aspects import aspect_of
from bot.dialogue.dossiers import listed, proving
from bot.dialogue.dossiers.answering import answered
from bot.dialogue.dossiers.looking import look
from bot.dialogue.dossiers.own import watched
from bot.dialogue.dossiers.ways import back_button
from bot.dialogue.events import Event, Said
from bot.dialogue.states import AnyState, Home, Tracking
from bot.dialogue.step import Line, Look, Step, ask, text
from bot.dialogue.world import Given
from bot.dossiers.dossier import Status
from knowledge.answers import has_no_code, short_answers
from knowledge.codes import last_digits
from knowledge.understanding import (
    Ask,
    Aspect,
    Book,
    Complain,
    Danger,
    DossierCode,
    FindOffice,
    GaveSecret,
    Is,
    Manage,
    Named,
    OrderCode,
    ParcelCode,
    Wish,
)

AWAITED: Mapping[Status, Aspect] = {"supplement": "papers", "payment": "fee"}  # "thiếu giấy gì": those it waits for
OF_THE_DOSSIER: frozenset[Aspect] = frozenset({"time", "result"})  # asked of one on screen: when it is done
# what the dossier itself waits for: its owner may read it, anybody may read what the procedure asks for in general
MISSING: frozenset[tuple[Status, Aspect]] = frozenset({("supplement", "papers"), ("payment", "fee")})
A_FEW = 2  # words
A_CODE_OF_SORTS = 6  # digits in words that should have been a code
# said on purpose, whatever numbers stand in it
SOMETHING_ELSE = (Book, Complain, Danger, DossierCode, FindOffice, GaveSecret, Manage, OrderCode, ParcelCode)


def digits_said(state: AnyState, event: Event, given: Given) -> Step | None:
    """Before anything else is read in them: four digits may look like any number. None: none were asked, or said."""
    match state, event:
        case Tracking(code=str(code), asked="digits"), Said(text=said) if may_be_digits(event):
            digits = last_digits(said)
            return look(state, code, given, digits) if digits else None
        case _:
            return None


def may_be_digits(event: Said) -> bool:
    """Seven of them may be taken for a procedure; one that is written as such is none."""
    if isinstance(event.meaning, Named):
        return event.text.strip().isdecimal()
    return not isinstance(event.meaning, SOMETHING_ELSE)


def tracking(state: Tracking, event: Event, given: Given) -> Step | None:
    match event, state.asked, state.code:
        case _, "digits", _ if step := digits_said(state, event, given):
            return step
        case Said(Ask(aspect)), _, str(code):
            return beside(state, aspect, code, given)
        case Said(Is("agree")), "digits", str(code):
            return proving.question(code)
        case Said(Is("agree")), "code", _:
            return listed.code_asked(state, given)
        case Said(Is("agree")), None, str(code):
            return look(state, code, given)
        case Said(Wish() | Ask() | Is("none"), text=said), "code", _ if has_no_code(said) or is_no(said):
            return listed.without_code(state, given)
        case Said(text=said), "digits", str(code) if has_digits(said, 1):
            return proving.question(code, Line(text("dossier.not_digits"), "warning"))
        case Said(Is("nothing")), "code", _:
            return listed.code_asked(state, given, Line(text("dossier.no_code"), "warning"))
        case Said(Wish(), text=said), "code", _ if has_digits(said, A_CODE_OF_SORTS) or is_no_wish(said, given):
            return listed.code_asked(state, given, Line(text("dossier.no_code"), "warning"))
        case _:
            return None


def awaited(state: AnyState, aspect: Aspect, given: Given) -> Step | None:
    """ "Thiếu giấy gì" behind a notice: of the only dossier that waits for such. None: of something else."""
    waiting = [one for one in watched(given) if one.dossier and AWAITED.get(one.dossier.status) == aspect]
    if len(waiting) != 1 or not isinstance(state, Home):
        return None
    return beside(Tracking(code=waiting[0].code), aspect, waiting[0].code, given)


def has_digits(said: str, count: int) -> bool:
    return sum(c.isdecimal() for c in said) >= count


def is_no(said: str) -> bool:
    """ "Không có", to "the code, please"."""
    return bool({"no", "skip", "none_ready"} & short_answers(said))


def is_no_wish(said: str, given: Given) -> bool:
    """A word or two by which nothing is found: meant as a code, most likely."""
    found = given.search.find(said, limit=1)
    return len(said.split()) <= A_FEW and not found.fits


def beside(state: Tracking, aspect: Aspect, code: str, given: Given) -> Step | None:
    """A question about the procedure of the dossier; the dossier stays on screen."""
    if aspect in OF_THE_DOSSIER:
        return look(state, code, given)
    query = Look(code)
    looked = given.answer_to(query)
    if looked is None:
        return ask(state, query)
    if looked.dossier and AWAITED.get(looked.dossier.status) == aspect:
        return look(state, code, given) if looked.proved else proving.question(code)
    dossier = looked.dossier
    if dossier and (dossier.status, aspect) in MISSING:
        return answered(state, looked, given) if looked.proved else proving.question(code)
    procedure = given.catalog.get((dossier and dossier.procedure) or "")
    if procedure is None:
        return answered(state, looked, given)
    step = aspect_of(aspect, procedure, given)
    *earlier, last = step.replies
    last = replace(last, buttons=(back_button(code), *last.buttons))
    return replace(step, state=state, replies=(*earlier, last))
