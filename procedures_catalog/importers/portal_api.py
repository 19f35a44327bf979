"""One procedure as the national portal's JSON of 2026 gives it: the list's row and the full detail.

The shape was read by third parties; there is no published contract (June to September 2026).
"""

from datetime import UTC, date, datetime, timedelta, timezone
from types import MappingProxyType
from typing import Any

from procedures_catalog.importers.markup import plain_text
from procedures_catalog.importers.reading import Note
from procedures_catalog.importers.rows import Row, all_words, keys, mappings, words

VIETNAM = timezone(timedelta(hours=7))

LEVELS = {"isMinistry": "cấp bộ", "isProvince": "tỉnh", "isWard": "xã", "isOtherAgency": "cơ quan khác"}
SCOPES = MappingProxyType({"STANDARD": "national", "SPECIFIC": "provincial", "STANDARD_INTERNAL": "internal"})
CHANNELS = MappingProxyType(
    {
        "DIRECT": ("trực tiếp",),
        "ONLINE": ("trực tuyến",),
        "POSTAL": ("bưu chính",),
        "DIRECT_AND_ONLINE": ("trực tiếp", "trực tuyến"),
    }
)
UNITS = {"WORKING_DAY": "Ngày làm việc", "DAY": "Ngày", "HOUR": "Giờ", "MONTH": "Tháng"}
IN_FORCE = ("ACTIVE", "UPDATED")
DETAIL = frozenset(("executionMethods", "executionCases", "executionSteps", "legalBasisesDetails"))
DESCRIBED = DETAIL | keys(
    "code name codeNotation type state decisionNo procedureProposal categoriesDetails category categories "
    "departments departmentPromulgate departmentPromulgateName departmentsExecuting unitGroupsExecuting "
    "executingAgencies dossierReceivingAddresses formalityTargetType subjectTypesDetails returningMethods "
    "resultsDetails updatedAt requirementsAndConditions"
)
# Keys without a place in a procedure, or that say again what others say.
KNOWN_AND_LEFT = keys(
    "id formalityType isInternal isWard isProvince isMinistry isOtherAgency isUndetermined isVertical "
    "isFullProcess isSharedService isOfflineOnly isNonTerritorial note keywords description departmentDetails "
    "departmentsAuthority departmentsAuthorized departmentsCoordinating unitGroupsAuthority unitGroupsAuthorized "
    "unitGroupsCoordinating serviceGroupsDetails departmentPromulgateCode cases fees createdAt profileComponents "
    "targetObjects authorizedAgencies delegatedAgencies coordinatingAgencies procedureRelatedGroup"
)


def is_detail(data: Row) -> bool:
    return not DETAIL.isdisjoint(data)


def unknown_keys(data: Row) -> frozenset[str]:
    """Keys nobody has described; identifiers say nothing of their own."""
    return frozenset(key for key in data.keys() - DESCRIBED - KNOWN_AND_LEFT if not key.endswith(("Id", "Ids")))


def to_row(data: Row) -> tuple[dict[str, Any], list[Note]]:
    """The portal's object in the shape of reading.py, and what was doubtful about it."""
    notes: list[Note] = []
    state = words(data.get("state"))
    if state and state not in IN_FORCE:
        notes.append(Note("state_not_active", state))
    row = common(data)
    return (row | detail(data, notes) if is_detail(data) else row | {"detail": "list"}), notes


def common(data: Row) -> dict[str, Any]:
    """What the list and the detail both say, each under its own name."""
    updated = day_of(data.get("updatedAt"))
    return {
        "code": data.get("code"),
        "name": plain_text(data.get("name")),
        "field": joined(names(data.get("categoriesDetails")) or all_words(data.get("categories"))),
        "agency": joined(executing(data)) or words(data.get("executingAgencies")),
        "applicants": names(data.get("subjectTypesDetails")) or listed(data.get("formalityTargetType")),
        "promulgator": words(data.get("departmentPromulgateName")) or words(data.get("departmentPromulgate")),
        "scope": SCOPES.get(str(data.get("type"))),
        "level": [label for key, label in LEVELS.items() if data.get(key) is True],
        "crawl_date": updated.isoformat() if updated else None,
    }


def detail(data: Row, notes: list[Note]) -> dict[str, Any]:
    return {
        "detail": "full",
        "decision_no": decision(data),
        "hand_in": plain_text(data.get("dossierReceivingAddresses")),
        "channels": [way for method in mappings(data.get("executionMethods")) for way in ways(method, notes)],
        "documents": [case(one) for one in mappings(data.get("executionCases"))],
        "steps_text": steps(data.get("executionSteps")),
        "requirements_text": plain_text(data.get("requirementsAndConditions")),
        "result": names(data.get("resultsDetails")),
        "legal_basis": [
            {"code": one.get("code"), "name": one.get("name")} for one in mappings(data.get("legalBasisesDetails"))
        ],
        "returning_methods": {str(one.get("type")): one.get("value") for one in mappings(data.get("returningMethods"))},
    }


def names(value: object) -> list[str]:
    return [name for one in mappings(value) if (name := words(one.get("name")))]


def listed(value: object) -> list[str]:
    return all_words(value) if isinstance(value, list) else []


def joined(texts: list[str]) -> str | None:
    return " ; ".join(dict.fromkeys(texts)) or None


def executing(data: Row) -> list[str]:
    found = names(data.get("departmentsExecuting")) + names(data.get("unitGroupsExecuting"))
    return found or listed(data.get("departments"))


def decision(data: Row) -> str | None:
    proposal = data.get("procedureProposal")
    held = proposal if isinstance(proposal, dict) else {}
    told = (data.get("decisionNo"), held.get("decisionNumber"), held.get("proposalNumber"))
    return next(filter(None, map(words, told)), None)


def steps(value: object) -> str | None:
    parts = (plain_text(one.get(key)) for one in mappings(value) for key in ("name", "description"))
    return "\n".join(filter(None, parts)) or None


def ways(method: Row, notes: list[Note]) -> list[dict[str, Any]]:
    """The method once for each way it stands for; a way nobody knows stays, so that nothing is denied."""
    named = str(method.get("submissionMethod"))
    if named not in CHANNELS:
        notes.append(Note("submission_method_unknown", named))
    about = plain_text(method.get("description"))
    way = {
        "duration_text": duration(method, about),
        "fee_items": [fee(one) for one in mappings(method.get("fees"))],
        "description": about,
    }
    return [way | {"channel": channel} for channel in CHANNELS.get(named, (named,))]


def duration(method: Row, about: str | None) -> str | None:
    """The time as the portal prints it. Without a unit the number means nothing and is handed on bare."""
    amount, unit = method.get("processingTime"), str(method.get("processingTimeUnit"))
    if isinstance(amount, str):
        return plain_text(amount)
    if isinstance(amount, bool) or not isinstance(amount, int | float) or (amount == 0 and unit == "OTHER" and about):
        return "Theo mô tả" if about else None
    if unit == "YEAR":
        amount, unit = amount * 12, "MONTH"
    return f"{amount:g} {UNITS.get(unit, '')}".strip()


def fee(item: Row) -> dict[str, Any]:
    """A fee whose words are in a file beside it is never a plain 0."""
    attached = item.get("attachment")
    file = words(attached.get("fileName")) if isinstance(attached, dict) else None
    about = plain_text(item.get("description")) or (f"theo tệp đính kèm {file}" if file else None)
    return {
        "type": item.get("type"),
        "value": item.get("value"),
        "currency": words(item.get("currencyName")) or words(item.get("currency")),
        "description": about,
    }


def case(group: Row) -> dict[str, Any]:
    return {"case": plain_text(group.get("name")), "documents": [paper(one) for one in components(group)]}


def components(group: Row) -> list[Row]:
    return mappings(group.get("profileComponents"))


def paper(item: Row) -> dict[str, Any]:
    files = (words(one.get("fileName")) for one in mappings(item.get("attachments")))
    return {
        "name": plain_text(item.get("name")),
        "originals": item.get("originalQty"),
        "copies": item.get("copyQty"),
        "form_file": " ; ".join(filter(None, files)) or None,
    }


def day_of(moment: object) -> date | None:
    """The day in Viet Nam of a moment in milliseconds since 1970.

    >>> day_of(1768496400000)
    datetime.date(2026, 1, 16)
    """
    if isinstance(moment, bool) or not isinstance(moment, int | float) or not 0 < moment < 1e14:
        return None
    return datetime.fromtimestamp(moment / 1000, UTC).astimezone(VIETNAM).date()
