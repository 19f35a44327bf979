"""What is meant where choices are numbered: a tap on one of them, words, or nothing, when it was sent twice.

A menu counts for who can have seen it. What was written before it came, or as good as at once, was written to what
stood there before; so nobody agrees to a text, or orders, by a "1" that was sent twice. Channels with buttons need
none of this: there a tap names what it belongs to.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.capabilities import capabilities_of
from bot.choices import LOOKED_THROUGH, choice_in, no_such
from bot.dialogue.events import Choice, Content, Heard, Misnumbered, Wrote
from bot.dialogue.states import AnyState
from bot.storage.store import Unit
from bot.storage.turns import Turn
from bot.texts.message import Message
from knowledge.answers import short_answers
from knowledge.text import fold

LABEL = 200  # characters: no choice is longer
READING = timedelta(seconds=1.5)  # after a menu came; nobody has read it sooner


def meant(heard: Heard, state: AnyState, unit: Unit) -> Content | Choice | None:
    """None: it was sent twice, or says yes to what they cannot have seen, and is not to be answered."""
    content = heard.content
    if not (isinstance(content, Wrote) and capabilities_of(heard.address).numbered and len(content.text) <= LABEL):
        return content
    shown = unit.turns.on_screen(heard.address, LOOKED_THROUGH)
    seen = [turn for turn in shown if can_have_seen(turn, heard, unit.turns.now)]
    if len(seen) == len(shown):
        return choice_in(content.text, replies(shown), state) or content
    unseen = [turn for turn in shown if turn not in seen]
    choice = choice_in(content.text, replies(seen))  # where they were then, the state does not say any more
    if is_repeated(content.text, choice, seen, unseen) or short_answers(content.text) & {"yes", "confirm"}:
        return None
    if choice and not isinstance(choice, Misnumbered):
        return choice
    return no_such(content.text, replies(shown), state) or content


def can_have_seen(turn: Turn, heard: Heard, now: datetime) -> bool:
    """By our own clock; and by the channel's, for what it brings late: as long after what the turn answers was written
    as it took to be shown. So it does not matter whether both clocks agree.
    """
    shown = turn.shown_at or turn.kept_at
    if heard.came_at is None or shown is None or turn.kept_at is None or shown > now:  # our clock was put back
        return True
    if heard.came_at < shown + READING:
        return False
    if heard.written_at is None or turn.written_at is None:
        return True
    return heard.written_at - turn.written_at >= shown - turn.kept_at + READING


def is_repeated(text: str, choice: Choice | None, seen: Sequence[Turn], unseen: Sequence[Turn]) -> bool:
    """Whether the same, or the same choice in other words, was what the unseen answers."""
    said, menus = fold(text), replies(seen)
    chooses = choice and not isinstance(choice, Misnumbered)
    return any(
        (said and fold(turn.heard) == said) or (chooses and choice_in(turn.heard, menus) == choice) for turn in unseen
    )


def replies(turns: Sequence[Turn]) -> list[tuple[Message, ...]]:
    return [turn.replies for turn in turns]
