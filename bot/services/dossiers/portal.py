"""The format in which dossiers are synchronised with the national portal, as a system to ask (DOMAIN §2.3).

    POST {url}   {"session": "…", "madonvi": "000.00.00.H56", "service": "TraCuuHoSo", "mahoso": "H56.14-261121-0001"}
    → {"error_code": "00", "result": [{"MaHoSo", "MaTTHC", "TenTTHC", "ChuHoSo", "SoDienThoai", "NgayTiepNhan":
      "20261121093000", "NgayHenTra", "TrangThaiHoSo": "4", "NgayKetThucXuLy", "NgayTra", "KenhThucHien", "DonViXuLy",
      "GhiChu", "DanhSachLePhi": [{"TenPhiLePhi", "Gia"}], "DanhSachHoSoBoSung": [{"NoiDungBoSung", "NgayBoSung",
      "TrangThaiBoSung", "DanhSachGiayToBoSung": [{"TenGiayTo"}]}], "DinhDanhCHS": [{"LoaiDinhDanh", "SoDinhDanh"}],
      "TienDoXuLy": [{"ThoiDiemXuLy", "PhongBanXuLy", "NoiDungXuLy", "NguoiXuLy", "TrangThai"}]}]}

The envelope (session, madonvi, service, mahoso; error_code 00 or 0, result) is that of VietOpenCPS. How progress comes
back is documented nowhere: it is taken from the dossier, or from beside `result`, under the names below; NguoiXuLy, the
official's name, is left there. `HinhThuc` is not read: beside NgayTra it may be how the result is given back; the way
in is KenhThucHien. Assumed, as nothing says so: GhiChu is the reason of a refusal or stop, ThoiHanBoSung the last day
to bring papers, NgayHenTraMoi and LyDoTreHan are those of the letter of apology.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from yarl import URL

from bot.dossiers.dossier import Answer
from bot.services.dossiers.calls import Caller, not_understood
from bot.services.dossiers.gateway import SystemDownError
from bot.services.dossiers.paths import first, parse
from bot.services.dossiers.plain import amount_of, same, short, text_of
from bot.services.dossiers.reading import Did, Reader, Told, answers_to
from bot.services.http import Call

GOOD = ("", "0", "00")  # error_code; OpenCPS of old sent none with what it found
PROGRESS = ("TienDoXuLy", "TienDo", "QuaTrinhXuLy", "tienTrinhDongBo")
CITIZEN_ID = "1"  # LoaiDinhDanh
SUPPLIED = ("true", "1")  # TrangThaiBoSung


@dataclass(frozen=True)
class PortalSync:
    """`unit`: our madonvi. The session comes with the caller's proof."""

    key: str
    url: URL
    caller: Caller
    reader: Reader
    unit: str | None = None
    at_most: int = 1

    async def look(self, codes: Sequence[str], identity: str | None = None) -> Mapping[str, Answer]:
        """`identity` is not asked for here."""
        found: dict[str, Answer] = {}
        for code in codes:
            found |= await self._look(code)
        return found

    async def _look(self, code: str) -> Mapping[str, Answer]:
        answer = await self.caller.ask(self._call(code))
        if not isinstance(answer, dict):
            raise not_understood(self.key)
        if (error := text_of(answer.get("error_code"))) not in GOOD:
            raise SystemDownError(f"{self.key}: error {short(error)} inside the answer")
        rows = answer.get("result")
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise not_understood(self.key)
        aside = progress_of(answer)
        items = [(text_of(row.get("MaHoSo")), (row, aside)) for row in map(dossier_in, rows)]
        return answers_to([code], items, self._read, self.reader)

    def _call(self, code: str) -> Call:
        unit = {"madonvi": self.unit} if self.unit else {}
        body = {**unit, "service": "TraCuuHoSo", "mahoso": code}
        return Call(self.key, "POST", self.url, {"Accept": "application/json"}, body=body)

    def _read(self, code: str, item: tuple[Mapping[str, Any], Sequence[Any]]) -> Answer:
        row, aside = item
        progress = progress_of(row) or [step for step in aside if same(text_of(first(step, "MaHoSo")), code)]
        return self.reader.read(told(code, row, progress))


def dossier_in(row: dict[str, Any]) -> dict[str, Any]:
    """Some put the dossier and its progress side by side: {"hoSo": {…}, "tienTrinhDongBo": […]}."""
    inner = row.get("hoSo")
    return {**row, **inner} if isinstance(inner, dict) else row


def progress_of(holder: Mapping[str, Any]) -> list[Any]:
    return next((found for name in PROGRESS if isinstance(found := holder.get(name), list)), [])


def told(code: str, row: Mapping[str, Any], progress: Sequence[Any]) -> Told:
    wanted = supplement_of(row)
    return Told(
        code=code,
        status=row.get("TrangThaiHoSo"),
        procedure=row.get("MaTTHC"),
        title=row.get("TenTTHC"),
        agency=row.get("DonViXuLy"),
        channel=row.get("KenhThucHien"),
        received=row.get("NgayTiepNhan"),
        due=row.get("NgayHenTra"),
        finished=row.get("NgayKetThucXuLy"),
        returned=row.get("NgayTra"),
        steps=[step_of(step) for step in progress if isinstance(step, dict)],
        papers=papers_of(wanted),
        supply_by=first(wanted, "ThoiHanBoSung"),
        fee=fees_of(row.get("DanhSachLePhi")),
        reason=first(wanted, "NoiDungBoSung") or row.get("GhiChu"),
        apology_due=row.get("NgayHenTraMoi"),
        apology_reason=row.get("LyDoTreHan"),
        name=row.get("ChuHoSo"),
        phone=row.get("SoDienThoai"),
        identity=identity_of(row),
    )


def step_of(step: Mapping[str, Any]) -> Did:
    return Did(step.get("ThoiDiemXuLy"), step.get("NoiDungXuLy"), step.get("PhongBanXuLy"))


def supplement_of(row: Mapping[str, Any]) -> Any:
    """The last request that still waits; or, where none says so, the last."""
    requests = [one for one in parse("DanhSachHoSoBoSung[*]").each(row) if isinstance(one, dict)]
    waiting = [one for one in requests if str(one.get("TrangThaiBoSung")).lower() not in SUPPLIED]
    return next(reversed(waiting or requests), None)


def papers_of(wanted: Any) -> list[Any]:
    papers = parse("DanhSachGiayToBoSung[*]").each(wanted)
    return [first(paper, "TenGiayTo", "TenTepDinhKem") if isinstance(paper, dict) else paper for paper in papers]


def fees_of(fees: Any) -> str | None:
    """Their sum; not known as soon as one of them is not."""
    amounts = [amount_of(first(fee, "Gia")) for fee in fees] if isinstance(fees, list) else []
    known = [amount for amount in amounts if amount is not None]
    return str(sum(known, Decimal(0))) if amounts and len(known) == len(amounts) else None


def identity_of(row: Mapping[str, Any]) -> Any:
    """The citizen's identity number before an older one."""
    papers = [one for one in parse("DinhDanhCHS[*]").each(row) if isinstance(one, dict)]
    papers.sort(key=lambda one: text_of(one.get("LoaiDinhDanh")) != CITIZEN_ID)
    return first(papers[0], "SoDinhDanh") if papers else first(row, "SoGiayToChuHoSo")
