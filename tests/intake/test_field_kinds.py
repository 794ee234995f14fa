"""What every kind of question does: read, said, stored, shown and sent."""

from pathlib import Path
from typing import Any

import pytest
from wtforms import Form

from booking_app.intake.answers import Answers, AnswersInvalid, check_answers
from booking_app.intake.field_kinds import KINDS
from booking_app.intake.fields import FieldSpec
from booking_app.pages.shared.intake_fields import field_for, field_name

DOCS = Path(__file__).parents[2] / "docs"
# One answer of each kind, as posted, and as a person reads it.
SAMPLES: dict[str, tuple[Any, str]] = {
    "text": ("Left knee", "Left knee"),
    "long_text": ("One\nTwo", "One\nTwo"),
    "email": ("Pat@Example.com", "Pat@example.com"),
    "phone": ("0412 345 678", "+61 412 345 678"),
    "number": ("1,234.50", "1234.50"),
    "date": ("31/3/1980", "31 March 1980"),
    "select": ("b", "b"),
    "radio": ("a", "a"),
    "checkboxes": (["b", "a"], "a, b"),
    "yes_no": ("yes", "Yes"),
}


def question(name: str, **changes: Any) -> FieldSpec:
    options = ("a", "b") if KINDS[name].takes_options else ()
    return FieldSpec("q", "A question?", name, options=options, **changes)


def answered(name: str, posted: Any = None) -> Answers:
    return check_answers([question(name)], {"q": posted if posted is not None else SAMPLES[name][0]})


def test_every_kind_has_a_sample_here_and_a_word_in_the_documents() -> None:
    assert set(SAMPLES) == set(KINDS)
    told = (DOCS / "clinic-file.md").read_text()
    assert [name for name in KINDS if f"`{name}`" not in told] == []
    assert len({kind.title for kind in KINDS.values()}) == len(KINDS)


@pytest.mark.parametrize("name", KINDS)
def test_an_answer_is_said_stored_and_read_again(name: str) -> None:
    answers = answered(name)
    (answer,) = answers.answers
    assert answer.text == SAMPLES[name][1]
    assert Answers.from_json(answers.to_json()) == answers
    assert check_answers([question(name)], answers.raw()) == answers


@pytest.mark.parametrize("name", KINDS)
def test_nothing_answered_is_nothing_unless_it_must_be_answered(name: str) -> None:
    for posted in ("", "  ", []):
        assert check_answers([question(name)], {"q": posted}).answers == ()
        with pytest.raises(AnswersInvalid) as refused:
            check_answers([question(name, required=True)], {"q": posted})
        assert "A question" in refused.value.errors["q"]


@pytest.mark.parametrize("name", KINDS)
def test_what_is_far_too_long_or_hostile_is_refused_or_cleaned(name: str) -> None:
    for posted in ("x" * 200_000, "\x00\u202e<script>", "9" * 5000, ["a"] * 60_000):
        try:
            for answer in check_answers([question(name)], {"q": posted}).answers:
                assert "\x00" not in answer.text
        except AnswersInvalid as refused:
            assert set(refused.errors) == {"q"}  # noqa: PT017 - both ends are right


@pytest.mark.parametrize("name", KINDS)
def test_the_page_can_ask_it_and_cliniko_can_keep_it(name: str) -> None:
    form = type("AskingForm", (Form,), {field_name("q"): field_for(question(name, required=True))})()
    html = str(form[field_name("q")](required=True))
    assert "required" in html
    if KINDS[name].control == "list":
        assert html.index('value=""') < html.index('value="a"')
    (answer,) = answered(name).answers
    sent = KINDS[name].form_question(answer.label, answer.value, answer.options)
    assert sent.answer or any(chosen for _, chosen in sent.options)
    assert KINDS[name].custom_value(answer.value)
