"""Numbers of legal documents, mended where a crawl glued the next word to them."""

import re
from collections.abc import Iterator

from procedures_catalog.importers.report import Doubting, shorten
from procedures_catalog.importers.rows import mappings, words
from procedures_catalog.models import LegalBasis

NUMBER = re.compile(
    r"(?:\D*\s)?(?!(?:19|20)\d\d/(?!QĐ|\d))\d{1,4}(?:\.\d{1,2})?/(?:(?:19|20)\d\d/)?(?:(?:UBTV)?QH\d\d|(?!QH)[A-ZĐƯ][\wĐƯ&/-]*[^\W\d_])"
)
GLUED_DIGITS = re.compile(r"(?<!QH)(?<!QH\d)(?<=[^\W\d_])\d{1,2}$")
GLUED_LETTERS = re.compile(r"(?<=/N[ĐQ]-CP)[A-ZĐ]+$")


def read_legal_basis(value: object, doubt: Doubting) -> Iterator[LegalBasis]:
    """Each document once; a number that cannot be one is left out unless a name stands beside it."""
    seen: set[str] = set()
    for row in mappings(value):
        number, name = words(row.get("code")), words(row.get("name"))
        document = mended(number, doubt) if number else None
        if document and not NUMBER.fullmatch(document):
            doubt("legal_basis_odd_number", shorten(f"{number} {name or ''}", 200))
            document = document if name else None
        document = document or name
        if document and document not in seen:
            seen.add(document)
            yield LegalBasis(document=document, name=name if name != document else None)


def mended(number: str, doubt: Doubting) -> str:
    """The number without what was glued to its end.

    >>> mended("47/2019/TT-BTC47", lambda kind, detail="": None)
    '47/2019/TT-BTC'
    """
    tidy = re.sub(r"\s*([/-])\s*", r"\1", number).strip(" .,;")
    whole = GLUED_LETTERS.sub("", GLUED_DIGITS.sub("", tidy))
    if whole != tidy:
        doubt("legal_basis_mended", number)
    return whole
