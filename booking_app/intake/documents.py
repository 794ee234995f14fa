"""Signed documents as PDF. The same facts and seal give the same bytes, on one machine with the same fonts."""

import hashlib
from dataclasses import dataclass
from threading import Lock

from booking_app.core.sealing import SigningKey
from booking_app.intake.document_page import document_html
from booking_app.intake.facts import DocumentFacts
from booking_app.intake.records import canonical_record, record_sha256
from booking_app.intake.seals import RecordSeal, seal_record

__all__ = ["DocumentFacts", "DocumentsUnavailable", "canonical_record", "record_sha256", "render_document"]

# One at a time: rendering is heavy in memory, and the font machinery below it is not ours to trust with threads.
_ONE_AT_A_TIME = Lock()


class DocumentsUnavailable(Exception):
    """No document can be made on this machine; the message says what is missing. Booking goes on without it."""


@dataclass(frozen=True)
class RenderedDocument:
    """A document and what proves it."""

    content: bytes
    seal: RecordSeal

    @property
    def file_sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def make_document(facts: DocumentFacts, signing_key: SigningKey) -> RenderedDocument:
    """Seal the record and render the document with that seal printed in it. Raises DocumentsUnavailable."""
    seal = seal_record(record_sha256(facts), signing_key)
    return RenderedDocument(render_document(facts, seal), seal)


def render_document(facts: DocumentFacts, seal: RecordSeal) -> bytes:
    """The PDF, fonts embedded, marked and tagged as PDF/A-3a (no validator has checked it).

    Raises DocumentsUnavailable.
    """
    return render_page(document_html(facts, seal))


def render_page(html: str) -> bytes:
    """The PDF of any page of ours; nothing is loaded from outside. Raises DocumentsUnavailable."""
    with _ONE_AT_A_TIME:
        return _pdf(html)


def check_documents() -> None:
    """Raises DocumentsUnavailable when this machine cannot make documents; for health checks."""
    render_page("<!doctype html><html lang=en><title>Check</title><p>Check")


def _pdf(html: str) -> bytes:
    try:
        from booking_app.intake import rendering
    except (OSError, ImportError) as error:
        raise DocumentsUnavailable(
            "Documents cannot be made: the system library pango is missing. On Debian or Ubuntu install libpango-1.0-0 "
            "libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core, on macOS pango."
        ) from error
    try:
        return rendering.pdf_of(html)
    except rendering.ForbiddenResource as error:
        raise DocumentsUnavailable("The document was refused: it asks for something outside itself.") from error
