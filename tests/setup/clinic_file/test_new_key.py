"""A key declared in one place has everything that docs/adding-a-key.md says."""

from dataclasses import dataclass

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from booking_app.clinics.key_kinds import Choice, Flag
from booking_app.clinics.keys import KeyWords, documented, holds, keys_of
from booking_app.clinics.records import BookingRules
from booking_app.pages.console.setting_fields import form_of
from booking_app.setup.checking import SettingsInvalid, checked_values
from scripts.clinic_file_keys import DECLARED, DOCUMENT, EXAMPLE, with_keys, with_table


@dataclass(frozen=True, kw_only=True)
class Rules(BookingRules):
    a_new_flag: bool = holds(
        Flag(), False, KeyWords("Changing a booking", "Ask why", "Whether they are asked why.", "A short list.")
    )
    a_new_choice: str = holds(
        Choice({"few": "A few", "many": "Many"}), "few", KeyWords("Reasons", "How many", "How many reasons there are.")
    )


def test_the_documents_say_what_is_declared() -> None:
    """Where this fails: `make keys`."""
    for record in DECLARED:
        assert DOCUMENT.read_text() == with_table(DOCUMENT.read_text(), record.heading, documented(record))
        assert EXAMPLE.read_text() == with_keys(EXAMPLE.read_text(), record.heading, keys_of(record))


def test_a_new_key_is_asked_for_below_its_heading() -> None:
    form = form_of(Rules)
    groups = dict(form.groups)
    assert groups["Changing a booking"][-1] == "a_new_flag" and groups["Reasons"] == ("a_new_choice",)
    with Flask("clinic").test_request_context():
        made = form(formdata=MultiDict({"a_new_choice": "many", "a_new_flag": "y"}), meta={"csrf": False})
        asked = made["a_new_flag"]
        assert (asked.label.text, asked.description) == ("Ask why", "A short list.")
        assert made["a_new_choice"].choices == {"few": "A few", "many": "Many"}
        assert (made.raw()["a_new_choice"], made.raw()["a_new_flag"]) == ("many", True)


def test_a_new_key_is_checked_and_takes_its_default() -> None:
    values = checked_values(Rules, {"a_new_choice": "many"})
    assert (values["a_new_choice"], values["a_new_flag"], values["hold_minutes"]) == ("many", False, 10)
    with pytest.raises(SettingsInvalid) as refused:
        checked_values(Rules, {"a_new_choice": "none", "a_new_flag": "perhaps"})
    assert refused.value.problems == {
        "a_new_choice": "must be one of: few, many",
        "a_new_flag": "must be true or false",
    }


def test_a_new_key_is_written_into_the_documents() -> None:
    text = with_table(DOCUMENT.read_text(), "[booking]", documented(Rules))
    assert "| `a_new_flag` | Whether they are asked why. `false` by default. |\n" in text
    assert "| `a_new_choice` | How many reasons there are. `few`, `many`; `few` by default. |\n\n## [consents]" in text
    example = with_keys(EXAMPLE.read_text(), "[booking]", keys_of(Rules))
    assert 'a_new_flag = false\na_new_choice = "few"\n\n[consents]' in example
