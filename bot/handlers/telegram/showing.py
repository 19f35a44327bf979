"""Messages as Telegram shows them: which calls show them, in which order, and the HTML of each."""

import html
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from telegram.constants import MessageLimit

from bot.dialogue.step import Kind, Want, text
from bot.handlers.languages import language_of
from bot.handlers.numbering import written_out
from bot.handlers.splitting import fits, parts, utf16
from bot.texts.message import Message, ShownButton, ShownFile, ShownLine
from bot.texts.render import words

LONGEST = int(MessageLimit.MAX_TEXT_LENGTH)  # UTF-16 units of what is left when the HTML is read
CAPTION = int(MessageLimit.CAPTION_LENGTH)
MAY_BE_OPENED = ("https://",)  # of "tel:" Telegram drops the link (tdlib/td, LinkManager)
WORDLESS = ShownLine("👇")  # what stands over choices that come alone: Telegram takes no empty message

DRESS: Mapping[Kind, tuple[str, str]] = {
    "title": ("<b>", "</b>"),
    "heading": ("<b>", "</b>"),
    "text": ("", ""),
    "item": ("• ", ""),
    "note": ("<i>", "</i>"),
    "warning": ("⚠️ <b>", "</b>"),
}
MARKS: Mapping[Kind, str] = {"item": "• ", "warning": "⚠️ "}


@dataclass(frozen=True)
class Part:
    """What one call shows: lines, or a file."""

    lines: tuple[ShownLine, ...] = ()
    buttons: tuple[ShownButton, ...] = ()
    wants: Want | None = None  # with the keyboard to share it by
    language: str = "vi"  # of that keyboard
    file: ShownFile | None = None
    redraws: bool = False

    @property
    def html(self) -> str:
        return "\n".join(map(as_html, self.lines))

    @property
    def plain(self) -> str:
        return "\n".join(MARKS.get(line.kind, "") + line.words for line in self.lines)


def planned(messages: Iterable[Message], *, public: bool = False) -> list[Part]:
    """The same messages give the same parts, so that what has arrived can be told by its count.

    In `public` nobody is asked to share anything: Telegram allows it in private chats only.
    """
    return [part for message in messages for part in of_message(message, public=public)]


def of_message(message: Message, *, public: bool) -> list[Part]:
    """The choices stand under the last words. A keyboard cannot stand with them, so it comes with words of its own."""
    shown = [Part(lines) for lines in parts(visible(message.lines), LONGEST, utf16)]
    if message.buttons and not shown:
        shown = [Part((WORDLESS,))]
    if message.buttons:
        shown[-1] = replace(shown[-1], buttons=message.buttons)
    if message.redraws and len(shown) == 1:
        shown[0] = replace(shown[0], redraws=True)
    if message.wants and not public:
        shown = with_keyboard(shown, message.wants, language_of([message]))
    return [*shown, *(Part(file=file) for file in message.files)]


def with_keyboard(shown: list[Part], wanted: Want, language: str) -> list[Part]:
    if shown and not shown[-1].buttons:
        return [*shown[:-1], replace(shown[-1], wants=wanted, language=language, redraws=False)]
    invitations = {"contact": text("tg.share.contact"), "place": text("tg.share.place")}
    return [*shown, Part((ShownLine(words(invitations[wanted], language)),), wants=wanted, language=language)]


def visible(lines: Iterable[ShownLine]) -> list[ShownLine]:
    """Numbers to call are written out: phones make links of them, and Telegram drops ours."""
    shown = (written_out(line) if (line.link or "").startswith("tel:") else line for line in lines)
    return [line for line in shown if line.words.strip()]


def as_html(line: ShownLine) -> str:
    """
    >>> as_html(ShownLine("Ông A & <bà> B", "title", "https://a.vn/?a=1&b=2"))
    '<b><a href="https://a.vn/?a=1&amp;b=2">Ông A &amp; &lt;bà&gt; B</a></b>'
    """
    before, after = DRESS[line.kind]
    inside = html.escape(line.words, quote=False)
    if line.link and line.link.startswith(MAY_BE_OPENED):
        inside = f'<a href="{html.escape(line.link)}">{inside}</a>'
    return f"{before}{inside}{after}"


def caption(file: ShownFile) -> str:
    """
    >>> caption(ShownFile("slip/1", "Phiếu gửi hồ sơ"))
    'Phiếu gửi hồ sơ'
    """
    return file.label if utf16(file.label) <= CAPTION else file.label[: fits(file.label, CAPTION, utf16)]
