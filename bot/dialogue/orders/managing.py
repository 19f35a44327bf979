"""An order on screen, and what is said of orders from anywhere."""

from dataclasses import replace

from bot.dialogue.aspects import aspect_of
from bot.dialogue.events import Event, Introduced, Said
from bot.dialogue.finding import propose
from bot.dialogue.orders import cancelling, correcting, moving
from bot.dialogue.orders.listed import listed, none_here, not_here, which
from bot.dialogue.orders.own import changeable, meant, order_of, without_number
from bot.dialogue.orders.shown import show, slip
from bot.dialogue.orders.ways import back_button
from bot.dialogue.states import AnyState, Home, Managing
from bot.dialogue.step import Line, Step, text
from bot.dialogue.world import Given, Under
from knowledge.answers import Short, short_answers
from knowledge.corrections import correction_in
from knowledge.moments import read_moment
from knowledge.order_numbers import read_order_number
from knowledge.sayings import words_of
from knowledge.slots import small_words
from knowledge.text import fold
from knowledge.understanding import Ask, Aspect, Is, Manage, Pick, Wish

YES: frozenset[Short] = frozenset({"yes", "confirm"})
NO: frozenset[Short] = frozenset({"no", "stop", "previous"})
# among the words to stop: those that may mean the order
TAKE_BACK = frozenset({"huy", "cancel", "gui", "hen", "lay", "dat", "send", "book"})


def managing(state: Managing, event: Event, given: Given) -> Step | None:
    under = order_of(state.number, given)
    if under is None:
        return None
    match event, state.asked:
        case Said() as event, "cancel" if says_yes(event):
            return cancelling.cancel(under, given)
        case Said(text=said), "cancel" | "move" | "correct" if says_no(said):
            return kept(under, given)
        case Said(Is("agree")), "move" if len(state.offered) == 1:
            return moving.move(under, state.offered[0], given)
        case Said(Is("agree")), None:
            return show(under, given)
        case Said(Ask(aspect)), _:
            return beside(state, aspect, under, given)
        case Said(text=said), "move":
            return moving.read(under, said, given) or picked(state, event, under, given)
        case Said(Wish(), text=said), "correct":
            return None if is_search(said, given) else correcting.read(under, said, given)
        case Said(Is("agree") | Pick(), text=said), "correct":  # a phone may look like any number
            return correcting.read_phone(under, said, given)
        case Introduced() as contact, "correct":
            return correcting.introduced(under, contact, given)
        case Said(Wish(), text=said), _ if is_only_a_moment(said, given) or is_changed_to_a_moment(said, given):
            return moving.read(under, said, given)
        case _:
            return None


def says_yes(event: Said) -> bool:
    """ "Dung" without its marks may be yes and stop: then it is not yes."""
    yes = event.meaning == Is("agree") or YES & short_answers(event.text)
    return bool(yes) and not says_no(event.text)


def says_no(said: str) -> bool:
    return bool(NO & short_answers(said))


def kept(under: Under, given: Given) -> Step:
    return show(under, given, Line(text("order.kept")))


def picked(state: Managing, event: Said, under: Under, given: Given) -> Step | None:
    """ "Cái thứ hai", of the visits that stand on the buttons."""
    if not isinstance(event.meaning, Pick):
        return None
    position = event.meaning.position
    at = position - 1 if position > 0 else position
    known = -len(state.offered) <= at < len(state.offered)
    return moving.move(under, state.offered[at], given) if known else None


def beside(state: Managing, aspect: Aspect, under: Under, given: Given) -> Step | None:
    """A question about the procedure; the order stays on screen."""
    procedure = given.catalog.get(under.order.procedure)
    if procedure is None:
        return None
    step = aspect_of(aspect, procedure, given)
    *others, last = step.replies
    last = replace(last, buttons=(back_button(state.number), *last.buttons))
    return replace(step, state=state, replies=(*others, last))


def is_search(said: str, given: Given) -> bool:
    """Whether the words name a procedure rather than a person."""
    found = given.search.find(said, limit=1)
    return found.fits and found.confident


def is_only_a_moment(said: str, given: Given) -> bool:
    """ "Sáng thứ 5 nhé", beside an order on screen."""
    moment = read_moment(said, given.now)
    return moment is not None and all(word.said in small_words() for word in words_of(moment.rest))


def is_changed_to_a_moment(said: str, given: Given) -> bool:
    """ "À thôi, đổi sang chiều thứ tư nhé"."""
    return correction_in(said) is not None and read_moment(said, given.now) is not None and not is_search(said, given)


def wished(state: AnyState, what: Manage, said: str, given: Given) -> Step:
    """What is said of orders, wherever the conversation is; the form of a pickup hears it before."""
    number = read_order_number(said)
    if number and order_of(number, given) is None:
        return not_here(state, number, given)
    if what.what == "see" and not number:
        return listed(state, given)
    orders = meant(state, said, given)
    if not orders:
        return propose(Wish(said), given) if what.what == "correct" else none_here(state, given)
    return act(what, orders[0], said, given) if len(orders) == 1 else which(what.what, orders, given)


def act(what: Manage, under: Under, said: str, given: Given) -> Step:
    match what.what:
        case "cancel":
            return cancelling.ask(under, given)
        case "move":
            return newly_wished(under, said, given) or moving.offer(under, given)
        case "correct":
            return correcting.read_phone(under, without_number(said), given) or correcting.ask(under, given)
        case "slip":
            return slip(under, given)
        case _:
            return show(under, given)


def newly_wished(under: Under, said: str, given: Given) -> Step | None:
    """The visit named may be the one there is: "đổi lịch hẹn sáng thứ 5" asks for another."""
    step = moving.read(under, without_number(said), given)
    return step if step and (step.commands or (isinstance(step.state, Managing) and step.state.asked)) else None


def stopped(state: AnyState, said: str, given: Given) -> Step | None:
    """ "Hủy" with an order on screen, or with nothing going on but an order; "thôi" leaves a question open."""
    takes_back = bool(TAKE_BACK & set(fold(said).split()))
    match state:
        case Managing(number=number, asked=asked) if under := order_of(number, given):
            if asked == "cancel" and takes_back:
                return cancelling.cancel(under, given)
            if asked:
                return kept(under, given)
            return cancelling.ask(under, given) if takes_back else None
        case Home() if takes_back and (orders := changeable(given)):
            return cancelling.ask(orders[0], given) if len(orders) == 1 else which("cancel", orders, given)
        case _:
            return None
