"""Files of a patient: uploaded to Cliniko's file store, then registered."""

from collections.abc import Sequence

from booking_app.pms.client import (
    ARCHIVED_AT,
    ClinikoClient,
    ClinikoNotFound,
    PatientAttachment,
    PatientAttachmentFields,
)
from booking_app.pms.records import StoredDocument

LONGEST_DESCRIPTION = 255


def attach_document(
    client: ClinikoClient, *, patient_id: str, file_name: str, media_type: str, content: bytes, description: str
) -> StoredDocument:
    """Upload and register a file. Nothing shows in Cliniko before the last step, so a failed upload may start over."""
    attachments = client.patient_attachments
    address = attachments.presign(patient_id=patient_id)
    upload_url = attachments.upload(address, filename=file_name, content_type=media_type, content=content)
    registered = attachments.register(
        patient_id=patient_id, upload_url=upload_url, description=description[:LONGEST_DESCRIPTION]
    )
    return _document(registered)


def find_document(client: ClinikoClient, *, patient_id: str, marker: str) -> StoredDocument | None:
    """The patient's document whose description carries the marker."""
    fields = PatientAttachmentFields
    listed = client.patient_attachments.list(
        where=[fields.patient_id.equals(patient_id), fields.description.contains(marker)]
    )
    live = (one for one in listed if one.archived_at is None)
    return next((_document(one) for one in live if marker in one.description), None)


def documents_of(client: ClinikoClient, patient_ids: Sequence[str], *, marker: str) -> tuple[StoredDocument, ...]:
    """Documents of these patients whose description carries the marker, archived ones too."""
    if not patient_ids:
        return ()
    fields = PatientAttachmentFields
    where = [fields.patient_id.one_of(patient_ids), fields.description.contains(marker), ARCHIVED_AT.any()]
    listed = client.patient_attachments.list(where=where)
    return tuple(_document(one) for one in listed if marker in one.description)


def read_document(client: ClinikoClient, document_id: str) -> StoredDocument | None:
    """The document as it is now; None when it is gone."""
    try:
        return _document(client.patient_attachments.get(document_id))
    except ClinikoNotFound:
        return None


def read_content(client: ClinikoClient, document_id: str) -> bytes | None:
    """The file, as the file store has it; None when it is gone."""
    try:
        return client.patient_attachments.content(document_id)
    except ClinikoNotFound:
        return None


def _document(found: PatientAttachment) -> StoredDocument:
    return StoredDocument(
        cliniko_id=found.id,
        description=found.description,
        size=found.size,
        is_processed=found.processing_completed,
        is_archived=found.archived_at is not None,
    )
