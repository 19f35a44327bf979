"""What is kept, for what and how long, asked once before anything is kept (Luật 91/2025/QH15)."""

from bot.dialogue.booking.buttons import DECLINE, agree_button
from bot.dialogue.states import Booking, Home
from bot.dialogue.step import Line, Reply, Step, go, text
from bot.dialogue.ways import HOME, PERSON, offices_button
from bot.dialogue.wording import phone
from bot.dialogue.world import Given

VERSION = "2026-11"  # of the text below; a new text needs a new one, and a new yes
LONGEST = 2000  # characters of what is said before the yes


def has_agreed(given: Given) -> bool:
    return given.memory.consent == VERSION


def ask_consent(code: str | None, said: str, given: Given) -> Step:
    """What was said already waits in the state, unread, for the yes."""
    state = Booking(asked="consent", among=(code,) if code else (), pending=said[:LONGEST])
    return go(state, question(given))


def question(given: Given) -> Reply:
    lines = (
        Line(text("book.consent_title"), "heading"),
        Line(text("book.consent_purpose"), "item"),
        Line(text("book.consent_kept"), "item"),
        Line(text("book.consent_how_long", days=given.retention.order_days), "item"),
        Line(text("book.consent_rights"), "item"),
    )
    return Reply(lines, (agree_button(VERSION), DECLINE))


def again() -> Reply:
    return Reply((Line(text("book.consent_again")),), (agree_button(VERSION), DECLINE))


def declined(given: Given) -> Step:
    """Nothing is kept, and what there is of a draft goes. The post can be called."""
    number = given.faq.contacts["post"].number
    lines = (Line(text("book.declined")), Line(text("post.how", number=phone(number)), link=f"tel:{number}"))
    memory = given.memory.model_copy(update={"draft": None})
    return go(Home(), Reply(lines, (offices_button(), HOME, PERSON)), memory=memory)
