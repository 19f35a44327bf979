"""While a human of the office talks with a citizen: what they write is for the human, with three exceptions."""

from bot.dialogue.events import Heard, Wrote
from bot.dialogue.step import say
from bot.storage.store import Unit
from bot.texts.render import render
from knowledge.calling import calls_the_bot
from knowledge.understanding import Danger, Understanding


def is_for_the_bot(heard: Heard, understanding: Understanding, unit: Unit) -> bool:
    """Always, if nobody else talks with them. Else to call the bot back; and what sounds like danger cannot wait.

    The first that is for the human is answered once: how the bot can be called.
    """
    if not unit.contacts.is_paused(heard.address):
        return True
    if isinstance(heard.content, Wrote):
        if calls_the_bot(heard.content.text):
            unit.contacts.resume(heard.address)
            return True
        if isinstance(understanding.of(heard.content.text), Danger):
            return True
    unit.contacts.heard(heard.address, heard.written_at)
    offer_once(heard, unit)
    return False


def offer_once(heard: Heard, unit: Unit) -> None:
    """Unless it is the last thing the bot said: as long as it is silent, it stays that."""
    conversation = unit.conversations.get(heard.address).conversation
    language = conversation.memory.language if conversation else "vi"
    offer = (render(say("bot.paused"), language),)
    if offer not in [turn.replies for turn in unit.turns.latest(heard.address, 1)]:
        unit.turns.notify(heard.address, f"paused:{heard.update}", offer)
