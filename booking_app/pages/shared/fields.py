"""What the one field macro needs to know about a field."""

from typing import Any

from flask import Flask
from wtforms import Field


def register(app: Flask) -> None:
    app.jinja_env.globals.update(
        attributes_of=attributes_of, choices_of=choices_of, described_by=described_by, is_required=is_required
    )


def is_required(field: Field) -> bool:
    return bool(field.flags.required or (field.render_kw or {}).get("required"))


def described_by(field: Field) -> str:
    """The ids of the hint and the error, as `aria-describedby` lists them; empty without either."""
    hint = f"{field.id}-hint" if field.description else ""
    mistake = f"{field.id}-error" if field.errors else ""
    return " ".join(part for part in (hint, mistake) if part)


def attributes_of(field: Field) -> dict[str, Any]:
    """The attributes that tie an input to its hint and error."""
    attributes: dict[str, Any] = {}
    if described_by(field):
        attributes["aria-describedby"] = described_by(field)
    if field.errors:
        attributes["aria-invalid"] = "true"
    return attributes


def choices_of(field: Field) -> list[tuple[str, str, bool]]:
    """The options of a group as (value, label, chosen)."""
    return [(str(choice[0]), str(choice[1]), bool(choice[2])) for choice in field.iter_choices()]  # type: ignore[attr-defined]
