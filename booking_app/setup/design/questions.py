"""The questions of the fourth step: added, ordered, required, asked on a condition, and mapped to where answers go."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking_app.clinics.audit import Author
from booking_app.clinics.changes import Change, changing
from booking_app.clinics.models import Clinic
from booking_app.core.db import Database
from booking_app.intake.field_kinds.base import LONGEST_LABEL
from booking_app.intake.fields import DesignProblem, FieldsInvalid, FieldSpec, fields_of, replace_fields
from booking_app.intake.mapping import custom_token
from booking_app.intake.models import IntakeField
from booking_app.intake.waiver_text import placeholders_in
from booking_app.intake.waivers import waivers_of
from booking_app.pms.practice import Practices
from booking_app.pms.records import CustomFieldChoice, FormTemplate
from booking_app.setup.design.made_keys import key_for
from booking_app.setup.design.ordering import Direction, moved
from booking_app.setup.design.starters import starter_questions
from booking_app.setup.design.templates import Taken, questions_of

COPY = " (copy)"


@dataclass(frozen=True)
class Design:
    """A clinic's questions in order, and the keys that belonged to questions since retired."""

    fields: tuple[FieldSpec, ...]
    retired: frozenset[str]

    def values(self) -> dict[str, Any]:
        """Every question by its key, and their order: what a change is compared with and recorded as."""
        return {"order": [spec.key for spec in self.fields], **{spec.key: asdict(spec) for spec in self.fields}}

    @property
    def used(self) -> frozenset[str]:
        """Every key that was ever given."""
        return self.retired | {spec.key for spec in self.fields}

    def find(self, key: str) -> FieldSpec | None:
        return next((spec for spec in self.fields if spec.key == key), None)


class QuestionDesign:
    """The use cases of the intake designer. Every verb commits, and takes effect for the next patient at once."""

    def __init__(self, *, database: Database, practices: Practices) -> None:
        self._database = database
        self._practices = practices

    def design(self, clinic: Clinic) -> Design:
        with self._database.reading() as session:
            return _design(session, clinic.id)

    def custom_fields(self, clinic: Clinic) -> tuple[CustomFieldChoice, ...]:
        """The account's custom fields as they are now. Raises RemoteFailure."""
        return self._practices(clinic.id).custom_fields()

    def form_templates(self, clinic: Clinic) -> tuple[FormTemplate, ...]:
        """The account's form templates as they are now. Raises RemoteFailure."""
        return self._practices(clinic.id).form_templates()

    def add(self, author: Author, clinic: Clinic, spec: FieldSpec, *, revision: str | None) -> str:
        """Ask one more question, after the others; returns its key, which is made of the label where none is given.

        Raises FieldsInvalid, RemoteFailure, ChangedMeanwhile.
        """
        self._check_mapping(clinic, spec)
        with self._changing(author, clinic, "question.added", revision) as (session, design):
            named = spec if spec.key else replace(spec, key=key_for(spec.label, design.used))
            _refuse_used(design, [named.key])
            self._store(session, clinic, [*design.fields, named], author)
        return named.key

    def duplicate(self, author: Author, clinic: Clinic, key: str) -> str:
        """The same question once more, right after it, to be changed; returns its key. Raises LookupError."""
        with self._changing(author, clinic, "question.added", None) as (session, design):
            old = design.find(key)
            if old is None:
                raise LookupError(key)
            label = f"{old.label[: LONGEST_LABEL - len(COPY)]}{COPY}"
            copy = replace(old, key=key_for(old.label, design.used), label=label, maps_to="form")
            at = design.fields.index(old) + 1
            self._store(session, clinic, [*design.fields[:at], copy, *design.fields[at:]], author)
        return copy.key

    def take_starters(self, author: Author, clinic: Clinic, name: str) -> int:
        """Ask the starter questions of a profession, after the questions there are; returns how many.

        Raises LookupError for a profession that is not in the library, FieldsInvalid.
        """
        with self._changing(author, clinic, "question.template_taken", None) as (session, design):
            fresh = starter_questions(name, design.used)
            self._store(session, clinic, [*design.fields, *fresh], author)
        return len(fresh)

    def save(self, author: Author, clinic: Clinic, spec: FieldSpec, *, revision: str | None) -> None:
        """Change a question; its key and its type stay, because answers hang on them.

        Raises LookupError, FieldsInvalid, RemoteFailure, ChangedMeanwhile.
        """
        self._check_mapping(clinic, spec)
        with self._changing(author, clinic, "question.changed", revision) as (session, design):
            old = design.find(spec.key)
            if old is None:
                raise LookupError(spec.key)
            kept = replace(spec, type=old.type)
            self._store(session, clinic, [kept if each.key == spec.key else each for each in design.fields], author)

    def retire(self, author: Author, clinic: Clinic, key: str) -> None:
        """Ask a question no more; answers given keep their meaning, and the key is never given again.

        Raises FieldsInvalid while another question or a waiver depends on it.
        """
        with self._changing(author, clinic, "question.retired", None) as (session, design):
            _refuse_needed(session, clinic.id, key)
            self._store(session, clinic, [each for each in design.fields if each.key != key], author)

    def move(self, author: Author, clinic: Clinic, key: str, direction: Direction) -> None:
        """One place up or down; at the end of the list it stays where it is."""
        with self._changing(author, clinic, "question.moved", None) as (session, design):
            order = moved([each.key for each in design.fields], key, direction)
            by_key = {each.key: each for each in design.fields}
            self._store(session, clinic, [by_key[each] for each in order], author)

    def take_template(self, author: Author, clinic: Clinic, template_id: str) -> Taken:
        """Ask what a form template of Cliniko asks, after the questions there are.

        Raises LookupError for a template that is not there (any more), FieldsInvalid, RemoteFailure.
        """
        templates = self._practices(clinic.id).form_templates()
        template = next((each for each in templates if each.cliniko_id == template_id), None)
        if template is None:
            raise LookupError(template_id)
        with self._changing(author, clinic, "question.template_taken", None) as (session, design):
            taken = questions_of(template, design.used)
            self._store(session, clinic, [*design.fields, *taken.fields], author)
        return taken

    def _check_mapping(self, clinic: Clinic, spec: FieldSpec) -> None:
        token = custom_token(spec.maps_to)
        if token is not None:
            check_custom_field(spec, token, self.custom_fields(clinic))

    @contextmanager
    def _changing(
        self, author: Author, clinic: Clinic, action: str, revision: str | None
    ) -> Iterator[tuple[Session, Design]]:
        change = Change(author, action, about_questions, revision)
        with changing(self._database, clinic.id, change) as (session, _):
            yield session, _design(session, clinic.id)

    def _store(self, session: Session, clinic: Clinic, specs: Sequence[FieldSpec], author: Author) -> None:
        replace_fields(session, clinic.id, specs, author.at)


def about_questions(session: Session, clinic: Clinic) -> Mapping[str, Any]:
    """What a change is compared with and recorded as."""
    return _design(session, clinic.id).values()


def check_custom_field(spec: FieldSpec, token: str, choices: Sequence[CustomFieldChoice]) -> None:
    """Raises FieldsInvalid when Cliniko would refuse the answers: it would refuse the whole patient with them."""
    field = next((each for each in choices if each.token == token), None)
    if field is None:
        raise FieldsInvalid(
            [
                DesignProblem(
                    spec.key, "maps_to", "Cliniko has no custom field with this token. Choose one from the list."
                )
            ]
        )
    if field.kind not in spec.kind.custom_fields:
        sentence = f"The custom field “{field.name}” cannot hold answers of this type. Choose another field or type."
        raise _refused(spec.key, "maps_to", sentence)
    known = {option.strip().casefold() for option in field.options}
    missing = [option for option in spec.options if option.strip().casefold() not in known]
    if field.kind in ("radio", "checkboxes") and missing and not field.has_other:
        named = ", ".join(f"“{option}”" for option in missing)
        sentence = (
            f"The custom field “{field.name}” does not offer {named}. Use its own options, or add them in Cliniko."
        )
        raise _refused(spec.key, "maps_to", sentence)


def _design(session: Session, clinic_id: int) -> Design:
    live = tuple(fields_of(session, clinic_id))
    keys = session.scalars(select(IntakeField.key).where(IntakeField.clinic_id == clinic_id))
    return Design(live, frozenset(keys) - {spec.key for spec in live})


def _refuse_used(design: Design, keys: Sequence[str]) -> None:
    problems = []
    for key in keys:
        if design.find(key) is not None:
            problems.append(DesignProblem(key, "key", f"The short name “{key}” is used already. Choose another."))
        elif key in design.retired:
            sentence = (
                f"The short name “{key}” belonged to a question that was retired, with its answers. Choose another."
            )
            problems.append(DesignProblem(key, "key", sentence))
    if problems:
        raise FieldsInvalid(problems)


def _refuse_needed(session: Session, clinic_id: int, key: str) -> None:
    waiting = [spec.label for spec in fields_of(session, clinic_id) if spec.show_if and spec.show_if.field == key]
    if waiting:
        raise FieldsInvalid(
            [DesignProblem(key, "key", f"“{waiting[0]}” depends on this question. Change that condition first.")]
        )
    quoting = [each.title for each in waivers_of(session, clinic_id) if f"answer:{key}" in placeholders_in(each.body)]
    if quoting:
        raise FieldsInvalid(
            [
                DesignProblem(
                    key, "key", f"The waiver “{quoting[0]}” quotes the answer to this question. Change it first."
                )
            ]
        )


def _refused(key: str, about: str, sentence: str) -> FieldsInvalid:
    return FieldsInvalid([DesignProblem(key, about, sentence)])
