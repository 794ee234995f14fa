"""How each kind of setting is read: a value that cannot be used is refused by the name of its variable.

No sentence quotes a value, and none is raised from an error that does: passwords stand in addresses.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from booking_app.core.files import private_folder
from booking_app.core.hosts import is_host

Environ = Mapping[str, str]
EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,190}")
TOKEN = re.compile(r"[!-~]{1,500}")  # it travels in a header
MOST_PROXIES = 10
ESCAPES = "/ ? # @ and % in them are written as %2F %3F %23 %40 and %25"


class SettingsError(Exception):
    """A setting that cannot be used; the message names the variable and what it should be."""


def address(environ: Environ, variable: str, *, must_be_https: bool = False) -> str | None:
    """A web address with a host, without a user, a query or a fragment."""
    text = environ.get(variable, "").strip()
    if not text:
        return None
    parts = _split(variable, text, ("http", "https"))
    if "@" in parts.netloc or "?" in text or "#" in text:
        raise SettingsError(f"{variable} must be an address without a user, a ? or a #.")
    if must_be_https and parts.scheme != "https":
        raise SettingsError(f"{variable} must begin with https:// in production.")
    return text


def mail_server(environ: Environ, variable: str) -> str | None:
    """`smtp://user:password@host:port` or `smtps://…`."""
    text = environ.get(variable, "").strip()
    if not text:
        return None
    if "?" in text or "#" in text or text.partition("://")[2].rstrip("/").count("/"):
        raise SettingsError(f"{variable} must end after host and port. User and password: {ESCAPES}.")
    parts = _split(variable, text, ("smtp", "smtps"))
    for part in (parts.username or "", parts.password or ""):
        if not unquote(part).isascii() or not unquote(part).isprintable():
            raise SettingsError(f"{variable} may have only plain letters, digits and signs in user and password.")
    if parts.password and not parts.username:
        raise SettingsError(f"{variable} has a password but no user.")
    return text


def database(environ: Environ, variable: str, data_dir: Path) -> str:
    """A SQLite file or a PostgreSQL; without one a file in the data directory, which is made."""
    text = environ.get(variable, "").strip()
    if not text:
        _make_private(data_dir)
        return f"sqlite:///{data_dir / 'booking.sqlite3'}"
    if text.startswith("sqlite:///") and text.isprintable() and len(text) > len("sqlite:///"):
        return text
    if not text.startswith("postgresql+psycopg://"):
        raise SettingsError(f"{variable} must begin with sqlite:/// or postgresql+psycopg://.")
    if "#" in text or text.partition("://")[2].partition("?")[0].count("/") > 1:
        raise SettingsError(f"{variable} must be user:password@host:port/database after its ://; {ESCAPES}.")
    parts = _split(variable, text, ("postgresql+psycopg",), needs_host="host=" not in text)
    if not parts.path.strip("/"):
        raise SettingsError(f"{variable} must end with the name of the database.")
    return text


def queue(environ: Environ, variable: str) -> str | None:
    """Where the queue lies, when it is not beside the database."""
    text = environ.get(variable, "").strip()
    if not text or (text.startswith("sqlite:///") and text.isprintable()):
        return text or None
    if not text.startswith(("postgresql+psycopg://", "postgresql://", "redis://", "rediss://")):
        raise SettingsError(f"{variable} must begin with redis://, rediss://, postgresql+psycopg:// or sqlite:///.")
    _split(variable, text, (text.partition("://")[0],), needs_host="host=" not in text)
    return text


def data_directory(environ: Environ, variable: str) -> Path:
    """An absolute folder. In the address of the database that lies in it a ? or a % would be something else."""
    text = environ.get(variable) or "var"
    if not text.isprintable() or set("?%") & set(text):
        raise SettingsError(f"{variable} must be a folder without a ? or a % in its name.")
    path = Path(text).absolute()
    if path.exists() and not path.is_dir():
        raise SettingsError(f"{variable} must be a folder.")
    return path


def email(variable: str, text: str) -> str:
    if not EMAIL.fullmatch(text.strip()):
        raise SettingsError(f"{variable} must be an e-mail address.")
    return text.strip()


def token(environ: Environ, variable: str) -> str | None:
    """A secret that travels in a header."""
    text = environ.get(variable, "").strip()
    if text and not TOKEN.fullmatch(text):
        raise SettingsError(f"{variable} must be 1 to 500 plain letters, digits and signs, without a space.")
    return text or None


def one_of(environ: Environ, variable: str, allowed: tuple[str, ...]) -> str:
    """One of some words, the first of which is meant where nothing is said."""
    text = (environ.get(variable) or allowed[0]).strip().lower()
    if text not in allowed:
        raise SettingsError(f"{variable} must be {', '.join(allowed[:-1])} or {allowed[-1]}.")
    return text


def flag(environ: Environ, variable: str) -> bool:
    text = environ.get(variable, "").strip().lower()
    if text not in ("", "0", "1", "true", "false"):
        raise SettingsError(f"{variable} must be 1 or 0.")
    return text in ("1", "true")


def count(environ: Environ, variable: str, most: int = MOST_PROXIES) -> int:
    text = environ.get(variable, "0").strip() or "0"
    if not re.fullmatch("[0-9]{1,6}", text) or int(text) > most:
        raise SettingsError(f"{variable} must be a whole number from 0 to {most}.")
    return int(text)


def _split(variable: str, text: str, schemes: tuple[str, ...], *, needs_host: bool = True) -> SplitResult:
    """The parts of an address that can be used; from None, because what urlsplit says quotes what it was given."""
    try:
        parts = urlsplit(text)
        port, host = parts.port, parts.hostname or ""
    except ValueError:
        raise SettingsError(f"{variable} must have a port from 1 to 65535, or none; {ESCAPES}.") from None
    is_known = parts.scheme in schemes and text.isprintable() and " " not in text
    is_there = is_host(f"[{host}]" if ":" in host else host) if host else not needs_host
    if not is_known or not is_there or port == 0:
        begins = " or ".join(f"{scheme}://" for scheme in schemes)
        raise SettingsError(f"{variable} must be an address beginning with {begins} and a host; {ESCAPES}.")
    return parts


def _make_private(folder: Path) -> None:
    try:
        private_folder(folder)
    except OSError as error:
        raise SettingsError(f"BOOKING_DATA_DIR cannot be made: {error.strerror}.") from None
