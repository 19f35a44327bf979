"""What the pickup is for: the procedure named, searched or on screen, and whether its dossier can go by post."""

from bot.dialogue.aspects import PORTAL
from bot.dialogue.booking.buttons import procedure_button
from bot.dialogue.booking.filled import Ask, Filled
from bot.dialogue.booking.hearing import Heard
from bot.dialogue.choosing import OFFERED, option_named
from bot.dialogue.finding import near
from bot.dialogue.states import AnyState, Choosing, Draft, Option, Reading
from bot.dialogue.step import Button, Line, Reply, Step, go, text
from bot.dialogue.ways import PERSON, aspect_button, title, whole_button
from bot.dialogue.wording import back_line, phone, send_line
from bot.dialogue.world import Given
from knowledge.search import Found
from procedures_catalog.models import Procedure

OF_THE_PROCEDURE: dict[str, object] = {"papers_seen": False, "back": None, "forward_fee": None, "again": False}


def for_procedure(code: str, filled: Filled, given: Given) -> Filled:
    """Another procedure than before: who, where and when stay."""
    if code == filled.draft.procedure:
        return filled
    name = title(given.catalog[code], given.memory.language)
    return filled.having(name, procedure=code, **OF_THE_PROCEDURE)


def named_or_found(heard: Heard, state: AnyState, given: Given) -> tuple[Procedure, ...]:
    """The one that is meant; several, when one of them is; none, when nothing is said of it or nothing fits."""
    if heard.code and heard.code in given.catalog:
        return (given.catalog[heard.code],)
    if heard.matter:
        found = given.search.find(heard.matter, province=given.memory.province)
        if found.fits:
            return (found.hits[0].procedure,) if found.confident else tuple(candidates(found))
    if isinstance(state, Reading) and state.code in given.catalog:
        return (given.catalog[state.code],)
    return ()


def candidates(found: Found) -> list[Procedure]:
    in_topic = [hit.procedure for hit in found.hits if found.topic and hit.code in found.topic.codes]
    return in_topic[:OFFERED] or near(found)


def among_procedures(procedures: tuple[Procedure, ...], filled: Filled, given: Given) -> Filled:
    if not procedures:
        return filled
    if len(procedures) == 1:
        return for_procedure(procedures[0].code, filled, given)
    buttons = tuple(procedure_button(procedure, given.memory.language) for procedure in procedures)
    codes = tuple(procedure.code for procedure in procedures)
    return filled.asking(Ask("procedure", (Line(text("book.which_procedure")),), buttons, codes))


def procedure_answer(heard: Heard, among: tuple[str, ...], filled: Filled, given: Given) -> Filled | None:
    """One of those offered, by words only it has, or another that is found. None: nothing fits."""
    options = Choosing(options=tuple(Option(codes=(code,)) for code in among))
    if among and (named := option_named(options, heard.said, given)):
        return for_procedure(named.codes[0], filled, given)
    found = named_or_found(heard, options, given)
    return among_procedures(found, filled, given) if found else None


def is_impossible(draft: Draft, given: Given) -> bool:
    return draft.procedure in given.catalog and given.catalog[draft.procedure or ""].postal.send.possible is False


def impossible(procedure: Procedure, given: Given) -> Step:
    """Why its dossier cannot go by post, and what is possible."""
    postal, language = procedure.postal, given.memory.language
    lines = [Line(text("book.impossible", name=title(procedure, language)), "title"), Line(send_line(postal.send))]
    ways: list[Button] = []
    if postal.back.possible:
        number = given.faq.contacts["post"].number
        lines.append(Line(back_line(postal.back)))
        lines.append(Line(text("book.back_only", number=phone(number)), link=f"tel:{number}"))
    if procedure.online:
        lines.append(Line(text("online.yes", code=procedure.code), link=PORTAL))
        ways.append(aspect_button("online", procedure.code))
    lines.append(Line(text("book.in_person", place=procedure.hand_in or procedure.authority or text("place.unknown"))))
    buttons = (*ways, whole_button(procedure, language), PERSON)
    return go(Reading(code=procedure.code), Reply(tuple(lines), buttons))
