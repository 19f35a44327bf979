"""What of a dossier may be shown to whom, and how somebody proves whose it is."""

import hmac
import re

from bot.dossiers.dossier import Dossier, Owner

SHORTEST = 4  # digits
ZERO, COUNTRY, ABROAD = "0", "84", 11  # a phone of Viet Nam as it is written there, and with its country code
TAIL = re.compile(r"[\d\s.()+-]*$")  # what follows the last star of a number a system has masked itself
STARS = 3


def public(dossier: Dossier) -> Dossier:
    """As much as the code alone reveals: where it stands, what for, with whom, and the days.

    The record's own words are free text of an official, and may name anybody.
    """
    apology = dossier.apology and dossier.apology.model_copy(update={"reason": None})
    hidden = {"steps": (), "papers": (), "fee": None, "reason": None, "apology": apology}
    return dossier.model_copy(update=hidden)


def masked_name(name: str) -> str:
    """The given name, and the first letters of the others.

    >>> masked_name("Nguyễn Văn An"), masked_name("  nông thị  tuyết mai "), masked_name("An"), masked_name("")
    ('N*** V** An', 'n*** t** t*** mai', 'A*', '')
    """
    words = name.split()
    if len(words) < 2:
        return " ".join(map(masked_word, words))
    return " ".join([*map(masked_word, words[:-1]), words[-1]])


def masked_word(word: str) -> str:
    return word[0] + "*" * max(1, min(len(word) - 1, STARS))


def proves(digits: str, owner: Owner) -> bool | None:
    """Whether these are the last digits of the owner's phone or paper. None: there is nothing to compare them with.

    >>> owner = Owner(phone="+84 912.345.678", identity="020301000123")
    >>> [proves(digits, owner) for digits in ("5678", "0912345678", "84912345678", "0123", "9999", "678")]
    [True, True, True, True, False, False]
    >>> proves("5678", Owner(phone="091****678")), proves("5678", Owner())
    (None, None)
    >>> [proves(digits, Owner(phone="09****5678")) for digits in ("5678", "0912345678", "5679")]
    [True, True, False]
    """
    claimed = at_home(digits)
    known = [tail for number in (owner.phone, owner.identity) if number and len(tail := last_of(number)) >= SHORTEST]
    if not known:
        return None
    same = [are_same(tail, claimed) for tail in known]  # all of them, always
    return len(claimed) >= SHORTEST and any(same)


def are_same(known: str, claimed: str) -> bool:
    """As far as both go, in a time that tells nothing."""
    length = min(len(known), len(claimed))
    return hmac.compare_digest(known[-length:], claimed[-length:])


def last_of(number: str) -> str:
    """The digits that can be compared, as they are written at home."""
    found = TAIL.search(number)
    return at_home(re.sub(r"\D", "", found[0] if found else ""))


def at_home(digits: str) -> str:
    return ZERO + digits[len(COUNTRY) :] if digits.startswith(COUNTRY) and len(digits) == ABROAD else digits
