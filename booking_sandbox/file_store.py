"""The bytes behind attachments: presigned posts, temporary objects, kept files."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import uuid
from dataclasses import dataclass
from typing import Any

from booking_sandbox.clock import epoch, stamp
from booking_sandbox.knobs import Knobs

BUCKET = "sandbox-cliniko-attachments"
_SECRET = b"the sandbox signs for nobody but itself"


@dataclass(frozen=True)
class Presigned:
    """A permission to upload one file: the fields that must come back as they were given."""

    account: str
    patient_id: str
    prefix: str
    fields: dict[str, str]
    expires_at: float


@dataclass(frozen=True)
class StoredFile:
    """A file and what is known of it."""

    account: str
    patient_id: str
    key: str
    filename: str
    content_type: str
    content: bytes

    @property
    def sha256(self) -> str:
        """The digest of the content, as hex."""
        return hashlib.sha256(self.content).hexdigest()


class FileStore:
    """What S3 holds for every account."""

    def __init__(self) -> None:
        self._presigned: dict[str, Presigned] = {}
        self._temporary: dict[str, StoredFile] = {}
        self._kept: dict[str, StoredFile] = {}
        self._hosts: set[str] = set()

    def presign(self, *, account: str, account_number: int, patient_id: str, host: str, knobs: Knobs) -> dict[str, Any]:
        """A new permission, as Cliniko shows it."""
        prefix = f"{account_number}/patients/{patient_id}/attachments/temp/{uuid.uuid4()}/"
        expires = epoch() + 60 * knobs.presigned_minutes
        signed_at = stamp(epoch(), "%Y%m%dT%H%M%SZ")
        policy = _encoded({"expiration": stamp(expires, "%Y-%m-%dT%H:%M:%SZ"), "prefix": prefix})
        fields = {
            "key": prefix + "${filename}",
            "policy": policy,
            "x-amz-credential": f"SANDBOX/{signed_at[:8]}/ap-southeast-2/s3/aws4_request",
            "x-amz-algorithm": "AWS4-HMAC-SHA256",
            "x-amz-date": signed_at,
            "x-amz-signature": hmac.new(_SECRET, policy.encode(), "sha256").hexdigest(),
            "success_action_status": "201",
            "acl": "private",
        }
        self._presigned[fields["key"]] = Presigned(account, patient_id, prefix, fields, expires)
        self._hosts.add(host)
        url = f"{host}s3/{BUCKET}" + ("/" if knobs.s3_url_trailing_slash else "")
        return {"url": url, "fields": fields}

    def permission(self, key: str) -> Presigned | None:
        """The permission whose ``key`` field this is."""
        return self._presigned.get(key)

    def put(self, permission: Presigned, *, filename: str, content_type: str, content: bytes) -> StoredFile:
        """Store an upload as a temporary object; ``${filename}`` becomes the name of the file part."""
        key = permission.prefix + filename
        file = StoredFile(permission.account, permission.patient_id, key, filename, content_type, content)
        self._temporary[key] = file
        return file

    def uploaded(self, upload_url: object, *, account: str, patient_id: str) -> StoredFile | None:
        """The temporary object a registration names, if it is in our bucket and of that account and patient."""
        if not isinstance(upload_url, str):
            return None
        for host in self._hosts:
            start = f"{host}s3/{BUCKET}/"
            file = self._temporary.get(upload_url.removeprefix(start)) if upload_url.startswith(start) else None
            if file and (file.account, file.patient_id) == (account, patient_id):
                return file
        return None

    def keep(self, key: str, *, under: str) -> None:
        """End the processing: the file is kept under the attachment's id, the temporary object goes."""
        file = self._temporary.pop(key, None)
        if file:
            self._kept[under] = file

    def kept(self, attachment_id: str) -> StoredFile | None:
        """A processed file."""
        return self._kept.get(attachment_id)

    def find(self, *, attachment_id: str, key: str) -> StoredFile | None:
        """A registered file, processed or not."""
        return self._kept.get(attachment_id) or self._temporary.get(key)

    def address(self, attachment_id: str, *, host: str) -> str:
        """A presigned address of a kept file."""
        token = hmac.new(_SECRET, attachment_id.encode(), "sha256").hexdigest()
        return f"{host}s3/{BUCKET}/attachments/{attachment_id}?X-Amz-Expires=300&X-Amz-Signature={token}"

    def is_signed(self, attachment_id: str, signature: str) -> bool:
        """Whether a presigned address is genuine."""
        wanted = hmac.new(_SECRET, attachment_id.encode(), "sha256").hexdigest()
        return hmac.compare_digest(wanted, signature)

    def clear(self) -> None:
        """Forget every file and permission."""
        self._presigned.clear()
        self._temporary.clear()
        self._kept.clear()


def _encoded(policy: dict[str, Any]) -> str:
    return base64.b64encode(json.dumps(policy, sort_keys=True).encode()).decode()
