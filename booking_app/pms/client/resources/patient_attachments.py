"""Patient attachments: files go to the file store by a presigned form and are then registered with Cliniko."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urljoin

from booking_app.pms.client.calls import StoredFile
from booking_app.pms.client.errors import ClinikoStorageFailed, ClinikoUnreadable
from booking_app.pms.client.filters import Filter, IdField, TextField
from booking_app.pms.client.records import JsonObject
from booking_app.pms.client.stored_key import stored_key

from .base import Resource


class PatientAttachmentFields:
    """What a list of attachments can be filtered by, besides the fields of every list."""

    description = TextField("description")
    filename = TextField("filename")
    patient_id = IdField("patient_id")


@dataclass(frozen=True, kw_only=True)
class PresignedPost:
    """Where one file may be uploaded, once and soon; every field is sent exactly as it came."""

    url: str = field(repr=False)
    fields: Mapping[str, str] = field(repr=False, hash=False)

    @classmethod
    def from_json(cls, found: JsonObject) -> PresignedPost:
        fields = dict(found.nested("fields").items())
        if not fields:
            raise ClinikoUnreadable(f"{found.path}.fields is missing")
        return cls(url=found.text("url"), fields=fields)


@dataclass(frozen=True, kw_only=True)
class PatientAttachment:
    """A file of a patient. Name, type and size are unset until it has been processed."""

    id: str
    patient_id: str | None
    processing_completed: bool
    processed_at: datetime | None
    created_at: datetime | None
    archived_at: datetime | None
    content_type: str
    size: int | None
    description: str = field(repr=False)
    filename: str = field(repr=False)

    @classmethod
    def from_json(cls, found: JsonObject) -> PatientAttachment:
        return cls(
            id=found.id(),
            patient_id=found.reference("patient"),
            processing_completed=found.is_true("processing_completed"),
            processed_at=found.optional_instant("processed_at"),
            created_at=found.optional_instant("created_at"),
            archived_at=found.optional_instant("archived_at"),
            content_type=found.optional_text("content_type"),
            size=found.optional_integer("size"),
            description=found.optional_text("description"),
            filename=found.optional_text("filename"),
        )


class PatientAttachmentsResource(Resource):
    """Patient attachments. The steps are ``presign``, ``upload``, ``register``, and ``get`` until it is processed."""

    def list(
        self, *, where: Iterable[Filter] = (), sort: str | None = None, limit: int | None = None
    ) -> tuple[PatientAttachment, ...]:
        """Attachments that meet all filters; archived ones only when a filter asks for them."""
        return self._many(
            "/patient_attachments",
            "patient_attachments",
            PatientAttachment.from_json,
            where=where,
            sort=sort,
            limit=limit,
        )

    def get(self, attachment_id: str) -> PatientAttachment:
        """One attachment; raises ClinikoNotFound."""
        return self._one("/patient_attachments/{id}", PatientAttachment.from_json, ids={"id": attachment_id})

    def presign(self, *, patient_id: str) -> PresignedPost:
        """Ask where to upload a file of this patient; the answer is valid for this patient only."""
        route = "/patients/{patient_id}/attachment_presigned_post"
        return self._one(route, PresignedPost.from_json, ids={"patient_id": patient_id})

    def upload(self, post: PresignedPost, *, filename: str, content_type: str, content: bytes) -> str:
        """Put a file into the file store and return the URL to register it by. Nothing shows in Cliniko yet.

        The URL is the store's address and the stored key, joined by one slash; the store's own ``Location`` encodes
        spaces in a way Cliniko does not find again. Raises ClinikoStorageFailed: then start again from ``presign``.
        """
        file = StoredFile(filename=filename, content_type=content_type, content=content)
        answer = self._transport.upload(post.url, fields=post.fields, file=file)
        return f"{post.url.rstrip('/')}/{stored_key(answer).lstrip('/')}"

    def register(self, *, patient_id: str, upload_url: str, description: str | None = None) -> PatientAttachment:
        """Make an uploaded file an attachment of its patient; raises ClinikoRejected for a foreign or stale URL."""
        body = {"patient_id": patient_id, "upload_url": upload_url, "description": description}
        return self._written("POST", "/patient_attachments", PatientAttachment.from_json, body=body)

    def content(self, attachment_id: str) -> bytes:
        """The file itself, fetched from the file store without Cliniko's key."""
        route = "/patient_attachments/{id}/content"
        answer = self._transport.read_redirect(route, ids={"id": attachment_id})
        if answer.is_success:
            return answer.body
        location = answer.headers.get("location", "")
        if not location:
            raise ClinikoStorageFailed(f"GET {route}: no address of the file was given", status=answer.status)
        here = self._transport.address(route, ids={"id": attachment_id})
        return self._transport.download(urljoin(here, location))

    def archive(self, attachment_id: str) -> None:
        """Archive an attachment."""
        self._commanded("POST", "/patient_attachments/{id}/archive", ids={"id": attachment_id})
