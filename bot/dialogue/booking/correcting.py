"""What a citizen takes back: a number of the house, a commune without its kind, a name."""

from bot.dialogue.booking.choosing_procedure import for_procedure
from bot.dialogue.booking.everything import everything
from bot.dialogue.booking.filled import Filled
from bot.dialogue.booking.hearing import hear
from bot.dialogue.booking.people import named
from bot.dialogue.booking.placing import commune_answer
from bot.dialogue.booking.wordings import commune_of
from bot.dialogue.states import Booking, Draft
from bot.dialogue.world import Given
from knowledge.corrections import FIRST_NUMBER, Correction, with_house_number
from knowledge.names import Name, as_name, begins_like_a_name
from knowledge.slots import known_places
from knowledge.text import fold

SURE = 0.5  # of a procedure found by words that may be something else


def corrected(correction: Correction, filled: Filled, given: Given) -> Filled | None:
    """What is right in place of what was wrong: a number of the house, a commune without its kind, a name."""
    draft, right, wrong = filled.draft, correction.right, correction.wrong
    street = with_other_number(draft.street, right, wrong) if draft.street else None
    if street:
        return filled.having(street, street=street)
    if wrong and (named_ := other_name(right, wrong, draft)):
        return named(named_, filled)
    heard = hear(right, given)
    if wrong and not (heard.place and heard.place.communes) and is_commune(wrong, draft):
        return commune_answer(right, filled, given)
    if heard.tells:
        return everything(heard, filled, Booking(asked="summary"), given, wish=False)
    return other_procedure(right, filled, given)


def other_procedure(right: str, filled: Filled, given: Given) -> Filled | None:
    """ "À nhầm, khai tử": one the words surely name. While none is known yet, they answer which."""
    if filled.draft.procedure is None or begins_like_a_name(right):
        return None
    found = given.search.find(right, limit=1, province=given.memory.province)
    if not (found.fits and found.confident and found.hits[0].score >= SURE):
        return None
    return for_procedure(found.hits[0].code, filled, given)


def with_other_number(street: str, right: str, wrong: str | None) -> str | None:
    """ "Số 15"; and "nhà tôi số 15 chứ không phải 12", whatever stands around the number, as the wrong one is named.

    >>> with_other_number("12 Trần Phú", "nhà tôi số 15", "12"), with_other_number("12 Trần Phú", "nhà tôi số 15", None)
    ('15 Trần Phú', None)
    """
    numbers = FIRST_NUMBER.findall(right)
    if wrong and len(numbers) == 1 and wrong in FIRST_NUMBER.findall(street):
        return with_house_number(street, numbers[0])
    return with_house_number(street, right)


def is_commune(said: str, draft: Draft) -> bool:
    """Whether this is how the commune of the draft is called, without its kind."""
    if draft.commune is None:
        return False
    home = commune_of(draft.commune)
    if any(commune == home for commune in known_places().read(said, home.province.code).communes):
        return True
    names = (draft.said or "", home.name)
    return any(fold(said) and f" {fold(said)} " in f" {fold(name)} " for name in names)


def other_name(right: str, wrong: str, draft: Draft) -> str | None:
    """ "Tên Hoa chứ không phải Lan": of a whole name only the given name changes."""
    old, new = as_name(wrong), as_name(right)
    if not (draft.name and isinstance(old, Name) and isinstance(new, Name)):
        return None
    if fold(old.written) not in fold(draft.name):
        return None
    if new.is_whole or not fold(draft.name).endswith(" " + fold(old.written)):
        return new.written
    return draft.name[: -len(old.written)] + new.written
