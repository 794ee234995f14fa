"""What a signed waiver costs to render, beside a page of one line rendered by the same library."""

import statistics
import time
from collections.abc import Callable
from datetime import UTC, date, datetime

from booking_app.core.sealing import SigningKey, new_signing_key
from booking_app.intake.documents import make_document
from booking_app.intake.facts import Circumstances, DocumentAppointment, DocumentClinic, DocumentFacts, DocumentPatient
from booking_app.intake.rendering import pdf_of
from booking_app.intake.signatures import Signature
from booking_app.intake.waiver_text import body_html, body_sha256, placeholders_in
from booking_app.intake.waivers import WaiverText

SIGNED_AT = datetime(2026, 11, 21, 4, 5, 6, tzinfo=UTC)
BODY = "# Consent\n\n" + "\n\n".join(
    f"{n}. I have had the chance to ask about the treatment, its benefits, its risks and what else could be done. "
    "I can withdraw my consent at any time by telling my practitioner."
    for n in range(1, 31)
)
FLOOR = "<!doctype html><html lang=en><title>Floor</title><p>One line."


def facts() -> DocumentFacts:
    """An invented patient who signed three pages by name."""
    waiver = WaiverText(
        key="treatment",
        title="Consent to treatment",
        kind="consent",
        signature="required",
        version_sha256=body_sha256(BODY),
        body_markdown=BODY,
        body_html=body_html(BODY),
        effective_at=SIGNED_AT,
        placeholders=tuple(placeholders_in(BODY)),
    )
    return DocumentFacts(
        reference="BK-7Q2M4XWD",
        clinic=DocumentClinic(name="Harbour Street Health", time_zone="Australia/Adelaide"),
        patient=DocumentPatient("Robin", "Sample", date(1984, 5, 17), "robin@example.com", "+61412345678"),
        waivers=(waiver,),
        circumstances=Circumstances(signed_at=SIGNED_AT),
        verify_url="http://127.0.0.1:8000/verify",
        signature=Signature(method="typed", typed_name="Robin Sample"),
        appointment=DocumentAppointment(SIGNED_AT, "Australia/Adelaide"),
    )


def measure(times: int) -> dict[str, float]:
    """CPU seconds of a document and of the floor, medians of `times` after one each to warm up, and its size."""
    key = SigningKey.from_hex(new_signing_key())
    content = make_document(facts(), key).content
    document, floor = _median(lambda: make_document(facts(), key), times), _median(lambda: pdf_of(FLOOR), times)
    return {"seconds": document, "floor_seconds": floor, "ratio": document / floor, "kilobytes": len(content) / 1024}


def _median(work: Callable[[], object], times: int) -> float:
    taken = []
    work()
    for _ in range(times):
        began = time.process_time()
        work()
        taken.append(time.process_time() - began)
    return statistics.median(taken)
