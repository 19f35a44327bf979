"""The agency's code of a dossier, where the post names it among its words; no field is known for it in any gateway."""

from bot.pickup.progress import Status
from knowledge.codes import find_codes
from knowledge.meanings import DossierCode

FILED: frozenset[Status] = frozenset({"handed_over", "result_on_the_way"})  # before, a code is of another dossier
LONGEST = 200  # characters of a field that are read


def dossier_told(status: Status, *told: object) -> str | None:
    """The first in these fields, as knowledge/codes.py writes it; they may hold anything.

    >>> dossier_told("handed_over", None, "Đã giao Bộ phận Một cửa, mã hồ sơ H20.05-261123-0007")
    'H20.05-261123-0007'
    >>> dossier_told("handed_over", "Đã giao", 7), dossier_told("collected", "bổ sung hồ sơ H20.05-261123-0007")
    (None, None)
    """
    if status not in FILED:
        return None
    words = "; ".join(one[:LONGEST] for one in told if isinstance(one, str))
    return next((found.code.code for found in find_codes(words) if isinstance(found.code, DossierCode)), None)
