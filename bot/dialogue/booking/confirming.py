"""The yes to a summary: one order for one yes, and only to what was shown."""

from bot.dialogue.booking.asking import asked, summed
from bot.dialogue.booking.fields import missing, open_orders
from bot.dialogue.booking.filled import Filled
from bot.dialogue.booking.ordering import fingerprint, order_of
from bot.dialogue.booking.papers import lacking
from bot.dialogue.booking.wordings import visit_words
from bot.dialogue.choosing import examples
from bot.dialogue.states import Draft, Home, Managing
from bot.dialogue.step import Button, File, Line, PlaceOrder, Reply, Step, go, say, text
from bot.dialogue.ways import PERSON
from bot.dialogue.wording import phone
from bot.dialogue.world import Given, Under
from bot.pickup.order import Order

MOST = 5  # open orders of one chat, and of one phone


def confirmed(print_: str, given: Given) -> Step:
    """`print_` is of the summary that was said yes to. Anything changed since: a new summary, and no order."""
    draft = given.memory.draft
    if draft is None:
        return already(print_, given)
    if refused := too_many(draft, given):
        return refused
    field = missing(draft, given)
    if field != "summary":
        why = text("book.visit_gone") if field == "visit" and draft.day else text("book.still_missing")
        return asked(field, Filled(draft, told=(Line(why, "warning"),)), given)
    order = order_of(draft, given)
    if fingerprint(order) != print_:
        return summed(Filled(draft, told=(Line(text("book.changed"), "warning"),)), given)
    return placed(order, draft, given)


def placed(order: Order, draft: Draft, given: Given) -> Step:
    memory = given.memory.model_copy(update={"draft": None, "ordered": True})
    return go(Managing(number=order.number), done(order, draft, given), memory=memory, then=(PlaceOrder(order),))


def done(order: Order, draft: Draft, given: Given) -> Reply:
    missing_papers = lacking(draft, given)
    number = order.number
    ready = text("book.prepare_missing", papers=missing_papers) if missing_papers else text("book.prepare")
    lines = (
        Line(text("book.done", number=number), "title"),
        *((Line(text("book.trial"), "warning"),) if order.trial else ()),
        Line(text("book.done_when", visit=visit_words(order.visit.day, order.visit.shift, given))),
        Line(ready),
        Line(text("book.may_not"), "warning"),
        Line(text("book.told_on_the_way"), "note"),
    )
    files = (File(f"slip/{number}", text("book.slip")), File(f"ics/{number}", text("book.calendar")))
    return Reply(lines, (Button(f"order:{number}", text("book.button.order", number=number)), PERSON), files)


def already(print_: str, given: Given) -> Step:
    """A second tap on the same yes."""
    same = next((under for under in given.own.orders if fingerprint(under.order) == print_), None)
    under: Under | None = same or (given.own.orders[0] if given.own.orders else None)
    if under is None:
        return go(Home(), say("button.old", *examples(given)))
    number = under.order.number
    visit = visit_words(under.order.visit.day, under.order.visit.shift, given)
    button = Button(f"order:{number}", text("book.button.order", number=number))
    return go(Managing(number=number), say("book.already", button, PERSON, number=number, visit=visit))


def too_many(draft: Draft | None, given: Given) -> Step | None:
    """No more than a household needs: whoever needs more speaks to the post."""
    of_phone = draft is not None and draft.phone is not None and given.own.same_phone >= MOST
    if len(open_orders(given)) < MOST and not of_phone:
        return None
    number = given.faq.contacts["post"].number
    words = text("book.too_many_phone", most=MOST) if of_phone else text("book.too_many", most=MOST)
    lines = (Line(words, "warning"), Line(text("post.how", number=phone(number)), link=f"tel:{number}"))
    orders = Button("orders", text("book.button.orders"))
    return go(Home(), Reply(lines, (orders, PERSON)))
