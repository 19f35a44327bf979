"""Which approved template stands for which notice, and what fills it: a YAML file (docs/zalo-templates.md).

    notice.collected:
      template: "402155"
      fill:
        ma_hen: number        # a value of the notice, by its name
        noi_dung: {words: 80} # the first line of the notice, cut at so many characters

Outside the seven days nothing else may be sent: a notice without a template waits for the citizen's next word.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, RootModel

from bot.handlers.numbering import cut, nfc
from bot.settings import SettingsError
from bot.texts.message import Message
from bot.texts.render import LANGUAGES, Forms, texts
from procedures_catalog.files import CatalogueError, check, line_of, parse

SETTING = "NOIDAI_ZALO_TEMPLATES"
NOTICES = ("notice.", "dossier_notice.")
VALUE = 100  # characters of one value: templates are approved with so many at most, often with fewer


class Rules(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Words(Rules):
    words: int = Field(ge=1, le=400)


class Value(Rules):
    value: str
    longest: int = Field(VALUE, ge=1, le=400)


class Template(Rules):
    template: Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{1,64}$")]
    fill: Mapping[Annotated[str, Field(pattern=r"^\w{1,64}$")], str | Words | Value] = Field(default_factory=dict)


class File(RootModel[dict[str, Template]]):
    pass


@dataclass(frozen=True)
class Filled:
    template: str
    values: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True)
class Templates:
    by_notice: Mapping[str, Template] = field(default_factory=dict)

    def filled(self, messages: tuple[Message, ...]) -> Filled | None:
        """None: it is more than one notice, or has no template, or lacks a value its template wants."""
        return self._filled(messages[0]) if len(messages) == 1 else None

    def _filled(self, message: Message) -> Filled | None:
        template = self.by_notice.get(message.notice or "")
        if template is None or not message.lines:
            return None
        known = dict(message.values)
        values: dict[str, str] = {}
        for name, source in template.fill.items():
            value = source if isinstance(source, Words) else Value(value=source) if isinstance(source, str) else source
            if isinstance(value, Words):
                values[name] = short(message.lines[0].words, value.words)
            elif value.value in known:
                values[name] = short(known[value.value], value.longest)
            else:
                return None
        return Filled(template.template, values)


def short(words: str, longest: int) -> str:
    """Cut between words.

    >>> short("Bưu tá đã lấy hồ sơ", 12), short("ND261122-4F7KQ2", 8)
    ('Bưu tá đã…', 'ND26112…')
    """
    whole = nfc(" ".join(words.split()))
    kept = cut(whole, longest)
    return kept if kept == whole else (kept[:-1].rpartition(" ")[0] or kept[:-1]) + "…"


def load_templates(path: Path) -> Templates:
    """Raises SettingsError with a line `file:line: key: what is wrong` for each fault."""
    try:
        node, data = parse(path)
        file = check(path, node, data, File).root
    except CatalogueError as error:
        raise SettingsError("\n".join(f"{SETTING}: {fault}" for fault in error.faults)) from None
    faults = [
        f"{SETTING}: {path}:{line_of(node, (notice,))}: {what}"
        for notice, template in file.items()
        for what in faults_of(notice, template)
    ]
    if faults:
        raise SettingsError("\n".join(faults))
    return Templates(file)


def faults_of(notice: str, template: Template) -> Iterable[str]:
    """
    >>> list(faults_of("notice.collectd", Template(template="1")))
    ['notice.collectd: there is no such notice']
    """
    names = values_of(notice)
    if names is None:
        yield f"{notice}: there is no such notice"
        return
    for name, source in template.fill.items():
        wanted = source if isinstance(source, str) else source.value if isinstance(source, Value) else None
        if wanted is not None and wanted not in names:
            has = f"it has {', '.join(sorted(names))}" if names else "it has none"
            yield f"{notice}.fill.{name}: no value {wanted!r} in this notice; {has}"


def values_of(notice: str) -> frozenset[str] | None:
    """The values by which its first line is filled. None: it is no notice."""
    said = texts(LANGUAGES[0]).get(notice)
    if said is None or not notice.startswith(NOTICES):
        return None
    if isinstance(said, Forms):
        said = said.other
    return frozenset() if isinstance(said, str) else frozenset(name for _, name, _ in said if name)
