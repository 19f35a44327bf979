"""The question for each field, with its buttons; what was just understood stands before it in half a line."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from bot.dialogue.booking.buttons import (
    AGAIN_YES,
    BACK_NO,
    BACK_TO_SUMMARY,
    BACK_YES,
    PREVIOUS,
    STOP,
    ask_button,
    clear_button,
    commune_button,
    procedure_button,
    skip_button,
)
from bot.dialogue.booking.extras import exemptions, forwarding, weights
from bot.dialogue.booking.fields import OPTIONAL, is_asked, missing, twin_order
from bot.dialogue.booking.filled import Ask, Filled
from bot.dialogue.booking.ordering import fingerprint, order_of
from bot.dialogue.booking.papers import screen
from bot.dialogue.booking.summing import summary
from bot.dialogue.booking.timing import visit_buttons, visit_options
from bot.dialogue.booking.visiting import nothing_left, offered
from bot.dialogue.booking.wordings import SHIFTS, day_words, hours_words, phone_words, visit_words
from bot.dialogue.choosing import examples
from bot.dialogue.states import Asked, Booking, Draft, Memory
from bot.dialogue.step import Button, Line, Reply, Step, Text, Want, Words, go, text
from bot.dialogue.world import Given
from knowledge.slots import known_places

FIELDS: Mapping[Asked, Text] = {
    "procedure": text("book.field_procedure"),
    "visit": text("book.field_visit"),
    "commune": text("book.field_commune"),
    "street": text("book.field_street"),
    "landmark": text("book.field_landmark"),
    "name": text("book.field_name"),
    "phone": text("book.field_phone"),
    "papers": text("book.field_papers"),
    "back": text("book.field_back"),
    "receiver": text("book.field_receiver"),
    "back_to": text("book.field_back_to"),
    "weight": text("book.field_weight"),
    "exemption": text("book.field_exemption"),
    "forward_fee": text("book.field_forward_fee"),
    "note": text("book.field_note"),
}
QUESTIONS: Mapping[Asked, Text] = {
    "procedure": text("book.ask_procedure"),
    "commune": text("book.ask_commune"),
    "street": text("book.ask_street"),
    "visit": text("book.ask_visit"),
    "name": text("book.ask_name"),
    "phone": text("book.ask_phone"),
    "papers": text("book.ask_papers"),
    "back": text("book.ask_back"),
    "receiver": text("book.ask_receiver"),
    "back_to": text("book.ask_back_to"),
    "weight": text("book.ask_weight"),
    "exemption": text("book.ask_exemption"),
    "forward_fee": text("book.ask_forward_fee"),
    "note": text("book.ask_note"),
    "landmark": text("book.ask_landmark"),
}
SHARED: Mapping[Asked, Want] = {"phone": "contact", "commune": "place"}  # what one tap would answer


def asked(field: Asked, filled: Filled, given: Given) -> Step:
    """Goes to the field, with the draft in the memory."""
    memory = remembered(filled, given)
    given = given.remembering(memory)
    draft = filled.draft
    ask = with_offers(filled.ask if filled.ask and filled.ask.field == field else Ask(field), draft, given)
    if field == "summary":
        return summed(filled, given)
    lines = (*heard_line(filled.heard), *filled.told, *ask.why, *question(field, draft, given))
    ticked = field == "papers" and filled.ticked is not None and not filled.told  # the same list, one box changed
    reply = Reply(lines, (*ask.buttons, *ways(field, ask, draft)), wants=SHARED.get(field), redraws=ticked)
    return go(Booking(asked=field, among=ask.among), reply, memory=memory)


def remembered(filled: Filled, given: Given) -> Memory:
    changes: dict[str, object] = {"draft": filled.draft}
    if filled.province:
        changes["province"] = filled.province
    if filled.ticked is not None:
        changes["ticked"] = filled.ticked
    return given.memory.model_copy(update=changes)


def heard_line(heard: tuple[Words, ...]) -> tuple[Line, ...]:
    return (Line(text("book.heard", what=tuple(once(heard)))),) if heard else ()


def once(heard: tuple[Words, ...]) -> Iterator[Words]:
    return (words for i, words in enumerate(heard) if words not in heard[:i])


def summed(filled: Filled, given: Given) -> Step:
    order = order_of(filled.draft, given)
    lines, buttons = summary(order, filled.draft, given)
    why = filled.ask.why if filled.ask else ()
    reply = Reply((*heard_line(filled.heard), *filled.told, *why, *lines), buttons)
    return go(Booking(asked="summary", among=(fingerprint(order),)), reply, memory=given.memory)


def with_offers(ask: Ask, draft: Draft, given: Given) -> Ask:
    """What may be tapped, when the reason for asking did not bring its own."""
    if ask.buttons:
        return ask
    match ask.field:
        case "commune" | "back_to" if codes := tuple(
            code for code in ask.among if code in known_places().book.communes
        ):
            return replace(ask, buttons=tuple(commune_button(code, ask.field) for code in codes))
        case "procedure" if codes := tuple(code for code in ask.among if code in given.catalog):
            language = given.memory.language
            return replace(ask, buttons=tuple(procedure_button(given.catalog[code], language) for code in codes))
        case "procedure":
            return Ask(ask.field, ask.why, examples_to_book(given))
        case "visit":
            choices = offered(given)
            why = ask.why or (() if choices else nothing_left(given).why)
            return Ask(ask.field, why, visit_buttons(choices), visit_options(choices))
        case "papers":
            return screen(draft, given, ask.among, ask.why)
        case "back":
            return Ask(ask.field, ask.why, (BACK_YES, BACK_NO))
        case "again":
            return Ask(ask.field, ask.why, (AGAIN_YES,))
        case "weight":
            return weights(*ask.why)
        case "exemption":
            listed = exemptions(draft, given)
            return Ask(ask.field, ask.why, listed.buttons, listed.among)
        case "forward_fee":
            return forwarding(*ask.why)
        case _:
            return ask


def examples_to_book(given: Given) -> tuple[Button, ...]:
    """Of what people need most, what can go by post."""
    offers = examples(given)
    codes = [button.option.removeprefix("show:") for button in offers]
    return tuple(
        Button(f"put:procedure/{code}", button.label)
        for code, button in zip(codes, offers, strict=True)
        if given.catalog[code].postal.send.possible is not False
    )


def question(field: Asked, draft: Draft, given: Given) -> tuple[Line, ...]:
    if field == "again":
        return twin_question(draft, given)
    now = current(field, draft, given)
    before = (Line(text("book.now", value=now), "note"),) if now is not None else ()
    lines = (*before, Line(QUESTIONS[field], "heading"))
    if field == "visit":
        hours = text("book.shifts", morning=hours_words("morning", given), afternoon=hours_words("afternoon", given))
        return (*lines, Line(hours, "note"))
    return lines


def twin_question(draft: Draft, given: Given) -> tuple[Line, ...]:
    under = twin_order(draft, given)
    if under is None:
        return (Line(text("book.ask_again")),)
    visit = under.order.visit
    when = text("book.visit_label", day=day_words(visit.day), shift=SHIFTS[visit.shift])
    return (Line(text("book.twin", number=under.order.number, visit=when)), Line(text("book.ask_again"), "heading"))


def current(field: Asked, draft: Draft, given: Given) -> Words | None:
    """What stands there now, when a field is asked for again."""
    match field:
        case "visit" if draft.day and draft.shift:
            return visit_words(draft.day, draft.shift, given)
        case "name" | "street" | "landmark" | "note":
            value: str | None = getattr(draft, field)
            return value
        case "phone" if draft.phone:
            return phone_words(draft.phone)
        case _:
            return None


def ways(field: Asked, ask: Ask, draft: Draft) -> tuple[Button, ...]:
    """Every question has a way back and a way out."""
    if field in OPTIONAL:
        has_own = field in ("exemption",)
        leave = () if has_own else (clear_button(field) if is_set(field, draft) else skip_button(field),)
        return (*leave, BACK_TO_SUMMARY)
    if field == "again":
        return (ask_button("procedure", text("book.button.other_procedure")), STOP)
    return (PREVIOUS, STOP) if field != "procedure" else (STOP,)


def is_set(field: Asked, draft: Draft) -> bool:
    return getattr(draft, "grams" if field == "weight" else field) is not None


def edit_screen(given: Given, draft: Draft) -> Reply:
    """A button for each field."""
    buttons = tuple(ask_button(field, label) for field, label in FIELDS.items() if is_asked(field, draft, given))
    return Reply((Line(text("book.edit"), "heading"),), (*buttons, BACK_TO_SUMMARY))


def short_question(state: Booking, draft: Draft, given: Given) -> Reply:
    """Asked again behind a digression: one line and its buttons."""
    field = still_asked(state.asked, draft, given)
    if field == "summary":
        _, buttons = summary(order_of(draft, given), draft, given)
        return Reply((Line(text("book.not_yet_ordered")),), buttons)
    ask = with_offers(Ask(field, among=state.among), draft, given)
    line = Line(QUESTIONS["visit"], "heading") if field == "visit" else question(field, draft, given)[-1]
    return Reply((line,), (*ask.buttons, *ways(field, ask, draft)), wants=SHARED.get(field))


def still_asked(field: Asked, draft: Draft, given: Given) -> Asked:
    """What was asked, unless the draft has changed so that it cannot be any more."""
    return field if field in QUESTIONS and is_asked(field, draft, given) else missing(draft, given)
