import httpx
import pytest

from booking_app.pms.client import ClinikoRejected, ClinikoUnreadable, PatientFormFields

CONTENT = {"sections": [{"questions": [{"name": "Pain?", "type": "text", "answer": "Yes", "required": True}]}]}


def a_form(**members):
    return {
        "id": "701",
        "name": "Intake BK-ABCD",
        "content": CONTENT,
        "completed_at": "2026-11-21T00:00:00Z",
        "url": "https://clinic.cliniko.com/f/?secret",
        "attendee": {"links": {"self": "/v1/attendees/601"}},
        "booking": {"links": {"self": "/v1/bookings/501"}},
        "patient": {"links": {"self": "/v1/patients/44"}},
        "signatures": None,
    } | members


def signature_link(signature_id):
    return {"links": {"self": f"https://api.au2.cliniko.com/v1/patient_forms/701/signatures/{signature_id}"}}


def test_a_form_is_completed_with_content_as_an_object(client, cliniko):
    """Its JSON as text would be refused: "must be an object"."""
    cliniko.will_answer(a_form(), status=201)
    made = client.patient_forms.create(
        patient_id="44", name="Intake BK-ABCD", content=CONTENT, attendee_id="601", completed=True
    )
    assert cliniko.last_json() == {
        "patient_id": "44",
        "name": "Intake BK-ABCD",
        "content": CONTENT,
        "attendee_id": "601",
        "completed": True,
    }
    assert (made.id, made.attendee_id, made.booking_id, made.patient_id) == ("701", "601", "501", "44")
    assert made.completed_at is not None
    shown = repr(made)
    assert "secret" not in shown
    assert "Pain" not in shown


def test_content_as_text_is_refused_before_it_is_sent(client, cliniko):
    for call in (
        lambda: client.patient_forms.create(patient_id="44", name="x", content="{}"),
        lambda: client.patient_forms.update("701", content="{}"),
    ):
        with pytest.raises(ValueError, match="object"):
            call()
    assert cliniko.requests == []


def test_a_form_needs_a_template_or_a_name(client, cliniko):
    with pytest.raises(ValueError, match="name"):
        client.patient_forms.create(patient_id="44", content=CONTENT)
    cliniko.will_answer(a_form(), status=201)
    client.patient_forms.create(patient_id="44", template_id="9")
    assert cliniko.last_json() == {"patient_id": "44", "patient_form_template_id": "9"}


def test_an_attendee_can_be_set_on_a_completed_form_later(client, cliniko):
    cliniko.will_answer(a_form())
    client.patient_forms.update("701", attendee_id="601", name="Intake")
    assert cliniko.last.method == "PATCH"
    assert cliniko.last_json() == {"attendee_id": "601", "name": "Intake"}


def test_a_form_refused_by_its_schema_has_a_message_only(client, cliniko):
    cliniko.will_answer({"message": "must be an object"}, status=422)
    with pytest.raises(ClinikoRejected) as caught:
        client.patient_forms.update("701", content=CONTENT)
    assert caught.value.message == "must be an object"


@pytest.mark.parametrize(
    ("signatures", "ids"),
    [
        ([signature_link(8), signature_link(9)], ("8", "9")),
        (signature_link(8), ("8",)),
        ({"links": {"self": "https://api.au2.cliniko.com/v1/patient_forms/701/signatures"}}, ()),
        (None, ()),
        ([], ()),
    ],
)
def test_signatures_are_read_in_each_documented_form(client, cliniko, signatures, ids):
    cliniko.will_answer(a_form(signatures=signatures))
    assert client.patient_forms.get("701").signature_ids == ids


def test_a_signature_is_read_below_its_form(client, cliniko):
    cliniko.will_answer({"id": "8", "image": "data:image/svg+xml;base64,AAAA"}, {"id": "8"})
    found = client.patient_forms.get_signature("8", form_id="701")
    assert cliniko.last.url.path == "/v1/patient_forms/701/signatures/8"
    assert found.image.endswith("AAAA")
    assert "AAAA" not in repr(found)
    with pytest.raises(ClinikoUnreadable, match="image"):
        client.patient_forms.get_signature("8", form_id="701")


def test_forms_are_found_by_patient_and_attendee(client, cliniko):
    cliniko.will_answer({"patient_forms": [a_form(content=None)], "links": {}})
    where = [PatientFormFields.patient_id.equals("44"), PatientFormFields.attendee_id.equals("601")]
    (found,) = client.patient_forms.list(where=where)
    assert found.content is None
    assert cliniko.last.url.params.get_list("q[]") == ["patient_id:=44", "attendee_id:=601"]


def test_a_form_is_archived_by_post(client, cliniko):
    cliniko.will(httpx.Response(204))
    client.patient_forms.archive("701")
    assert cliniko.last.url.path == "/v1/patient_forms/701/archive"


def test_templates_are_read(client, cliniko):
    template = {"id": "9", "name": "Intake", "content": CONTENT, "restricted_to_practitioner": None}
    cliniko.will_answer({"patient_form_templates": [template], "links": {}}, template)
    assert client.patient_form_templates.list()[0].content == CONTENT
    assert client.patient_form_templates.get("9").restricted_to_practitioner is False
