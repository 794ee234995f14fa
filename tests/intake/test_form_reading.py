"""Our own forms read again: every kind of answer comes back as it was given, and nothing of anybody else's form."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from booking_app.intake.answers import check_answers
from booking_app.intake.earlier import Agreement, Earlier, KeptAnswer
from booking_app.intake.facts import Consent, DocumentFacts
from booking_app.intake.fields import FieldSpec
from booking_app.intake.form_content import form_sections
from booking_app.intake.form_reading import earlier_of, guardian_of
from booking_app.intake.people import Guardian
from booking_app.pms.records import FinishedForm
from tests.intake.conftest import waiver_text

Make = Callable[..., DocumentFacts]
NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
NAME = "Online booking BK-7F3K2M9Q"
WORDING = "Send me news by email"
ASKED: list[tuple[FieldSpec, Any]] = [
    (FieldSpec("line", "One line", "text"), "a <b> & c"),
    (FieldSpec("lines", "Several lines", "long_text"), "one\ntwo & <three>"),
    (FieldSpec("mail", "Doctor’s email", "email"), "doctor@example.com"),
    (FieldSpec("call", "Doctor’s phone", "phone"), "0412 345 678"),
    (FieldSpec("much", "How much", "number"), "1,234.5"),
    (FieldSpec("day", "Since when", "date"), "2026-02-03"),
    (FieldSpec("list", "From a list", "select", options=("A", "B")), "B"),
    (FieldSpec("shown", "All shown", "radio", options=("A", "B")), "A"),
    (FieldSpec("ticks", "Several", "checkboxes", options=("A", "B", "C")), ["A", "C"]),
    (FieldSpec("sure", "Are you sure?", "yes_no"), "no"),
]


def filed(facts: DocumentFacts, *, name: str = NAME, at: datetime = NOW) -> FinishedForm:
    return FinishedForm("1", name, at, form_sections(facts))


@pytest.fixture
def facts(make_facts: Callable[..., DocumentFacts]) -> Callable[..., DocumentFacts]:
    return make_facts


def earlier(*forms: FinishedForm, fields: list[FieldSpec] | None = None) -> Earlier:
    return earlier_of(forms, fields=fields or [spec for spec, _ in ASKED], wordings=[WORDING], region="AU")


@pytest.mark.parametrize(("spec", "given"), ASKED, ids=[spec.type for spec, _ in ASKED])
def test_every_kind_of_answer_comes_back(spec: FieldSpec, given: Any, facts: Make) -> None:
    answers = check_answers([spec], {spec.key: given})
    found = earlier(filed(facts(answers=answers)), fields=[spec])
    assert found.answers == {spec.key: KeptAnswer(answers.raw()[spec.key], NOW)}
    again = check_answers([spec], {spec.key: found.answers[spec.key].raw})
    assert again == answers


def test_the_newest_answer_counts_and_a_kept_one_is_as_old_as_it_is(facts: Make) -> None:
    spec = FieldSpec("line", "One line", "text")
    first, then = (check_answers([spec], {"line": text}) for text in ("first", "then"))
    old = filed(facts(answers=first), at=NOW - timedelta(days=9))
    new = filed(facts(answers=then), at=NOW - timedelta(days=5))
    kept = filed(facts(answers=then, kept_answers=frozenset({"line"})), at=NOW)
    assert earlier(old, new, kept).answers["line"] == KeptAnswer("then", NOW - timedelta(days=5))


@pytest.mark.parametrize("changed", [{"type": "number"}, {"label": "Another question"}])
def test_an_answer_to_another_question_is_none(changed: dict[str, str], facts: Make) -> None:
    spec = FieldSpec("line", "One line", "text")
    form = filed(facts(answers=check_answers([spec], {"line": "words"})))
    assert earlier(form, fields=[replace(spec, **changed)]).answers == {}


@pytest.mark.parametrize("name", ["New patient form", "Online booking BK-7F3K2M9Q (copy)", ""])
def test_a_form_that_is_not_ours_says_nothing(name: str, facts: Make) -> None:
    spec = FieldSpec("line", "One line", "text")
    form = filed(facts(answers=check_answers([spec], {"line": "words"})), name=name)
    assert earlier(form, fields=[spec]) == Earlier()
    assert guardian_of([form]) is None


def test_a_consent_is_that_to_its_exact_wording(facts: Make) -> None:
    form = filed(facts(consents=(Consent("email_marketing", "News", WORDING, given=True),)))
    assert earlier(form).consents == {WORDING: True}
    other = filed(facts(consents=(Consent("email_marketing", "News", "Other words", given=True),)))
    assert earlier(other).consents == {}


def test_a_guardian_comes_back(facts: Make) -> None:
    guardian = Guardian("Mary Ann", "Quill", "+61412345678", "Mother")
    assert guardian_of([filed(facts(guardian=guardian))]) == guardian


def test_a_text_agreed_to_comes_back_with_its_version_booking_and_signer(facts: Make) -> None:
    given = facts()
    (agreement,) = earlier(filed(given)).agreements
    assert agreement.version_sha256 == given.waivers[0].version_sha256
    assert (agreement.reference, agreement.agreed_at) == ("BK-7F3K2M9Q", NOW)
    assert agreement.is_signed is (given.signature is not None)
    assert agreement.by_guardian is (given.guardian is not None)


AGREED = Agreement("Consent", "", NOW - timedelta(days=30), "BK-7F3K2M9Q", is_signed=True, by_guardian=False)


@pytest.mark.parametrize(
    ("changes", "rule", "covers"),
    [
        ({}, {}, True),
        ({"version_sha256": "another"}, {}, False),
        ({}, {"resign_after_days": 30}, False),
        ({}, {"resign_after_days": 31}, True),
        ({"is_signed": False}, {}, False),
        ({"is_signed": False}, {"signature": "none"}, True),
        ({"by_guardian": True}, {}, False),
    ],
)
def test_what_still_covers_a_text(changes: dict[str, Any], rule: dict[str, Any], covers: bool) -> None:
    waiver = replace(waiver_text(), signature="required", resign_after_days=None)
    agreement = replace(AGREED, **{"version_sha256": waiver.version_sha256, **changes})
    grown_up = date(1990, 1, 1)
    assert agreement.covers(replace(waiver, **rule), born=grown_up, now=NOW) is covers


def test_a_guardian_signs_for_as_long_as_the_child_is_one() -> None:
    waiver = replace(waiver_text(), resign_after_days=None)
    agreement = replace(AGREED, version_sha256=waiver.version_sha256, by_guardian=True)
    assert agreement.covers(waiver, born=date(2015, 1, 1), now=NOW)


@pytest.mark.parametrize(
    ("ask_again", "days", "age", "is_reused"),
    [
        ("always", None, 0, False),
        ("once", None, 3000, True),
        ("after_days", 90, 90, True),
        ("after_days", 90, 91, False),
    ],
)
def test_the_clinic_says_how_long_an_answer_stands(ask_again: Any, days: int | None, age: int, is_reused: bool) -> None:
    spec = FieldSpec("line", "One line", "text", ask_again=ask_again, ask_again_days=days)
    known = Earlier({"line": KeptAnswer("words", NOW - timedelta(days=age))})
    assert known.reusable((spec,), NOW) == ({"line": "words"} if is_reused else {})


def test_it_is_sealed_and_opened_as_it_is() -> None:
    known = Earlier({"line": KeptAnswer(["A", "B"], NOW)}, (AGREED,), {WORDING: False})
    assert Earlier.from_json(known.to_json()) == known
