"""What a citizen takes back: a number of the house, a commune without its kind, a name."""

from bot.dialogue.booking.everything import everything
from bot.dialogue.booking.filled import Filled
from bot.dialogue.booking.hearing import hear
from bot.dialogue.booking.people import named
from bot.dialogue.booking.placing import commune_answer
from bot.dialogue.booking.wordings import commune_of
from bot.dialogue.states import Booking, Draft
from bot.dialogue.world import Given
from knowledge.corrections import Correction, with_house_number
from knowledge.names import Name, as_name
from knowledge.slots import known_places
from knowledge.text import fold


def corrected(correction: Correction, filled: Filled, given: Given) -> Filled | None:
    """What is right in place of what was wrong: a number of the house, a commune without its kind, a name."""
    draft, right, wrong = filled.draft, correction.right, correction.wrong
    street = with_house_number(draft.street, right) if draft.street else None
    if street:
        return filled.having(street, street=street)
    if wrong and (named_ := other_name(right, wrong, draft)):
        return named(named_, filled)
    heard = hear(right, given)
    if wrong and not (heard.place and heard.place.communes) and is_commune(wrong, draft):
        return commune_answer(right, filled, given)
    if heard.tells:
        return everything(heard, filled, Booking(asked="summary"), given, wish=False)
    return None


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
