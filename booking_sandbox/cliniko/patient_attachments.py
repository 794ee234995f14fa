"""Files on a patient: presigned upload, registering, processing that takes a while, and the way to the content."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from booking_sandbox.cliniko.answers import BLANK, INVALID, NotFound, as_json
from booking_sandbox.cliniko.context import ClinikoCall
from booking_sandbox.cliniko.fields import Errors
from booking_sandbox.cliniko.filters import Kind
from booking_sandbox.cliniko.noun import Noun, created, listing, referred, refuse_if, replaced, routes_of, visible
from booking_sandbox.cliniko.patients import PATIENTS
from booking_sandbox.table import Record


def present(call: ClinikoCall, row: Record) -> dict[str, Any]:
    """An attachment as Cliniko shows it; file name, type and size are null until it is processed."""
    done = row["processed_at"] is not None
    return {
        "id": row["id"],
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
        "archived_at": row["archived_at"],
        "description": row.get("description", ""),
        "filename": row["filename"] if done else None,
        "content_type": row["content_type"] if done else None,
        "size": row["size"] if done else None,
        "processing_completed": done,
        "processed_at": row["processed_at"],
        "pinned_at": None,
        "content": call.link("patient_attachments", row["id"], "content") if done else None,
        "patient": call.link("patients", row["patient_id"]),
        "user": call.link("users", row["user_id"]),
        "links": {"self": call.url("patient_attachments", row["id"])},
    }


PATIENT_ATTACHMENTS = Noun(
    "patient_attachments",
    present,
    {
        "archived_at": Kind.INSTANT,
        "content_type": Kind.TEXT,
        "description": Kind.TEXT,
        "filename": Kind.TEXT,
        "patient_id": Kind.NUMBER,
        "processed_at": Kind.INSTANT,
        "size": Kind.NUMBER,
        "user_id": Kind.NUMBER,
    },
)


def presigned_post(call: ClinikoCall) -> Response:
    """Where and with which form fields a file of this patient may be uploaded."""
    patient = visible(call, PATIENTS, call.args["id"])
    return as_json(
        call.world.files.presign(
            account=call.account.name,
            account_number=call.account.number,
            patient_id=patient["id"],
            host=call.request.host_url,
            knobs=call.knobs,
        )
    )


def create(call: ClinikoCall) -> Response:
    """Register an uploaded file; only one from the own bucket and of the same patient is taken."""
    body, errors = call.body(), Errors()
    patient_id = referred(call, body, "patient", "patients", errors)
    description = body.get("description") or ""
    if not isinstance(description, str) or len(description) > 255:
        errors["description"] = "is too long (maximum is 255 characters)"
    upload = call.world.files.uploaded(body.get("upload_url"), account=call.account.name, patient_id=patient_id or "")
    if upload is None:
        errors[call.knobs.attachment_url_error] = INVALID if body.get("upload_url") else BLANK
    refuse_if(errors)
    assert upload is not None
    row = call.new_record(
        patient_id=patient_id,
        description=description,
        user_id=call.user_id,
        upload_key=upload.key,
        processed_at=None,
        filename=upload.filename,
        content_type=upload.content_type,
        size=len(upload.content),
        sha256=upload.sha256,
    )
    lag = call.knobs
    call.world.delays.begin(
        f"attachment:{row['id']}", reads=lag.attachment_lag_reads, seconds=lag.attachment_lag_seconds
    )
    return created(call, PATIENT_ATTACHMENTS, row)


def _progressed(call: ClinikoCall, row: Record) -> Record:
    if row["processed_at"] is not None or not call.world.delays.is_over(f"attachment:{row['id']}"):
        return row
    call.world.files.keep(row["upload_key"], under=row["id"])
    return call.table("patient_attachments").put(call.changed(row, processed_at=call.now()))


def show(call: ClinikoCall) -> Response:
    """One attachment; looking at it is what lets the processing come to its end here."""
    return as_json(present(call, _progressed(call, visible(call, PATIENT_ATTACHMENTS, call.args["id"]))))


def everything(call: ClinikoCall) -> Response:
    """All attachments."""
    return listing(call, PATIENT_ATTACHMENTS, [_progressed(call, row) for row in call.table("patient_attachments")])


def of_patient(call: ClinikoCall) -> Response:
    """The attachments of one patient."""
    patient = visible(call, PATIENTS, call.args["id"])
    mine = [row for row in call.table("patient_attachments") if row["patient_id"] == patient["id"]]
    return listing(call, PATIENT_ATTACHMENTS, [_progressed(call, row) for row in mine])


def change(call: ClinikoCall) -> Response:
    """Change the description."""
    row = visible(call, PATIENT_ATTACHMENTS, call.args["id"])
    description = call.body().get("description", row["description"])
    refuse_if({"description": INVALID} if not isinstance(description, str) or len(description) > 255 else {})
    return replaced(call, PATIENT_ATTACHMENTS, call.changed(row, description=description))


def content(call: ClinikoCall) -> Response:
    """The way to the bytes: 303 to the file store."""
    row = visible(call, PATIENT_ATTACHMENTS, call.args["id"])
    if row["processed_at"] is None:
        raise NotFound
    address = call.world.files.address(row["id"], host=call.request.host_url)
    return Response(b"", 303, headers={"Location": address})


_PATH = "/patient_attachments/<id>"
ROUTES = [
    ("GET", "/patient_attachments", everything),
    ("GET", _PATH, show),
    *routes_of(PATIENT_ATTACHMENTS)[2:],
    ("POST", "/patient_attachments", create),
    ("PATCH", _PATH, change),
    ("GET", f"{_PATH}/content", content),
    ("GET", "/patients/<id>/patient_attachments", of_patient),
    ("GET", "/patients/<id>/attachment_presigned_post", presigned_post),
]
