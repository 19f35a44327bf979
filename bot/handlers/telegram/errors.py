"""What Telegram's refusals mean for the message that was refused."""

from telegram.error import BadRequest, Forbidden, InvalidToken, RetryAfter, TelegramError, TimedOut

from bot.channel import SendError
from bot.handlers.telegram.request import wait_of

# Of a 400, in small letters. The others of its kind are mistakes of ours, or rights a group does not give us.
NOBODY_THERE = ("chat not found", "user not found", "deactivated", "was deleted", "peer_id_invalid", "was kicked")
UNREADABLE = "can't parse entities"
UNCHANGED = "message is not modified"
TOO_LARGE = "entity too large"
ANSWERED = (
    "internal server error",
    "too many requests",
    "unknown error in http implementation",  # says the library of a fault of ours
)
RESTARTING = "restart"  # "Internal Server Error: restart"


def verdict(error: TelegramError, sent: int, *, heavy: bool = False) -> SendError:
    """`sent`: parts that arrived before it. `heavy`: a file, whose slowness says nothing of Telegram's."""
    if isinstance(error, RetryAfter):
        return SendError(str(error), retryable=True, wait=wait_of(error), sent=sent)
    if isinstance(error, Forbidden):  # blocked, deleted, thrown out
        return SendError(str(error), retryable=False, gone=True, sent=sent)
    if isinstance(error, InvalidToken):  # revoked: until the settings name another, nobody is reached at all
        return SendError(str(error), retryable=True, outage=True, told=True, sent=sent)
    if isinstance(error, BadRequest):
        return SendError(str(error), retryable=False, gone=says(error, *NOBODY_THERE), sent=sent)
    if says(error, TOO_LARGE):
        return SendError(str(error), retryable=False, sent=sent)
    return SendError(str(error), retryable=True, outage=is_outage(error, heavy=heavy), sent=sent)


def is_outage(error: TelegramError, *, heavy: bool) -> bool:
    """Whether the Bot API did not answer at all: then it is the same for everybody.

    What it does answer may be the fault of one message, which must not hold up the others.
    """
    if isinstance(error, TimedOut):
        return not heavy
    return not says(error, *ANSWERED) or says(error, RESTARTING)


def says(error: TelegramError, *phrases: str) -> bool:
    words = str(error).lower()
    return any(phrase in words for phrase in phrases)
