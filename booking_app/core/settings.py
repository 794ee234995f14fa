"""The environment, typed; a wrong value is refused by the name of its variable."""

import os
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from dotenv import dotenv_values

from booking_app.core.sealing import SigningKey, new_sealing_key, new_signing_key
from booking_app.core.tokens import new_token

VENDOR_URL = re.compile(r"BOOKING_([A-Z0-9]+)_BASE_URL")
CLINIC_CREATION = ("invited", "anyone")
# Every variable that the product reads, beside the addresses that replace a vendor's own.
NAMES = (
    "BOOKING_ENV",
    "BOOKING_DATA_DIR",
    "BOOKING_DATABASE_URL",
    "BOOKING_QUEUE_URL",
    "BOOKING_BASE_URL",
    "BOOKING_CONTACT_EMAIL",
    "BOOKING_MAIL_FROM",
    "BOOKING_SMTP_URL",
    "BOOKING_TRUSTED_PROXIES",
    "BOOKING_SECRET_KEY",
    "BOOKING_ENCRYPTION_KEYS",
    "BOOKING_SEAL_KEY",
    "BOOKING_METRICS_TOKEN",
    "BOOKING_WEBHOOK_ALLOW_PRIVATE",
    "BOOKING_CLINIC_CREATION",
    "BOOKING_LOG_LEVEL",
    "BOOKING_WEB_THREADS",
    "BOOKING_CLINIKO_BASE_URL",
)


class SettingsError(Exception):
    """A setting that cannot be used; the message names the variable and what it should be."""


@dataclass(frozen=True)
class Settings:
    """Everything the environment decides. Secrets are kept out of repr."""

    environment: str
    data_dir: Path
    database_url: str
    queue_url: str | None
    base_url: str
    contact_email: str
    mail_from: str
    smtp_url: str | None
    trusted_proxies: int
    secret_key: str = field(repr=False)
    encryption_keys: tuple[str, ...] = field(repr=False)
    seal_key: str = field(repr=False)
    metrics_token: str | None = field(repr=False)
    webhook_allow_private: bool
    clinic_creation: str
    log_level: str
    cliniko_base_url: str | None
    vendor_base_urls: Mapping[str, str]
    task_lease_scale: float = 1.0

    @property
    def is_production(self) -> bool:
        return self.environment == "production"


def read_environment(env_file: Path = Path(".env")) -> dict[str, str]:
    """The process environment over the values of `.env`, where there is one."""
    from_file = {name: value for name, value in dotenv_values(env_file).items() if value is not None}
    return {**from_file, **os.environ}


def load_settings(environ: Mapping[str, str]) -> Settings:
    """Read and check every `BOOKING_*` setting; in development missing keys are made in the data directory.

    Raises SettingsError naming the variable. Safe to call again: keys made once are read back.
    """
    environment = environ.get("BOOKING_ENV", "development")
    if environment not in ("development", "production"):
        raise SettingsError("BOOKING_ENV must be development or production.")
    data_dir = Path(environ.get("BOOKING_DATA_DIR", "var")).absolute()
    keys = _Keys(environ, data_dir / "keys", is_production=environment == "production")
    base_url = _url(environ, "BOOKING_BASE_URL", ("http", "https")) or "http://127.0.0.1:8000"
    if environment == "production" and not base_url.startswith("https://"):
        raise SettingsError("BOOKING_BASE_URL must begin with https:// in production.")
    allow_private = _flag(environ, "BOOKING_WEBHOOK_ALLOW_PRIVATE")
    if allow_private and environment == "production":
        raise SettingsError("BOOKING_WEBHOOK_ALLOW_PRIVATE is refused in production.")
    contact = environ.get("BOOKING_CONTACT_EMAIL") or "bookings@localhost.localdomain"
    return Settings(
        environment=environment,
        data_dir=data_dir,
        database_url=_database_url(environ, data_dir),
        queue_url=environ.get("BOOKING_QUEUE_URL") or None,
        base_url=base_url.rstrip("/"),
        contact_email=_email("BOOKING_CONTACT_EMAIL", contact),
        mail_from=_email("BOOKING_MAIL_FROM", environ.get("BOOKING_MAIL_FROM") or contact),
        smtp_url=_url(environ, "BOOKING_SMTP_URL", ("smtp", "smtps")),
        trusted_proxies=_count(environ, "BOOKING_TRUSTED_PROXIES"),
        secret_key=keys.secret_key(),
        encryption_keys=keys.encryption_keys(),
        seal_key=keys.seal_key(),
        metrics_token=environ.get("BOOKING_METRICS_TOKEN") or None,
        webhook_allow_private=allow_private,
        clinic_creation=_clinic_creation(environ),
        log_level=_log_level(environ),
        cliniko_base_url=_url(environ, "BOOKING_CLINIKO_BASE_URL", ("http", "https")),
        vendor_base_urls=_vendor_urls(environ),
        task_lease_scale=_lease_scale(environ, is_production=environment == "production"),
    )


class _Keys:
    """The three secrets: from the environment, else (never in production) from files made with mode 0600."""

    def __init__(self, environ: Mapping[str, str], folder: Path, *, is_production: bool) -> None:
        self._environ = environ
        self._folder = folder
        self._is_production = is_production

    def secret_key(self) -> str:
        text = self._read("BOOKING_SECRET_KEY", "secret_key", new_token)
        if len(text) < 16:
            raise SettingsError("BOOKING_SECRET_KEY must have at least 16 characters.")
        return text

    def encryption_keys(self) -> tuple[str, ...]:
        text = self._read("BOOKING_ENCRYPTION_KEYS", "encryption_keys", new_sealing_key)
        keys = tuple(part.strip() for part in text.split(",") if part.strip())
        try:
            for key in keys:
                Fernet(key)
        except ValueError as error:
            raise SettingsError("BOOKING_ENCRYPTION_KEYS must be Fernet keys, separated by commas.") from error
        if not keys:
            raise SettingsError("BOOKING_ENCRYPTION_KEYS holds no key.")
        return keys

    def seal_key(self) -> str:
        text = self._read("BOOKING_SEAL_KEY", "seal_key", new_signing_key)
        try:
            SigningKey.from_hex(text)
        except ValueError as error:
            raise SettingsError("BOOKING_SEAL_KEY must be an Ed25519 private key as 64 hex characters.") from error
        return text

    def _read(self, variable: str, file_name: str, make: Callable[[], str]) -> str:
        value = self._environ.get(variable, "").strip()
        if value:
            return value
        if self._is_production:
            raise SettingsError(f"{variable} is required in production.")
        return _made_once(self._folder / file_name, make)


def _made_once(path: Path, make: Callable[[], str]) -> str:
    """The text of a key file; made on first use. Two processes starting at once agree on one of them."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        draft.write_text(make())
        draft.chmod(0o600)
        with suppress(FileExistsError):  # another process was first: its key is the one
            os.link(draft, path)
        draft.unlink()
    return path.read_text().strip()


def _database_url(environ: Mapping[str, str], data_dir: Path) -> str:
    url = environ.get("BOOKING_DATABASE_URL")
    if not url:
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        return f"sqlite:///{data_dir / 'booking.sqlite3'}"
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise SettingsError("BOOKING_DATABASE_URL must begin with sqlite:/// or postgresql+psycopg://.")
    return url


def _url(environ: Mapping[str, str], variable: str, schemes: tuple[str, ...]) -> str | None:
    text = environ.get(variable, "").strip()
    if not text:
        return None
    parts = urlsplit(text)
    if parts.scheme not in schemes or not parts.hostname:
        raise SettingsError(f"{variable} must be an address beginning with {' or '.join(s + '://' for s in schemes)}.")
    return text


def _vendor_urls(environ: Mapping[str, str]) -> dict[str, str]:
    """The addresses that replace a vendor's host, by the vendor's name; which vendors there are is not known here."""
    named = {found[1].lower(): variable for variable in environ if (found := VENDOR_URL.fullmatch(variable))}
    urls = {vendor: _url(environ, variable, ("http", "https")) for vendor, variable in named.items()}
    return {vendor: url for vendor, url in urls.items() if url and vendor != "cliniko"}


def _email(variable: str, text: str) -> str:
    if "@" not in text or any(character.isspace() or character in "()<>" for character in text):
        raise SettingsError(f"{variable} must be an e-mail address.")
    return text


def _clinic_creation(environ: Mapping[str, str]) -> str:
    """Who may make new clinics in the console: those whom the server's command line has invited, or all with accounts.

    Owners of a clinic may make further ones either way.
    """
    who = (environ.get("BOOKING_CLINIC_CREATION") or "invited").strip().lower()
    if who not in CLINIC_CREATION:
        raise SettingsError(f"BOOKING_CLINIC_CREATION must be {' or '.join(CLINIC_CREATION)}.")
    return who


def _log_level(environ: Mapping[str, str]) -> str:
    level = (environ.get("BOOKING_LOG_LEVEL") or "info").strip().lower()
    if level not in ("debug", "info", "warning", "error"):
        raise SettingsError("BOOKING_LOG_LEVEL must be debug, info, warning or error.")
    return level


def _flag(environ: Mapping[str, str], variable: str) -> bool:
    text = environ.get(variable, "").strip().lower()
    if text not in ("", "0", "1", "true", "false"):
        raise SettingsError(f"{variable} must be 1 or 0.")
    return text in ("1", "true")


def _lease_scale(environ: Mapping[str, str], *, is_production: bool) -> float:
    """How long claims of tasks last, as a share of the usual; for tests that wait for one to end."""
    text = environ.get("BOOKING_TASK_LEASE_SCALE", "").strip()
    if not text:
        return 1.0
    if is_production:
        raise SettingsError("BOOKING_TASK_LEASE_SCALE is refused in production.")
    with suppress(ValueError):
        if 0.05 <= float(text) <= 1:
            return float(text)
    raise SettingsError("BOOKING_TASK_LEASE_SCALE must be a number from 0.05 to 1.")


def _count(environ: Mapping[str, str], variable: str) -> int:
    text = environ.get(variable, "0").strip() or "0"
    if not text.isdigit():
        raise SettingsError(f"{variable} must be a whole number, 0 or more.")
    return int(text)
