"""Words by which somebody calls the bot itself: back, when a human of the office has been talking with them."""

import re

from knowledge.text import fold

NAME = re.compile(r"\b(?:chat ?bot|bot|tro ly(?: ao)?|noi dai)\b")
SAID_BESIDE = """
    a ah alo ban cho chao co da dau di duoc e em goi gap ha hello hey hi hoi khong la lai minh muon nha nhe noi o oi
    quay ra roi the toi tra loi tro giup vang voi vao xin
"""
BESIDE = frozenset(SAID_BESIDE.split())
LONGEST = 40  # characters


def calls_the_bot(said: str) -> bool:
    """Its name, with nothing beside it but what one says to call somebody.

    >>> [calls_the_bot(said) for said in ("bot", "Gọi bot ạ", "hello bot oi", "trợ lý ảo đâu rồi?", "cho tôi gặp bot")]
    [True, True, True, True, True]
    >>> [calls_the_bot(said) for said in ("chào", "bot lệ phí bao nhiêu", "tắt bot", "robot", "xin trợ lý nộp thuế")]
    [False, False, False, False, False]
    """
    folded = fold(said[: LONGEST + 1])
    rest, names = NAME.subn(" ", folded)
    return names > 0 and len(said) <= LONGEST and BESIDE.issuperset(re.findall(r"\w+", rest))
