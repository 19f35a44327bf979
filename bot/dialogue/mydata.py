"""What is kept of the citizen, shown, corrected, taken back and deleted (Luật 91/2025/QH15)."""

from datetime import date

from bot.dialogue import wording
from bot.dialogue.booking.wordings import commune_words
from bot.dialogue.orders.own import changeable, is_changeable, open_orders
from bot.dialogue.orders.ways import MY_DATA, ORDERS, cancel_button, correct_button, order_button
from bot.dialogue.orders.wording import masked_phone, masked_street
from bot.dialogue.states import AnyState, Booking, Draft, Home
from bot.dialogue.step import Button, Consent, Line, Reply, Step, Text, Words, go, say, text
from bot.dialogue.ways import HOME, PERSON
from bot.dialogue.wording import joined
from bot.dialogue.world import Given, Under
from bot.pickup.order import Address
from procedures_catalog.models import Source

CORRECT = Button("mydata:correct", text("mydata.button.correct"))
DROP_DRAFT = Button("mydata:draft", text("mydata.button.draft"))
WITHDRAW = Button("mydata:withdraw", text("mydata.button.withdraw"))
DELETE = Button("mydata:delete", text("mydata.button.delete"))
DELETE_NOW = Button("mydata:deletenow", text("mydata.button.delete_now"))
RESUME = Button("resume", text("mydata.button.resume"))  # the form, with what is in the draft

READ = date(2026, 11, 21)
SECOND_HAND = "đọc qua nguồn thứ cấp"
LAWS = (
    Source(document="91/2025/QH15", article=SECOND_HAND, as_of=READ),
    Source(document="356/2025/NĐ-CP", article=SECOND_HAND, as_of=READ),
)
POST_KEEPS = Source(document="17/2017/TT-BTTTT", as_of=date(2026, 7, 1))


def shown(state: AnyState, given: Given) -> Step:
    lines = (
        Line(text("mydata.title"), "title"),
        *(Line(words, "item") for words in kept(given)),
        Line(text("mydata.sealed")),
        *((Line(text("mydata.post_keeps"), "note"),) if given.own.orders else ()),
        Line(text("mydata.rights"), "heading"),
        Line(text("mydata.at_once")),
        Line(text("mydata.clocks"), "note"),
        Line(wording.sources_line((*LAWS, POST_KEEPS) if given.own.orders else LAWS), "note"),
    )
    return go(resting(state), Reply(lines, ways_on(given)))


def kept(given: Given) -> tuple[Words, ...]:
    memory, retention = given.memory, given.retention
    orders = (order_words(under, given) for under in given.own.orders)
    return (
        text("mydata.conversation", days=retention.days),
        *((text("mydata.ticks", count=len(memory.ticked)),) if memory.ticked else ()),
        *((draft_words(memory.draft, given),) if memory.draft else ()),
        *((text("mydata.consent", version=memory.consent),) if memory.consent else ()),
        *orders,
        *(text("mydata.followed", code=one.code) for one in given.own.followed),
        text("mydata.attempts"),
        text("mydata.wordings"),
    )


def draft_words(draft: Draft, given: Given) -> Text:
    """What was told so far, masked: somebody may look over the shoulder."""
    known = given.catalog.get(draft.procedure or "")
    parts = (
        known.title if known else None,
        draft.name,
        masked_phone(draft.phone) if draft.phone else None,
        masked_street(draft.street) if draft.street else None,
        commune_words(draft.commune) if draft.commune else None,
    )
    return text("mydata.draft", parts=tuple(part for part in parts if part))


def order_words(under: Under, given: Given) -> Text:
    order = under.order
    people = (order.sender, order.back.receiver if order.back else None)
    named = ", ".join(f"{who.name}, {masked_phone(who.phone)}" for who in people if who)
    until = "mydata.until_ended" if under in open_orders(given) else "mydata.until_erased"
    return joined(
        text("mydata.order", number=order.number, who=named, place=masked_place(order.address)),
        text(f"order.status_{under.status}"),
        Text(until, {"days": given.retention.order_days}),
    )


def masked_place(address: Address) -> Text:
    return text("mydata.place", street=masked_street(address.street), commune=commune_words(address.commune))


def ways_on(given: Given) -> tuple[Button, ...]:
    memory = given.memory
    correctable = memory.draft or changeable(given)
    return (
        *((CORRECT,) if correctable else ()),
        *((DROP_DRAFT,) if memory.draft else ()),
        *((WITHDRAW,) if memory.consent else ()),
        DELETE,
        *((ORDERS,) if given.own.orders else ()),
        PERSON,
    )


def resting(state: AnyState) -> AnyState:
    """The form goes on; what else was on screen is left."""
    return state if isinstance(state, Booking) else Home()


def correct(given: Given) -> Step:
    """What can be corrected, and where."""
    orders = changeable(given)
    buttons = tuple(
        Button(correct_button(u.order.number).option, text("mydata.correct_order", number=u.order.number))
        for u in orders
    )
    resume = (RESUME,) if given.memory.draft else ()
    nothing = () if buttons or resume else (Line(text("mydata.nothing_to_correct")),)
    closed = [under for under in open_orders(given) if not is_changeable(under)]
    by_phone = (Line(text("mydata.correct_by_phone")),) if closed else ()
    lines = (Line(text("mydata.correct")), *nothing, *by_phone)
    return go(Home(), Reply(lines, (*resume, *buttons, MY_DATA, PERSON)))


def drop_draft(given: Given) -> Step:
    if given.memory.draft is None:
        return go(Home(), say("mydata.no_draft", MY_DATA, HOME))
    memory = given.memory.model_copy(update={"draft": None})
    return go(Home(), say("mydata.draft_dropped", MY_DATA, HOME), memory=memory)


def withdraw(given: Given) -> Step:
    """As easy as agreeing was: at once, and with it what was written on the strength of it."""
    version = given.memory.consent
    if version is None:
        return go(Home(), say("mydata.no_consent", MY_DATA, HOME))
    memory = given.memory.model_copy(update={"consent": None, "draft": None})
    lines = (Line(text("mydata.withdrawn")), *under_way(given))
    reply = Reply(lines, (*cancelling(given), MY_DATA, HOME))
    return go(Home(), reply, memory=memory, then=(Consent(version, given=False),))


def under_way(given: Given) -> tuple[Line, ...]:
    """Why orders that are open stay, and how they end."""
    numbers = tuple(under.order.number for under in open_orders(given))
    return (Line(text("mydata.under_way", numbers=numbers)), Line(text("mydata.stays"))) if numbers else ()


def cancelling(given: Given) -> tuple[Button, ...]:
    """Each by its number: what can still be cancelled, and what can only be looked at."""
    return tuple(
        Button(cancel_button(under.order.number).option, text("mydata.cancel_order", number=under.order.number))
        if is_changeable(under)
        else order_button(under.order.number)
        for under in open_orders(given)
    )


def delete(given: Given) -> Step:
    """At once, unless orders are under way: those are named first."""
    if not open_orders(given):
        return deleted(given)
    lines = (*under_way(given), Line(text("mydata.delete_rest")))
    return go(Home(), Reply(lines, (DELETE_NOW, *cancelling(given), MY_DATA)))


def deleted(given: Given) -> Step:
    left = under_way(given)
    done = Reply((Line(text("mydata.deleted_but")), *left), (ORDERS, HOME)) if left else say("forget.done", HOME)
    return Step(Home(), (done,), memory=None, forget=True)


def tapped(state: AnyState, verb: str, rest: str, given: Given) -> Step | None:
    match verb, rest:
        case "mydata", "":
            return shown(state, given)
        case "mydata", "correct":
            return correct(given)
        case "mydata", "draft":
            return drop_draft(given)
        case "mydata", "withdraw":
            return withdraw(given)
        case "mydata", "delete":
            return delete(given)
        case "mydata", "deletenow":
            return deleted(given)
        case _:
            return None
