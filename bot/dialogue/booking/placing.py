"""Where the postman shall come: a commune of today, asked back when several are meant, and house or hamlet."""

import re
from dataclasses import replace

from bot.dialogue.booking.buttons import commune_button
from bot.dialogue.booking.filled import Ask, Filled
from bot.dialogue.booking.wordings import commune_of, commune_words
from bot.dialogue.events import Located
from bot.dialogue.states import Draft
from bot.dialogue.step import Line, text
from bot.dialogue.ways import offices_button
from bot.dialogue.wording import phone
from bot.dialogue.world import Given
from knowledge.corrections import with_house_number
from knowledge.places import Commune, PlaceReading
from knowledge.slots import known_places

OFFERED = 8  # communes to choose among
LONGEST = 120  # characters of house and street, and of a landmark
KINDS = ("phường", "xã", "đặc khu")
LETTER = re.compile(r"[^\W\d_]")


def placed(reading: PlaceReading, filled: Filled, given: Given) -> Filled:
    """What a message says of the place, put into the draft as far as it is clear."""
    if reading.rest:
        filled = with_street(reading.rest, filled)
    communes = likely(reading.communes, filled.draft, given)
    if not communes:
        return in_province(reading, filled, given)
    if len(communes) == 1:
        return in_commune(communes[0].code, reading.said, filled, given)
    if any(commune.code == filled.draft.commune for commune in communes):  # said again, less clearly
        return filled
    return which(tuple(commune.code for commune in communes), reading, filled)


def likely(communes: tuple[Commune, ...], draft: Draft, given: Given) -> tuple[Commune, ...]:
    """Of namesakes, those in the province that is known."""
    home = given.memory.province or (commune_of(draft.commune).province.code if draft.commune else None)
    return tuple(commune for commune in communes if commune.province.code == home) or communes


def which(codes: tuple[str, ...], reading: PlaceReading, filled: Filled) -> Filled:
    offered = codes[:OFFERED]
    why = text("book.was_split", old=reading.said) if reading.said else text("book.namesakes")
    lines = [Line(why)]
    if len(codes) > OFFERED:
        lines.append(Line(text("book.name_province")))
    filled = filled.having(commune=None, said=reading.said)
    return filled.asking(Ask("commune", tuple(lines), tuple(map(commune_button, offered)), offered))


def chosen_commune(code: str, filled: Filled, given: Given) -> Filled:
    """One of those offered. The old name that was said stays with it, and the street, only if they belong to it: a
    place shared on the map, or a button of before, is somewhere else.
    """
    before, said = filled.draft.commune, filled.draft.said
    is_elsewhere = before is not None and before != code
    if said and code not in codes_of(said, near=code):
        is_elsewhere, said = True, None
    if is_elsewhere:
        filled = filled.having(street=None, landmark=None)
    return in_commune(code, None if is_elsewhere else said, filled, given)


def codes_of(said: str, near: str) -> frozenset[str]:
    """The communes an old name stands for, in the province of one of them."""
    communes = known_places().read(said, commune_of(near).province.code).communes
    return frozenset(commune.code for commune in communes)


def in_commune(code: str, said: str | None, filled: Filled, given: Given) -> Filled:
    commune = commune_of(code)
    if not is_served(commune.province.code, given):
        return not_served(commune.province.name, filled.having(commune=None, said=None), given, near=code)
    return filled.having(commune_words(code, said), commune=code, said=said)


def is_served(province: str, given: Given) -> bool:
    return given.post.served is None or province in given.post.served


def not_served(name: str, filled: Filled, given: Given, near: str = "") -> Filled:
    """`near`: the commune, when it is known; its post offices take the dossier all the same."""
    number = given.faq.contacts["post"].number
    line = Line(text("book.not_served", province=name, number=phone(number)), "warning", link=f"tel:{number}")
    return filled.asking(Ask("commune", (line,), (offices_button(near),)))


def in_province(reading: PlaceReading, filled: Filled, given: Given) -> Filled:
    """A province and no commune of it."""
    if reading.province is None:
        return filled
    if not is_served(reading.province.code, given):
        return not_served(reading.province.name, filled, given)
    filled = replace(filled, province=reading.province.code)
    if filled.draft.commune and commune_of(filled.draft.commune).province.code == reading.province.code:
        return filled
    filled = filled.having(commune=None, said=None)
    why = Line(text("book.which_commune_in", province=reading.province.name))
    return filled.asking(Ask("commune", (why,)))


def with_street(street: str, filled: Filled) -> Filled:
    """A street that is only a number mends the number of the one that is known."""
    known = filled.draft.street
    mended = with_house_number(known, street) if known else None
    words = mended or street
    if not LETTER.search(words):
        return filled.asking(Ask("street", (Line(text("book.only_a_number", number=words)),)))
    return filled.having(words[:LONGEST], street=words[:LONGEST])


def is_nothing_but_a_commune(said: str) -> bool:
    """Whether all the words are its name: "ky lua" is no wish, whatever procedure has such words."""
    readings = (known_places().apart(f"{kind} {said}") for kind in KINDS)
    return any(reading.communes and not reading.rest and not left.strip(" .,") for reading, left in readings)


def commune_answer(said: str, filled: Filled, given: Given) -> Filled | None:
    """The answer to "which commune?", with or without its kind. None: no place in it."""
    readings = readings_of(said, given)
    named = [reading for reading in readings if reading.communes]
    if not named:
        found = next((reading for reading in readings if reading.province), None)
        return placed(found, filled, given) if found else None
    first = named[0]
    if first is not readings[0]:  # the kind was not said: any of them
        communes = tuple(dict.fromkeys(c for reading in named for c in reading.communes))
        first = replace(first, communes=communes, said=first.said if len(communes) == len(first.communes) else None)
        first = replace(first, rest="")
    return placed(first, filled, given)


def readings_of(said: str, given: Given) -> list[PlaceReading]:
    """As it is said, and as a name of each kind."""
    home, places = given.memory.province, known_places()
    return [places.read(said, home), *(places.read(f"{kind} {said}", home) for kind in KINDS)]


def located(event: Located, filled: Filled, given: Given) -> Filled:
    """A point on the map, used once and not kept."""
    codes = tuple(given.post.points.communes_near(event.latitude, event.longitude))
    if not codes:
        return filled.asking(Ask("commune", (Line(text("book.location_unknown")),)))
    line = Line(text("book.location_near", commune=commune_words(codes[0])))
    return filled.asking(Ask("commune", (line,), tuple(map(commune_button, codes)), codes[:1]))  # "yes" is the first
