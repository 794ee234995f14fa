"""Answers into custom fields."""

from collections.abc import Sequence

import pytest

from booking_app.pms.client import CustomField, CustomFieldOption, CustomFieldSection
from booking_app.pms.cliniko.custom_fields import custom_fields
from booking_app.pms.errors import PracticeMisconfigured

OPTIONS = (
    CustomFieldOption(token="o1", name="Back pain", is_archived=False),
    CustomFieldOption(token="o2", name="Neck pain", is_archived=False),
    CustomFieldOption(token="o3", name="Old choice", is_archived=True),
)


def field(token: str, kind: str, *, is_archived: bool = False, has_other: bool = False) -> CustomField:
    options = OPTIONS if kind in ("checkboxes", "radiobuttons") else ()
    return CustomField(
        token=token, name=token, type=kind, is_archived=is_archived, options=options, has_other=has_other
    )


SECTIONS = (
    CustomFieldSection(
        token="s1",
        name="Health",
        is_archived=False,
        fields=(
            field("text", "text"),
            field("long", "paragraph"),
            field("day", "date"),
            field("many", "checkboxes"),
            field("one", "radiobuttons"),
            field("open", "checkboxes", has_other=True),
            field("gone", "text", is_archived=True),
        ),
    ),
    CustomFieldSection(token="s2", name="Past", is_archived=True, fields=(field("past", "text"),)),
)


def written(token: str, answer: str | Sequence[str]) -> object:
    tree = custom_fields(SECTIONS, {token: answer})
    return tree and tree["sections"]


def code_of(token: str, answer: str | Sequence[str]) -> str:
    with pytest.raises(PracticeMisconfigured) as raised:
        custom_fields(SECTIONS, {token: answer})
    return raised.value.code


@pytest.mark.parametrize(("token", "answer"), [("text", "Rowing"), ("long", "A\nB"), ("day", "2026-02-28")])
def test_a_value_is_written_beside_its_token(token: str, answer: str) -> None:
    assert written(token, answer) == [{"token": "s1", "fields": [{"token": token, "value": answer}]}]


def test_choices_are_written_by_token() -> None:
    expected = [{"token": "many", "options": [{"token": "o2", "selected": True}, {"token": "o1", "selected": True}]}]
    assert written("many", ["neck pain", "Back pain", "o1"]) == [{"token": "s1", "fields": expected}]
    single = [{"token": "one", "options": [{"token": "o1", "selected": True}]}]
    assert written("one", "Back pain") == [{"token": "s1", "fields": single}]


def test_a_choice_of_ones_own_goes_where_the_field_allows_it() -> None:
    other = [{"token": "open", "other": {"selected": True, "value": "Jaw"}}]
    assert written("open", ["Jaw"]) == [{"token": "s1", "fields": other}]
    assert code_of("many", ["Jaw"]) == "custom_option_unknown"
    assert code_of("many", ["Old choice"]) == "custom_option_unknown"


@pytest.mark.parametrize("answer", ["", "  ", [], [""]])
def test_an_answer_that_says_nothing_is_left_out(answer: str | list[str]) -> None:
    assert custom_fields(SECTIONS, {"text": answer, "unknown": answer}) == {}


@pytest.mark.parametrize("token", ["unknown", "gone", "past"])
def test_a_field_that_the_account_does_not_have_any_more_has_to_be_fixed(token: str) -> None:
    assert code_of(token, "Rowing") == "custom_field_unknown"


def test_an_answer_that_its_kind_cannot_hold_has_to_be_fixed() -> None:
    assert code_of("one", ["Back pain", "Neck pain"]) == "custom_field_kind"
    assert code_of("day", "yesterday") == "custom_field_kind"
