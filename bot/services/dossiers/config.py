"""The systems of a YAML file (NOIDAI_DOSSIER_SYSTEMS), ready to be asked."""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, ClientTimeout, encode_basic_auth
from dotenv import dotenv_values
from yarl import URL

from bot.services.dossiers.auth import Auth, ByToken, Fixed, Given, Proof, by_client_credentials, by_login
from bot.services.dossiers.calls import Caller
from bot.services.dossiers.config_file import AnySystem, ConfigFile, SystemsError
from bot.services.dossiers.config_rules import (
    BasicAuth,
    DefaultPage,
    HeaderAuth,
    IGateRules,
    LimitRules,
    LoginAuth,
    MappedRules,
    Secret,
    SecretError,
    TokenAuth,
)
from bot.services.dossiers.gateway import DossierSystem
from bot.services.dossiers.guarded import Guarded
from bot.services.dossiers.igate import IGate
from bot.services.dossiers.mapping import MappedSystem, reader_of
from bot.services.dossiers.portal import PortalSync
from bot.services.dossiers.reading import Reader, here_and_now
from bot.services.dossiers.routes import ANY, PORTAL_PAGE, Route, Routes
from bot.services.dossiers.statuses import first_then, of_numbers, of_table
from bot.services.tokens import Credentials

CONNECT = 5.0  # seconds at most of a call
PORTAL = Route(
    "portal-page", "Cổng Dịch vụ công quốc gia", "National Public Service Portal", page=PORTAL_PAGE, holds=False
)
ENV_FILE = ".env"


def load_systems(
    path: Path,
    session: ClientSession,
    variables: Mapping[str, str] | None = None,
    environment: Mapping[str, str] | None = None,
) -> Routes:
    """`variables` stand for ${name} in the file. Raises SystemsError."""
    given = environment if environment is not None else environment_of()
    return Connector(ConfigFile(path, variables), session, given).routes()


def only_the_portal() -> Routes:
    """Where nothing is connected: everybody looks at the national portal."""
    return Routes({ANY: PORTAL})


def environment_of() -> Mapping[str, str]:
    """.env counts, as for settings; the environment goes before it."""
    return {**{name: value or "" for name, value in dotenv_values(ENV_FILE).items()}, **os.environ}


@dataclass(frozen=True)
class Connector:
    file: ConfigFile
    session: ClientSession
    environment: Mapping[str, str]
    now: Callable[[], datetime] = here_and_now

    def routes(self) -> Routes:
        by_prefix: dict[str, Route] = {}
        for place, prefixes, route in self._all():
            for prefix in prefixes:
                if prefix in by_prefix:
                    raise self.file.fault(place, f"{prefix} stands twice")
                by_prefix[prefix] = route
        return Routes({ANY: PORTAL, **by_prefix})

    def _all(self) -> Iterator[tuple[tuple[str | int, ...], tuple[str, ...], Route]]:
        for key, rules in self._systems().items():
            yield ("systems", key, "prefixes"), rules.prefixes, self._route(key, rules)
        for number, page in enumerate(self.file.rules.pages):
            yield ("pages", number, "prefixes"), page.prefixes, page_route(f"page-{number + 1}", page, holds=True)
        if default := self.file.rules.default:
            yield ("default",), (ANY,), page_route("page-default", default, holds=False)

    def _systems(self) -> Mapping[str, AnySystem]:
        """With secrets that are there."""
        systems = self.file.systems()
        faults = [fault for key, rules in systems.items() for fault in self._missing(key, rules)]
        if faults:
            raise SystemsError(faults)
        return systems

    def _missing(self, key: str, rules: AnySystem) -> Iterator[str]:
        for place, secret in secrets_of(rules):
            try:
                secret.value(self.environment)
            except SecretError as error:
                yield from self.file.fault(("systems", key, *place), str(error)).faults

    def _route(self, key: str, rules: AnySystem) -> Route:
        limits = rules.limits
        system = Guarded(self.system(key, rules), limits.timeout)
        page = str(rules.page) if rules.page else None
        shown = (key, rules.name.vi, rules.name.en)
        return Route(*shown, system, page, limits.per_minute, limits.at_once, rules.trial)

    def system(self, key: str, rules: AnySystem) -> DossierSystem:
        """Without the guards around it."""
        now = None if rules.trial else self.now
        caller = Caller(self.session, self._auth(key, rules), patience_of(rules.limits))
        if isinstance(rules, MappedRules):
            secrets = {name: secret.value(self.environment) for name, secret in rules.secrets.items()}
            reader = reader_of(key, rules.answer, now)
            return MappedSystem(key, rules.request, rules.answer, caller, reader, secrets)
        statuses = first_then(of_numbers(rules.statuses), of_table(rules.kind))
        if isinstance(rules, IGateRules):
            return IGate(key, URL(rules.url), caller, Reader(key, statuses, now=now))
        return PortalSync(key, URL(rules.url), caller, Reader(key, statuses, now=now), rules.unit)

    def _auth(self, key: str, rules: AnySystem) -> Auth:
        match rules.auth:
            case HeaderAuth() as by:
                return Fixed(key, Proof({by.header: by.before + self._secret(by)}))
            case BasicAuth() as by:
                return Fixed(key, Proof({"Authorization": encode_basic_auth(by.user, self._secret(by), "utf-8")}))
            case TokenAuth() as by:
                credentials = Credentials(URL(by.url), by.client, self._secret(by))
                return self._by_token(key, rules, by_client_credentials(key, credentials, by.header, by.before))
            case LoginAuth() as by:
                return self._by_token(key, rules, by_login(key, URL(by.url), by.user, self._secret(by)))
        return Fixed(key)

    def _by_token(self, key: str, rules: AnySystem, given: Given) -> Auth:
        return ByToken(key, self.session, given, patience_of(rules.limits))

    def _secret(self, holder: Any) -> str:
        secret: Secret = holder.secret
        return secret.value(self.environment)


def secrets_of(rules: AnySystem) -> Iterator[tuple[tuple[str, ...], Secret]]:
    if rules.auth:
        yield ("auth", "secret"), rules.auth.secret
    if isinstance(rules, MappedRules):
        for name, secret in rules.secrets.items():
            yield ("secrets", name), secret


def patience_of(limits: LimitRules) -> ClientTimeout:
    return ClientTimeout(total=limits.timeout, connect=min(CONNECT, limits.timeout))


def page_route(key: str, rules: DefaultPage, *, holds: bool) -> Route:
    return Route(key, rules.name.vi, rules.name.en, page=str(rules.page), holds=holds)
