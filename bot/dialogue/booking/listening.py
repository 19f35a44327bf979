"""A message to the form: first as the answer to what was asked, then for whatever else of a pickup it tells."""

from bot.dialogue.booking.answering import answered, beside
from bot.dialogue.booking.correcting import corrected
from bot.dialogue.booking.everything import everything
from bot.dialogue.booking.extras import (
    landmarked,
    noted,
)
from bot.dialogue.booking.filled import Filled
from bot.dialogue.booking.hearing import hear
from bot.dialogue.booking.timing import timed
from bot.dialogue.states import Asked, Booking, Draft
from bot.dialogue.world import Given
from knowledge.corrections import correction_in, is_house_number, with_house_number

FREE: frozenset[Asked] = frozenset({"note", "landmark"})  # any words are the answer


def listened(state: Booking, said: str, draft: Draft, given: Given) -> Filled | None:
    """None: nothing of it belongs to the form."""
    filled = Filled(draft)
    if state.asked in FREE:
        return noted(said, filled) if state.asked == "note" else landmarked(said, filled)
    if (correction := correction_in(said)) and (mended := corrected(correction, filled, given)):
        return mended
    heard = hear(said, given)
    answer = answered(state, heard, filled, given)
    if answer is not None:
        return beside(state.asked, heard, answer, given)
    if draft.street and is_house_number(said) and (number := with_house_number(draft.street, said)):
        return filled.having(number, street=number)
    if heard.tells or timed(heard, filled, given) != filled:
        return everything(heard, filled, state, given, wish=False)
    return None
