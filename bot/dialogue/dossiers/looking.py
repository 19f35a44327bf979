"""Where a dossier is: by its code, a picture of its receipt, the code of a parcel or a pickup, or asked in general."""

from collections.abc import Iterable

from bot.dialogue.dossiers import listed
from bot.dialogue.dossiers.answering import answered
from bot.dialogue.dossiers.own import apart, dossier_of, followed_of, is_handed_over, listed_count
from bot.dialogue.dossiers.ways import dossier_button, parcel_button
from bot.dialogue.errands import other_code
from bot.dialogue.events import Scanned
from bot.dialogue.general import TRACKING, contacts, way_back
from bot.dialogue.named import named
from bot.dialogue.orders.listed import of_number
from bot.dialogue.orders.own import order_of
from bot.dialogue.orders.ways import order_button
from bot.dialogue.states import AnyState, Home, Tracking
from bot.dialogue.step import Button, Line, Look, Reply, Step, Text, ask, go, text
from bot.dialogue.ways import PERSON
from bot.dialogue.world import Given, Under
from knowledge.codes import find_codes
from knowledge.meanings import Code, DossierCode, Named, OrderCode, OtherCode, ParcelCode

MOST = 6  # codes of one picture to choose among
POST_PAGE = "https://vnpost.vn"


def of_code(state: AnyState, meaning: DossierCode, given: Given) -> Step:
    """No system is asked for a code that cannot be, nor for several at once."""
    if meaning.also:
        codes = tuple(map(DossierCode, (meaning.code, *meaning.also)))
        return among(state, codes, text("dossier.several"), given)
    if meaning.is_doubtful(given.today):
        return doubtful(state, meaning, given)
    return look(state, meaning.code, given)


def look(state: AnyState, code: str, given: Given, digits: str | None = None) -> Step:
    query = Look(code, digits)
    looked = given.answer_to(query)
    return answered(state, looked, given) if looked else ask(state, query)


def doubtful(state: AnyState, meaning: DossierCode, given: Given) -> Step:
    lines = (
        Line(text("dossier.code", code=meaning.code)),
        Line(text("dossier.doubtful"), "warning"),
        Line(text("dossier.where"), link=TRACKING),
        *contacts(given, "portal"),
    )
    return go(state, Reply(lines, (*way_back(state, given), PERSON)))


def of_order(state: AnyState, number: str, given: Given) -> Step:
    """A pickup; once the agency has what it collected, that is what matters."""
    under, one = order_of(number, given), dossier_of(number, given)
    if under and one and is_handed_over(under):
        return look(state, one.code, given)
    return of_number(state, number, given)


def of_parcel(state: AnyState, meaning: ParcelCode, given: Given) -> Step:
    """The post alone knows of a parcel, unless a pickup of this chat travels in it."""
    under = travelling_in(meaning.code, given)
    if under:
        return of_order(state, under.order.number, given)
    slip = () if meaning.is_s10 else (Line(text("parcel.slip"), "warning"),)
    lines = (
        Line(text("parcel.code", code=meaning.code)),
        *slip,
        Line(text("parcel.where"), link=POST_PAGE),
        *contacts(given, "post"),
    )
    return go(state, Reply(lines, (*way_back(state, given), PERSON)))


def travelling_in(item: str, given: Given) -> Under | None:
    return next((under for under in given.own.orders if under.item == item), None)


def asked(state: AnyState, given: Given) -> Step:
    """ "Hồ sơ của tôi đến đâu rồi": the one on screen, if it is followed by nobody, or else all there are."""
    if isinstance(state, Tracking) and state.code and not followed_of(state.code, given):
        return look(state, state.code, given)
    return all_of_them(state, given)


def all_of_them(state: AnyState, given: Given) -> Step:
    """Pickups and followed dossiers together; the only one is shown at once."""
    if listed_count(given) > 1:
        return listed.screen(state, given)
    if given.own.orders:
        return of_order(state, given.own.orders[0].order.number, given)
    only = apart(given)
    return look(state, only[0].code, given) if only else listed.none(state, given)


def scanned(state: AnyState, event: Scanned, given: Given) -> Step:
    """What a picture says counts as if it were written. Other numbers beside a code to look up do not matter."""
    found = tuple(dict.fromkeys(same(code.code, given) for words in event.texts for code in find_codes(words)))
    match tuple(code for code in found if isinstance(code, DossierCode | OrderCode | ParcelCode)) or found:
        case ():
            why = text("dossier.picture_without" if event.texts else "dossier.picture_unread")
            return listed.code_asked(state, given, Line(why))
        case (one,):
            return of_any(state, one, given)
        case several:
            return among(state, several, text("dossier.picture_several"), given)


def same(code: Code, given: Given) -> Code:
    """A parcel of a pickup of this chat is that pickup."""
    under = travelling_in(code.code, given) if isinstance(code, ParcelCode) else None
    return OrderCode(under.order.number) if under else code


def of_any(state: AnyState, code: Code, given: Given) -> Step:
    match code:
        case DossierCode():
            return of_code(state, code, given)
        case OrderCode(number):
            return of_order(state, number, given)
        case ParcelCode():
            return of_parcel(state, code, given)
        case OtherCode():
            return other_code(state, code, given)
        case Named(procedure, aspect):
            return named(procedure, aspect, given)


def among(state: AnyState, codes: Iterable[Code], question: Text, given: Given) -> Step:
    buttons = tuple(button for code in codes if (button := button_of(code)))[:MOST]
    here = state if way_back(state, given) else Home()
    return go(here, Reply((Line(question),), (*buttons, *way_back(state, given), PERSON)))


def button_of(code: Code) -> Button | None:
    match code:
        case DossierCode(written):
            return dossier_button(written)
        case OrderCode(number):
            return order_button(number)
        case ParcelCode(item):
            return parcel_button(item)
        case _:
            return None
