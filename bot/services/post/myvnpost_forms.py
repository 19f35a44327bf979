"""What is sent to MyVNPost: an order, its correction, and the question what it costs.

Known from clients in use: every field name, type GUI, vehicle BO, sendType 1 (collected at home), the district VNPOST
for addresses of two levels, the other names and capitals of a correction, AffairType 02.
Assumed, as no field for the day of collection has been seen: the day stands in words in deliveryInstruction, the shift
in deliveryTime as well (S morning, C afternoon); PickupDateTime of a correction is when the shift begins.
An order has one direction: from the citizen to the desk. That the result is to be brought home, where and to whom,
stands in its instruction; whoever posts the result there orders under our number and "-KQ" (myvnpost_answers.BACK).
"""

from datetime import datetime, time
from typing import Any, Final

from bot.pickup.order import Address, Order, Person, Return, Visit
from bot.services.post.myvnpost_account import Account
from bot.services.post.myvnpost_answers import BACK, Record
from bot.services.post.myvnpost_areas import Area
from knowledge.moments.reader import Shift

DISTRICT = "VNPOST"
CODES: Final[dict[Shift, str]] = {"morning": "S", "afternoon": "C"}
WORDS: Final[dict[Shift, str]] = {
    "morning": "sáng (8-11h)",
    "afternoon": "chiều (13-17h)",
}  # hours of the post's own page
BEGINS: Final[dict[Shift, time]] = {"morning": time(8), "afternoon": time(13)}
MOST_NAME, MOST_WORDS = 150, 500  # characters; what the post allows is not published


def creation(order: Order, account: Account, home: Area, desk: Area) -> dict[str, Any]:
    return {
        "orderCreationStatus": 1,  # 0 would be a draft
        "type": "GUI",
        "customerCode": account.customer,
        "contractCode": account.contract,
        "informationOrder": {
            **party("sender", order.sender.name, phone(order.sender), address(order.address), home),
            **party("receiver", order.agency.name, account.desk_phone, order.agency.name, desk),
            **parcel(order, account),
            "saleOrderCode": order.number,
            "contentNote": contents(order),
            "orgCodeCollect": None,
            "sendType": "1",
            "isBroken": "0",
            "deliveryTime": CODES[order.visit.shift],
            "deliveryRequire": "1",  # the receiver does not open it first
            "deliveryInstruction": instruction(order, order.visit),
        },
    }


def parcel(order: Order, account: Account) -> dict[str, Any]:
    return {
        "serviceCode": account.service,
        "addonService": [],
        "additionRequest": [],
        "orgCodeAccept": None,
        "weight": str(grams(order)),
        "width": None,
        "length": None,
        "height": None,
        "vehicle": "BO",
    }


def correction(order: Order, account: Account, home: Area, desk: Area, record: Record, visit: Visit) -> dict[str, Any]:
    """All of the order again, with another visit."""
    begins = datetime.combine(visit.day, BEGINS[visit.shift])
    weight = str(grams(order))
    return {
        "OriginalId": record.original,
        "SourceCode": "MYVNP",
        "ServiceCode": account.service,
        "ItemCode": record.item or "",
        "AffairType": "02",
        "OrderCode": record.item or "",
        "FlagConfig": "1",
        "Contents": contents(order),
        "Vehicle": "BO",
        "UndeliverGuide": instruction(order, visit),
        "POPickupCode": "",
        "PickupDateTime": f"{begins:%d/%m/%Y %H:%M:%S}",
        "CODAmount": 0,
        "Sender": {
            "OrgCode": account.customer,
            "ContractNumber": account.contract or "",
            **corrected(order.sender.name, phone(order.sender), address(order.address), home),
        },
        "Receiver": {"OrgCode": "", **corrected(order.agency.name, account.desk_phone, order.agency.name, desk)},
        "Addons": [],
        "Package": {
            "Weight": weight,
            "Length": "",
            "Width": "",
            "Height": "",
            "PriceWeight": weight,
            "IsVolume": False,
        },
        "useBCP": 1,
    }


def charge(order: Order, account: Account, home: Area, desk: Area) -> dict[str, Any]:
    return {
        "scope": 1,  # within the country
        "customerCode": account.customer,
        "contractNumber": account.contract,
        "data": {
            **codes("sender", home),
            **codes("receiver", desk),
            "receiverNational": "VN",
            "receiverCity": None,
            "receiverPostCode": "",
            **parcel(order, account),
            "weight": grams(order),
        },
    }


def party(side: str, name: str, phone: str, street: str, area: Area) -> dict[str, Any]:
    named = {"Name": name[:MOST_NAME], "Phone": phone, "Email": None, "Address": street}
    places = {"ProvinceName": area.province_name, "CommuneName": area.commune_name}
    return {side + key: value for key, value in {**named, **places}.items()} | codes(side, area)


def codes(side: str, area: Area) -> dict[str, Any]:
    told = {"ProvinceCode": area.province, "DistrictCode": DISTRICT, "CommuneCode": area.commune}
    return {side + key: value for key, value in told.items()}


def corrected(name: str, phone: str, street: str, area: Area) -> dict[str, Any]:
    whose = {"Fullname": name[:MOST_NAME], "Phone": phone, "Address": street}
    commune = area.commune or ""
    return whose | {"Province": area.province, "District": DISTRICT, "Commune": commune, "Postcode": commune}


def contents(order: Order) -> str:
    return (
        f"Hồ sơ TTHC {order.procedure}, {sum(paper.count for paper in order.papers)} giấy tờ: {order.procedure_name}"[
            :MOST_WORDS
        ]
    )


def instruction(order: Order, visit: Visit) -> str:
    """For the postman, the surest first: what is too long loses its end."""
    parts = [f"Thu gom {visit.day:%d/%m/%Y} buổi {WORDS[visit.shift]}"]
    if order.back:
        parts.append(f"Trả kết quả tận nhà, mã đơn {order.number}{BACK}" + back_to(order))
    if order.forward_fee:
        parts.append("Nộp hộ phí, lệ phí cho cơ quan")
    if order.address.said:
        parts.append(f"Địa chỉ cũ: {order.address.said}")
    if order.note:
        parts.append(order.note)
    return ". ".join(parts)[:MOST_WORDS]


def back_to(order: Order) -> str:
    """Empty: to whoever handed it over, where they did."""
    if order.back is None or (order.back.to is None and order.back.receiver is None):
        return ""
    receiver = order.back.receiver or order.sender
    return f", cho {receiver.name}, {phone(receiver)}, {address(order.back.to or order.address)}"


def address(address: Address) -> str:
    return ", ".join(part for part in (address.street, address.landmark) if part)


def phone(person: Person) -> str:
    """As it is dialled here.

    >>> phone(Person(name="An", phone="+84912345678"))
    '0912345678'
    """
    return "0" + person.phone.removeprefix("+84") if person.phone.startswith("+84") else person.phone


def grams(order: Order) -> int:
    """What was said, or the weight that the quote reckoned with."""
    return order.grams or order.quote.grams


def private_of(order: Order) -> tuple[str, ...]:
    """What must not turn up in an error."""
    back = order.back or Return()
    people = [order.sender, *([back.receiver] if back.receiver else [])]
    places = [order.address, *([back.to] if back.to else [])]
    streets = [part for place in places for part in (place.street, place.landmark, place.said) if part]
    return (*(person.name for person in people), *(phone(person) for person in people), *streets)
