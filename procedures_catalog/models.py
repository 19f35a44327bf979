"""What the State and the post publish about a procedure: facts with a unit, a source and a date.

`None` always means "not known". It never means free, zero, never or no.
"""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, HttpUrl, StringConstraints, model_validator

ProcedureCode = Annotated[str, StringConstraints(pattern=r"^\d\.\d{6}$")]  # mã thủ tục, e.g. 1.001193
Words = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Amount = Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=2)]  # VND

Channel = Literal["direct", "online", "post"]  # trực tiếp, trực tuyến, bưu chính công ích
Level = Literal["commune", "province", "ministry", "other"]  # cấp thực hiện; no district since 1/7/2025
Applicant = Literal[
    "citizen",  # công dân Việt Nam
    "overseas_vietnamese",  # người Việt Nam định cư ở nước ngoài
    "foreigner",
    "household_business",  # hộ kinh doanh
    "enterprise",
    "cooperative",
    "organisation",
    "foreign_organisation",
    "official",  # cán bộ, công chức, viên chức
]


class Fact(BaseModel):
    """Base of everything in the catalogue: immutable, and a misspelt key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(Fact):
    """Where a fact can be checked by hand, and of which day it is."""

    document: Words  # số hiệu văn bản, e.g. 1872/QĐ-BTP
    article: Words | None = None  # điều, khoản
    url: HttpUrl | None = None
    as_of: date  # the day the published text was read; the fact may have changed since


class LegalBasis(Fact):
    """One legal document a procedure rests on (căn cứ pháp lý)."""

    document: Words  # số hiệu
    name: Words | None = None


class FormTemplate(Fact):
    """The blank to fill (mẫu đơn, tờ khai)."""

    name: Words  # e.g. CT01
    file: Words | None = None  # file name as the portal publishes it
    url: HttpUrl | None = None


class RequiredDocument(Fact):
    """One line of the checklist (thành phần hồ sơ)."""

    name: Words  # short plain words
    form: Literal["original", "certified_copy", "photocopy", "copy", "shown_at_desk"] | None
    # bản chính · bản sao chứng thực · bản chụp · bản sao, kind not published · xuất trình · None: not published
    count: int = Field(1, ge=1)
    only_if: Words | None = None  # the condition under which it is needed, in the citizen's words
    instead: tuple[Words, ...] = ()  # papers accepted in its place
    template: FormTemplate | None = None
    note: Words | None = None


class Case(Fact):
    """A situation (trường hợp) the citizen is in or not; its papers are added to the common ones."""

    name: Words
    documents: tuple[RequiredDocument, ...] = ()
    note: Words | None = None


class Fee(Fact):
    """A sum due to the State from one day to another. Free is an amount of 0 that a text sets."""

    kind: Literal["phi", "le_phi", "gia"]  # phí · lệ phí · giá dịch vụ
    amount: Amount | None
    unit: Literal["VND/dossier", "VND/copy", "VND/page", "VND/card", "VND/person", "VND/time"] = "VND/dossier"
    unknown: Literal["set_by_province", "depends", "contradictory", "not_published"] | None = None
    channels: tuple[Channel, ...] = ()  # empty: whichever way the dossier is handed in
    only_if: Words | None = None  # for whom, or in which case
    note: Words | None = None
    valid_from: date | None = None
    valid_until: date | None = None  # last day
    source: Source | None = None  # None: the procedure's own source

    @model_validator(mode="after")
    def unknown_has_a_reason(self) -> Self:
        if (self.amount is None) != (self.unknown is not None):
            raise ValueError("`unknown` says why `amount` is null, and stands only there")
        return self

    @model_validator(mode="after")
    def dates_in_order(self) -> Self:
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            raise ValueError("valid_until lies before valid_from")
        return self

    def applies_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )


class Duration(Fact):
    """The time the agency has (thời hạn giải quyết). 0 working days: within the day."""

    amount: Annotated[int, Field(ge=0)] | None
    unit: Literal["working_day", "day", "hour", "month"] = "working_day"
    channels: tuple[Channel, ...] = ()
    only_if: Words | None = None
    note: Words | None = None


PostalObstacle = Literal[
    "must_appear_in_person",  # người làm thủ tục phải có mặt
    "biometrics",  # lấy vân tay, ảnh, mống mắt tại chỗ
    "both_must_sign",  # hai bên phải cùng có mặt ký
    "inspection",  # phải mang phương tiện, hàng hóa, công trình tới kiểm tra
    "examination",  # phải khám, thi, sát hạch
    "shown_at_desk_only",  # giấy tờ gốc phải đối chiếu tại chỗ
    "online_only",
    "nothing_to_return",  # kết quả không phải giấy tờ, hoặc chỉ có bản điện tử
    "not_offered",  # the agency does not list the post as a way
]


class PostalWay(Fact):
    """Whether one direction can go by the public post (BCCI), and if not, why."""

    possible: bool | None
    obstacle: PostalObstacle | None = None
    note: Words | None = None
    source: Source | None = None  # None: the procedure's own source

    @model_validator(mode="after")
    def a_no_has_a_reason(self) -> Self:
        if (self.possible is False) != (self.obstacle is not None):
            raise ValueError("`obstacle` says why `possible` is false, and stands only there")
        return self


class Postal(Fact):
    """Sending the dossier and getting the result home are two separate facts (QĐ 45/2016/QĐ-TTg Điều 5)."""

    send: PostalWay
    back: PostalWay


class Procedure(Fact):
    """One administrative procedure (thủ tục hành chính)."""

    code: ProcedureCode
    name: Words  # as published
    short: Annotated[Words, Field(max_length=40)] | None = None  # fits a button
    english: Words | None = None
    also_called: tuple[Words, ...] = ()  # in a layer of a province's own; of the others knowledge/data/lexicon tells
    domain: Words | None = None  # lĩnh vực
    scope: Literal["national", "provincial", "internal"] = "national"
    issued_by: Words | None = None  # cơ quan ban hành: a ministry, or the province of a provincial procedure
    levels: tuple[Level, ...] = ()
    authority: Words | None = None  # cơ quan thực hiện
    hand_in: Words | None = None  # where the dossier is handed in, in plain words
    applicants: tuple[Applicant, ...] = ()
    summary: Words | None = None  # what it is for, in one or two plain sentences
    advice: tuple[Words, ...] = ()  # what people often miss
    documents: tuple[RequiredDocument, ...] | None  # papers everyone needs; None: not published
    cases: tuple[Case, ...] = ()
    fees: tuple[Fee, ...] = ()  # empty: not known
    durations: tuple[Duration, ...] = ()  # empty: not known
    result: tuple[Words, ...] = ()
    online: bool | None = None  # whether it can be filed on the national portal
    postal: Postal
    legal_basis: tuple[LegalBasis, ...] = ()
    source: Source

    @property
    def title(self) -> str:
        """The name to put on a button or a heading: "thủ tục" before it says nothing."""
        bare = self.name.removeprefix("Thủ tục ").lstrip()
        return self.short or bare[:1].upper() + bare[1:]
