"""What it would cost, asked before the form is full: of what is known so far."""

from bot.dialogue.booking.fields import may_come_back
from bot.dialogue.booking.ordering import price
from bot.dialogue.booking.summing import postage, state_fee
from bot.dialogue.states import Draft
from bot.dialogue.step import Line, Reply, text
from bot.dialogue.ways import title
from bot.dialogue.world import Given
from knowledge.meanings import Ask, AskGeneral, Meaning


def asks_the_price(meaning: Meaning) -> bool:
    """ "Cước bao nhiêu", and "hết bao nhiêu tiền" too: in a booking that is what the post takes."""
    return meaning in (Ask("fee"), AskGeneral("cost"))


def told(draft: Draft, given: Given) -> Reply | None:
    """None: the procedure is not known yet, and with it neither the way nor the fee."""
    if draft.procedure not in given.catalog:
        return None
    undecided = draft.back is None and may_come_back(draft, given)
    quoted = price(draft.model_copy(update={"back": True}) if undecided else draft, given)
    name = title(given.catalog[draft.procedure or ""], given.memory.language)
    lines = (
        Line(text("book.price_of", name=name), "title"),
        *postage(quoted),
        *((Line(text("book.price_with_back"), "note"),) if undecided else ()),
        *state_fee(quoted, forwarded=draft.forward_fee is True),
    )
    return Reply(lines)
