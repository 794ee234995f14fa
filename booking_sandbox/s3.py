"""The file store's own HTTP: uploads by presigned form, downloads by presigned address."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote_plus
from xml.sax.saxutils import escape

from werkzeug.datastructures import Headers
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder
from werkzeug.wrappers import Request, Response

from booking_sandbox.clock import epoch
from booking_sandbox.file_store import BUCKET, Presigned, StoredFile

if TYPE_CHECKING:
    from booking_sandbox.world import World

_PREFIX = f"/s3/{BUCKET}"


class S3Refused(Exception):
    """An upload or download S3 refuses, with its status and code."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


@dataclass(frozen=True)
class Part:
    """One part of a multipart form, in the order sent."""

    name: str
    filename: str | None
    content_type: str | None
    content: bytes


def answer(world: World, request: Request) -> Response:
    """Answer one call below ``/s3/``."""
    try:
        if request.headers.get("Authorization"):
            raise S3Refused(400, "InvalidArgument", "Only one auth mechanism allowed")
        if request.method == "POST" and request.path.rstrip("/") == _PREFIX:
            return _upload(world, request)
        if request.method in ("GET", "HEAD") and request.path.startswith(f"{_PREFIX}/attachments/"):
            return _download(world, request)
        raise S3Refused(404, "NoSuchBucket", "The specified bucket does not exist")
    except S3Refused as refused:
        return _xml(
            f"<Error><Code>{refused.code}</Code><Message>{escape(refused.message)}</Message></Error>", refused.status
        )


def _upload(world: World, request: Request) -> Response:
    parts = list(_parts(request))
    at = next((index for index, part in enumerate(parts) if part.name == "file"), None)
    if at is None or parts[at].filename is None:
        raise S3Refused(400, "InvalidArgument", "POST requires exactly one file upload per request.")
    # S3 ignores what comes after the file, so a field placed there is a field that is missing.
    fields = {part.name: part.content.decode("utf-8", "replace") for part in parts[:at]}
    permission = _permission(world, fields)
    filename = (parts[at].filename or "").replace("\\", "/").rsplit("/", 1)[-1]
    kind = parts[at].content_type or "invalid/invalid"
    file = world.files.put(permission, filename=filename, content_type=kind, content=parts[at].content)
    return _stored(request, file)


def _permission(world: World, fields: dict[str, str]) -> Presigned:
    permission = world.files.permission(fields.get("key", ""))
    if permission is None:
        raise S3Refused(403, "AccessDenied", "Invalid according to Policy: Policy Condition failed: key")
    if epoch() > permission.expires_at:
        raise S3Refused(403, "AccessDenied", "Invalid according to Policy: Policy expired.")
    for name, value in permission.fields.items():
        if name not in fields:
            raise S3Refused(403, "AccessDenied", f"Bucket POST must contain a field named '{name}'.")
        if fields[name] != value:
            raise S3Refused(403, "SignatureDoesNotMatch", f"The field {name} is not what was signed.")
    extra = sorted(fields.keys() - permission.fields.keys() - {"Content-Type"})
    if extra:
        raise S3Refused(403, "AccessDenied", "Invalid according to Policy: Extra input fields.")
    return permission


def _parts(request: Request) -> Iterator[Part]:
    boundary = request.mimetype_params.get("boundary", "")
    if request.mimetype != "multipart/form-data" or not boundary:
        raise S3Refused(412, "PreconditionFailed", "Bucket POST must be of the enclosure-type multipart/form-data")
    decoder = MultipartDecoder(boundary.encode())
    decoder.receive_data(request.get_data())
    decoder.receive_data(None)
    try:
        yield from _events(decoder)
    except ValueError as error:
        raise S3Refused(400, "MalformedPOSTRequest", "The body is not well-formed multipart/form-data.") from error


def _events(decoder: MultipartDecoder) -> Iterator[Part]:
    current: Field | File | None = None
    content = bytearray()
    while not isinstance(event := decoder.next_event(), Epilogue):
        if isinstance(event, Field | File):
            current, content = event, bytearray()
        elif isinstance(event, Data) and current is not None:
            content += event.data
            if not event.more_data:
                filename = current.filename if isinstance(current, File) else None
                yield Part(current.name, filename, _content_type(current.headers), bytes(content))


def _content_type(headers: Headers) -> str | None:
    return headers.get("Content-Type")


def _stored(request: Request, file: StoredFile) -> Response:
    # Location is percent-encoded, with spaces as "+"; Key is what it is. They differ on purpose.
    location = f"{request.host_url}s3/{BUCKET}/{quote_plus(file.key, safe='')}"
    etag = f'"{hashlib.md5(file.content, usedforsecurity=False).hexdigest()}"'
    body = (
        f"<PostResponse><Location>{escape(location)}</Location><Bucket>{BUCKET}</Bucket>"
        f"<Key>{escape(file.key)}</Key><ETag>{escape(etag)}</ETag></PostResponse>"
    )
    response = _xml(body, 201)
    response.headers["Location"], response.headers["ETag"] = location, etag
    return response


def _download(world: World, request: Request) -> Response:
    attachment_id = request.path.rsplit("/", 1)[-1]
    if not world.files.is_signed(attachment_id, request.args.get("X-Amz-Signature", "")):
        raise S3Refused(403, "SignatureDoesNotMatch", "The request signature does not match.")
    file = world.files.kept(attachment_id)
    if file is None:
        raise S3Refused(404, "NoSuchKey", "The specified key does not exist.")
    return Response(file.content, 200, content_type=file.content_type)


def _xml(body: str, status: int) -> Response:
    return Response('<?xml version="1.0" encoding="UTF-8"?>\n' + body, status, content_type="application/xml")
