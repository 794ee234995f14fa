"""The environment, typed; a wrong value is refused by the name of its variable."""

import os
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.fernet import Fernet
from dotenv import dotenv_values

from booking_app.core import setting_values as values
from booking_app.core.files import private_folder
from booking_app.core.rate_limits.rates import Rate, RateInvalid, read_rates
from booking_app.core.sealing import SigningKey, new_sealing_key, new_signing_key
from booking_app.core.setting_values import SettingsError as SettingsError
from booking_app.core.tokens import new_token

VENDOR_URL = re.compile(r"BOOKING_([A-Z0-9]+)_BASE_URL")
# Who may make new clinics in the console: those whom the command line has invited, or all with an account.
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
    "BOOKING_TASK_LEASE_SCALE",
    "BOOKING_CLINIC_CREATION",
    "BOOKING_LIMIT_ADDRESS",
    "BOOKING_LIMIT_EMAIL",
    "BOOKING_LIMIT_PHONE",
    "BOOKING_LIMIT_CLINIC",
    "BOOKING_LOG_LEVEL",
    "BOOKING_WEB_THREADS",
    "BOOKING_CLINIKO_BASE_URL",
    "BOOKING_ALLOW_TEST_PAYMENTS",
    "BOOKING_XERO_IDENTITY_URL",
)


@dataclass(frozen=True)
class BookingRates:
    """How many bookings are made before the e-mail has to be proven by a code; `codes` of them are sent at most."""

    address: tuple[Rate, ...] = read_rates("6 per hour; 20 per day")
    email: tuple[Rate, ...] = read_rates("6 per hour; 15 per day")
    phone: tuple[Rate, ...] = read_rates("6 per hour; 15 per day")
    clinic: tuple[Rate, ...] = read_rates("60 per hour")
    codes: tuple[Rate, ...] = read_rates("5 per hour; 15 per day")


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
    xero_identity_url: str | None = None
    task_lease_scale: float = 1.0
    booking_rates: BookingRates = BookingRates()
    allow_test_payments: bool = True

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
    environment = values.one_of(environ, "BOOKING_ENV", ("development", "production"))
    in_production = environment == "production"
    data_dir = values.data_directory(environ, "BOOKING_DATA_DIR")
    keys = _Keys(environ, data_dir / "keys", is_production=in_production)
    base_url = values.address(environ, "BOOKING_BASE_URL", must_be_https=in_production)
    if in_production and base_url is None:
        raise SettingsError("BOOKING_BASE_URL is required in production.")
    allow_private = values.flag(environ, "BOOKING_WEBHOOK_ALLOW_PRIVATE")
    if allow_private and in_production:
        raise SettingsError("BOOKING_WEBHOOK_ALLOW_PRIVATE is refused in production.")
    contact = environ.get("BOOKING_CONTACT_EMAIL") or "bookings@localhost.localdomain"
    return Settings(
        environment=environment,
        data_dir=data_dir,
        database_url=values.database(environ, "BOOKING_DATABASE_URL", data_dir),
        queue_url=values.queue(environ, "BOOKING_QUEUE_URL"),
        base_url=(base_url or "http://127.0.0.1:8000").rstrip("/"),
        contact_email=values.email("BOOKING_CONTACT_EMAIL", contact),
        mail_from=values.email("BOOKING_MAIL_FROM", environ.get("BOOKING_MAIL_FROM") or contact),
        smtp_url=values.mail_server(environ, "BOOKING_SMTP_URL"),
        trusted_proxies=values.count(environ, "BOOKING_TRUSTED_PROXIES"),
        secret_key=keys.secret_key(),
        encryption_keys=keys.encryption_keys(),
        seal_key=keys.seal_key(),
        metrics_token=values.token(environ, "BOOKING_METRICS_TOKEN"),
        webhook_allow_private=allow_private,
        clinic_creation=values.one_of(environ, "BOOKING_CLINIC_CREATION", CLINIC_CREATION),
        log_level=values.one_of(environ, "BOOKING_LOG_LEVEL", ("info", "debug", "warning", "error")),
        cliniko_base_url=values.address(environ, "BOOKING_CLINIKO_BASE_URL", must_be_https=in_production),
        vendor_base_urls=_vendor_urls(environ, must_be_https=in_production),
        xero_identity_url=values.address(environ, "BOOKING_XERO_IDENTITY_URL", must_be_https=in_production),
        task_lease_scale=_lease_scale(environ, is_production=in_production),
        booking_rates=_booking_rates(environ),
        allow_test_payments=not in_production or values.flag(environ, "BOOKING_ALLOW_TEST_PAYMENTS"),
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
        except ValueError:
            raise SettingsError("BOOKING_ENCRYPTION_KEYS must be Fernet keys, separated by commas.") from None
        if not keys:
            raise SettingsError("BOOKING_ENCRYPTION_KEYS holds no key.")
        return keys

    def seal_key(self) -> str:
        text = self._read("BOOKING_SEAL_KEY", "seal_key", new_signing_key)
        try:
            SigningKey.from_hex(text)
        except ValueError:
            raise SettingsError("BOOKING_SEAL_KEY must be an Ed25519 private key as 64 hex characters.") from None
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
        private_folder(path.parent.parent)
        private_folder(path.parent)
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        draft.write_text(make())
        draft.chmod(0o600)
        with suppress(FileExistsError):  # another process was first: its key is the one
            os.link(draft, path)
        draft.unlink()
    return path.read_text().strip()


def _booking_rates(environ: Mapping[str, str]) -> BookingRates:
    usual = BookingRates()
    return BookingRates(
        address=_rates(environ, "BOOKING_LIMIT_ADDRESS", usual.address),
        email=_rates(environ, "BOOKING_LIMIT_EMAIL", usual.email),
        phone=_rates(environ, "BOOKING_LIMIT_PHONE", usual.phone),
        clinic=_rates(environ, "BOOKING_LIMIT_CLINIC", usual.clinic),
    )


def _rates(environ: Mapping[str, str], variable: str, usual: tuple[Rate, ...]) -> tuple[Rate, ...]:
    text = environ.get(variable, "").strip()
    try:
        return read_rates(text) if text else usual
    except RateInvalid as error:
        raise SettingsError(f"{variable}: {error}.") from error


def _vendor_urls(environ: Mapping[str, str], *, must_be_https: bool) -> dict[str, str]:
    """The addresses that replace a vendor's host, by the vendor's name; which vendors there are is not known here."""
    named = {found[1].lower(): variable for variable in environ if (found := VENDOR_URL.fullmatch(variable))}
    urls = {vendor: values.address(environ, name, must_be_https=must_be_https) for vendor, name in named.items()}
    return {vendor: url for vendor, url in urls.items() if url and vendor != "cliniko"}


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
