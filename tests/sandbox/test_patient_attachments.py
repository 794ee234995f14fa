"""Attachments: presigned fields relayed verbatim, uploads checked as S3 does, processing that takes time."""

import hashlib
from typing import Any
from xml.etree import ElementTree

import httpx
import pytest

from booking_sandbox.server import SandboxServer

from .conftest import Clinic, linked

PDF = b"%PDF-1.7 sample"


def presigned(clinic: Clinic, patient_id: str) -> dict[str, Any]:
    body: dict[str, Any] = clinic.api.get(f"/patients/{patient_id}/attachment_presigned_post").json()
    return body


def upload(post: dict[str, Any], *, name: str = "waiver.pdf", kind: str | None = "application/pdf") -> httpx.Response:
    part = (name, PDF, kind) if kind else (name, PDF)
    return httpx.post(post["url"], data=post["fields"], files={"file": part})


def key_of(answer: httpx.Response) -> str:
    return ElementTree.fromstring(answer.text).findtext("Key") or ""


def register(clinic: Clinic, patient_id: str, url: str) -> httpx.Response:
    body = {"patient_id": patient_id, "description": "Signed waiver", "upload_url": url}
    return clinic.api.post("/patient_attachments", json=body)


def attach(clinic: Clinic, patient_id: str, **file: Any) -> dict[str, Any]:
    post = presigned(clinic, patient_id)
    body: dict[str, Any] = register(clinic, patient_id, f"{post['url']}/{key_of(upload(post, **file))}").json()
    return body


def test_the_presigned_fields_have_a_literal_filename_to_be_replaced(clinic: Clinic) -> None:
    patient_id = clinic.add_patient()
    fields = presigned(clinic, patient_id)["fields"]
    assert fields["key"].startswith(f"31001/patients/{patient_id}/attachments/temp/")
    assert fields["key"].endswith("/${filename}")
    assert (fields["success_action_status"], fields["acl"]) == ("201", "private")


def test_the_upload_answers_xml_whose_key_is_raw_and_whose_location_is_encoded(clinic: Clinic) -> None:
    answer = upload(presigned(clinic, clinic.add_patient()), name="signed waiver (1).pdf")
    assert (answer.status_code, answer.headers["Content-Type"]) == (201, "application/xml")
    root = ElementTree.fromstring(answer.text)
    assert root.tag == "PostResponse"
    assert key_of(answer).endswith("/signed waiver (1).pdf")
    location = root.findtext("Location") or ""
    assert location.endswith("signed+waiver+%281%29.pdf")
    assert "%2Fpatients%2F" in location


def test_an_upload_without_a_signed_field_or_with_a_changed_one_is_forbidden(clinic: Clinic) -> None:
    post = presigned(clinic, clinic.add_patient())
    for name in post["fields"]:
        less = {key: value for key, value in post["fields"].items() if key != name}
        assert upload({**post, "fields": less}).status_code == 403
        assert upload({**post, "fields": {**less, name: "changed"}}).status_code == 403
    assert upload(post).status_code == 201


def test_fields_after_the_file_are_not_seen(clinic: Clinic) -> None:
    post = presigned(clinic, clinic.add_patient())
    parts = [("file", ("waiver.pdf", PDF, "application/pdf")), *((key, (None, v)) for key, v in post["fields"].items())]
    assert httpx.post(post["url"], files=parts).status_code == 403


def test_an_upload_with_clinikos_own_authorisation_is_refused(clinic: Clinic) -> None:
    post = presigned(clinic, clinic.add_patient())
    files = {"file": ("waiver.pdf", PDF, "application/pdf")}
    assert httpx.post(post["url"], data=post["fields"], files=files, auth=("key", "")).status_code == 400


def test_an_upload_without_a_file_is_refused(clinic: Clinic) -> None:
    post = presigned(clinic, clinic.add_patient())
    parts = {name: (None, value) for name, value in post["fields"].items()}
    assert httpx.post(post["url"], files=parts).status_code == 400


def test_a_permission_expires(sandbox: SandboxServer, clinic: Clinic) -> None:
    sandbox.control.set_knob(presigned_minutes=-1)
    assert upload(presigned(clinic, clinic.add_patient())).status_code == 403


def test_a_registered_file_is_processed_a_little_later_and_can_then_be_fetched(clinic: Clinic) -> None:
    attachment = attach(clinic, clinic.add_patient())
    assert attachment["processing_completed"] is False
    assert (attachment["filename"], attachment["content_type"], attachment["size"]) == (None, None, None)
    path = f"/patient_attachments/{attachment['id']}"
    assert clinic.api.get(f"{path}/content").status_code == 404
    assert clinic.api.get(path).json()["processing_completed"] is False
    done = clinic.api.get(path).json()
    assert (done["filename"], done["content_type"], done["size"]) == ("waiver.pdf", "application/pdf", len(PDF))
    answer = clinic.api.get(done["content"]["links"]["self"])
    assert answer.status_code == 303
    assert httpx.get(answer.headers["Location"]).content == PDF
    assert httpx.get(answer.headers["Location"], auth=("key", "")).status_code == 400
    assert httpx.get(answer.headers["Location"].partition("?")[0]).status_code == 403


def test_how_many_looks_processing_takes_can_be_set(sandbox: SandboxServer, clinic: Clinic) -> None:
    sandbox.control.set_knob(attachment_lag_reads=3)
    path = f"/patient_attachments/{attach(clinic, clinic.add_patient())['id']}"
    looks = [clinic.api.get(path).json()["processing_completed"] for _ in range(4)]
    assert looks == [False, False, False, True]


def test_an_upload_of_another_patient_another_bucket_or_another_spelling_is_refused(clinic: Clinic) -> None:
    mine, other = clinic.add_patient(), clinic.add_patient()
    post = presigned(clinic, mine)
    key = key_of(upload(post, name="my waiver.pdf"))
    wrong = (
        (other, f"{post['url']}/{key}"),
        (mine, f"http://127.0.0.1:9/elsewhere/{key}"),
        (mine, f"{post['url']}//{key}"),
        (mine, f"{post['url']}/{key.replace(' ', '+')}"),
        (mine, f"{post['url']}/{key}x"),
    )
    for patient_id, url in wrong:
        answer = register(clinic, patient_id, url)
        assert (answer.status_code, answer.json()["errors"]) == (422, {"temp_attachment_url": "is invalid"})
    assert register(clinic, mine, f"{post['url']}/{key}").status_code == 201


def test_the_temporary_object_is_gone_once_it_was_processed(clinic: Clinic) -> None:
    patient_id = clinic.add_patient()
    post = presigned(clinic, patient_id)
    url = f"{post['url']}/{key_of(upload(post))}"
    path = f"/patient_attachments/{register(clinic, patient_id, url).json()['id']}"
    for _ in range(2):
        clinic.api.get(path)
    assert register(clinic, patient_id, url).status_code == 422


def test_the_error_may_be_called_by_the_newer_name(sandbox: SandboxServer, clinic: Clinic) -> None:
    sandbox.control.set_knob(attachment_url_error="upload_url")
    answer = register(clinic, clinic.add_patient(), "http://127.0.0.1:9/x")
    assert answer.json()["errors"] == {"upload_url": "is invalid"}


@pytest.mark.parametrize("slash", [True, False])
def test_the_upload_address_comes_with_or_without_a_slash(sandbox: SandboxServer, clinic: Clinic, slash: bool) -> None:
    sandbox.control.set_knob(s3_url_trailing_slash=slash)
    patient_id = clinic.add_patient()
    post = presigned(clinic, patient_id)
    assert post["url"].endswith("/") is slash
    url = f"{post['url'].rstrip('/')}/{key_of(upload(post))}"
    assert register(clinic, patient_id, url).status_code == 201


def test_a_file_without_a_content_type_becomes_invalid_invalid(clinic: Clinic) -> None:
    post = presigned(clinic, clinic.add_patient())
    boundary = "----sandbox"
    head = "".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in post["fields"].items()
    )
    file = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\nabc\r\n--{boundary}--\r\n'
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    answer = httpx.post(post["url"], content=head + file, headers=headers)
    patient_id = post["fields"]["key"].split("/")[2]
    registered = register(clinic, patient_id, f"{post['url']}/{key_of(answer)}").json()
    path = f"/patient_attachments/{registered['id']}"
    clinic.api.get(path)
    assert clinic.api.get(path).json()["content_type"] == "invalid/invalid"


def test_attachments_are_listed_per_patient_described_anew_and_archived(clinic: Clinic) -> None:
    patient_id = clinic.add_patient()
    attachment_id = attach(clinic, patient_id)["id"]
    path = f"/patient_attachments/{attachment_id}"
    assert clinic.api.patch(path, json={"description": "Other"}).json()["description"] == "Other"
    nested = f"/patients/{patient_id}/patient_attachments"
    assert linked(clinic.api.get(nested), "patient_attachments") == [attachment_id]
    assert clinic.api.post(f"{path}/archive").status_code == 204
    assert linked(clinic.api.get(nested), "patient_attachments") == []


def test_the_control_shows_the_bytes_and_their_digest(sandbox: SandboxServer, clinic: Clinic) -> None:
    attachment = attach(clinic, clinic.add_patient())
    (shown,) = sandbox.control.state("demo")["attachments"]
    assert (shown["sha256"], shown["size"]) == (hashlib.sha256(PDF).hexdigest(), len(PDF))
    assert sandbox.control.attachment(attachment["id"]) == (PDF, "application/pdf")
    assert httpx.get(sandbox.url + shown["bytes"]).content == PDF
