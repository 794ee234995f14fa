"""The questions a clinic designs, and the rules of a sound design."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from booking_app.intake.mapping import check_maps_to
from booking_app.intake.models import IntakeField
from booking_app.intake.plain_text import clean_line, clean_paragraphs

FieldType = Literal[
    "text", "long_text", "email", "phone", "number", "date", "select", "radio", "checkboxes", "yes_no"
]  # fmt: skip
TYPES: tuple[str, ...] = get_args(FieldType)
CHOICE_TYPES = ("select", "radio", "checkboxes")
YES_NO = ("yes", "no")
KEY = re.compile(r"[a-z](?:[a-z0-9_]{0,38}[a-z0-9])?")
# Cliniko keeps question names and option values up to 255 characters.
LONGEST_LABEL = 255
LONGEST_HELP = 2000
LONGEST_GROUP = 120
MOST_OPTIONS = 100
MOST_FIELDS = 100


class FieldsInvalid(ValueError):
    """A design that cannot be asked. `problems` has one (field key, sentence) each."""

    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        super().__init__(" ".join(sentence for _, sentence in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True)
class ShowIf:
    """Ask only when the answer to `field` is, or for checkboxes includes, `equals`."""

    field: str
    equals: str


@dataclass(frozen=True)
class FieldSpec:
    """One question. `services` None means every service; `maps_to` is explained in `mapping.py`.

    Questions one after another with the same `group` stand together under it as a heading.
    """

    key: str
    label: str
    type: FieldType
    required: bool = False
    help: str = ""
    options: tuple[str, ...] = ()
    show_if: ShowIf | None = None
    maps_to: str = "form"
    services: tuple[str, ...] | None = None
    group: str = ""

    @property
    def choices(self) -> tuple[str, ...]:
        """What may be answered where that is a closed list."""
        return YES_NO if self.type == "yes_no" else self.options

    def is_for(self, service_id: str) -> bool:
        return self.services is None or service_id in self.services


def fields_for(session: Session, clinic_id: int, service_id: str) -> list[FieldSpec]:
    """The questions asked for a service, in the clinic's order."""
    return [spec for spec in fields_of(session, clinic_id) if spec.is_for(service_id)]


def fields_of(session: Session, clinic_id: int) -> list[FieldSpec]:
    """Every question of a clinic that is in use, in order."""
    rows = session.scalars(_live(clinic_id).order_by(IntakeField.position, IntakeField.id))
    return [_spec(row) for row in rows]


def replace_fields(session: Session, clinic_id: int, specs: Sequence[FieldSpec], now: datetime) -> None:
    """Make `specs` the clinic's questions; those no longer in it are retired, not deleted. The caller commits.

    Raises FieldsInvalid and changes nothing when the design is unsound.
    """
    check_fields(specs)
    live = {row.key: row for row in session.scalars(_live(clinic_id))}
    wanted = {(spec.key, spec.type) for spec in specs}
    for old in live.values():
        # Another type is another question: old answers keep the old one.
        if (old.key, old.type) not in wanted:
            old.retired_at = now
    # Retirements must reach the database before a key is used anew.
    session.flush()
    for position, spec in enumerate(specs):
        row = live.get(spec.key)
        if row is None or row.retired_at is not None:
            row = IntakeField(clinic_id=clinic_id, key=spec.key)
        _write(row, spec, position)
        session.add(row)
    session.flush()


def check_fields(specs: Sequence[FieldSpec]) -> None:
    """Raises FieldsInvalid naming every problem of the design at once."""
    problems: list[tuple[str, str]] = []
    if len(specs) > MOST_FIELDS:
        problems.append(("", f"At most {MOST_FIELDS} intake fields are possible."))
    by_key: dict[str, FieldSpec] = {}
    for spec in specs:
        if spec.key in by_key:
            problems.append((spec.key, f"The key {spec.key!r} is used twice."))
        by_key[spec.key] = spec
        problems.extend((spec.key, sentence) for sentence in _own_problems(spec))
    for spec in specs:
        problems.extend((spec.key, sentence) for sentence in _condition_problems(spec, by_key))
    if problems:
        raise FieldsInvalid(problems)


def _own_problems(spec: FieldSpec) -> list[str]:
    problems = []
    if not KEY.fullmatch(spec.key):
        problems.append(f"The key {spec.key!r} must be 1 to 40 small letters, digits and underscores, a letter first.")
    if spec.type not in TYPES:
        problems.append(f"The type {spec.type!r} is unknown; possible are {', '.join(TYPES)}.")
    if not 0 < len(clean_line(spec.label)) <= LONGEST_LABEL:
        problems.append(f"The label of {spec.key!r} must have 1 to {LONGEST_LABEL} characters.")
    if len(spec.help) > LONGEST_HELP:
        problems.append(f"The help of {spec.key!r} may have at most {LONGEST_HELP} characters.")
    if len(clean_line(spec.group)) > LONGEST_GROUP:
        problems.append(f"The group of {spec.key!r} may have at most {LONGEST_GROUP} characters.")
    if spec.services is not None and not spec.services:
        problems.append(f"The services of {spec.key!r} are an empty list; leave them out to ask for every service.")
    return problems + _option_problems(spec) + check_maps_to(spec.key, spec.type, spec.maps_to)


def _option_problems(spec: FieldSpec) -> list[str]:
    if spec.type not in CHOICE_TYPES:
        return [f"Options of {spec.key!r} make no sense for the type {spec.type!r}."] if spec.options else []
    cleaned = [clean_line(option) for option in spec.options]
    if not 0 < len(cleaned) <= MOST_OPTIONS:
        return [f"{spec.key!r} needs 1 to {MOST_OPTIONS} options."]
    if any(not 0 < len(option) <= LONGEST_LABEL for option in cleaned):
        return [f"Each option of {spec.key!r} must have 1 to {LONGEST_LABEL} characters."]
    if len(set(cleaned)) < len(cleaned):
        return [f"An option of {spec.key!r} is there twice."]
    return []


def _condition_problems(spec: FieldSpec, by_key: Mapping[str, FieldSpec]) -> list[str]:
    if spec.show_if is None:
        return []
    asked = by_key.get(spec.show_if.field)
    if asked is None:
        return [f"{spec.key!r} depends on {spec.show_if.field!r}, which is not there."]
    if _is_circular(spec, by_key):
        return [f"{spec.key!r} depends on itself through its conditions."]
    if asked.choices and spec.show_if.equals not in asked.choices:
        return [f"{spec.key!r} waits for {spec.show_if.equals!r}, which {asked.key!r} does not offer."]
    if asked.services is not None and not set(spec.services or ("",)) <= set(asked.services):
        return [f"{spec.key!r} depends on {asked.key!r}, which is not asked for all of its services."]
    return []


def _is_circular(spec: FieldSpec, by_key: Mapping[str, FieldSpec]) -> bool:
    seen: set[str] = set()
    current: FieldSpec | None = spec
    while current is not None and current.show_if is not None:
        if current.key in seen:
            return True
        seen.add(current.key)
        current = by_key.get(current.show_if.field)
    return False


def _live(clinic_id: int) -> Select[IntakeField]:
    return select(IntakeField).where(IntakeField.clinic_id == clinic_id, IntakeField.retired_at.is_(None))


def _write(row: IntakeField, spec: FieldSpec, position: int) -> None:
    row.label = clean_line(spec.label)
    row.type = spec.type
    row.required = spec.required
    row.help = clean_paragraphs(spec.help)
    row.group_name = clean_line(spec.group)
    row.options = [clean_line(option) for option in spec.options]
    row.services = None if spec.services is None else list(spec.services)
    row.show_if = None if spec.show_if is None else {"field": spec.show_if.field, "equals": spec.show_if.equals}
    row.maps_to = spec.maps_to
    row.position = position


def _spec(row: IntakeField) -> FieldSpec:
    return FieldSpec(
        key=row.key,
        label=row.label,
        type=row.type,  # type: ignore[arg-type]
        required=row.required,
        help=row.help,
        options=tuple(row.options),
        show_if=None if row.show_if is None else ShowIf(row.show_if["field"], row.show_if["equals"]),
        maps_to=row.maps_to,
        services=None if row.services is None else tuple(row.services),
        group=row.group_name,
    )
