"""Where something sits in an answer: `data.items[*].status.code`, `$`, `names[lang=vi].text`, `["odd.key"]`."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

PART = re.compile(
    r"""\.?(?P<key>[^.\[\]"$*=\s]+)            # name
    | \[(?P<index>-?\d+)\]                       # [0], [-1]
    | (?P<all>\[\*\])                            # each of a list
    | \[(?P<name>[\w.-]+)=(?P<value>[^\]]*)\]    # the first of a list whose name is value
    | \.?\["(?P<quoted>[^"]+)"\]                 # a name with dots or brackets in it
    """,
    re.X,
)


class Missing:
    """Nothing is there; null is something."""


MISSING = Missing()


@dataclass(frozen=True)
class Path:
    written: str
    parts: tuple[re.Match[str], ...]

    def first(self, value: Any) -> Any:
        """None: nothing is there."""
        return next((found for found in self.each(value) if found is not None), None)

    def each(self, value: Any) -> Iterator[Any]:
        return walk(value, self.parts)

    def place(self, value: Any) -> Any:
        """What is there, null too, without taking a list at the end apart. MISSING: nothing."""
        parts = self.parts[:-1] if self.is_list else self.parts
        return next(walk(value, parts), MISSING)

    @property
    def is_list(self) -> bool:
        return bool(self.parts) and self.parts[-1]["all"] is not None


def walk(value: Any, parts: Sequence[re.Match[str]]) -> Iterator[Any]:
    if not parts:
        yield value
        return
    for inner in step(value, parts[0]):
        yield from walk(inner, parts[1:])


def step(value: Any, part: re.Match[str]) -> Iterator[Any]:
    key = part["key"] or part["quoted"]
    if key is not None:
        if isinstance(value, dict) and key in value:
            yield value[key]
    elif isinstance(value, list):
        yield from step_into(value, part)


def step_into(items: list[Any], part: re.Match[str]) -> Iterator[Any]:
    if part["all"]:
        yield from items
    elif part["index"]:
        index = int(part["index"])
        yield from items[index:][:1] if index >= -len(items) else ()
    else:
        named = (i for i in items if isinstance(i, dict) and str(i.get(part["name"])) == part["value"])
        yield from (item for item, _ in zip(named, range(1), strict=False))


@cache
def parse(written: str) -> Path:
    """`$` or nothing: the whole. Raises ValueError.

    >>> parse("a[*].b").first({"a": [{}, {"b": 2}]}), parse("$.t[l=vi].n").first({"t": [{}, {"l": "vi", "n": 1}]})
    (2, 1)
    """
    text = written.strip()
    if text.startswith("$"):
        text = text[1:].removeprefix(".")
    parts: list[re.Match[str]] = []
    at = 0
    while at < len(text):
        part = PART.match(text, at)
        if part is None or (part["key"] is not None and text[at].startswith(".") is (at == 0)):
            raise ValueError(f"no path: {written!r}, from {text[at : at + 20]!r} on")
        parts.append(part)
        at = part.end()
    return Path(written, tuple(parts))


def first(value: Any, *paths: str) -> Any:
    """What is found by the first of the paths that leads to something."""
    return next((found for path in paths if (found := parse(path).first(value)) not in (None, "")), None)
