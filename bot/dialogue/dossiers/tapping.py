"""The buttons of dossiers: see ways.py."""

from collections.abc import Callable

from bot.dialogue.dossiers import listed, proving
from bot.dialogue.dossiers.complaining import complain
from bot.dialogue.dossiers.following import follow, link, once, unfollow
from bot.dialogue.dossiers.looking import all_of_them, look, of_code, of_parcel
from bot.dialogue.dossiers.own import followed_of
from bot.dialogue.states import AnyState
from bot.dialogue.step import Line, Step, text
from bot.dialogue.world import Given
from knowledge.codes import find_codes
from knowledge.meanings import Code, DossierCode, ParcelCode
from knowledge.order_numbers import is_order_number


def prove(state: AnyState, code: str, given: Given) -> Step:
    """Who has proved it is not asked again."""
    one = followed_of(code, given)
    return look(state, code, given) if one and one.proved else proving.question(code)


ACTS: dict[str, Callable[[AnyState, str, Given], Step]] = {
    "prove": prove,
    "follow": follow,
    "once": once,
    "unfollow": unfollow,
    "complainof": complain,
}


def tapped(state: AnyState, verb: str, rest: str, given: Given) -> Step | None:
    """None: not a button of dossiers."""
    match verb, rest:
        case "dossiers", "":
            return all_of_them(state, given)
        case "askcode", "":
            return listed.code_asked(state, given)
        case "askcode", "other":
            return listed.code_asked(state, given, Line(text("dossier.not_a_code")))
    code, _, number = rest.partition("/")
    match verb, written(code):
        case "parcel", ParcelCode() as parcel:
            return of_parcel(state, parcel, given)
        case _, DossierCode() as dossier if verb == "dossier" or (verb in ACTS and dossier.is_doubtful(given.today)):
            return of_code(state, dossier, given)
        case "ofpickup", DossierCode(code) if is_order_number(number):
            return link(state, code, number, given)
        case _, DossierCode(code) if verb in ACTS and not number:
            return ACTS[verb](state, code, given)
        case _:
            return None


def written(option: str) -> Code | None:
    """The code an option names, as we write it, and nothing beside it.

    >>> written("H26.15-260812-0042") == DossierCode("H26.15-260812-0042")
    True
    >>> written("h26.15-260812-0042"), written("show me H26.15-260812-0042")
    (None, None)
    """
    match [found.code for found in find_codes(option)]:
        case [DossierCode(code) | ParcelCode(code) as one] if code == option:
            return one
        case _:
            return None
