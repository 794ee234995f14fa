"""Clinics, their rules and wording, their pictures and connections."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from booking_app.clinics.branding import Branding
from booking_app.clinics.clinics import clinic_file, clinic_files, find_clinic, list_clinics
from booking_app.clinics.connections import connections_of, pause, resume
from booking_app.clinics.files import put_file, replace_files
from booking_app.clinics.models import Clinic, Connection
from booking_app.clinics.pictures import Picture
from booking_app.clinics.records import PRIVACY_WORDING, BookingRules, ConsentWording
from booking_app.core.db import Base, Database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'booking.sqlite3'}")
    tables = [Base.metadata.tables[name] for name in ("clinic", "clinic_file", "connection")]
    Base.metadata.create_all(database.engine, tables=tables)
    yield database
    database.dispose()


@pytest.fixture
def clinic_id(database: Database) -> int:
    with database.begin() as session:
        clinic = Clinic(slug="demo", name="Demo", time_zone="Australia/Adelaide")
        session.add(clinic)
        session.flush()
        return clinic.id


def test_clinics_are_found_by_slug_and_listed_in_its_order(database: Database, clinic_id: int) -> None:
    with database.begin() as session:
        session.add(Clinic(slug="another", name="Another", time_zone="UTC"))
    with database.reading() as session:
        found = find_clinic(session, "demo")
        assert found is not None
        assert found.id == clinic_id
        assert find_clinic(session, "nobody") is None
        assert [clinic.slug for clinic in list_clinics(session)] == ["another", "demo"]


def test_a_new_clinic_has_the_usual_rules_and_asks_for_privacy_only(database: Database, clinic_id: int) -> None:
    with database.reading() as session:
        clinic = session.get_one(Clinic, clinic_id)
    assert clinic.booking_rules() == BookingRules()
    assert clinic.branding_values() == Branding()
    assert clinic.consent_wording() == ConsentWording(privacy=PRIVACY_WORDING, email_marketing=None)
    assert (clinic.allowed_sites, clinic.alerts, clinic.locale) == ([], {}, "en-AU")


def test_stored_rules_are_read_and_what_is_unknown_is_left_out() -> None:
    rules = BookingRules.from_json({"hold_minutes": 5, "of_a_later_version": True, "lead_hours": None})
    assert rules == BookingRules(hold_minutes=5)


def test_pictures_are_kept_by_name_and_replaced_as_a_whole(database: Database, clinic_id: int) -> None:
    with database.begin() as session:
        put_file(session, clinic_id, "old.png", Picture("image/png", b"old"))
        put_file(session, clinic_id, "logo.png", Picture("image/png", b"one"))
        replace_files(session, clinic_id, {"logo.png": Picture("image/jpeg", b"two")})
    with database.reading() as session:
        assert [file.name for file in clinic_files(session, clinic_id)] == ["logo.png"]
        logo = clinic_file(session, clinic_id, "logo.png")
        assert logo is not None
        assert (logo.content, logo.media_type, len(logo.sha256)) == (b"two", "image/jpeg", 64)
        assert clinic_file(session, clinic_id + 1, "logo.png") is None


def test_a_connection_is_paused_and_resumed_and_never_shows_its_secret(database: Database, clinic_id: int) -> None:
    with database.begin() as session:
        for vendor in ("cliniko", "hubspot"):
            session.add(Connection(clinic_id=clinic_id, vendor=vendor, secret=b"sealed", secret_env="NAME"))
    with database.begin() as session:
        _, hubspot = connections_of(session, clinic_id)
        assert [one.vendor for one in connections_of(session, clinic_id, "hubspot")] == ["hubspot"]
        pause(session, hubspot.id, "hubspot_401")
        pause(session, 999, "gone")
    with database.reading() as session:
        states = [(one.state, one.paused_code) for one in connections_of(session, clinic_id)]
    assert states == [("active", None), ("paused", "hubspot_401")]
    assert "sealed" not in repr(hubspot)
    with database.begin() as session:
        resume(session, hubspot.id)
    with database.reading() as session:
        assert {one.state for one in connections_of(session, clinic_id)} == {"active"}
