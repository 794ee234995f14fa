"""Forms with their signatures, and attachments by way of the file store."""

import base64

import pytest

from booking_app.pms.client import ClinikoRejected, PatientAttachmentFields, PatientFormFields

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="300" height="100"><path d="M1 1L99 99"/></svg>'
DRAWN = "data:image/svg+xml;base64," + base64.b64encode(SVG).decode()
CONTENT = {
    "sections": [
        {
            "name": "About you",
            "questions": [
                {"name": "What brings you here?", "type": "text", "required": True, "answer": "A sore knee"},
                {"name": "Tell us more", "type": "paragraph", "answer": "It hurts<br>at night"},
                {"name": "Since when?", "type": "date", "answer": "2026-11-01"},
                {
                    "name": "Agree?",
                    "type": "checkboxes",
                    "required": True,
                    "answers": [{"value": "Yes", "selected": True}, {"value": "Newsletter"}],
                },
                {"name": "Signed", "type": "signature", "required": True, "signature": DRAWN},
            ],
        }
    ]
}


@pytest.fixture
def attendee(client, book):
    return client.attendees.of_appointment(book())[0]


def test_a_form_is_completed_signed_and_found_by_its_attendee(client, patient, attendee):
    made = client.patient_forms.create(
        patient_id=patient.id, attendee_id=attendee.id, name="Intake BK-CONTRACT", content=CONTENT, completed=True
    )
    assert made.completed_at
    assert (made.attendee_id, made.booking_id) == (attendee.id, attendee.booking_id)
    signature = client.patient_forms.get_signature(made.signature_ids[0], form_id=made.id)
    assert signature.image.startswith("data:image/svg+xml")
    where = [PatientFormFields.patient_id.equals(patient.id), PatientFormFields.attendee_id.equals(attendee.id)]
    assert [one.name for one in client.patient_forms.list(where=where)] == ["Intake BK-CONTRACT"]


def test_signatures_listed_one_by_one_are_read_too(unchecked, sandbox, patient):
    """The older document has a list where the newer has one reference."""
    sandbox.control.set_knob(signatures="array")
    made = unchecked.patient_forms.create(patient_id=patient.id, name="Intake", content=CONTENT, completed=True)
    assert unchecked.patient_forms.get_signature(made.signature_ids[0], form_id=made.id).image


def test_a_form_without_a_required_answer_is_rejected_only_when_it_is_completed(client, patient):
    blank = {"sections": [{"questions": [{"name": "Why?", "type": "text", "required": True}]}]}
    draft = client.patient_forms.create(patient_id=patient.id, name="Draft", content=blank)
    assert draft.completed_at is None
    with pytest.raises(ClinikoRejected):
        client.patient_forms.update(draft.id, completed=True)
    client.patient_forms.archive(draft.id)


def test_a_completed_form_can_be_tied_to_its_attendee_later(client, patient, attendee):
    done = client.patient_forms.create(patient_id=patient.id, name="Intake", content=CONTENT, completed=True)
    assert done.attendee_id is None
    assert client.patient_forms.update(done.id, attendee_id=attendee.id).attendee_id == attendee.id
    assert client.patient_forms.get(done.id).completed_at == done.completed_at


def test_templates_are_read_and_used(client, patient):
    templates = client.patient_form_templates.list()
    assert client.patient_form_templates.get(templates[0].id) == templates[0]
    made = client.patient_forms.create(patient_id=patient.id, template_id=templates[0].id)
    assert made.name == templates[0].name


PDF = b"%PDF-1.7\n" + bytes(range(256)) * 40


@pytest.mark.parametrize("slash", [False, True])
@pytest.mark.parametrize("filename", ["waiver.pdf", "Waiver and intake + notes (ü).pdf"])
def test_a_file_goes_up_is_registered_processed_and_comes_back_whole(client, sandbox, patient, slash, filename):
    sandbox.control.set_knob(s3_url_trailing_slash=slash)
    files = client.patient_attachments
    upload_url = files.upload(
        files.presign(patient_id=patient.id), filename=filename, content_type="application/pdf", content=PDF
    )
    made = files.register(patient_id=patient.id, upload_url=upload_url, description="Waiver BK-CONTRACT")
    assert not made.processing_completed
    found = next(one for _ in range(5) if (one := files.get(made.id)).processing_completed)
    assert (found.size, found.content_type, found.filename) == (len(PDF), "application/pdf", filename)
    assert files.content(made.id) == PDF
    where = [
        PatientAttachmentFields.patient_id.equals(patient.id),
        PatientAttachmentFields.description.contains("BK-CONTRACT"),
    ]
    assert [one.id for one in files.list(where=where)] == [made.id]
    files.archive(made.id)
    assert files.list(where=where) == ()


def test_a_file_of_somebody_else_cannot_be_registered(client, patient):
    other = client.patients.create(first_name="Other", last_name="Person")
    files = client.patient_attachments
    upload_url = files.upload(
        files.presign(patient_id=other.id), filename="w.pdf", content_type="application/pdf", content=PDF
    )
    with pytest.raises(ClinikoRejected) as caught:
        files.register(patient_id=patient.id, upload_url=upload_url)
    assert caught.value.fields in (("temp_attachment_url",), ("upload_url",))
