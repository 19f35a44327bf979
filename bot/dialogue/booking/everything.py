"""Every slot of one message, put into the draft."""

from bot.dialogue.booking.choosing_procedure import among_procedures, named_or_found
from bot.dialogue.booking.extras import (
    noted,
)
from bot.dialogue.booking.filled import Filled
from bot.dialogue.booking.hearing import Heard
from bot.dialogue.booking.people import named, phoned
from bot.dialogue.booking.placing import placed
from bot.dialogue.booking.timing import timed
from bot.dialogue.states import AnyState
from bot.dialogue.world import Given


def everything(heard: Heard, filled: Filled, state: AnyState, given: Given, *, wish: bool) -> Filled:
    """Every slot of a message. `wish`: it may say what the pickup is for."""
    if wish or heard.code:
        filled = among_procedures(named_or_found(heard, state, given), filled, given)
    if heard.place:
        filled = placed(heard.place, filled, given)
    filled = timed(heard, filled, given)
    if heard.name:
        filled = named(heard.name, filled)
    if heard.phone:
        filled = phoned(heard.phone, filled)
    return noted(heard.note, filled) if heard.note else filled
