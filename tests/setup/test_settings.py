"""Sections of a clinic's settings: the file's own rules, nobody's change lost, every change written down."""

from typing import Any

import pytest

from booking_app.clinics.people import People
from booking_app.clinics.revisions import ChangedMeanwhile, revision_of
from booking_app.clinics.staff import Role
from booking_app.setup.checking import SettingsInvalid
from booking_app.setup.clinic_file.exporting import exported_files
from booking_app.setup.clinics import NotForEverybody
from tests.setup.conftest import Office


def save(office: Office, section: str, **changes: Any) -> None:
    values = office.setup.settings.values(office.clinic, section)
    raw = {**values, **changes}
    office.setup.settings.save(office.author, office.clinic, section, raw, revision=revision_of(values))


def test_a_saved_section_is_stored_and_written_down(office: Office) -> None:
    save(office, "rules", lead_hours=4, allow_any_practitioner=False)
    rules = office.clinic.booking_rules()
    assert (rules.lead_hours, rules.allow_any_practitioner) == (4, False)
    change = office.changes()[0]
    assert (change.action, change.email) == ("rules.saved", "owner@example.com")
    assert (change.before["lead_hours"], change.after["lead_hours"]) == (0, 4)
    assert "hold_minutes" not in change.after


@pytest.mark.parametrize("section", ["details", "sites", "rules", "consents", "alerts"])
def test_saving_what_is_there_changes_nothing_of_the_file(office: Office, section: str) -> None:
    before = exported_files(office.shop.services.database, "demo")["clinic.toml"]
    save(office, section)
    assert exported_files(office.shop.services.database, "demo")["clinic.toml"] == before
    assert office.changes() == []


def test_values_are_refused_as_in_the_file_all_at_once(office: Office) -> None:
    with pytest.raises(SettingsInvalid) as refused:
        save(office, "rules", hold_minutes=0, confirmation_mail="sometimes")
    assert refused.value.problems == {
        "hold_minutes": "must be a whole number from 1 to 120",
        "confirmation_mail": "must be one of: when_cliniko_sends_none, always, never",
    }
    assert office.clinic.booking_rules().hold_minutes == 10


def test_a_site_must_be_an_origin_and_is_kept_as_a_browser_says_it(office: Office) -> None:
    save(office, "sites", allowed_sites=["https://WWW.Example-Clinic.au:443"])
    assert office.clinic.allowed_sites == ["https://www.example-clinic.au"]
    with pytest.raises(SettingsInvalid, match="allowed_sites"):
        save(office, "sites", allowed_sites=["https://www.example.com/book"])


def test_a_consent_that_is_emptied_is_not_asked_any_more(office: Office) -> None:
    save(office, "consents", email_marketing="Send me news.")
    assert office.clinic.consent_wording().email_marketing == "Send me news."
    save(office, "consents", email_marketing="")
    assert office.clinic.consent_wording().email_marketing is None


def test_of_two_who_save_at_once_the_second_is_told_and_nothing_is_lost(office: Office) -> None:
    revision = revision_of(office.setup.settings.values(office.clinic, "alerts"))
    save(office, "alerts", email="first@example.com")
    with pytest.raises(ChangedMeanwhile) as met:
        office.setup.settings.save(
            office.author, office.clinic, "alerts", {"email": "second@example.com"}, revision=revision
        )
    assert met.value.current["email"] == "first@example.com"
    assert office.clinic.alerts["email"] == "first@example.com"


NEW = {"slug": "new-clinic", "name": "New Clinic", "time_zone": "Australia/Perth"}


def test_a_new_clinic_belongs_to_who_made_it(office: Office) -> None:
    author = office.invited
    made = office.setup.clinics.create(author, NEW)
    assert (made.slug, made.allowed_sites) == ("new-clinic", [])
    assert office.setup.clinics.is_open_to(author.staff_id or 0)
    toml = exported_files(office.shop.services.database, "new-clinic")["clinic.toml"].decode()
    assert 'slug = "new-clinic"' in toml and "hold_minutes = 10" in toml


def test_a_taken_address_is_refused_in_words(office: Office) -> None:
    with pytest.raises(SettingsInvalid) as refused:
        office.setup.clinics.create(office.invited, {**NEW, "slug": "demo"})
    assert refused.value.problems == {"slug": "is taken by another clinic; choose another one"}
    with pytest.raises(SettingsInvalid) as refused:
        office.setup.clinics.create(office.invited, {"slug": "No Spaces"})
    assert set(refused.value.problems) == {"slug", "name", "time_zone"}


def test_who_only_works_for_others_makes_no_clinic(office: Office) -> None:
    author = office.author
    People(office.shop.services.database).add(author, office.clinic.id, "owner@example.com", Role.RECEPTIONIST)
    with pytest.raises(NotForEverybody):
        office.setup.clinics.create(author, NEW)
