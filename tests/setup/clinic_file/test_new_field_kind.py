"""A new kind of question is a module and a registration: one is made here as docs/adding-a-field-kind.md says."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from wtforms import Form

from booking_app.clinics.clinics import find_clinic
from booking_app.core.db import Database
from booking_app.core.sealing import Keyring, SigningKey
from booking_app.intake.answers import Answers, AnswersInvalid, check_answers
from booking_app.intake.document_page import document_html
from booking_app.intake.facts import DocumentFacts
from booking_app.intake.field_kinds import KINDS, FieldKind, Unreadable
from booking_app.intake.field_kinds.base import one_line
from booking_app.intake.fields import FieldsInvalid, FieldSpec, check_fields, fields_of
from booking_app.intake.form_content import form_sections
from booking_app.intake.records import canonical_record
from booking_app.intake.seals import seal_record
from booking_app.pages.shared.intake_fields import field_for
from booking_app.pms.records import FormQuestion
from booking_app.setup.clinic_file.exporting import export_clinic
from booking_app.setup.clinic_file.importing import import_clinic
from tests.intake.conftest import make_facts, signing_key, waiver_text  # noqa: F401 - fixtures
from tests.setup.clinic_file.conftest import CLINIC, ENVIRON, NOW

QUESTION = """
[[intake]]
key = "injured_on"
label = "How hard was it?"
type = "percent"
required = true
"""


class Percent(FieldKind):
    """A kind of another team, made by following docs/adding-a-field-kind.md."""

    name = "percent"
    title = "Percentage"
    control = "line"
    custom_fields = ("text",)

    def read(self, field: FieldSpec, posted: Sequence[str], region: str) -> Decimal | None:
        text = one_line(posted).rstrip("% ")
        if not text:
            return None
        if not re.fullmatch(r"\d{1,3}", text) or int(text) > 100:
            raise Unreadable(f"Enter a number from 0 to 100 for {field.name_in_sentence}")
        return Decimal(text)

    def from_raw(self, raw: str) -> Decimal:
        return Decimal(raw)

    def text(self, value: Decimal) -> str:
        return f"{value} %"

    def form_question(self, label: str, value: Decimal, options: tuple[str, ...]) -> FormQuestion:
        return FormQuestion(name=label, kind="text", answer=self.text(value))


@pytest.fixture
def percent(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one registration."""
    monkeypatch.setitem(KINDS, "percent", Percent())


@pytest.fixture
def spec(percent: None, database: Database, keyring: Keyring, tmp_path: Path) -> FieldSpec:
    """The question as it came out of a clinic's file, through the database and out of an export again."""
    file = tmp_path / "clinic.toml"
    file.write_text(CLINIC + QUESTION)
    import_clinic(database, keyring, file, environ=ENVIRON, now=NOW)
    with database.reading() as session:
        clinic = find_clinic(session, "harbour")
        assert clinic is not None
        (spec,) = fields_of(session, clinic.id)
    assert 'type = "percent"' in export_clinic(database, "harbour", tmp_path / "out").read_text()
    return spec


def test_its_design_is_checked(spec: FieldSpec) -> None:
    with pytest.raises(FieldsInvalid, match="has no choices"):
        check_fields([replace(spec, options=("a",))])


def test_it_is_asked_and_read(spec: FieldSpec) -> None:
    form: Any = type("AskingForm", (Form,), {"answer": field_for(spec)})()
    assert 'name="answer"' in str(form["answer"]())
    with pytest.raises(AnswersInvalid) as refused:
        check_answers([spec], {spec.key: "lots"})
    assert refused.value.errors == {spec.key: "Enter a number from 0 to 100 for How hard was it"}


def test_it_is_stored_printed_signed_and_sent(
    spec: FieldSpec,
    make_facts: Callable[..., DocumentFacts],  # noqa: F811 - the fixture
    signing_key: SigningKey,  # noqa: F811 - the fixture
) -> None:
    answers = Answers.from_json(check_answers([spec], {spec.key: "80 %"}).to_json())
    facts = make_facts(answers=answers, waivers=(waiver_text("It was {{answer:injured_on}} hard."),))
    assert ">80 %<" in document_html(facts, seal_record("0" * 64, signing_key))
    assert '"type":"percent","value":"80"' in canonical_record(facts).decode()
    assert form_sections(facts)[0].questions == (FormQuestion(name=spec.label, kind="text", answer="80 %"),)
