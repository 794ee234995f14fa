"""The environment: what is wrong is refused by its name, what is secret is made once and kept private."""

import stat
import traceback
from pathlib import Path

import hypothesis
import pytest
from hypothesis import strategies as st

from booking_app.core.mail import Server
from booking_app.core.sealing import new_sealing_key, new_signing_key
from booking_app.core.settings import BookingRates, SettingsError, load_settings, read_environment
from booking_app.migrations.upgrade import upgrade

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


SECRET = "s3cr3t"
MAIL = "smtp://user:s3cr3t@mail.example.com"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BOOKING_SMTP_URL", "smtp://user:s3cr3t#x@mail.example.com:587"),
        ("BOOKING_SMTP_URL", "smtp://user:s3cr3t/x@mail.example.com:587"),
        ("BOOKING_SMTP_URL", "smtp://user:s3cr3t?x@mail.example.com:587"),
        ("BOOKING_SMTP_URL", "smtp://user:s3cr3t[x@mail.example.com:587"),
        ("BOOKING_SMTP_URL", f"{MAIL}:99999"),
        ("BOOKING_SMTP_URL", f"{MAIL}:0"),
        ("BOOKING_SMTP_URL", f"{MAIL}:s3cr3t"),
        ("BOOKING_SMTP_URL", f"{MAIL}/inbox"),
        ("BOOKING_SMTP_URL", "smtp://user:s3cr3t@"),
        ("BOOKING_SMTP_URL", "smtp://:s3cr3t@mail.example.com"),
        ("BOOKING_SMTP_URL", "smtp://user:s3cr3t@mail example.com"),
        ("BOOKING_SMTP_URL", "smtp://user:s3cr3té@mail.example.com"),
        ("BOOKING_SMTP_URL", "smtp://user:s3cr3t%0A@mail.example.com"),
        ("BOOKING_DATABASE_URL", "postgresql+psycopg://booking:s3cr3t/x@db.example.com/booking"),
        ("BOOKING_DATABASE_URL", "postgresql+psycopg://booking:s3cr3t#x@db.example.com/booking"),
        ("BOOKING_DATABASE_URL", "postgresql+psycopg://booking:s3cr3t@db.example.com:99999/booking"),
        ("BOOKING_DATABASE_URL", "postgresql+psycopg://booking:s3cr3t@db.example.com"),
        ("BOOKING_DATABASE_URL", "postgresql+psycopg://booking:s3cr3t@/booking"),
        ("BOOKING_QUEUE_URL", "redis://:s3cr3t@queue.example.com:99999"),
        ("BOOKING_QUEUE_URL", "amqp://:s3cr3t@queue.example.com"),
        ("BOOKING_BASE_URL", "https://user:s3cr3t@book.example.com"),
        ("BOOKING_BASE_URL", "https://book.example.com:s3cr3t"),
        ("BOOKING_BASE_URL", "https://book.example.com?s3cr3t"),
        ("BOOKING_BASE_URL", "https://[s3cr3t"),
        ("BOOKING_METRICS_TOKEN", "s3cr3t with a space"),
        ("BOOKING_METRICS_TOKEN", "s3cr3té"),
        ("BOOKING_SECRET_KEY", "s3cr3t"),
        ("BOOKING_SEAL_KEY", "s3cr3t-but-wrong"),
        ("BOOKING_ENCRYPTION_KEYS", "s3cr3t,s3cr3t"),
        ("BOOKING_DATA_DIR", "/srv/s3cr3t?x"),
        ("BOOKING_DATA_DIR", "/srv/s3cr3t\nx"),
        ("BOOKING_DATA_DIR", "/srv/s3cr3t%25"),
        ("BOOKING_DATA_DIR", "/etc/passwd"),
        ("BOOKING_TRUSTED_PROXIES", "s3cr3t"),
        ("BOOKING_TRUSTED_PROXIES", "٣"),
        ("BOOKING_TRUSTED_PROXIES", "9" * 5_000),
        ("BOOKING_CONTACT_EMAIL", "desk@s3cr3t\nBcc: x@example.com"),
        ("BOOKING_CONTACT_EMAIL", "s3cr3t@é.example"),
        ("BOOKING_MAIL_FROM", "s3cr3t, x@example.com"),
        ("BOOKING_CLINIKO_BASE_URL", "https://s3cr3t@127.0.0.1:8700/v1"),
        ("BOOKING_HUBSPOT_BASE_URL", "https://127.0.0.1:s3cr3t"),
        ("BOOKING_ENV", "s3cr3t"),
        ("BOOKING_LOG_LEVEL", "s3cr3t"),
        ("BOOKING_CLINIC_CREATION", "s3cr3t"),
        ("BOOKING_WEBHOOK_ALLOW_PRIVATE", "s3cr3t"),
    ],
    ids=ascii,
)
def test_a_refusal_names_the_setting_and_quotes_nothing_of_it(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingsError) as refused:
        load_settings(given(tmp_path, **{name: value}))
    assert str(refused.value).startswith(name)
    assert SECRET not in "".join(traceback.format_exception(refused.value))


@hypothesis.given(text=st.text(max_size=40))
@hypothesis.settings(max_examples=60)
def test_no_mail_server_address_ends_in_anything_but_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    folder = tmp_path_factory.getbasetemp()
    try:
        settings = load_settings(given(folder, BOOKING_SMTP_URL=f"smtps://user:{text}@mail.example.com:465"))
    except SettingsError:
        return
    server = Server.of(settings.smtp_url or "")
    assert (server.host, server.port) == ("mail.example.com", 465)


@pytest.mark.parametrize("name", ["a b", "#1", "é", "a+b&c=d"])
def test_a_data_directory_of_any_ordinary_name_works(tmp_path: Path, name: str) -> None:
    settings = load_settings({"BOOKING_DATA_DIR": str(tmp_path / name)})
    upgrade(settings)
    assert (tmp_path / name / "booking.sqlite3").stat().st_size > 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BOOKING_DATABASE_URL", "postgresql+psycopg://booking:p%40ss%2F%25@[::1]:5432/booking?sslmode=require"),
        ("BOOKING_DATABASE_URL", "postgresql+psycopg:///booking?host=/var/run/postgresql"),
        ("BOOKING_SMTP_URL", "smtps://user%40example.com:p%40ss@mail.example.com:465"),
        ("BOOKING_SMTP_URL", "smtp://127.0.0.1:8025"),
        ("BOOKING_QUEUE_URL", "redis://127.0.0.1:6379/0"),
        ("BOOKING_QUEUE_URL", "sqlite:////var/lib/booking/queue.sqlite3"),
        ("BOOKING_BASE_URL", "https://book.example.com/"),
        ("BOOKING_METRICS_TOKEN", "a-token"),
    ],
)
def test_what_the_documents_say_is_taken(tmp_path: Path, name: str, value: str) -> None:
    load_settings(given(tmp_path, **{name: value}))


@pytest.mark.parametrize("vendor", ["CLINIKO", "HUBSPOT", "MAILCHIMP"])
def test_production_calls_vendors_over_tls_alone(tmp_path: Path, vendor: str) -> None:
    plain = {f"BOOKING_{vendor}_BASE_URL": "http://127.0.0.1:8700"}
    with pytest.raises(SettingsError, match=f"BOOKING_{vendor}_BASE_URL must begin with https://"):
        load_settings(given(tmp_path, **PRODUCTION, **plain))


def test_production_has_an_address(tmp_path: Path) -> None:
    environment = given(tmp_path, **PRODUCTION)
    del environment["BOOKING_BASE_URL"]
    with pytest.raises(SettingsError, match="BOOKING_BASE_URL is required"):
        load_settings(environment)


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


def test_booking_limits_are_read_and_what_names_no_rate_is_refused(tmp_path: Path) -> None:
    given = {"BOOKING_DATA_DIR": str(tmp_path), "BOOKING_LIMIT_ADDRESS": "2 per hour"}
    rates = load_settings(given).booking_rates
    assert [(rate.calls, rate.seconds) for rate in rates.address] == [(2, 3600)]
    assert rates.email == BookingRates().email
    with pytest.raises(SettingsError, match="BOOKING_LIMIT_EMAIL"):
        load_settings(given | {"BOOKING_LIMIT_EMAIL": "often"})
