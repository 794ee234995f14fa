from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from booking_app.intake.fields import (
    FieldsInvalid,
    FieldSpec,
    ShowIf,
    check_fields,
    fields_for,
    fields_of,
    replace_fields,
)
from booking_app.intake.models import IntakeField
from tests.intake.conftest import NOW

SMOKER = FieldSpec("smoker", "Do you smoke?", "yes_no")
A_DAY = FieldSpec("a_day", "How many a day?", "number", show_if=ShowIf("smoker", "yes"))


def refusal(*specs: FieldSpec) -> str:
    with pytest.raises(FieldsInvalid) as caught:
        check_fields(specs)
    return str(caught.value)


def test_fields_come_back_as_they_were_written(session: Session):
    specs = [
        replace(SMOKER, required=True, help="We do not judge."),
        A_DAY,
        FieldSpec("pain", "Pain", "radio", options=("None", "Some"), services=("12",), maps_to="custom:ab-12"),
    ]
    replace_fields(session, 1, specs, NOW)
    session.expire_all()
    assert fields_of(session, 1) == specs


def test_a_field_is_asked_for_its_services_only(session: Session):
    replace_fields(session, 1, [SMOKER, FieldSpec("x", "X", "text", services=("12",))], NOW)
    assert [field.key for field in fields_for(session, 1, "13")] == ["smoker"]
    assert [field.key for field in fields_for(session, 1, "12")] == ["smoker", "x"]


def test_the_order_is_the_clinics(session: Session):
    replace_fields(session, 1, [SMOKER, A_DAY], NOW)
    other = FieldSpec("first", "First", "text")
    replace_fields(session, 1, [other, SMOKER, A_DAY], NOW)
    assert [field.key for field in fields_of(session, 1)] == ["first", "smoker", "a_day"]


def test_a_field_that_is_left_out_is_retired_and_kept(session: Session):
    replace_fields(session, 1, [SMOKER, A_DAY], NOW)
    replace_fields(session, 1, [SMOKER], NOW + timedelta(days=1))
    row = session.scalar(select(IntakeField).where(IntakeField.key == "a_day"))
    assert row is not None
    assert row.retired_at == NOW + timedelta(days=1)


def test_another_type_is_another_question(session: Session):
    replace_fields(session, 1, [SMOKER], NOW)
    replace_fields(session, 1, [replace(SMOKER, type="text")], NOW)
    rows = session.scalars(select(IntakeField).where(IntakeField.key == "smoker")).all()
    assert sorted((row.type, row.retired_at is None) for row in rows) == [("text", True), ("yes_no", False)]


def test_an_unsound_design_changes_nothing(session: Session):
    replace_fields(session, 1, [SMOKER], NOW)
    with pytest.raises(FieldsInvalid):
        replace_fields(session, 1, [FieldSpec("x", "", "text")], NOW)
    assert [field.key for field in fields_of(session, 1)] == ["smoker"]


@pytest.mark.parametrize(
    ("spec", "sentence"),
    [
        (FieldSpec("x", "X", "matrix"), "no kind of question 'matrix'"),
        (FieldSpec("X-1", "X", "text"), "small letters"),
        (FieldSpec("x_", "X", "text"), "small letters"),
        (FieldSpec("x", " ", "text"), "Write the question in 1 to 255"),
        (FieldSpec("x", "X" * 256, "text"), "Write the question in 1 to 255"),
        (FieldSpec("x", "X", "select"), "Write 1 to 100 choices"),
        (FieldSpec("x", "X", "select", options=("a", "a ")), "twice"),
        (FieldSpec("x", "X", "radio", options=("a", "")), "1 to 255 characters"),
        (FieldSpec("x", "X", "text", options=("a",)), "has no choices"),
        (FieldSpec("x", "X", "text", services=()), "Name at least one service"),
        (FieldSpec("x", "X", "text", show_if=ShowIf("y", "1")), "no question with the key 'y'"),
        (FieldSpec("x", "X", "text", show_if=ShowIf("x", "1")), "depends on itself"),
        (FieldSpec("x", "X", "text", maps_to="patient.email"), "'email'"),
        (FieldSpec("x", "X", "text", maps_to="patient.invoice_email"), "must have the type email"),
        (FieldSpec("x", "X", "text", maps_to="custom:"), "token"),
        (FieldSpec("x", "X", "text", maps_to="elsewhere"), "must be form"),
    ],
)
def test_an_unsound_field_is_refused_with_a_sentence(spec: FieldSpec, sentence: str):
    assert sentence in refusal(spec)


def test_a_key_is_used_once():
    assert "Two questions have the key 'smoker'" in refusal(SMOKER, SMOKER)


def test_conditions_in_a_circle_are_refused():
    first = FieldSpec("a", "A", "yes_no", show_if=ShowIf("c", "yes"))
    second = FieldSpec("b", "B", "yes_no", show_if=ShowIf("a", "yes"))
    third = FieldSpec("c", "C", "yes_no", show_if=ShowIf("b", "yes"))
    assert refusal(first, second, third).count("depends on itself") == 3


def test_a_condition_waits_for_an_answer_that_exists():
    assert "does not offer" in refusal(SMOKER, replace(A_DAY, show_if=ShowIf("smoker", "maybe")))


def test_a_condition_on_a_field_of_other_services_is_refused():
    limited = replace(SMOKER, services=("1",))
    assert "is not asked for every service" in refusal(limited, A_DAY)
    check_fields([limited, replace(A_DAY, services=("1",))])


def test_every_problem_is_named_at_once():
    with pytest.raises(FieldsInvalid) as caught:
        check_fields([FieldSpec("a", "", "text"), FieldSpec("b", "B", "radio")])
    assert [(problem.key, problem.about) for problem in caught.value.problems] == [("a", "label"), ("b", "options")]


@pytest.mark.parametrize(
    ("spec", "about"),
    [
        (FieldSpec("prescription", "", "text"), "label"),
        (FieldSpec("option_key", "The key label depends on maps", "text", options=("a",)), "options"),
        (FieldSpec("maps", "X", "text", help="x" * 3000), "help"),
        (FieldSpec("depends", "X", "text", group="x" * 200), "group"),
        (FieldSpec("label", "X", "text", services=()), "services"),
        (FieldSpec("key", "X", "prescription"), "type"),
        (FieldSpec("options", "X", "text", maps_to="patient.prescription"), "maps_to"),
        (FieldSpec("custom_field", "X", "text", show_if=ShowIf("option", "label")), "show_if"),
        (FieldSpec("Option", "X", "text"), "key"),
    ],
)
def test_a_problem_says_what_it_is_about_whatever_the_question_is_called(spec: FieldSpec, about: str):
    with pytest.raises(FieldsInvalid) as caught:
        check_fields([spec])
    assert [problem.about for problem in caught.value.problems] == [about]
