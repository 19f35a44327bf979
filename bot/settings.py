"""The environment and .env, read once and checked at the start; .env.example lists the same names."""

import os
from pathlib import Path
from typing import Literal, Self

from dotenv import dotenv_values
from pydantic import Field, HttpUrl, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "NOIDAI_"
ENV_FILE = ".env"


class SettingsError(Exception):
    """A setting that cannot be used: one line for each fault."""


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=ENV_FILE, env_ignore_empty=True, extra="ignore", frozen=True
    )

    host: str = "127.0.0.1"
    port: int = Field(8080, ge=0, le=65535)
    public_url: HttpUrl | None = None
    database_url: str = Field("sqlite:///var/noidai.db", pattern=r"^(sqlite|postgresql(\+psycopg)?)://")
    catalogue: Path | None = None
    province_layer: Path | None = None
    data_key: SecretStr | None = None
    data_key_file: Path = Path("var/data.key")
    keep_days: int = Field(30, ge=1, le=3650)
    reuse_port: bool = False
    embed_on: str = Field("", pattern=r"^(https?://[\w.:*-]+(\s+|$))*$")
    telegram_token: SecretStr | None = None
    telegram_mode: Literal["polling", "webhook"] = "polling"
    telegram_api: HttpUrl = HttpUrl("https://api.telegram.org")
    telegram_a_second: float = Field(30.0, gt=0)
    zalo_app_id: str | None = Field(None, pattern=r"^\d{1,30}$")
    zalo_app_secret: SecretStr | None = None
    zalo_oa_secret: SecretStr | None = None
    zalo_signed_with: Literal["either", "oa", "app"] = "either"
    zalo_signed_at: Literal["either", "body", "header"] = "either"
    zalo_refresh_token: SecretStr | None = None
    zalo_buttons: bool = False
    zalo_a_minute: float = Field(100.0, gt=0)
    zalo_templates: Path | None = None
    zalo_verifier: Path | None = None
    zalo_silence: float = Field(30.0, ge=0, le=24 * 60)
    zalo_api: HttpUrl = HttpUrl("https://openapi.zalo.me")
    zalo_oauth: HttpUrl = HttpUrl("https://oauth.zaloapp.com")
    zalobot_token: SecretStr | None = None
    zalobot_mode: Literal["polling", "webhook"] = "polling"
    zalobot_api: HttpUrl = HttpUrl("https://bot-api.zaloplatforms.com")
    alert_chat: str | None = Field(None, pattern=r"^(telegram|zalo|zalobot):[\w/-]{1,64}$")
    post: Literal["sandbox", "ngsp", "lgsp", "myvnpost"] = "sandbox"
    post_url: HttpUrl | None = None
    post_token_url: HttpUrl | None = None
    post_user: str | None = None
    post_secret: SecretStr | None = None
    post_customer: str | None = None
    post_contract: str | None = None
    post_desk_phone: str | None = None
    post_webhook_key: Path | None = None
    post_look: float = Field(30.0, ge=0.05, le=3600)
    sandbox_file: Path = Path("var/sandbox-post.db")
    sandbox_speed: float = Field(60.0, ge=0, le=1_000_000)
    dossier_systems: Path | None = None
    dossier_period: float = Field(30.0, ge=0.01, le=1440)
    provinces: str = Field("", pattern=r"^\s*(\d{2}\s*(,\s*\d{2}\s*)*)?$")
    visit_capacity: int = Field(20, ge=1)
    points_file: Path | None = None
    keep_order_days: int = Field(180, ge=1, le=3650)
    worker: str = Field("1", pattern=r"^[\w-]{1,40}$")
    log_level: str = Field("INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$")

    @property
    def served(self) -> frozenset[str] | None:
        """Codes of the provinces served; None: all."""
        return frozenset(code.strip() for code in self.provinces.split(",") if code.strip()) or None

    @model_validator(mode="after")
    def a_webhook_has_an_address(self) -> Self:
        modes = {
            "telegram_mode": self.telegram_token and self.telegram_mode,
            "zalobot_mode": self.zalobot_token and self.zalobot_mode,
        }
        for name, mode in modes.items():
            if mode == "webhook" and (self.public_url is None or self.public_url.scheme != "https"):
                raise ValueError(f"{PREFIX}{name.upper()}=webhook needs {PREFIX}PUBLIC_URL with https")
        return self

    @field_validator("public_url")
    @classmethod
    def an_address_of_its_own(cls, given: HttpUrl | None) -> HttpUrl | None:
        """Its pages, cookies and webhooks stand at the root."""
        if given and ((given.path or "/") != "/" or given.query or given.fragment):
            raise ValueError("an address without a path, https://chat.example.vn: a subdomain of your site will do")
        return given

    @model_validator(mode="after")
    def an_official_account_is_whole(self) -> Self:
        needed = ("zalo_app_id", "zalo_app_secret")
        missing = [name for name in needed if getattr(self, name) is None]
        if (self.zalo_app_id or self.zalo_refresh_token) and missing:
            given = [f"{PREFIX}{name.upper()}" for name in ("zalo_app_id", "zalo_refresh_token") if getattr(self, name)]
            raise ValueError(f"{given[0]} needs " + ", ".join(PREFIX + name.upper() for name in missing))
        return self

    @model_validator(mode="after")
    def a_real_post_has_an_address(self) -> Self:
        own = "post_desk_phone" if self.post == "myvnpost" else "post_token_url"
        needed = ("post_url", "post_user", "post_secret", "post_customer", own)
        missing = [name for name in needed if getattr(self, name) is None]
        if self.post != "sandbox" and missing:
            raise ValueError(f"{PREFIX}POST={self.post} needs " + ", ".join(PREFIX + name.upper() for name in missing))
        return self


def load_settings() -> Settings:
    """Raises SettingsError naming each variable that is wrong, never its value."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    given = {*os.environ, *(name for name in dotenv_values(ENV_FILE))}
    strangers = sorted(name for name in given if name.upper().startswith(PREFIX) and name.upper() not in known)
    if strangers:
        raise SettingsError("\n".join(f"{name}: no such setting" for name in strangers))
    try:
        return Settings()
    except ValidationError as error:
        faults = (told(e["loc"], e["msg"]) for e in error.errors(include_input=False))
        raise SettingsError("\n".join(faults)) from None


def told(where: tuple[int | str, ...], what: str) -> str:
    """What is wrong with several variables together names them itself.

    >>> told(("port",), "Input should be a valid integer"), told((), "Value error, NOIDAI_A needs NOIDAI_B")
    ('NOIDAI_PORT: Input should be a valid integer', 'NOIDAI_A needs NOIDAI_B')
    """
    said = what.removeprefix("Value error, ")
    return f"{PREFIX}{str(where[0]).upper()}: {said}" if where else said
