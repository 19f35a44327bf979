"""Settings are read from the environment, checked, and all of them are told in .env.example."""

from pathlib import Path

import pytest
from dotenv import dotenv_values
from pydantic import SecretStr

from bot.settings import PREFIX, Settings, SettingsError, load_settings

EXAMPLE = Path(__file__).parents[1] / ".env.example"


@pytest.fixture(autouse=True)
def _nothing_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(PREFIX + name.upper(), raising=False)


def written(default: object) -> str:
    return "" if default is None else str(default).lower() if isinstance(default, bool) else str(default)


def test_the_example_names_every_setting_and_shows_its_default() -> None:
    defaults = {PREFIX + name.upper(): field.default for name, field in Settings.model_fields.items()}
    shown = {name: written(value) for name, value in defaults.items()}
    assert dotenv_values(EXAMPLE) == shown


def test_every_setting_of_the_example_is_explained() -> None:
    paragraphs = EXAMPLE.read_text("utf-8").split("\n\n")
    unexplained = [text for text in paragraphs if not text.lstrip().startswith("#")]
    assert unexplained == []


def test_the_example_as_it_is_changes_nothing(tmp_path: Path) -> None:
    bare = load_settings()
    (tmp_path / ".env").write_text(EXAMPLE.read_text("utf-8"), "utf-8")
    assert load_settings() == bare == Settings(_env_file=None)


def test_the_environment_is_stronger_than_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("NOIDAI_PORT=1\nNOIDAI_HOST=0.0.0.0\n")
    monkeypatch.setenv("NOIDAI_PORT", "2")
    assert (load_settings().port, load_settings().host) == (2, "0.0.0.0")


@pytest.mark.parametrize("where", ["environment", "file"])
def test_a_misspelt_name_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    if where == "environment":
        monkeypatch.setenv("NOIDAI_PROT", "8080")
    else:
        (tmp_path / ".env").write_text("NOIDAI_PROT=8080\n")
    with pytest.raises(SettingsError, match="NOIDAI_PROT: no such setting"):
        load_settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NOIDAI_PORT", "abc"),
        ("NOIDAI_PORT", "70000"),
        ("NOIDAI_KEEP_DAYS", "0"),
        ("NOIDAI_KEEP_DAYS", "99999"),
        ("NOIDAI_LOG_LEVEL", "LOUD"),
        ("NOIDAI_DATABASE_URL", "geheim"),
        ("NOIDAI_DATABASE_URL", "mysql://bot:geheim@host/name"),
        ("NOIDAI_PUBLIC_URL", "https://tinh.example.vn/chat"),
        ("NOIDAI_PUBLIC_URL", "https://tinh.example.vn/?a=b"),
        ("NOIDAI_ALERT_CHAT", "telegram:12 34"),
        ("NOIDAI_ALERT_CHAT", "sms:0912345678"),
    ],
)
def test_a_wrong_value_is_named_and_not_shown(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as raised:
        load_settings()
    assert str(raised.value).startswith(f"{name}: ")
    assert value not in str(raised.value)


def test_every_fault_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOIDAI_PORT", "abc")
    monkeypatch.setenv("NOIDAI_KEEP_DAYS", "0")
    with pytest.raises(SettingsError) as raised:
        load_settings()
    assert [line.partition(":")[0] for line in str(raised.value).splitlines()] == ["NOIDAI_PORT", "NOIDAI_KEEP_DAYS"]


def test_secrets_do_not_show_when_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOIDAI_TELEGRAM_TOKEN", "7:geheim")
    monkeypatch.setenv("NOIDAI_DATA_KEY", "ab" * 32)
    settings = load_settings()
    assert settings.telegram_token == SecretStr("7:geheim")
    assert not any(secret in repr(settings) for secret in ("geheim", "abab"))


@pytest.mark.parametrize(
    "address", ["telegram:7", "telegram:-100123", "telegram:-100123/7", "zalo:4512", "zalobot:ab12"]
)
def test_any_chat_that_names_itself_may_be_told_of_alarms(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("NOIDAI_ALERT_CHAT", address)
    assert load_settings().alert_chat == address
