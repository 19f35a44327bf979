"""The environment and .env, read once and checked at the start; .env.example lists the same names."""

import os
from pathlib import Path

from dotenv import dotenv_values
from pydantic import Field, HttpUrl, SecretStr, ValidationError
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
    telegram_token: SecretStr | None = None
    log_level: str = Field("INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$")


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
        faults = (f"{PREFIX}{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors(include_input=False))
        raise SettingsError("\n".join(faults)) from None
