"""The way of a file: presigned form, file store, registration; and back."""

import httpx
import pytest

from booking_app.pms.client import (
    ClinikoNotSent,
    ClinikoRejected,
    ClinikoStorageFailed,
    ClinikoUnreadable,
    PatientAttachmentFields,
)
from booking_app.pms.client.stored_key import stored_key

STORE = "https://files.s3.ap-southeast-2.amazonaws.com"
FIELDS = {
    "key": "7/patients/44/attachments/temp/u-u-i-d/${filename}",
    "policy": "ZXhhbXBsZQ==",
    "x-amz-credential": "AKIA/20261121/ap-southeast-2/s3/aws4_request",
    "x-amz-signature": "beef",
    "success_action_status": 201,
    "acl": "private",
    "x-amz-security-token": "a field nobody documented",
}
KEY = "7/patients/44/attachments/temp/u-u-i-d/Waiver BK-ABCD.pdf"
STORED = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    f"<PostResponse><Location>{STORE}/{KEY.replace(' ', '+')}</Location><Bucket>files</Bucket>"
    f'<Key>{KEY}</Key><ETag>"e"</ETag></PostResponse>'
)


def upload(client, url=STORE):
    post = client.patient_attachments.presign(patient_id="44")
    return client.patient_attachments.upload(
        post, filename="Waiver BK-ABCD.pdf", content_type="application/pdf", content=b"%PDF-1.7 x"
    )


def test_every_presigned_field_is_relayed_and_the_file_comes_last(client, cliniko):
    """The store refuses fields after the file, and a part without a real content type (guide on uploading)."""
    cliniko.will_answer({"url": STORE, "fields": FIELDS})
    cliniko.will(httpx.Response(201, text=STORED))
    upload(client)
    assert str(cliniko.last.url) == STORE + "/" or str(cliniko.last.url) == STORE
    assert "Authorization" not in cliniko.last.headers
    assert cliniko.last.headers["Content-Type"].startswith("multipart/form-data; boundary=")
    body = cliniko.last.content.decode()
    places = [body.index(f'name="{name}"\r\n\r\n{value}\r\n') for name, value in FIELDS.items()]
    file_part = 'name="file"; filename="Waiver BK-ABCD.pdf"\r\nContent-Type: application/pdf\r\n\r\n%PDF-1.7 x\r\n'
    assert places == sorted(places)
    assert body.index(file_part) > places[-1]


@pytest.mark.parametrize("url", [STORE, STORE + "/"])
def test_a_file_is_registered_by_address_and_key_joined_by_one_slash(client, cliniko, url):
    """By the ``Key`` as it is: ``Location`` has blanks turned into plus signs."""
    cliniko.will_answer({"url": url, "fields": FIELDS})
    cliniko.will(httpx.Response(201, text=STORED))
    cliniko.will_answer({"id": "801", "processing_completed": False, "filename": None, "size": None}, status=201)
    upload_url = upload(client)
    made = client.patient_attachments.register(patient_id="44", upload_url=upload_url, description="Waiver BK-ABCD")
    assert upload_url == f"{STORE}/{KEY}"
    assert cliniko.last_json() == {"patient_id": "44", "upload_url": upload_url, "description": "Waiver BK-ABCD"}
    assert not made.processing_completed
    assert made.size is None


def test_a_key_with_a_leading_slash_is_joined_by_one_slash_too(client, cliniko):
    cliniko.will_answer({"url": STORE, "fields": FIELDS})
    cliniko.will(httpx.Response(201, text=STORED.replace(f"<Key>{KEY}", f"<Key>/{KEY}")))
    assert upload(client) == f"{STORE}/{KEY}"


def test_an_upload_is_announced_as_a_write_but_not_taken_from_the_budget(make_client, cliniko):
    """The limit is Cliniko's, and the file store is not Cliniko."""
    steps, calls = [], []
    client = make_client(
        budget=lambda: steps.append("budget"), before_write=lambda: steps.append("write"), on_call=calls.append
    )
    cliniko.will_answer({"url": STORE, "fields": FIELDS})
    cliniko.will(httpx.Response(201, text=STORED))
    upload(client)
    assert steps == ["budget", "write"]
    assert [call.route for call in calls] == ["/patients/{patient_id}/attachment_presigned_post", "{storage}"]


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(403, text="<Error/>"),
        httpx.Response(500),
        httpx.Response(302),
        httpx.ReadTimeout("x"),
        httpx.ReadError("x"),
    ],
)
def test_a_failed_upload_may_start_over_because_nothing_was_registered(client, cliniko, answer):
    cliniko.will_answer({"url": STORE, "fields": FIELDS})
    cliniko.will(answer)
    with pytest.raises(ClinikoStorageFailed) as caught:
        upload(client)
    assert caught.value.retryable


def test_a_store_that_cannot_be_reached_got_nothing(client, cliniko):
    cliniko.will_answer({"url": STORE, "fields": FIELDS})
    cliniko.will(httpx.ConnectError("x"))
    with pytest.raises(ClinikoNotSent):
        upload(client)


@pytest.mark.parametrize(
    "url",
    ["http://files.example.com", "http://127.0.0.1:9000/s3", "file:///etc/passwd", "https://a:b@files.example.com"],
)
def test_a_file_goes_only_to_a_safe_address(client, cliniko, url):
    cliniko.will_answer({"url": url, "fields": FIELDS})
    with pytest.raises(ClinikoUnreadable):
        upload(client)
    assert len(cliniko.requests) == 1


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"url": STORE},
        {"url": STORE, "fields": {}},
        {"url": None, "fields": FIELDS},
        {"url": STORE, "fields": {"key": None}},
    ],
)
def test_a_presigned_form_that_is_not_whole_is_unreadable(client, cliniko, body):
    cliniko.will_answer(body)
    with pytest.raises(ClinikoUnreadable):
        client.patient_attachments.presign(patient_id="44")


def test_a_foreign_upload_is_rejected_under_an_older_name(client, cliniko):
    cliniko.will_answer({"message": "Validation Failed", "errors": {"temp_attachment_url": "is invalid"}}, status=422)
    with pytest.raises(ClinikoRejected) as caught:
        client.patient_attachments.register(patient_id="44", upload_url=STORE + "/x")
    assert caught.value.fields == ("temp_attachment_url",)


def test_a_key_is_read_as_it_stands_in_the_xml():
    assert stored_key(STORED.encode()) == KEY
    assert (
        stored_key(b"<p:PostResponse xmlns:p='urn:x'><p:Key>a&amp;b &#233;.pdf</p:Key></p:PostResponse>")
        == "a&b \u00e9.pdf"
    )


ENTITIES = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]><PostResponse><Key>&b;</Key></PostResponse>'
)
EXTERNAL = '<!DOCTYPE x SYSTEM "file:///etc/passwd"><PostResponse><Key>k</Key></PostResponse>'


@pytest.mark.parametrize(
    "answer",
    [
        ENTITIES.encode(),
        ENTITIES.encode("utf-16"),
        EXTERNAL.encode(),
        b"",
        b"{}",
        b"<PostResponse>",
        b"<PostResponse><Key></Key></PostResponse>",
        b"<PostResponse><Location>x</Location></PostResponse>",
        b"<PostResponse><Key>&unknown;</Key></PostResponse>",
        b"<PostResponse><Key>k</Key>" + b" " * 70_000 + b"</PostResponse>",
    ],
)
def test_an_answer_of_the_store_without_a_plain_key_is_a_failed_upload(answer):
    """No document type is accepted, so no entity is ever expanded or fetched."""
    with pytest.raises(ClinikoStorageFailed):
        stored_key(answer)


def test_a_file_is_fetched_without_the_key_of_cliniko(client, cliniko):
    """Cliniko answers 303; the presigned address refuses a second authorisation."""
    cliniko.will(
        httpx.Response(303, headers={"Location": STORE + "/x?X-Amz-Signature=beef"}),
        httpx.Response(200, content=b"%PDF"),
    )
    assert client.patient_attachments.content("801") == b"%PDF"
    asked, fetched = cliniko.requests
    assert asked.url.path == "/v1/patient_attachments/801/content"
    assert str(fetched.url) == STORE + "/x?X-Amz-Signature=beef"
    assert "Authorization" not in fetched.headers


def test_a_file_answered_without_a_redirect_is_taken_as_it_is(client, cliniko):
    cliniko.will(httpx.Response(200, content=b"%PDF"))
    assert client.patient_attachments.content("801") == b"%PDF"


@pytest.mark.parametrize("location", ["http://files.example.com/x", "file:///etc/passwd", ""])
def test_a_file_is_not_fetched_from_an_unsafe_address(client, cliniko, location):
    cliniko.will(httpx.Response(303, headers={"Location": location}))
    with pytest.raises((ClinikoUnreadable, ClinikoStorageFailed)):
        client.patient_attachments.content("801")
    assert len(cliniko.requests) == 1


def test_a_file_the_store_no_longer_has_is_a_storage_failure(client, cliniko):
    cliniko.will(httpx.Response(303, headers={"Location": STORE + "/x"}), httpx.Response(403))
    with pytest.raises(ClinikoStorageFailed) as caught:
        client.patient_attachments.content("801")
    assert caught.value.status == 403


def test_attachments_are_found_by_patient_and_description(client, cliniko):
    processed = {
        "id": "801",
        "processing_completed": True,
        "size": 10,
        "filename": "w.pdf",
        "description": "Waiver BK-ABCD",
    }
    cliniko.will_answer({"patient_attachments": [processed], "links": {}}, processed)
    where = [PatientAttachmentFields.patient_id.equals("44"), PatientAttachmentFields.description.contains("BK-ABCD")]
    (found,) = client.patient_attachments.list(where=where)
    assert found == client.patient_attachments.get("801")
    assert "Waiver" not in repr(found)
    cliniko.will(httpx.Response(204))
    client.patient_attachments.archive("801")
    assert cliniko.last.url.path == "/v1/patient_attachments/801/archive"
