"""The signed document: rendered once, the same bytes until Cliniko has processed them, proved by its hash."""

import hashlib

import pytest
from sqlalchemy import select

from booking_app.bookings.models import Booking
from booking_app.clinics.models import Clinic
from booking_app.intake.models import SignedDocument
from booking_app.intake.proof import find_proof
from tests.bookings.conftest import SIGNATURE, Desk


@pytest.fixture
def signed(desk: Desk) -> Booking:
    """A booking whose patient signed one waiver; the appointment stands, everything else waits for a worker."""
    return desk.book(waiver_versions=desk.publish_waiver(), signature=SIGNATURE)


def proof_of(desk: Desk) -> SignedDocument:
    with desk.database.reading() as session:
        return session.scalars(select(SignedDocument)).one()


class TestTheDocument:
    def test_is_attached_once_and_proved_by_its_hash(self, desk: Desk, signed: Booking) -> None:
        desk.work()
        ((stored, content),) = desk.practice.documents
        assert content.startswith(b"%PDF-")
        assert stored.description == f"Signed online (signed-{signed.reference})"
        assert hashlib.sha256(content).hexdigest() == proof_of(desk).file_sha256
        assert desk.states(signed.id)["document"] == "done"
        with desk.database.reading() as session:
            proof = find_proof(session, proof_of(desk).file_sha256)
        assert proof is not None and proof.is_genuine and proof.matches_file

    def test_is_the_same_bytes_when_it_is_sent_again(self, desk: Desk, signed: Booking) -> None:
        """Also by another process, after the clinic changed its name meanwhile."""
        desk.practice.fail_before = ["attach_document"]
        desk.work()
        first = proof_of(desk).file_sha256
        with desk.database.begin() as session:
            session.get_one(Clinic, desk.clinic.id).name = "Renamed Health"
        desk.clock.advance(minutes=1)
        desk.make_runner().advance(signed.subject)
        ((_, content),) = desk.practice.documents
        assert hashlib.sha256(content).hexdigest() == first

    def test_is_one_though_the_answer_was_lost(self, desk: Desk, signed: Booking) -> None:
        desk.practice.fail_after = ["attach_document"]
        desk.work(rounds=2, seconds=3)
        assert (desk.states(signed.id)["document"], len(desk.practice.documents)) == ("done", 1)

    def test_waits_until_cliniko_has_processed_it(self, desk: Desk, signed: Booking) -> None:
        desk.practice.processes_at_once = False
        desk.work(rounds=3, seconds=30)
        task = desk.tasks(signed.id)["document"]
        assert (task.state, task.attempts, len(desk.practice.documents)) == ("ready", 0, 1)
        desk.practice.process_documents()
        desk.work(minutes=5)
        assert desk.states(signed.id)["document"] == "done"

    def test_that_is_late_un_books_nobody(self, desk: Desk, signed: Booking) -> None:
        desk.practice.fail_before = ["attach_document"] * 3
        desk.work(rounds=3, seconds=2)
        assert desk.booking(signed.reference).state == "confirmed"
        assert desk.states(signed.id)["confirmation_mail"] == "done"

    def test_is_not_asked_for_where_nothing_was_signed(self, desk: Desk) -> None:
        booking = desk.book()
        assert "document" not in desk.states(booking.id)


class TestThePictureOfTheSignature:
    def test_follows_the_document_where_the_clinic_wants_it(self, desk: Desk) -> None:
        desk.set_rules(attach_signature_png=True)
        booking = desk.book(waiver_versions=desk.publish_waiver(), signature=SIGNATURE)
        desk.work()
        kinds = [content[:4] for _, content in desk.practice.documents]
        assert kinds == [b"%PDF", b"\x89PNG"]
        assert desk.states(booking.id)["signature_png"] == "done"


class TestTheForm:
    def test_is_on_the_attendee_with_the_signature(self, desk: Desk, signed: Booking) -> None:
        desk.work()
        (form,) = desk.practice.forms
        assert form.attendee_id == f"att{signed.cliniko_appointment_id}"
        kinds = {question.kind for section in form.sections for question in section.questions}
        assert "signature" in kinds

    def test_waits_for_an_attendee_that_comes_late(self, desk: Desk) -> None:
        desk.practice.attendees_come = False
        booking = desk.book()
        desk.work(rounds=2, seconds=5)
        assert (desk.states(booking.id)["form"], desk.tasks(booking.id)["form"].attempts) == ("ready", 0)
        desk.practice.attendees_come = True
        desk.work(minutes=1)
        assert desk.states(booking.id)["form"] == "done"
