"""Facts of the catalogue as lines to say: which text, filled with what. No words here, they are in bot/texts."""

from collections.abc import Iterable

from bot.dialogue.step import Text, Words, text
from knowledge.explanation import Paper
from procedures_catalog.models import Channel, Duration, Fee, LegalBasis, PostalWay, Procedure, RequiredDocument, Source


def joined(*parts: Words | None) -> Text:
    """What there is of the parts, one after the other."""
    return text("join.dash", parts=tuple([p for p in parts if p]))


def paper_line(paper: Paper) -> Text:
    document = paper.document
    return joined(document_name(document), document_form(document), condition(document.only_if))


def paper_of_case(paper: Paper, procedure: Procedure) -> Text:
    """With the case it belongs to, for a list in which all cases stand."""
    case, _, _ = paper.key.partition("/")
    return joined(
        paper_line(paper), None if case == "-" else text("papers.of_case", case=procedure.cases[int(case)].name)
    )


def paper_in_full(paper: Paper) -> Text:
    document = paper.document
    instead = text("paper.instead", papers=document.instead) if document.instead else None
    return joined(paper_line(paper), instead, document.note)


def document_name(document: RequiredDocument) -> Words:
    template = document.template
    if template is None or template.name in document.name:
        return document.name
    return text("paper.template", name=document.name, template=template.name)


def document_form(document: RequiredDocument) -> Text:
    form = text(f"form.{document.form or 'unknown'}")
    return text("paper.count", count=document.count, form=form) if document.count > 1 else form


def condition(only_if: str | None) -> Text | None:
    return text("only_if", condition=only_if) if only_if else None


def applies_if(only_if: str | None) -> Text | None:
    return text("applies_if", condition=only_if) if only_if else None


def channels(where: tuple[Channel, ...]) -> Text | None:
    return text("by_channel", channels=tuple(text(f"channel.{c}") for c in where)) if where else None


def fee_line(fee: Fee) -> Text:
    return joined(
        text("fee.line", kind=text(f"fee_kind.{fee.kind}"), sum=fee_sum(fee)),
        channels(fee.channels),
        applies_if(fee.only_if),
    )


def fee_among(fee: Fee) -> Text:
    """With its note when nothing else tells it from the fees beside it."""
    return fee_line(fee) if fee.channels or fee.only_if else joined(fee_line(fee), fee.note)


def fee_in_full(fee: Fee) -> Text:
    basis = text("fee.basis", source=cited(fee.source)) if fee.source else None
    return joined(fee_line(fee), fee.note, basis)


def fee_sum(fee: Fee) -> Text:
    if fee.amount is None:
        return text(f"fee_unknown.{fee.unknown}")
    if fee.amount == 0:
        return text("fee.free")
    return text("fee.sum", sum=fee.amount, unit=text(f"unit.{fee.unit.removeprefix('VND/')}"))


def duration_line(duration: Duration) -> Text:
    return joined(duration_words(duration), channels(duration.channels), applies_if(duration.only_if), duration.note)


def duration_words(duration: Duration) -> Text:
    if duration.amount is None:
        return text("time.unknown")
    if duration.amount == 0:
        return text("time.same_day")
    return text(f"time.{duration.unit}", amount=duration.amount)


def send_line(way: PostalWay) -> Text:
    return postal_line("send", way)


def back_line(way: PostalWay) -> Text:
    return postal_line("back", way)


def postal_line(direction: str, way: PostalWay) -> Text:
    if way.possible is None:
        return joined(text(f"post.{direction}_unknown"), way.note)
    if way.possible:
        return joined(text(f"post.{direction}_yes"), way.note)
    return joined(text(f"post.{direction}_no", reason=text(f"obstacle.{way.obstacle}")), way.note)


def phone(number: str) -> str:
    """In groups, as people read it out.

    >>> phone("1900545481"), phone("18001096")
    ('1900 54 54 81', '1800 1096')
    """
    head, rest = number[:4], number[4:]
    size = 4 if len(rest) == 4 else 2
    return " ".join((head, *(rest[i : i + size] for i in range(0, len(rest), size))))


def place_words(procedure: Procedure) -> Words:
    return procedure.hand_in or procedure.authority or text("place.unknown")


def cited(source: Source) -> Words:
    return (
        text("source.article", document=source.document, article=source.article) if source.article else source.document
    )


def source_line(source: Source) -> Text:
    return text("source.line", source=cited(source), day=source.as_of)


def sources_line(sources: Iterable[Source]) -> Text:
    return text("source.lines", sources=tuple(text("source.of_day", source=cited(s), day=s.as_of) for s in sources))


def basis_line(basis: LegalBasis) -> Words:
    if not basis.name or basis.document in basis.name:
        return basis.name or basis.document
    return text("basis.named", document=basis.document, name=basis.name)
