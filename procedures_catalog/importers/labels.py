"""Headings and column names as people write them: compared by their words, without marks, case and numbering."""

import re
import unicodedata

from procedures_catalog.importers.rows import words

NUMBERING = re.compile(r"^(?:[0-9]{1,2}(?:\.[0-9]{1,2})*|[ivxlc]{1,5}|[a-z])\s*[.)/\-]\s*")
NO_LETTER = re.compile(r"[^\w%]+")


def folded(text: object) -> str:
    """The words alone, without accents.

    >>> folded("3. Yêu cầu, điều kiện (nếu có):")
    'yeu cau dieu kien neu co'
    """
    flat = unicodedata.normalize("NFD", (words(text) or "").casefold().replace("đ", "d"))
    bare = "".join(letter for letter in flat if not unicodedata.combining(letter))
    return NO_LETTER.sub(" ", NUMBERING.sub("", bare.strip(" -+*•"))).strip()
