"""A message as the answer to the field that was asked for."""

import re
from dataclasses import replace

from bot.dialogue.booking import papers
from bot.dialogue.booking.choosing_procedure import procedure_answer
from bot.dialogue.booking.everything import everything
from bot.dialogue.booking.extras import (
    addressed,
    exemption_answer,
    forwarded,
    noted,
    weighed,
)
from bot.dialogue.booking.filled import Filled
from bot.dialogue.booking.hearing import Heard
from bot.dialogue.booking.people import name_answer, named, phoned, receiver
from bot.dialogue.booking.placing import chosen_commune, commune_answer, is_nothing_but_a_commune, placed, with_street
from bot.dialogue.booking.wordings import commune_of
from bot.dialogue.states import Asked, Booking
from bot.dialogue.world import Given
from knowledge.answers import opens_with, short_answers
from knowledge.names import Name, as_name, begins_like_a_name, in_capitals
from knowledge.phones import Reason, Wrong
from knowledge.text import fold

ADDRESSED: frozenset[Asked] = frozenset({"street", "commune", "name", "receiver", "back_to"})
SURE = 0.5  # of a procedure found by the words that should be a name or a street: they are about something else
FEW_DIGITS = re.compile(r"\d\D{0,2}\d\D{0,2}\d")  # meant as a phone, when a phone was asked for
SHORTEST_PHONE, LONGEST_PHONE = 10, 11  # digits
WHOLE_NAME = 3  # words
SUDDENLY = 2  # words; fewer are no wish


def answered(state: Booking, heard: Heard, filled: Filled, given: Given) -> Filled | None:
    """The message as the answer to the field that was asked; None: it is none."""
    short = short_answers(heard.said)
    if state.asked not in ADDRESSED and is_a_whole_name(heard):
        return named(in_capitals(heard.said), filled)
    match state.asked:
        case "procedure":
            return procedure_answer(heard, state.among, filled, given)
        case "commune":
            return commune_said(heard, state.among, short, filled, given)
        case "street":
            return street_said(heard, filled, given)
        case "name":
            return name_said(heard, state.among, filled, given)
        case "phone" if heard.phone is None and not heard.moment and FEW_DIGITS.search(heard.said):
            return phoned(Wrong(wrong_with(heard.said)), filled)
        case "papers":
            return papers.answered(heard.said, state.among, filled, given)
        case "receiver":
            return receiver(heard, filled, state.among[0] if state.among else None)
        case "back_to":
            return addressed(heard, state.among[0] if state.among else "", filled, given)
        case "weight":
            return weighed(heard.said, filled)
        case "exemption":
            return exemption_answer(heard.said, filled, given)
        case "back" | "forward_fee" | "again" if short & {"yes", "no"}:
            return yes_or_no(state.asked, "yes" in short, filled)
        case "back" | "forward_fee" if answer := opens_with(heard.said):
            return yes_or_no(state.asked, answer == "yes", filled)
        case _:
            return None


def name_said(heard: Heard, among: tuple[str, ...], filled: Filled, given: Given) -> Filled | None:
    """None: it is another slot, a short answer, or a wish."""
    if not heard.name and not heard.rest and (heard.moment or heard.phone or heard.place):
        return None
    if not heard.name and (heard.moment or heard.place) and not begins_like_a_name(heard.rest):
        return None  # "à thôi, thứ năm nhé"
    if short_answers(heard.said) and not among:
        return None
    astray = is_about_something_else(heard, given) and not begins_like_a_name(heard.said)
    return None if astray else name_answer(heard, among, filled)


def is_a_whole_name(heard: Heard) -> bool:
    """A name that was not asked for: family name first, three words or more, each with its capital."""
    words = heard.said.split()
    if len(words) < WHOLE_NAME or not all(word[0].isupper() for word in words):
        return False
    return begins_like_a_name(heard.said) and isinstance(as_name(heard.said), Name) and not heard.tells


def wrong_with(digits: str) -> Reason:
    """Of digits that nobody takes for a phone unless one was asked for."""
    count = sum(letter.isdigit() for letter in digits)
    return "too_short" if count < SHORTEST_PHONE else "too_long" if count > LONGEST_PHONE else "no_such_number"


def yes_or_no(field: Asked, yes: bool, filled: Filled) -> Filled | None:
    match field:
        case "back":
            return back(yes, filled)
        case "forward_fee":
            return forwarded(yes, filled)
        case "again" if yes:
            return filled.having(again=True)
        case _:
            return None


def back(yes: bool, filled: Filled) -> Filled:
    return filled.having(back=yes) if yes else filled.having(back=False, back_to=None, receiver=None)


def commune_said(
    heard: Heard, among: tuple[str, ...], short: frozenset[str], filled: Filled, given: Given
) -> Filled | None:
    if among and "yes" in short and len(among) == 1:
        return chosen_commune(among[0], filled, given)
    if among and (named := of_those_offered(heard.said, among)):
        return chosen_commune(named, filled, given)
    if heard.place and (heard.place.communes or heard.place.province):
        return placed(heard.place, filled, given)
    if heard.moment or heard.phone:
        return None
    if not is_nothing_but_a_commune(heard.said) and is_about_something_else(heard, given):
        return None
    return commune_answer(heard.said, filled, given)


def of_those_offered(said: str, among: tuple[str, ...]) -> str | None:
    """The one whose name or province is said: "Lạng Sơn", when five provinces have such a commune."""
    words = fold(said)
    named = [code for code in among if f" {fold(bare(commune_of(code).name))} " in f" {words} "]
    homes = [code for code in among if f" {fold(bare(commune_of(code).province.name))} " in f" {words} "]
    both = [code for code in named if code in homes]
    return next((found[0] for found in (both, named, homes) if len(found) == 1), None)


def bare(name: str) -> str:
    for kind in ("thành phố ", "tỉnh ", "phường ", "xã ", "đặc khu "):
        name = name.removeprefix(kind)
    return name


def street_said(heard: Heard, filled: Filled, given: Given) -> Filled | None:
    if heard.place and (heard.place.rest or heard.place.communes):
        return placed(heard.place, filled, given)
    if is_about_something_else(heard, given) or short_answers(heard.said):
        return None
    words = heard.rest if heard.tells else heard.said
    return with_street(words, filled) if words.strip(" .,") else None


def is_about_something_else(heard: Heard, given: Given) -> bool:
    """Words that are no slot and name a procedure for sure."""
    if heard.name or heard.place or len(heard.matter.split()) < SUDDENLY:
        return False
    found = given.search.find(heard.matter, limit=1, province=given.memory.province)
    return found.fits and found.confident and found.hits[0].score >= SURE


def beside(field: Asked, heard: Heard, filled: Filled, given: Given) -> Filled:
    """What the message tells besides the answer."""
    left = replace(heard, place=None) if field in {"commune", "street", "back_to"} else heard
    left = replace(left, name=None) if field in {"name", "receiver"} else left
    left = replace(left, phone=None) if field == "receiver" else left
    left = replace(left, place=None, phone=None, moment=None) if field in {"weight", "papers", "exemption"} else left
    if field == "procedure" or field == "back_to":
        left = replace(left, matter="")
    if field in {"visit", "weight", "papers", "exemption", "back", "forward_fee", "again", "receiver", "back_to"}:
        return noted(left.note, filled) if left.note else filled
    return everything(left, filled, Booking(asked=field), given, wish=False)
