"""The YAML file of systems as models: what may stand in it, and what each fault in it is called."""

import re
from collections.abc import Mapping
from os import environ
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, HttpUrl, field_validator, model_validator

from bot.services.dossiers.mapping_rules import OURS, AnswerRules, Number, Request, Rules, Url, listed
from bot.services.dossiers.paths import parse

PREFIX = re.compile(r"\*|[GH]\d{2}(\.\d{1,3}){0,3}|(\d{2,3}\.){1,3}[GH]\d{2}")


def checked_prefix(written: str) -> str:
    if not PREFIX.fullmatch(written.upper()):
        raise ValueError('no front of a dossier code: write e.g. H56, H56.14, G22.99, or "*" for everything else')
    return written.upper()


def checked_env(name: str) -> str:
    if not re.fullmatch(r"[A-Z][A-Z0-9_]{1,60}", name):
        raise ValueError("no name of a variable: capital letters, digits and _; the secret itself must not stand here")
    if name.startswith("NOIDAI_"):
        raise ValueError("NOIDAI_… is for settings of the bot: take another name, e.g. DOSSIER_KEY_H38")
    return name


def checked_key(name: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9-]{1,30}", name):
        raise ValueError(
            "a system's name here is 2 to 31 small letters, digits and -, e.g. lao-cai; it must never change"
        )
    return name


Prefix = Annotated[str, AfterValidator(checked_prefix)]
Prefixes = Annotated[tuple[Prefix, ...], BeforeValidator(listed), Field(min_length=1)]
EnvName = Annotated[str, AfterValidator(checked_env)]
HeaderName = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,60}$")]
SystemKey = Annotated[str, AfterValidator(checked_key)]


class Secret(Rules):
    """Where a secret is: never itself."""

    env: EnvName | None = None
    file: Path | None = None

    @model_validator(mode="before")
    @classmethod
    def not_itself(cls, value: Any) -> Any:
        if not isinstance(value, dict) or len(value) != 1:
            raise ValueError("write {env: NAME} or {file: PATH}; a secret itself must not stand in this file")
        return value

    def value(self, environment: Mapping[str, str] = environ) -> str:
        """Raises SecretError."""
        found = environment.get(self.env, "") if self.env else self._in_file()
        if not (found := found.strip()):
            raise SecretError(f"{self.env or self.file} is empty or not set")
        if not found.isprintable():
            raise SecretError(f"{self.env or self.file} holds more than one line")
        return found

    def _in_file(self) -> str:
        try:
            return Path(str(self.file)).read_text("utf-8-sig")
        except (OSError, ValueError):
            raise SecretError(f"{self.file} cannot be read") from None


class SecretError(Exception):
    """The message names where it should be, never what it is."""


class Names(Rules):
    vi: str = Field(min_length=1)
    en: str = Field(min_length=1)


def both(value: Any) -> Any:
    """One name may stand for both languages."""
    return {"vi": value, "en": value} if isinstance(value, str) else value


class HeaderAuth(Rules):
    by: Literal["header"]
    secret: Secret
    header: HeaderName = "Authorization"
    before: str = ""  # e.g. "Bearer "


class BasicAuth(Rules):
    by: Literal["basic"]
    user: str
    secret: Secret


class TokenAuth(Rules):
    """OAuth 2 client credentials."""

    by: Literal["token"]
    url: Url
    client: str
    secret: Secret
    header: HeaderName = "Authorization"
    before: str = "Bearer "


class LoginAuth(Rules):
    by: Literal["login"]
    url: Url
    user: str
    secret: Secret


AnyAuth = Annotated[HeaderAuth | BasicAuth | TokenAuth | LoginAuth, Field(discriminator="by")]


class LimitRules(Rules):
    """Of one system, for all processes together."""

    per_minute: float = Field(60, gt=0, le=100_000)  # calls
    at_once: int = Field(4, ge=1, le=100)
    timeout: float = Field(8, ge=0.1, le=60)  # seconds of one call, with its token where one is needed


class DefaultPage(Rules):
    """For the dossiers that no system here tells us of."""

    name: Annotated[Names, BeforeValidator(both)]
    page: HttpUrl


class PageRules(DefaultPage):
    """For dossiers that live where nothing is open to us."""

    prefixes: Prefixes


class SystemRules(Rules):
    name: Annotated[Names, BeforeValidator(both)]
    prefixes: Prefixes
    page: HttpUrl | None = None  # shown beside what the system says, and while it says nothing
    limits: LimitRules = LimitRules()
    trial: bool = False
    auth: AnyAuth | None = None


class IGateRules(SystemRules):
    kind: Literal["igate"]
    url: Url  # in front of /pa/dossier/search
    statuses: Mapping[str, Number] = {}  # besides those of statuses.yaml, and before them


class PortalRules(SystemRules):
    kind: Literal["portal"]
    url: Url
    unit: str | None = None  # madonvi
    statuses: Mapping[str, Number] = {}


class MappedRules(SystemRules):
    kind: Literal["mapped"]
    request: Request
    answer: AnswerRules
    secrets: Mapping[str, Secret] = {}

    @field_validator("secrets")
    @classmethod
    def not_ours(cls, secrets: Mapping[str, Secret]) -> Mapping[str, Secret]:
        if taken := sorted(set(secrets) & set(OURS)):
            raise ValueError(f"{taken[0]} is a name that is taken")
        return secrets

    @model_validator(mode="after")
    def fits_together(self) -> Self:
        if unknown := sorted(self.request.gaps - {*OURS, *self.secrets}):
            raise ValueError(f"request: {{{unknown[0]}}} stands for nothing; name it under secrets")
        many = self.request.codes_at_once > 1 or parse(self.answer.dossiers).is_list
        if many and not self.answer.fields.code:
            raise ValueError("answer.fields.code is needed where there may be several dossiers")
        if isinstance(self.auth, LoginAuth) and not isinstance(self.request.body, dict):
            raise ValueError("auth by login puts the session into the body, and there is none")
        return self


KINDS: Mapping[str, type[IGateRules | PortalRules | MappedRules]] = {
    "igate": IGateRules,
    "portal": PortalRules,
    "mapped": MappedRules,
}


class FileRules(Rules):
    """`systems` are checked one by one, by their kind, so that a fault is called by its own name."""

    systems: Mapping[SystemKey, Any] = {}
    pages: tuple[PageRules, ...] = ()
    default: DefaultPage | None = None
