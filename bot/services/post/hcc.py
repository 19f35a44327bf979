"""An order as VNPost's public administration service (HCC) takes it: the fields of order/post (DOMAIN §3.1).

Doubts. `SenderProvince` and `SenderDistrict` are whole numbers of a list that dates from before July 2025. Today's
province codes are sent, which keep the numbers of the old ones they go by; there are no districts any more, and 0 is
sent for them (production code of 2020 sends 0 for "none", too; DOMAIN §1.6). There is no field for the visit, nor for
a result brought home: both are told in `Description`, for a person to read.
"""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from bot.pickup.order import Address, Order, PaperLine, Person, Visit
from knowledge.places import Commune

NO_DISTRICT = 0
LONGEST = 1000  # characters of a text field; no limit is published
SHIFTS = {"morning": "buổi sáng (8-11 giờ)", "afternoon": "buổi chiều (13-17 giờ)"}
FORMS = {
    "original": "bản chính",
    "certified_copy": "bản sao chứng thực",
    "photocopy": "bản chụp",
    "copy": "bản sao",
    "shown_at_desk": "xuất trình",
}

Communes = Callable[[str], Commune]  # by code; raises LookupError


def order_fields(order: Order, visit: Visit, communes: Communes, customer: str) -> dict[str, Any]:
    """The body of order/post."""
    home = communes(order.address.commune)
    desk = communes(order.agency.commune) if order.agency.commune else None
    return {
        "CustomerCode": customer,
        "OrderNumber": order.number,
        "CODAmount": 0,
        "SenderProvince": int(home.province.code),
        "SenderDistrict": NO_DISTRICT,
        "SenderAddress": written_address(order.address, home),
        "SenderName": order.sender.name,
        "SenderEmail": "",
        "SenderTel": local(order.sender.phone),
        "SenderDesc": shortened("; ".join(map(paper_line, order.papers))),
        "Description": shortened(". ".join(description(order, visit, communes))),
        "ReceiverName": order.agency.name,
        "ReceiverAddress": desk.full if desk else order.agency.name,
        "ReceiverTel": "",
        "ReceiverProvince": int(order.agency.province),
        "ReceiverDistrict": NO_DISTRICT,
        "ReceiverEmail": "",
    }


def description(order: Order, visit: Visit, communes: Communes) -> Iterator[str]:
    """What has no field of its own, what matters most first."""
    yield f"Hẹn thu gom {written_day(visit.day)} {SHIFTS[visit.shift]}"
    yield f"Thủ tục: {order.procedure_name} ({order.procedure})"
    if order.back:
        yield "Phát kết quả tại nhà" + "".join(f"; {part}" for part in way_back(order, communes))
    if order.forward_fee:
        yield "Thu hộ phí, lệ phí"
    if order.exemption:
        yield f"Đề nghị miễn, giảm giá cước ({order.exemption})"
    if order.grams:
        yield f"Khoảng {order.grams} g"
    if order.note:
        yield f"Ghi chú: {order.note}"


def way_back(order: Order, communes: Communes) -> Iterator[str]:
    """Where to and to whom, when that is not where and of whom the dossier was fetched."""
    if order.back and order.back.to:
        yield f"địa chỉ nhận: {written_address(order.back.to, communes(order.back.to.commune))}"
    if order.back and order.back.receiver:
        yield f"người nhận: {told(order.back.receiver)}"


def written_address(address: Address, commune: Commune) -> str:
    parts = [address.street]
    if address.landmark:
        parts.append(f"gần {address.landmark}")
    if address.said:
        parts.append(f"tên cũ: {address.said}")
    return ", ".join((*parts, commune.full))


def paper_line(paper: PaperLine) -> str:
    form = f" ({FORMS[paper.form]})" if paper.form else ""
    return f"{paper.count} {paper.name}{form}" + ("" if paper.ready else " - chưa có")


def told(person: Person) -> str:
    return f"{person.name} {local(person.phone)}"


def local(phone: str) -> str:
    """
    >>> local("+84912345678")
    '0912345678'
    """
    return f"0{phone.removeprefix('+84')}" if phone.startswith("+84") else phone


def written_day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def shortened(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
