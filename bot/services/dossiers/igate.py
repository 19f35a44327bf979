"""VNPT iGate v2: `GET {api}/pa/dossier/search` (DOMAIN §3.5).

    ?code=H15.7-261121-0001&identity-number=&spec=slice&page=0&size=10        Authorization: Bearer …

    {"content": [{"code", "nationCode", "applicant": {"data": {"fullname", "ownerFullname", "phoneNumber",
    "identityNumber"}}, "procedure": {"code", "translate": {"name"} or [{"name"}]}, "agency": {"name"},
    "dossierStatus": {"id", "name"}, "statusCurrentTask", "applyMethod": {"id", "name"}, "appliedDate", "acceptedDate",
    "appointmentDate": "2026-11-24T17:00:00.000+0700", "completedDate", "returnedDate", "accepter": {"fullname"},
    "currentTask": [{"agency": {"name"}, "assignee": {"fullname"}, "createdDate"}]}]}

It is a search: what it finds may only begin like the code. Of a task the department is taken; officials' names
(accepter, assignee) are left there. The token is of a Keycloak, realm `digo`. What the fields of applicant.data are
called besides `fullname` differs between provinces, so several names are tried. Assumed, as no client shows it: `task`
(all of them), `reason`, `additionalPapers`, `additionalDueDate`, `fee`, `apology`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from yarl import URL

from bot.dossiers.dossier import Answer
from bot.services.dossiers.calls import Caller, not_understood
from bot.services.dossiers.paths import first, parse
from bot.services.dossiers.plain import same, text_of
from bot.services.dossiers.reading import Did, Reader, Told, answers_to
from bot.services.dossiers.statuses import Statuses
from bot.services.http import Call

A_PAGE = "10"
VIETNAMESE = "228"  # languageId


@dataclass(frozen=True)
class IGate:
    """`api`: where /pa/dossier/search is below."""

    key: str
    api: URL
    caller: Caller
    reader: Reader
    at_most: int = 1

    async def look(self, codes: Sequence[str], identity: str | None = None) -> Mapping[str, Answer]:
        found: dict[str, Answer] = {}
        for code in codes:
            found |= await self._look(code, identity)
        return found

    async def _look(self, code: str, identity: str | None) -> Mapping[str, Answer]:
        query = {"code": code, "identity-number": identity or "", "spec": "slice", "page": "0", "size": A_PAGE}
        call = Call(self.key, "GET", self.api / "pa/dossier/search", {"Accept": "application/json"}, query)
        answer = await self.caller.ask(call)
        items = answer.get("content") if isinstance(answer, dict) else None
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            raise not_understood(self.key)
        return answers_to([code], [(code_of(item, code), item) for item in items], self._read, self.reader)

    def _read(self, code: str, item: Mapping[str, Any]) -> Answer:
        return self.reader.read(told(code, item, self.reader.statuses))


def code_of(item: Mapping[str, Any], asked: str) -> str:
    """Its own, or the national one when that is the one asked for."""
    codes = [text_of(item.get("code")), text_of(item.get("nationCode"))]
    return next((code for code in codes if same(code, asked)), codes[0])


def told(code: str, item: Mapping[str, Any], statuses: Statuses) -> Told:
    """The name of a status counts; its number where nobody knows the name."""
    owner = first(item, "applicant.data")
    name = name_of(first(item, "dossierStatus.name")) or name_of(first(item, "dossierTaskStatus.name"))
    return Told(
        code=code,
        status=name if statuses.meaning(name) else first(item, "dossierStatus.id"),
        status_words=name,
        procedure=first(item, "procedure.code", "procedure.nationCode"),
        title=name_of(first(item, "procedure.translate", "procedure.name")),
        agency=name_of(first(item, "agency.name", "agency.translate", "agency")),
        channel=name_of(first(item, "applyMethod.name", "applyMethod")),
        received=item.get("acceptedDate"),
        due=item.get("appointmentDate"),
        finished=item.get("completedDate"),
        returned=item.get("returnedDate"),
        steps=[Did(first(task, "createdDate"), words_of_task(item, task), unit_of(task)) for task in tasks_of(item)],
        papers=list(parse("additionalPapers[*]").each(item)),
        supply_by=item.get("additionalDueDate"),
        fee=item.get("fee"),
        reason=first(item, "reason", "dossierStatus.comment"),
        apology_due=first(item, "apology.appointmentDate"),
        apology_reason=first(item, "apology.reason"),
        name=first(owner, "ownerFullname", "fullname", "fullName"),
        phone=first(owner, "ownerPhoneNumber", "phoneNumber", "phone"),
        identity=first(owner, "ownerIdentityNumber", "identityNumber", "identity_number", "identity"),
    )


def name_of(value: Any) -> Any:
    """A name may be text, or {"name"}, or a list with one for each language."""
    if isinstance(value, list):
        wanted = (item for item in value if isinstance(item, dict) and text_of(item.get("languageId")) == VIETNAMESE)
        return name_of(next(wanted, value[0] if value else None))
    return name_of(first(value, "name", "translate")) if isinstance(value, dict) else value


def tasks_of(item: Mapping[str, Any]) -> list[Any]:
    """All of them where they are told, otherwise the one under way."""
    tasks = item.get("task") or item.get("currentTask")
    return tasks if isinstance(tasks, list) else [tasks] if isinstance(tasks, dict) else []


def words_of_task(item: Mapping[str, Any], task: Any) -> Any:
    return name_of(first(task, "bpmProcessDefinitionTask.name")) or name_of(item.get("statusCurrentTask"))


def unit_of(task: Any) -> Any:
    return name_of(first(task, "agency.name", "agency.translate", "candidateGroup[0].name"))
