"""The questions a clinic designs, and the rules of a sound design."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from booking_app.core.plain_text import clean_line, clean_paragraphs
from booking_app.intake.field_kinds import KINDS, FieldKind, kind_named
from booking_app.intake.field_kinds.base import LONGEST_LABEL
from booking_app.intake.mapping import check_maps_to
from booking_app.intake.models import IntakeField

KEY = re.compile(r"[a-z](?:[a-z0-9_]{0,38}[a-z0-9])?")
LONGEST_HELP = 2000
LONGEST_GROUP = 120
MOST_FIELDS = 100
MOST_DAYS = 3650

AskAgain = Literal["always", "after_days", "once"]
ASK_AGAIN: tuple[AskAgain, ...] = ("always", "after_days", "once")


class DesignProblem(NamedTuple):
    """What is wrong with one question. `about` is the key of [[intake]] in the clinic's file that must be changed."""

    key: str
    about: str
    sentence: str


class FieldsInvalid(ValueError):
    """A design that cannot be asked. `problems` says which question, what of it, and why."""

    def __init__(self, problems: Sequence[DesignProblem]) -> None:
        super().__init__(" ".join(problem.sentence for problem in problems))
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

    `ask_again`: whether a patient who comes back is asked `always`, `after_days` (when the answer is older than
    `ask_again_days`), or only `once`.
    """

    key: str
    label: str
    type: str
    required: bool = False
    help: str = ""
    options: tuple[str, ...] = ()
    show_if: ShowIf | None = None
    maps_to: str = "form"
    services: tuple[str, ...] | None = None
    group: str = ""
    ask_again: AskAgain = "always"
    ask_again_days: int | None = None

    @property
    def choices(self) -> tuple[str, ...]:
        """What may be answered where that is a closed list."""
        return tuple(self.kind.choices(self.options))

    @property
    def kind(self) -> FieldKind:
        return kind_named(self.type)

    @property
    def name_in_sentence(self) -> str:
        """The label as it can stand inside a sentence."""
        return self.label.rstrip(" ?:.*")

    @property
    def quoted(self) -> str:
        """The label as it stands on the page, for a sentence that points to it."""
        return f"“{self.label.rstrip(' :.*')}”"

    @property
    def is_question(self) -> bool:
        return self.label.rstrip().endswith("?")

    def may_reuse(self, age: timedelta) -> bool:
        """Whether an answer of this age need not be given again."""
        if self.ask_again == "after_days":
            return age <= timedelta(days=self.ask_again_days or 0)
        return self.ask_again == "once"

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
    """The one check of a design, whoever made it: console, clinic file or template.

    Raises FieldsInvalid naming every problem at once.
    """
    problems: list[DesignProblem] = []
    if len(specs) > MOST_FIELDS:
        problems.append(DesignProblem("", "key", f"At most {MOST_FIELDS} questions are possible."))
    by_key: dict[str, FieldSpec] = {}
    for spec in specs:
        if spec.key in by_key:
            problems.append(DesignProblem(spec.key, "key", f"Two questions have the key {spec.key!r}."))
        by_key[spec.key] = spec
        problems.extend(DesignProblem(spec.key, about, sentence) for about, sentence in _own_problems(spec))
    for spec in specs:
        problems.extend(DesignProblem(spec.key, "show_if", sentence) for sentence in _condition_problems(spec, by_key))
    if problems:
        raise FieldsInvalid(problems)


def _own_problems(spec: FieldSpec) -> Iterator[tuple[str, str]]:
    if not KEY.fullmatch(spec.key):
        yield "key", "A key is 1 to 40 small letters, digits and underscores, a letter first."
    if not 0 < len(clean_line(spec.label)) <= LONGEST_LABEL:
        yield "label", f"Write the question in 1 to {LONGEST_LABEL} characters."
    if len(spec.help) > LONGEST_HELP:
        yield "help", f"Shorten the hint to {LONGEST_HELP} characters or fewer."
    if len(clean_line(spec.group)) > LONGEST_GROUP:
        yield "group", f"Shorten the heading to {LONGEST_GROUP} characters or fewer."
    if spec.services is not None and not spec.services:
        yield "services", "Name at least one service, or leave them out to ask for every service."
    yield from (("maps_to", sentence) for sentence in check_maps_to(spec.key, spec.type, spec.maps_to))
    if spec.ask_again not in ASK_AGAIN:
        yield "ask_again", f"How often it is asked is one of: {', '.join(ASK_AGAIN)}."
    elif (spec.ask_again == "after_days") != (spec.ask_again_days is not None):
        yield "ask_again_days", "Say after how many days it is asked again, and only where it is asked again then."
    elif spec.ask_again_days is not None and not 1 <= spec.ask_again_days <= MOST_DAYS:
        yield "ask_again_days", f"Ask again after 1 to {MOST_DAYS} days."
    if spec.type not in KINDS:
        yield "type", f"There is no kind of question {spec.type!r}; possible are {', '.join(KINDS)}."
    elif wrong := spec.kind.check_options(spec.options):
        yield "options", wrong


def _condition_problems(spec: FieldSpec, by_key: Mapping[str, FieldSpec]) -> list[str]:
    if spec.show_if is None:
        return []
    asked = by_key.get(spec.show_if.field)
    if asked is None:
        return [f"There is no question with the key {spec.show_if.field!r} that it could depend on."]
    if _is_circular(spec, by_key):
        return [f"“{spec.label}” depends on itself through its conditions."]
    choices = asked.choices if asked.type in KINDS else ()
    if choices and spec.show_if.equals not in choices:
        return [f"“{asked.label}” does not offer the answer {spec.show_if.equals!r}."]
    if asked.services is not None and not set(spec.services or ("",)) <= set(asked.services):
        return [f"“{asked.label}” is not asked for every service that this question is asked for."]
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
    row.show_if = (
        None if spec.show_if is None else {"field": spec.show_if.field, "equals": clean_line(spec.show_if.equals)}
    )
    row.maps_to = spec.maps_to
    row.ask_again, row.ask_again_days = spec.ask_again, spec.ask_again_days
    row.position = position


def _spec(row: IntakeField) -> FieldSpec:
    return FieldSpec(
        key=row.key,
        label=row.label,
        type=row.type,
        required=row.required,
        help=row.help,
        options=tuple(row.options),
        show_if=None if row.show_if is None else ShowIf(row.show_if["field"], row.show_if["equals"]),
        maps_to=row.maps_to,
        services=None if row.services is None else tuple(row.services),
        group=row.group_name,
        ask_again=row.ask_again,  # type: ignore[arg-type]
        ask_again_days=row.ask_again_days,
    )
