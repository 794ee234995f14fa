"""The signed document as a file on the patient: rendered once, kept sealed, sent until Cliniko has processed it."""

from booking_app.bookings.document_facts import MakeDocumentFacts
from booking_app.bookings.facts import BookingFacts
from booking_app.bookings.tasks.base import PracticeEffect, Tools, required
from booking_app.core.clock import Clock
from booking_app.core.db import Database
from booking_app.core.failures import Failure, RemoteFailure
from booking_app.core.sealing import Keyring, SigningKey
from booking_app.intake.documents import DocumentsUnavailable, make_document
from booking_app.intake.proof import Rendering, first_rendering, keep_first_rendering
from booking_app.pms.records import StoredDocument
from booking_app.tasks.records import Effect, Later, Work

PROCESSING_WAIT = 8.0  # nobody waits for it, and every look is a request: at the first it is mostly done
PDF = "application/pdf"


class _AttachFile(PracticeEffect):
    """Attach one file whose description ends in a marker, and wait until it has been processed."""

    prefix: str

    def __init__(self, tools: Tools, *, renderings: "Renderings") -> None:
        super().__init__(tools)
        self._renderings = renderings

    def _marker(self, facts: BookingFacts) -> str:
        return f"{self.prefix}-{facts.booking.reference}"

    def probe(self, work: Work) -> Effect | Later | None:
        """Whether the file is there; one still being processed counts, and is looked at again."""
        facts = self.facts(work)
        practice = self.practice(work)
        if work.remote_id is not None:
            stored = practice.document(work.remote_id)
        else:
            patient_id = required(facts.booking.cliniko_patient_id, "patient")
            stored = practice.find_document(patient_id=patient_id, marker=self._marker(facts))
        return None if stored is None else _processed(stored)

    def _attach(self, work: Work, facts: BookingFacts, content: bytes, media_type: str, title: str) -> Effect | Later:
        kind = "pdf" if media_type == PDF else "png"
        stored = self.practice(work).attach_document(
            patient_id=required(facts.booking.cliniko_patient_id, "patient"),
            file_name=f"{self._marker(facts)}.{kind}",
            media_type=media_type,
            content=content,
            description=f"{title} ({self._marker(facts)})",
        )
        return _processed(stored)


class Renderings:
    """The first rendering of each booking's document, made when it is first asked for."""

    def __init__(
        self, *, database: Database, keyring: Keyring, signing_key: SigningKey, clock: Clock,
        document_facts: MakeDocumentFacts,
    ) -> None:  # fmt: skip
        self._database = database
        self._keyring = keyring
        self._signing_key = signing_key
        self._clock = clock
        self._document_facts = document_facts

    def of(self, facts: BookingFacts) -> Rendering:
        """Commits the first time; afterwards the very same bytes. Raises RemoteFailure CONFIG when none can be made."""
        booking_id = facts.booking.id
        with self._database.reading() as session:
            kept = first_rendering(session, booking_id, self._keyring)
            if kept is not None:
                return kept
            document_facts = self._document_facts(session, facts)
        try:
            document = make_document(document_facts, self._signing_key)
        except DocumentsUnavailable as error:
            raise RemoteFailure("documents_unavailable", failure=Failure.CONFIG) from error
        with self._database.begin() as session:
            return keep_first_rendering(
                session,
                booking_id=booking_id,
                clinic_id=facts.clinic.id,
                facts=document_facts,
                document=document,
                keyring=self._keyring,
                signing_key=self._signing_key,
                now=self._clock.now(),
            )


class AttachDocument(_AttachFile):
    """The task `document`: the signed PDF."""

    prefix = "signed"

    def act(self, work: Work) -> Effect | Later:
        facts = self.facts(work)
        rendering = self._renderings.of(facts)
        return self._attach(work, facts, rendering.pdf, PDF, "Signed online")


class AttachSignature(_AttachFile):
    """The task `signature_png`: the signature as a picture of its own, where the clinic wants that."""

    prefix = "signature"

    def act(self, work: Work) -> Effect | Later:
        facts = self.facts(work)
        picture = self._renderings.of(facts).signature_png
        if picture is None:
            return Effect(note="nothing was signed")
        return self._attach(work, facts, picture, "image/png", "Signature")


def _processed(stored: StoredDocument) -> Effect | Later:
    if stored.is_processed:
        return Effect(stored.cliniko_id)
    return Later(PROCESSING_WAIT, remote_id=stored.cliniko_id)
