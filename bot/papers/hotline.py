"""Whom to call at the post, as the papers print it."""

from functools import cache

from bot.dialogue.wording import phone
from knowledge.faq import load_faq


@cache
def hotline() -> str:
    return phone(load_faq().contacts["post"].number)
