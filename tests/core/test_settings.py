"""The environment: what is wrong is refused by its name, what is secret is made once and kept private."""

import stat
from pathlib import Path

import pytest

from booking_app.core.sealing import new_sealing_key, new_signing_key
from booking_app.core.settings import SettingsError, load_settings, read_environment

PRODUCTION = {
    "BOOKING_ENV": "production",
    "BOOKING_BASE_URL": "https://book.example.com",
    "BOOKING_SECRET_KEY": "x" * 32,
    "BOOKING_ENCRYPTION_KEYS": new_sealing_key(),
    "BOOKING_SEAL_KEY": new_signing_key(),
}


def given(folder: Path, **changes: str) -> dict[str, str]:
    return {"BOOKING_DATA_DIR": str(folder / "data"), **changes}


def test_development_needs_nothing_and_makes_its_keys_once(tmp_path: Path) -> None:
    first, second = load_settings(given(tmp_path)), load_settings(given(tmp_path))
    assert first == second
    assert first.database_url == f"sqlite:///{tmp_path / 'data' / 'booking.sqlite3'}"
    for name in ("secret_key", "encryption_keys", "seal_key"):
        assert stat.S_IMODE((tmp_path / "data" / "keys" / name).stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700


def test_production_starts_with_everything_given(tmp_path: Path) -> None:
    settings = load_settings(given(tmp_path, **PRODUCTION))
    assert settings.is_production
    assert not (tmp_path / "data" / "keys").exists()


@pytest.mark.parametrize("name", ["BOOKING_SECRET_KEY", "BOOKING_ENCRYPTION_KEYS", "BOOKING_SEAL_KEY"])
def test_production_refuses_to_make_keys_of_its_own(tmp_path: Path, name: str) -> None:
    environment = given(tmp_path, **PRODUCTION)
    del environment[name]
    with pytest.raises(SettingsError, match=name):
        load_settings(environment)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BOOKING_ENV", "staging"),
        ("BOOKING_BASE_URL", "book.example.com"),
        ("BOOKING_DATABASE_URL", "mysql://localhost/booking"),
        ("BOOKING_SECRET_KEY", "short"),
        ("BOOKING_ENCRYPTION_KEYS", "not-a-key"),
        ("BOOKING_ENCRYPTION_KEYS", " , "),
        ("BOOKING_SEAL_KEY", "12ab"),
        ("BOOKING_SMTP_URL", "https://mail.example.com"),
        ("BOOKING_CONTACT_EMAIL", "Front desk <desk@example.com>"),
        ("BOOKING_TRUSTED_PROXIES", "-1"),
        ("BOOKING_TRUSTED_PROXIES", "one"),
        ("BOOKING_WEBHOOK_ALLOW_PRIVATE", "maybe"),
        ("BOOKING_LOG_LEVEL", "loud"),
        ("BOOKING_CLINIKO_BASE_URL", "ftp://127.0.0.1"),
        ("BOOKING_HUBSPOT_BASE_URL", "nowhere"),
    ],
)
def test_a_wrong_value_is_refused_by_the_name_of_its_variable(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        load_settings(given(tmp_path, **{name: value}))


@pytest.mark.parametrize(
    ("name", "value"), [("BOOKING_BASE_URL", "http://book.example.com"), ("BOOKING_WEBHOOK_ALLOW_PRIVATE", "1")]
)
def test_production_refuses_what_is_unsafe(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        load_settings(given(tmp_path, **{**PRODUCTION, name: value}))


def test_a_refusal_quotes_no_secret(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as refused:
        load_settings(given(tmp_path, BOOKING_SEAL_KEY="s3cret-but-wrong"))
    assert "s3cret" not in str(refused.value)


def test_settings_show_no_secret_when_printed(tmp_path: Path) -> None:
    settings = load_settings(given(tmp_path, **PRODUCTION, BOOKING_METRICS_TOKEN="token-for-metrics"))
    shown = repr(settings)
    for name in ("BOOKING_SECRET_KEY", "BOOKING_ENCRYPTION_KEYS", "BOOKING_SEAL_KEY"):
        assert PRODUCTION[name] not in shown
    assert "token-for-metrics" not in shown


def test_the_environment_stands_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / ".env"
    file.write_text("BOOKING_BASE_URL=http://from-file\nBOOKING_LOG_LEVEL=error\n")
    monkeypatch.setenv("BOOKING_BASE_URL", "http://from-environment")
    monkeypatch.delenv("BOOKING_LOG_LEVEL", raising=False)
    environment = read_environment(file)
    assert environment["BOOKING_BASE_URL"] == "http://from-environment"
    assert environment["BOOKING_LOG_LEVEL"] == "error"
