"""What need not be said: weight, exemption, the state fee paid over, a note, a landmark, another address."""

from dataclasses import replace

from bot.dialogue.booking.buttons import (
    FORWARD_NO,
    FORWARD_YES,
    clear_button,
    commune_button,
    exemption_button,
    skip_button,
    weight_button,
)
from bot.dialogue.booking.filled import Ask, Filled
from bot.dialogue.booking.hearing import Heard
from bot.dialogue.booking.placing import LONGEST as LONGEST_PLACE
from bot.dialogue.booking.placing import OFFERED, is_served, likely, not_served
from bot.dialogue.booking.wordings import address_words, commune_of
from bot.dialogue.states import Asked, Draft
from bot.dialogue.step import Line, Text, text
from bot.dialogue.world import Given
from bot.pickup.order import Address
from knowledge.answers import short_answers
from knowledge.grams import read_grams
from knowledge.slots import known_places
from knowledge.text import fold, tidy
from procedures_catalog.postage import Exemption

LONGEST_NOTE = 300  # characters that fit on the slip
HEAVIEST = 20_000  # grams; what is heavier is to be spoken about
WEIGHTS = (100, 250, 500, 1000, 2000)  # grams, offered as "up to"

CLEARED: dict[Asked, object] = {
    "landmark": None,
    "receiver": None,
    "back_to": None,
    "weight": None,
    "exemption": None,
    "forward_fee": None,
    "note": None,
}
NAMES: dict[Asked, str] = {"weight": "grams"}  # of the draft, where it is not the field's own


def cleared(field: Asked, filled: Filled) -> Filled:
    return filled.having(**{NAMES.get(field, field): CLEARED[field]})


def noted(note: str, filled: Filled) -> Filled:
    words = tidy(note, 10 * LONGEST_NOTE)
    if not words:
        return filled.asking(Ask("note"))
    if len(words) > LONGEST_NOTE:
        line = text("book.note_cut", count=LONGEST_NOTE)
        filled = filled.telling(Line(line, "warning"))
    kept = words[:LONGEST_NOTE].rstrip()
    return filled.having(text("book.note_is", note=kept), note=kept)


def landmarked(said: str, filled: Filled) -> Filled:
    words = tidy(said, LONGEST_PLACE)
    return filled.having(words, landmark=words) if words else filled.asking(Ask("landmark"))


def weighed(said: str, filled: Filled) -> Filled:
    grams = read_grams(said) or (
        read_grams(f"{said} g") if said.strip().isdecimal() and len(said.strip()) > 1 else None
    )
    if not grams:
        return filled.asking(weights(Line(text("book.weight_unclear"))))
    return with_grams(grams, filled)


def with_grams(grams: int, filled: Filled) -> Filled:
    if not 0 < grams <= HEAVIEST:
        return filled.asking(weights(Line(text("book.weight_too_much", most=HEAVIEST // 1000))))
    return filled.having(text("book.grams", grams=grams), grams=grams)


def weights(*why: Line) -> Ask:
    return Ask("weight", why, tuple(weight_button(grams, up_to(grams)) for grams in WEIGHTS))


def up_to(grams: int) -> Text:
    return text("book.up_to", grams=grams)


def exemptions(draft: Draft, given: Given) -> Ask:
    groups = given.post.tariffs.exemptions
    buttons = tuple(exemption_button(key, label(group, given)) for key, group in groups.items())
    leave = clear_button("exemption") if draft.exemption else skip_button("exemption")
    return Ask("exemption", (), (*buttons, leave), tuple(groups))


def label(group: Exemption, given: Given) -> str:
    words = group.label_en if given.memory.language == "en" else group.label_vi
    return f"{words} (−{group.percent} %)"


def exempted(key: str, filled: Filled, given: Given) -> Filled | None:
    group = given.post.tariffs.exemptions.get(key)
    return filled.having(label(group, given), exemption=key) if group else None


def exemption_answer(said: str, filled: Filled, given: Given) -> Filled:
    """The group whose label holds most of the words."""
    words = set(fold(said).split())
    groups = given.post.tariffs.exemptions
    shares = {key: len(words & set(fold(group.label_vi).split())) for key, group in groups.items()}
    best = max(shares.values(), default=0)
    meant = [key for key, share in shares.items() if share == best]
    if best and 2 * best >= len(words) and len(meant) == 1 and (filled_ := exempted(meant[0], filled, given)):
        return filled_
    if "no" in short_answers(said):
        return cleared("exemption", filled)
    ask = exemptions(filled.draft, given)
    return filled.asking(replace(ask, why=(Line(text("book.exemption_unclear")),)))


def forwarding(*why: Line) -> Ask:
    return Ask("forward_fee", why, (FORWARD_YES, FORWARD_NO))


def forwarded(yes: bool, filled: Filled) -> Filled:
    return filled.having(text("book.forwarded") if yes else text("book.not_forwarded"), forward_fee=yes)


def addressed(heard: Heard, street_before: str, filled: Filled, given: Given) -> Filled:
    """Where the result shall go, if not where the dossier is fetched: a whole address, or the commune after it."""
    if "here" in short_answers(heard.said):
        return cleared("back_to", filled)
    reading = heard.place or known_places().read(heard.said, given.memory.province)
    street = (reading.rest or street_before)[:LONGEST_PLACE]
    communes = likely(reading.communes, filled.draft, given)
    if len(communes) == 1 and street:
        return with_address(communes[0].code, street, reading.said, filled, given)
    if len(communes) > 1 and street:
        offered = tuple(commune.code for commune in communes[:OFFERED])
        buttons = tuple(commune_button(code, "back_to") for code in offered)
        return filled.asking(Ask("back_to", (Line(text("book.namesakes")),), buttons, (street, *offered)))
    return filled.asking(Ask("back_to", (Line(text("book.whole_address")),), among=(street,) if street else ()))


def with_address(code: str, street: str, said: str | None, filled: Filled, given: Given) -> Filled:
    province = commune_of(code).province
    if not is_served(province.code, given):
        refused = not_served(province.name, filled, given)
        return replace(refused, ask=replace(refused.ask, field="back_to") if refused.ask else None)
    address = Address(commune=code, street=street, said=said)
    return filled.having(address_words(street, code, said), back_to=address)
