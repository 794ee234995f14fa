"""Questions and texts to begin with."""

import pytest

from booking_app.intake.fields import FieldSpec, check_fields
from booking_app.intake.waiver_text import check_body
from booking_app.setup.design.made_keys import key_for
from booking_app.setup.design.starters import starter_questions, starters, waiver_templates


@pytest.mark.parametrize("name", [starter.name for starter in starters()])
def test_the_questions_of_each_profession_can_be_asked_together(name: str) -> None:
    first = starter_questions(name, ())
    again = starter_questions(name, {spec.key for spec in first})
    check_fields([*first, *again])
    assert [spec.label for spec in first] == list(next(each.labels for each in starters() if each.name == name))


def test_a_profession_that_is_not_there_is_refused() -> None:
    with pytest.raises(LookupError):
        starter_questions("astrology", ())


@pytest.mark.parametrize("template", waiver_templates(), ids=lambda template: template.kind)
def test_a_template_can_be_published_by_a_clinic_that_asks_nothing(template: object) -> None:
    body = template.body_for("Quay Clinic", ())  # type: ignore[attr-defined]
    assert check_body(body, ())
    assert "Harbour" not in body


@pytest.mark.parametrize(
    ("words", "used", "key"),
    [
        ("Where does it hurt?", (), "where_does_it_hurt"),
        ("Where does it hurt?", ("where_does_it_hurt",), "where_does_it_hurt_2"),
        ("1st visit?", (), "st_visit"),
        ("痛いところ", (), "question"),
        ("Ålesund – naïve", (), "alesund_naive"),
        ("x" * 200, (), "x" * 36),
    ],
)
def test_a_short_name_is_made_of_the_words(words: str, used: tuple[str, ...], key: str) -> None:
    assert key_for(words, used) == key
    check_fields([FieldSpec(key, "X", "text")])
