import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking_app.intake.answers import Answers, AnswersInvalid, check_answers
from booking_app.intake.fields import FieldSpec, ShowIf
from tests.intake.conftest import steady


def value_of(type_: str, raw: Any, **changes: Any) -> Any:
    answers = check_answers([FieldSpec("x", "X", type_, **changes)], {"x": raw}).answers
    return answers[0].value if answers else None


def error_of(type_: str, raw: Any, **changes: Any) -> str:
    field = FieldSpec("x", changes.pop("label", "Date of injury"), type_, **changes)
    with pytest.raises(AnswersInvalid) as caught:
        check_answers([field], {} if raw is None else {"x": raw})
    assert list(caught.value.errors) == ["x"]
    return caught.value.errors["x"]


@pytest.mark.parametrize(
    ("type_", "raw", "value"),
    [
        ("text", "  Latex\x00 ", "Latex"),
        ("long_text", "a\r\nb", "a\nb"),
        ("email", "Amelia@EXAMPLE.com", "Amelia@example.com"),
        ("phone", "0412 345 678", "+61412345678"),
        ("phone", "+64 21 123 4567", "+64211234567"),
        ("number", "1,234.50", Decimal("1234.50")),
        ("number", " -3 ", Decimal(-3)),
        ("date", "2026-11-24", date(2026, 11, 24)),
        ("date", "24/11/2026", date(2026, 11, 24)),
        ("date", ["24", "11", "2026"], date(2026, 11, 24)),
        ("yes_no", "yes", True),
        ("yes_no", "No", False),
        ("text", "   ", None),
        ("date", ["", "", ""], None),
        ("checkboxes", [], None),
    ],
)
def test_an_answer_becomes_a_typed_value(type_: str, raw: Any, value: Any):
    assert value_of(type_, raw) == value


def test_choices_keep_the_order_of_the_options():
    assert value_of("checkboxes", ["b", "a", "b"], options=("a", "b", "c")) == ("a", "b")
    assert value_of("select", "b", options=("a", "b")) == "b"


@pytest.mark.parametrize(
    ("type_", "raw", "sentence"),
    [
        ("date", "31 2 2026", "Date of injury: February 2026 has no day 31"),
        ("date", "yesterday", "Date of injury: Enter a day, a month and a year, for example 31 3 1980"),
        ("date", "1 1 1066", "Date of injury: Enter a year between 1900 and 2100"),
        ("email", "amelia@", "Enter an email address for “Date of injury”, for example name@example.com"),
        ("phone", "12345", "Enter a phone number for “Date of injury”, for example 0412 345 678"),
        ("number", "1e400", "Enter a number for “Date of injury”, for example 12 or 12.5"),
        ("number", "NaN", "Enter a number for “Date of injury”, for example 12 or 12.5"),
        ("yes_no", "maybe", "Answer yes or no: “Date of injury”"),
        ("text", "x" * 256, "Shorten Date of injury to 255 characters or fewer; it has 256"),
        ("long_text", "x" * 10_001, "Shorten Date of injury to 10,000 characters or fewer; it has 10,001"),
        ("text", "x" * 5_000_000, "Date of injury is too long. Shorten it."),
    ],
)
def test_a_bad_answer_is_refused_in_a_sentence_that_names_the_field(type_: str, raw: str, sentence: str):
    assert error_of(type_, raw) == sentence


@pytest.mark.parametrize("type_", ["select", "radio", "checkboxes"])
def test_an_answer_that_was_not_offered_is_refused(type_: str):
    assert "answers offered for Date of injury" in error_of(type_, "c", options=("a", "b"))


@pytest.mark.parametrize(
    "type_", ["text", "long_text", "email", "phone", "number", "date", "select", "radio", "checkboxes", "yes_no"]
)
def test_a_required_field_without_an_answer_says_what_to_do(type_: str):
    options = ("a",) if type_ in ("select", "radio", "checkboxes") else ()
    sentence = error_of(type_, None, required=True, options=options, label="Where does it hurt?")
    assert "“Where does it hurt?”" in sentence


def test_what_was_not_asked_is_dropped():
    assert check_answers([FieldSpec("x", "X", "text")], {"y": "1", "booking": "2"}).answers == ()


CHAIN = [
    FieldSpec("a", "A", "yes_no"),
    FieldSpec("b", "B", "radio", options=("one", "two"), show_if=ShowIf("a", "yes")),
    FieldSpec("c", "C", "text", required=True, show_if=ShowIf("b", "two")),
]


def test_a_required_field_whose_condition_holds_is_required():
    with pytest.raises(AnswersInvalid) as caught:
        check_answers(CHAIN, {"a": "yes", "b": "two"})
    assert list(caught.value.errors) == ["c"]


def test_a_chain_is_hidden_from_its_first_link():
    answers = check_answers(CHAIN, {"a": "no", "b": "two", "c": "left over"})
    assert [answer.key for answer in answers.answers] == ["a"]


def test_a_bad_answer_to_a_hidden_field_does_not_matter():
    fields = [CHAIN[0], FieldSpec("d", "D", "date", show_if=ShowIf("a", "yes"))]
    assert check_answers(fields, {"a": "no", "d": "nonsense"}).raw() == {"a": "no"}


def test_a_checkbox_among_several_shows_its_field():
    fields = [
        FieldSpec("goals", "Goals", "checkboxes", options=("Sport", "Work")),
        FieldSpec("sport", "Which sport", "text", show_if=ShowIf("goals", "Sport")),
    ]
    shown = check_answers(fields, {"goals": ["Work", "Sport"], "sport": "Tennis"})
    assert shown.raw()["sport"] == "Tennis"
    assert "sport" not in check_answers(fields, {"goals": ["Work"], "sport": "Tennis"}).raw()


def test_a_circle_that_slipped_through_hides_and_does_not_loop():
    fields = [
        FieldSpec("a", "A", "yes_no", show_if=ShowIf("b", "yes")),
        FieldSpec("b", "B", "yes_no", show_if=ShowIf("a", "yes")),
    ]
    assert check_answers(fields, {"a": "yes", "b": "yes"}).answers == ()


ALL = [
    FieldSpec("t", "Text", "text", maps_to="patient.occupation"),
    FieldSpec("p", "Phone", "phone"),
    FieldSpec("n", "Number", "number"),
    FieldSpec("d", "Date", "date", maps_to="custom:tok-d"),
    FieldSpec("c", "Checks", "checkboxes", options=("a", "b"), maps_to="custom:tok-c"),
    FieldSpec("y", "Yes", "yes_no", maps_to="custom:tok-y"),
]
GIVEN = {"t": "Welder", "p": "0412345678", "n": "7.50", "d": "2026-01-02", "c": ["b", "a"], "y": "yes"}


def test_answers_survive_json_with_the_words_they_were_asked_in():
    answers = check_answers(ALL, GIVEN)
    assert Answers.from_json(json.loads(json.dumps(answers.to_json()))) == answers


def test_answers_fill_the_form_again():
    answers = check_answers(ALL, GIVEN)
    assert check_answers(ALL, answers.raw()) == answers


def test_an_answer_reads_as_a_person_would_write_it():
    texts = {answer.key: answer.text for answer in check_answers(ALL, GIVEN).answers}
    assert texts == {"t": "Welder", "p": "+61 412 345 678", "n": "7.50", "d": "2 January 2026", "c": "a, b", "y": "Yes"}


def test_mapped_answers_go_to_their_places():
    answers = check_answers(ALL, GIVEN)
    assert answers.patient_attributes() == {"occupation": "Welder"}
    assert answers.custom_answers() == {"tok-d": "2026-01-02", "tok-c": ["a", "b"], "tok-y": "Yes"}


def test_what_the_patient_record_would_refuse_is_refused_here():
    assert "printed on the card" in error_of("text", "123", maps_to="patient.dva_card_number")
    assert "255 characters" in error_of("long_text", "x" * 300, maps_to="patient.occupation")
    assert value_of("long_text", "x" * 300, maps_to="patient.notes") == "x" * 300


@steady
@given(
    st.dictionaries(
        st.sampled_from([*"tpndcy", "zz"]), st.one_of(st.text(), st.lists(st.text(), max_size=4)), max_size=7
    )
)
def test_whatever_is_posted_gives_answers_or_sentences(raw: dict[str, Any]):
    try:
        answers = check_answers(ALL, raw)
    except AnswersInvalid as error:
        assert all(sentence for sentence in error.errors.values())  # noqa: PT017
    else:
        assert Answers.from_json(json.loads(json.dumps(answers.to_json()))) == answers


@st.composite
def designs(draw: st.DrawFn) -> list[FieldSpec]:
    """Yes/no fields in a random web of conditions, circles included."""
    keys = [f"k{index}" for index in range(draw(st.integers(1, 7)))]
    waits = st.none() | st.builds(ShowIf, st.sampled_from(keys), st.sampled_from(["yes", "no"]))
    return [FieldSpec(key, key, "yes_no", show_if=draw(waits)) for key in keys]


@steady
@given(designs(), st.dictionaries(st.sampled_from([f"k{i}" for i in range(7)]), st.sampled_from(["yes", "no"])))
def test_a_field_is_answered_only_when_everything_it_waits_for_is(fields: list[FieldSpec], raw: dict[str, str]):
    answers = check_answers(fields, raw).raw()
    for field in fields:
        if field.key in answers and field.show_if is not None:
            assert answers.get(field.show_if.field) == field.show_if.equals
