from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking_app.intake.models import Waiver, WaiverVersion
from booking_app.intake.waiver_text import WaiverInvalid, body_sha256
from booking_app.intake.waivers import (
    WaiverSpec,
    needs_resigning,
    replace_waivers,
    waiver_version,
    waivers_for,
    waivers_of,
)
from tests.intake.conftest import NOW

TREATMENT = WaiverSpec("treatment", "Consent to treatment", "consent", "I agree.\n")
POLICIES = WaiverSpec("policies", "Our policies", "policies", "We ask for notice.\n", "none", ("12",), 365)
LATER = NOW + timedelta(days=30)


def publish(session: Session, *specs: WaiverSpec, now=NOW) -> None:
    replace_waivers(session, 1, specs, field_keys={"allergies"}, now=now)


def test_waivers_come_back_as_they_were_written(session: Session):
    publish(session, TREATMENT, POLICIES)
    session.expire_all()
    assert waivers_of(session, 1) == [TREATMENT, POLICIES]


def test_a_waiver_is_shown_for_its_services_only(session: Session):
    publish(session, TREATMENT, POLICIES)
    assert [waiver.key for waiver in waivers_for(session, 1, "13")] == ["treatment"]
    assert [waiver.key for waiver in waivers_for(session, 1, "12")] == ["treatment", "policies"]


def test_a_text_is_ready_to_show(session: Session):
    publish(session, replace(TREATMENT, body="# Hi\n\n{{answer:allergies}}"))
    text = waivers_for(session, 1, "1")[0]
    assert text.version_sha256 == body_sha256("# Hi\n\n{{answer:allergies}}")
    assert text.placeholders == ("answer:allergies",)
    assert text.effective_at == NOW
    assert "[Allergies]" in text.html_for_reading({"allergies": "Allergies"})


def test_the_same_text_is_the_same_version(session: Session):
    publish(session, TREATMENT)
    publish(session, replace(TREATMENT, body="I agree.\r\n\r\n"), now=LATER)
    assert session.scalar(select(func.count()).select_from(WaiverVersion)) == 1
    assert waivers_for(session, 1, "1")[0].effective_at == NOW


def test_a_new_text_is_shown_and_the_old_one_can_still_be_read(session: Session):
    publish(session, TREATMENT)
    old = waivers_for(session, 1, "1")[0]
    publish(session, replace(TREATMENT, body="I agree to more.\n"), now=LATER)
    assert waivers_for(session, 1, "1")[0].version_sha256 != old.version_sha256
    found = waiver_version(session, 1, old.version_sha256, key="treatment")
    assert found == old


def test_going_back_to_an_old_text_makes_it_current_again(session: Session):
    publish(session, TREATMENT)
    publish(session, replace(TREATMENT, body="I agree to more.\n"), now=LATER)
    publish(session, TREATMENT, now=LATER)
    assert waivers_of(session, 1) == [TREATMENT]


def test_a_version_of_another_clinic_is_not_found(session: Session):
    publish(session, TREATMENT)
    assert waiver_version(session, 2, body_sha256(TREATMENT.body)) is None


def test_a_waiver_that_is_left_out_is_retired_and_can_come_back(session: Session):
    publish(session, TREATMENT, POLICIES)
    publish(session, POLICIES, now=LATER)
    assert waivers_of(session, 1) == [POLICIES]
    publish(session, TREATMENT, POLICIES, now=LATER)
    assert waivers_of(session, 1) == [TREATMENT, POLICIES]
    assert session.scalar(select(func.count()).select_from(Waiver)) == 2


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"body": "{{doctor}}"}, "Waiver 'treatment': {{doctor}} is not a placeholder"),
        ({"kind": "contract"}, "The kind is one of consent, policies, recreational"),
        ({"signature": "maybe"}, "The signature is one of required, optional, none"),
        ({"title": " "}, "Write a title"),
        ({"resign_after_days": 0}, "1 day or more"),
        ({"services": ()}, "Name at least one service"),
    ],
)
def test_an_unsound_waiver_is_refused_and_nothing_changes(session: Session, change: dict, sentence: str):
    with pytest.raises(WaiverInvalid) as caught:
        publish(session, POLICIES, replace(TREATMENT, **change))
    assert sentence in str(caught.value)
    assert [caught.value.about] == list(change)
    assert waivers_of(session, 1) == []


def test_a_signature_covers_the_same_text_for_its_time():
    signed = {"signed_at": NOW, "signed_sha256": "a", "current_sha256": "a", "resign_after_days": 30}
    assert not needs_resigning(**signed, now=LATER - timedelta(seconds=1))
    assert needs_resigning(**signed, now=LATER)
    assert needs_resigning(**{**signed, "current_sha256": "b"}, now=NOW)
    assert not needs_resigning(**{**signed, "resign_after_days": None}, now=NOW + timedelta(days=9999))
