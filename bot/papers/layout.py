"""The slip laid out on its sheet. Imported when a slip is made: fpdf2 and the codes take long to import."""

from collections.abc import Iterable

from bot.dialogue.step import Words, text
from bot.papers import content
from bot.papers.codes import CODE128_QUIET, code128, qr
from bot.papers.content import Field, Known, Listed, Paragraph
from bot.papers.fonts import UNPRINTABLE, printable
from bot.papers.moment import in_vietnam
from bot.papers.sheet import HUGE, PLAIN, SMALL, Look, Said, Sheet
from bot.pickup.order import Order
from bot.texts.render import words
from knowledge.tongue import Language

QR_SIZE, BAR, BAR_HEIGHT = 27.0, 0.36, 11.0  # mm: what a phone and a hand scanner read with ease from paper
WIDTHS = (8.0, 66.0, 14.0, 14.0, 12.0, 16.0)  # mm, of the list's columns


class Tongues:
    """Puts words into Vietnamese and, where it is another, the citizen's language; remembers what was not printable."""

    def __init__(self, language: Language) -> None:
        self.languages = tuple(dict.fromkeys(("vi", language)))
        self.unprintable = False

    def __call__(self, said: Words) -> Said:
        """Once only, where all languages say the same: a name."""
        lines = tuple(dict.fromkeys(printable(words(said, language)) for language in self.languages))
        self.unprintable |= any(UNPRINTABLE in line for line in lines)
        return lines

    def line(self, said: Words) -> str:
        return " / ".join(self(said))


def laid_out(order: Order, item: str | None, known: Known, in_qr: str) -> bytes:
    say = Tongues(order.language)
    sheet = Sheet(look(order, say))
    head(sheet, order, in_qr, say)
    fields(sheet, content.parties(order, item, known), say)
    papers(sheet, order, say)
    fields(sheet, content.money(order, known), say, text("slip.money"))
    paragraphs(sheet, text("slip.rules"), content.rules(known), say)
    sign(sheet, say)
    paragraphs(sheet, text("slip.rights"), content.rights(order, known), say)
    if say.unprintable:
        sheet.say(say(text("slip.unprintable", sign=UNPRINTABLE)), sheet.epw)
    return sheet.written()


def look(order: Order, say: Tongues) -> Look:
    return Look(
        words(text("slip.name", number=order.number), "vi"),
        in_vietnam(order.ordered_at),
        say.line(text("slip.trial")) if order.trial else None,
        lambda page: say.line(text("slip.foot", number=order.number, page=page)),
    )


def head(sheet: Sheet, order: Order, in_qr: str, say: Tongues) -> None:
    """Title and bar code on the left, the QR code on the right."""
    square, top = qr(in_qr), sheet.y
    sheet.draw(square, (sheet.w - sheet.r_margin - QR_SIZE, top - 1), QR_SIZE / square.width)
    left = sheet.epw - QR_SIZE - 1
    sheet.say(say(text("slip.title")), left, HUGE, bold=True)
    sheet.say(say(text("slip.draft")), left, SMALL)
    sheet.ln(1)
    bars = code128(order.number)
    sheet.draw(bars, (sheet.l_margin - CODE128_QUIET * BAR, sheet.y), BAR, BAR_HEIGHT)
    sheet.ln(BAR_HEIGHT + 0.5)
    sheet.say(say(text("slip.number", number=order.number, day=in_vietnam(order.ordered_at).date())), left, bold=True)
    sheet.set_y(max(sheet.y, top + QR_SIZE - 1) + 1)
    sheet.rule(0, 0.3)
    sheet.ln(1)


def fields(sheet: Sheet, all_fields: Iterable[Field], say: Tongues, title: Words | None = None) -> None:
    """The title never stands alone at the end of a page."""
    for field in all_fields:
        values = [say(value) for value in field.values]
        if title:
            sheet.heading(say(title), sheet.height_of(values))
            title = None
        sheet.field(say(field.label), values, strong_first=field.strong)


def papers(sheet: Sheet, order: Order, say: Tongues) -> None:
    sheet.heading(say(text("slip.papers")))
    if not order.papers:
        sheet.say(say(text("slip.no_papers")), sheet.epw)
        return
    columns = ["\n".join(say(text(key))) for key in content.COLUMNS]
    sheet.grid(columns, [row(listed, say) for listed in content.papers(order)], WIDTHS)


def row(listed: Listed, say: Tongues) -> list[str]:
    name = say.line(listed.name)
    if listed.form:
        name = f"{name} ({say.line(listed.form)})"
    return [listed.number, name, listed.originals, listed.copies, listed.ready, listed.taken]


def paragraphs(sheet: Sheet, title: Words, said: Iterable[Paragraph], say: Tongues) -> None:
    sheet.heading(say(title))
    for paragraph in said:
        sheet.say(say(paragraph.words), sheet.epw, PLAIN - 0.5, bold=paragraph.strong)
        sheet.ln(0.5)


def sign(sheet: Sheet, say: Tongues) -> None:
    what = say(text("slip.sign_here"))
    sheet.sign_here(((say(text("slip.sign_sender")), what), (say(text("slip.sign_postman")), what)))
