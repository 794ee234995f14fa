import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from booking_app.intake.answers import Answers
from booking_app.intake.facts import DocumentFacts
from booking_app.intake.people import Guardian
from booking_app.intake.records import canonical_record, record_sha256
from tests.intake.conftest import NOW, typed, waiver_text

Make = Callable[..., DocumentFacts]


def test_the_record_is_sorted_json_in_utf8_with_its_schema(make_facts: Make):
    content = canonical_record(make_facts(signature=typed("Zoë")))
    record = json.loads(content)
    assert record["schema"] == "booking-signed-record/1"
    assert "Zoë".encode() in content
    assert content == json.dumps(record, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def test_the_same_facts_have_the_same_hash(make_facts: Make):
    assert record_sha256(make_facts()) == record_sha256(make_facts())


@pytest.mark.parametrize(
    "change",
    [
        lambda facts: {"reference": "BK-OTHER"},
        lambda facts: {"patient": replace(facts.patient, last_name="Hartly")},
        lambda facts: {"guardian": Guardian("Zoë", "Hartley", "+61400000000", "Mother")},
        lambda facts: {"waivers": (waiver_text("Another text."),)},
        lambda facts: {"answers": Answers(facts.answers.answers[:-1])},
        lambda facts: {"consents": (replace(facts.consents[0], given=False),)},
        lambda facts: {"consents": (replace(facts.consents[0], wording="Other words."),)},
        lambda facts: {"signature": typed("Amelia Hartley")},
        lambda facts: {"circumstances": replace(facts.circumstances, signed_at=NOW + timedelta(seconds=1))},
        lambda facts: {"circumstances": replace(facts.circumstances, ip="203.0.113.8")},
        lambda facts: {"appointment": None},
    ],
)
def test_any_change_of_what_was_signed_changes_the_hash(make_facts: Make, change: Callable[[DocumentFacts], Any]):
    facts = make_facts()
    assert record_sha256(replace(facts, **change(facts))) != record_sha256(facts)


def test_a_new_colour_changes_nothing(make_facts: Make):
    facts = make_facts()
    assert record_sha256(replace(facts, clinic=replace(facts.clinic, color="#ff0000"))) == record_sha256(facts)
