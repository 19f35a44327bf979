"""The pages of the web chat as text: templates, the words they say, and the files they load."""

import gzip
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import Any

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.dialogue.step import Text
from bot.dialogue.wording import phone
from bot.texts.message import ShownLine
from bot.texts.render import words

HERE = Path(__file__).parent
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
REACHABLE = re.compile(r"https?://|tel:|/(?!/)")  # a link of the catalogue must not become a script


@dataclass(frozen=True)
class Asset:
    body: bytes
    kind: str

    @cached_property
    def version(self) -> str:
        return sha256(self.body).hexdigest()[:12]

    @cached_property
    def packed(self) -> bytes:
        return gzip.compress(self.body, 9, mtime=0)


ASSETS = {path.name: Asset(path.read_bytes(), TYPES[path.suffix]) for path in (HERE / "static").iterdir()}


def asset(name: str) -> str:
    """The address of a file; it changes with its content, so browsers may keep it for good."""
    return f"/static/{name}?v={ASSETS[name].version}"


def said(language: str, key: str) -> str:
    return words(Text(key), language)


def blocks(lines: Iterable[ShownLine]) -> list[tuple[str, list[ShownLine]]]:
    """Lines of one kind that stand together: the items of one list."""
    return [(kind, list(run)) for kind, run in groupby(lines, key=lambda line: line.kind)]


def reachable(link: str | None) -> bool:
    return link is not None and REACHABLE.match(link) is not None


def parted(line: ShownLine) -> tuple[str, str, str]:
    """Before, within and after its link: of a line with a number to call, only the number.

    >>> parted(ShownLine("Gọi 114 ngay", link="tel:114"))
    ('Gọi ', '114', ' ngay')
    >>> parted(ShownLine("Tổng đài: 1800 1096 (miễn phí)", link="tel:18001096"))
    ('Tổng đài: ', '1800 1096', ' (miễn phí)')
    >>> parted(ShownLine("Tra cứu hồ sơ", link="https://dichvucong.gov.vn"))
    ('', 'Tra cứu hồ sơ', '')
    """
    _, call, number = (line.link or "").partition("tel:")
    spaced = r"[\s.]?".join(map(re.escape, number))
    found = re.search(spaced, line.words) if call and number else None
    if found is None:
        return "", line.words, ""
    return line.words[: found.start()], found[0], line.words[found.end() :]


def pages() -> Environment:
    loader = FileSystemLoader(HERE / "templates")
    environment = Environment(
        loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined
    )
    environment.globals["asset"] = asset
    environment.filters |= {"blocks": blocks, "parted": parted, "phone": phone}
    environment.tests["reachable"] = reachable
    return environment


PAGES = pages()


def written(name: str, language: str, *, base: str = "/", **values: Any) -> str:
    """A page; `t` in it gives the words of a key. `base`: where pages of its kind stand."""
    return PAGES.get_template(name).render(language=language, base=base, t=partial(said, language), **values)


def given(request: web.Request, asset: Asset, headers: Mapping[str, str]) -> web.Response:
    """A file, packed where the browser takes it so."""
    answer = web.Response(content_type=asset.kind, charset="utf-8", headers={**headers, "Vary": "Accept-Encoding"})
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        answer.headers["Content-Encoding"] = "gzip"
        answer.body = asset.packed
    else:
        answer.body = asset.body
    return answer


def html(text: str) -> web.Response:
    answer = web.Response(text=text, content_type="text/html")
    answer.enable_compression()
    return answer
