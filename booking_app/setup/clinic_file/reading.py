"""Reading a clinic's file with everything beside it; nothing is stored here."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from booking_app.clinics.pictures import Picture
from booking_app.setup.clinic_file.beside import read_bodies, read_pictures
from booking_app.setup.clinic_file.bounds import MOST_BYTES, Measured, TooMuch
from booking_app.setup.clinic_file.lines import key_lines
from booking_app.setup.clinic_file.problems import ClinicFileInvalid, Notes, Problem
from booking_app.setup.clinic_file.references import check_references
from booking_app.setup.clinic_file.schema import ClinicFileSections
from booking_app.setup.clinic_file.sections import read_sections

WHERE = re.compile(r" \(at (?:line (?P<line>\d+), column \d+|end of document)\)$")


@dataclass(frozen=True)
class ClinicBundle:
    """A sound clinic's file: its sections, pictures by name, waiver texts by key, secrets by variable name."""

    sections: ClinicFileSections
    pictures: Mapping[str, Picture] = field(repr=False)
    bodies: Mapping[str, str] = field(repr=False)
    secrets: Mapping[str, str] = field(repr=False)


def read_clinic_file(path: Path, *, environ: Mapping[str, str] | None) -> ClinicBundle:
    """The clinic in a file. Raises ClinicFileInvalid with every problem at once.

    Secrets are looked up in `environ`, which is the only place they come from; with None none is looked up.
    """
    text = read_text(path)
    raw = parsed(path.name, text)
    notes = Notes(path.name, key_lines(text))
    sections = read_sections(raw, notes)
    pictures = read_pictures(path.parent, sections, notes)
    bodies = read_bodies(path.parent, sections, notes)
    check_references(sections, raw, bodies, notes)
    secrets = {} if environ is None else _secrets(sections, environ, notes)
    if notes.problems:
        raise ClinicFileInvalid(notes.problems)
    return ClinicBundle(sections, pictures, bodies, secrets)


def read_text(path: Path) -> str:
    """The file's text, within its maximum. Raises ClinicFileInvalid."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ClinicFileInvalid([Problem(0, f"the file has more than {MOST_BYTES:,} bytes", path.name)])
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as error:
        raise ClinicFileInvalid([Problem(0, "the file cannot be read", path.name)]) from error
    except UnicodeDecodeError as error:
        raise ClinicFileInvalid([Problem(0, "the file is not UTF-8 text", path.name)]) from error


def parsed(name: str, text: str) -> dict[str, Any]:
    """The plain values of a text, which is measured before it is parsed. Raises ClinicFileInvalid."""
    try:
        Measured(text).check()
        return tomllib.loads(text)
    except TooMuch as error:
        raise ClinicFileInvalid([Problem(error.line, error.sentence, name)]) from None
    except tomllib.TOMLDecodeError as error:
        found = WHERE.search(str(error))
        line = int(found["line"]) if found and found["line"] else text.count("\n") + 1
        said = WHERE.sub("", str(error))
        hint = "the key or table stands there twice" if said.startswith("Cannot") else said[:1].lower() + said[1:]
        raise ClinicFileInvalid([Problem(line, f"not valid TOML: {hint}", name)]) from error


def _secrets(sections: ClinicFileSections, environ: Mapping[str, str], notes: Notes) -> dict[str, str]:
    """The secrets by the names of their variables; what is not set is noted."""
    if sections.cliniko is not None and not _secret(environ, sections.cliniko.api_key_env):
        notes.add(("cliniko", "api_key_env"), _not_set("api_key_env", sections.cliniko.api_key_env))
    for place, connection in enumerate(sections.crm):
        if not _secret(environ, connection.token_env):
            notes.add_at("crm", place, "token_env", _not_set("token_env", connection.token_env))
    names = [connection.token_env for connection in sections.crm]
    for place, key, name in _method_secrets(sections):
        names.append(name)
        if not _secret(environ, name):
            notes.add(("deposits", "methods", place, key), _not_set(key, name))
    for key in ("client_id_env", "client_secret_env") if sections.accounting else ():
        names.append(getattr(sections.accounting, key))
        if not _secret(environ, names[-1]):
            notes.add(("accounting", key), _not_set(key, names[-1]))
    names += [sections.cliniko.api_key_env] if sections.cliniko is not None else []
    return {name: _secret(environ, name) for name in names}


def _method_secrets(sections: ClinicFileSections) -> Iterator[tuple[int, str, str]]:
    """Of every way to pay its place, the key, and the variable that it names."""
    for place, method in enumerate(sections.deposits.methods if sections.deposits else ()):
        for key in ("secret_env", "webhook_secret_env"):
            if name := getattr(method, key):
                yield place, key, name


def _secret(environ: Mapping[str, str], name: str) -> str:
    return environ.get(name, "").strip()


def _not_set(key: str, name: str) -> str:
    return f"{key} names the environment variable {name}, which is not set"
