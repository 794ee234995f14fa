"""Files of a patient."""

from typing import Any

import httpx
import pytest

from booking_app.pms.cliniko import ClinikoPractice
from booking_app.pms.errors import PracticeOutcomeUnknown, PracticeUnavailable
from booking_app.pms.records import StoredDocument

STORE = "https://store.example.com"
STORED = (
    b"<PostResponse><Location>https://x/y+z</Location><Key>1/patients/71/temp/u/waiver form.pdf</Key></PostResponse>"
)
FILE = {
    "patient_id": "71",
    "file_name": "waiver form.pdf",
    "media_type": "application/pdf",
    "content": b"%PDF-1.7",
    "description": "Signed waiver, reference BK-7F3K2M9Q",
}
NEW = {"id": "66", "description": FILE["description"], "processing_completed": False, "size": None}


@pytest.fixture
def store(cliniko: Any) -> Any:
    post = {"url": STORE, "fields": {"key": "1/patients/71/temp/u/${filename}", "policy": "p"}}
    cliniko.on("GET", "/patients/71/attachment_presigned_post", post)
    cliniko.on("POST", "/", httpx.Response(201, content=STORED))
    cliniko.on("POST", "/patient_attachments", httpx.Response(201, json=NEW))
    return cliniko


def test_a_file_is_uploaded_and_registered(store: Any, practice: ClinikoPractice) -> None:
    assert practice.attach_document(**FILE) == StoredDocument("66", FILE["description"], None, False)
    upload, register = store.requests[1], store.requests[2]
    assert upload.url.host == "store.example.com"
    assert "Authorization" not in upload.headers
    assert b"%PDF-1.7" in upload.content
    assert b'name="policy"' in upload.content
    assert store.sent() == {
        "patient_id": "71",
        "upload_url": f"{STORE}/1/patients/71/temp/u/waiver form.pdf",
        "description": "Signed waiver, reference BK-7F3K2M9Q",
    }
    assert register.headers["Authorization"]


def test_a_failed_upload_may_simply_start_over(store: Any, practice: ClinikoPractice) -> None:
    store.on("POST", "/", httpx.Response(403, text="<Error/>"))
    with pytest.raises(PracticeUnavailable) as raised:
        practice.attach_document(**FILE)
    assert raised.value.code == "cliniko_storage_403"
    store.on("POST", "/", httpx.ReadTimeout("late"))
    with pytest.raises(PracticeUnavailable) as raised:
        practice.attach_document(**FILE)
    assert raised.value.code == "cliniko_storage"


def test_a_registration_without_an_answer_may_have_happened(store: Any, practice: ClinikoPractice) -> None:
    store.on("POST", "/patient_attachments", httpx.ReadError("reset"))
    with pytest.raises(PracticeOutcomeUnknown):
        practice.attach_document(**FILE)


def test_the_lease_is_checked_before_the_upload_and_before_the_registration(
    store: Any, practice: ClinikoPractice
) -> None:
    checked: list[int] = []
    practice.within(before_write=lambda: checked.append(len(store.requests))).attach_document(**FILE)
    assert checked == [1, 2]


def test_a_document_is_found_by_its_marker(cliniko: Any, practice: ClinikoPractice) -> None:
    cliniko.lists(
        "/patient_attachments",
        {"id": "64", "description": "Referral"},
        {"id": "65", **{k: v for k, v in NEW.items() if k != "id"}, "archived_at": "2026-11-21T00:00:00Z"},
    )
    assert practice.find_document(patient_id="71", marker="BK-7F3K2M9Q") is None
    assert cliniko.filters() == ["patient_id:=71", "description:~BK-7F3K2M9Q"]
    cliniko.lists("/patient_attachments", NEW)
    found = practice.find_document(patient_id="71", marker="BK-7F3K2M9Q")
    assert found is not None
    assert found.cliniko_id == "66"


def test_a_document_tells_when_it_is_processed(cliniko: Any, practice: ClinikoPractice) -> None:
    cliniko.on("GET", "/patient_attachments/66", NEW, NEW | {"processing_completed": True, "size": 8})
    assert practice.document("66") == StoredDocument("66", FILE["description"], None, False)
    assert practice.document("66") == StoredDocument("66", FILE["description"], 8, True)
    assert practice.document("67") is None


def test_the_documents_of_several_patients_come_in_one_list_with_the_archived(
    cliniko: Any, practice: ClinikoPractice
) -> None:
    cliniko.lists("/patient_attachments", NEW, NEW | {"id": "67", "archived_at": "2026-11-21T00:00:00Z"})
    found = practice.documents_of(["71", "72"], marker="BK-7F3K")
    assert cliniko.filters() == ["patient_id:=71,72", "description:~BK-7F3K", "archived_at:*"]
    assert [(one.cliniko_id, one.is_archived) for one in found] == [("66", False), ("67", True)]
    assert practice.documents_of([], marker="BK-7F3K") == ()
    assert len(cliniko.requests) == 1
