"""What is said of a followed dossier to a citizen who did not ask: the words of the dialogue, with what they need."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.dialogue.dossiers import notices
from bot.dialogue.step import Reply
from bot.dossiers.changes import Change
from bot.dossiers.dossier import Dossier
from bot.work.telling import Listener
from knowledge.calendar import WorkingCalendar
from knowledge.tongue import Language
from procedures_catalog.catalog import Catalog
from procedures_catalog.models import Procedure


@dataclass(frozen=True)
class DossierWords:
    """Fits Tell (telling.py)."""

    catalog: Catalog
    calendar: WorkingCalendar
    here: Callable[[], datetime]  # in Viet Nam, without its zone
    system: Callable[[str, Language], str | None]  # name, for people, of the system that knows a code
    keep_days: int  # how long what is kept of an ended dossier is kept

    def change(self, dossier: Dossier, change: Change, listener: Listener) -> Reply | None:
        return notices.notice(
            dossier,
            change,
            proved=listener.proved,
            order=listener.order,
            now=self.here(),
            calendar=self.calendar,
            trial=listener.trial,
            procedure=self._procedure(dossier),
            language=listener.language,
            system=self.system(dossier.code, listener.language),
            as_of=listener.as_of,
            post=listener.post,
            kept_until=self._kept_until(),
        )

    def back(self, dossier: Dossier, listener: Listener) -> Reply | None:
        return notices.back_again(
            dossier,
            proved=listener.proved,
            order=listener.order,
            now=self.here(),
            calendar=self.calendar,
            trial=listener.trial,
            lasting=listener.lasting,
            procedure=self._procedure(dossier),
            language=listener.language,
            system=self.system(dossier.code, listener.language),
            post=listener.post,
        )

    def not_there(self, code: str, listener: Listener) -> Reply | None:
        return notices.not_there(code, order=listener.order, trial=listener.trial)

    def _procedure(self, dossier: Dossier) -> Procedure | None:
        return self.catalog.get(dossier.procedure) if dossier.procedure else None

    def _kept_until(self) -> date:
        return self.here().date() + timedelta(days=self.keep_days)
