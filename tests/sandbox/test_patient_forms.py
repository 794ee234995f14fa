"""Patient forms: strict content, completion through the API, signatures under their form."""

import base64
from typing import Any

import httpx
import pytest

from booking_sandbox.server import SandboxServer

from .conftest import NOW, Clinic, last_part, linked


def svg(width: int = 300, height: int = 100) -> str:
    text = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"><path d="M0 0L9 9"/></svg>'
    return "data:image/svg+xml;base64," + base64.b64encode(text.encode()).decode()


def content(*questions: dict[str, Any]) -> dict[str, Any]:
    return {"sections": [{"name": "Consent", "questions": list(questions)}]}


def question(kind: str = "text", **more: Any) -> dict[str, Any]:
    return {"name": "A question", "type": kind, "required": False, **more}


def post(clinic: Clinic, **values: Any) -> httpx.Response:
    body = {"name": "Consent", "patient_id": clinic.control.records("demo", "patients")[0]["id"], **values}
    return clinic.api.post("/patient_forms", json=body)


def test_a_form_can_be_completed_in_one_call(clinic: Clinic) -> None:
    answer = post(clinic, completed=True, content=content(question(answer="Yes", required=True)))
    form = answer.json()
    assert (answer.status_code, form["completed_at"]) == (201, NOW)
    assert form["url"].startswith("https://harbourstreet.au1.cliniko.com/f/")
    assert (form["attendee"], form["booking"], form["signatures"]) == (None, None, None)


def test_a_template_gives_name_and_content_unless_they_are_overridden(clinic: Clinic) -> None:
    template = clinic.control.records("demo", "patient_form_templates", name="Consent and waiver")[0]
    body = {"patient_id": clinic.add_patient(), "patient_form_template_id": template["id"]}
    form = clinic.api.post("/patient_forms", json=body).json()
    assert (form["name"], form["content"], form["completed_at"]) == ("Consent and waiver", template["content"], None)
    own = clinic.api.post("/patient_forms", json={**body, "name": "Mine", "content": content(question())}).json()
    assert (own["name"], len(own["content"]["sections"])) == ("Mine", 1)


def test_a_form_needs_a_patient_and_a_name_of_its_own_or_a_template(clinic: Clinic) -> None:
    answer = clinic.api.post("/patient_forms", json={"content": content(question())})
    assert answer.json()["errors"] == {"patient": "can’t be blank", "name": "can’t be blank"}


def test_content_as_a_json_string_must_be_an_object(clinic: Clinic) -> None:
    answer = post(clinic, content='{"sections": []}')
    assert (answer.status_code, answer.json()) == (422, {"message": "must be an object"})


@pytest.mark.parametrize(
    "broken",
    [
        {"sections": []},
        {"sections": [{"name": "x", "questions": []}]},
        {"sections": [{"name": "x" * 256}]},
        {"sections": [{"name": "x"}], "extra": 1},
        content({"type": "text"}),
        content(question("number")),
        content(question(required=None)),
        content(question(answer="")),
        content(question(answer=None)),
        content(question(answer="x" * 256)),
        content(question("paragraph", answer="x" * 10_001)),
        content(question("date", answer="24/11/2026")),
        content(question("checkboxes")),
        content(question("checkboxes", answers=[])),
        content(question("checkboxes", answers=[{"value": "a", "selected": False}])),
        content(question("checkboxes", answers=[{"value": "x" * 256}])),
        content(question("radiobuttons", answers=[{"value": "a", "selected": True}, {"value": "b", "selected": True}])),
        content(
            question(
                "radiobuttons",
                answers=[{"value": "a", "selected": True}],
                other={"enabled": True, "selected": True, "value": "b"},
            )
        ),
        content(question("radiobuttons", answers=[{"value": "a"}], other={"enabled": False, "selected": True})),
        content(question("radiobuttons", answers=[{"value": "a"}], other={"enabled": True, "value": "b"})),
        content(question(bodychart=1)),
        content(question("signature", answer="Robin")),
        content(question("signature", signature="data:image/png;base64,AAAA")),
        content(question("signature", signature="data:image/svg+xml;base64,AAAA")),
        content(question("signature", signature=svg(501, 100))),
        content(question("signature", signature_id="1")),
    ],
)
def test_content_that_breaks_a_rule_is_refused(clinic: Clinic, broken: dict[str, Any]) -> None:
    answer = post(clinic, content=broken)
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["content"])
    assert clinic.control.state("demo")["patient_forms"] == []
    assert clinic.control.state("demo")["signatures"] == []


def test_what_is_wrong_with_content_may_be_left_unsaid(sandbox: SandboxServer, clinic: Clinic) -> None:
    sandbox.control.set_knob(schema_errors="null")
    assert post(clinic, content={"sections": []}).json()["errors"] == {"content": None}


@pytest.mark.parametrize(
    "unanswered",
    [
        question(required=True),
        question("paragraph", required=True),
        question("checkboxes", required=True, answers=[{"value": "I agree"}]),
        question("signature", required=True),
    ],
)
def test_required_answers_are_required_only_when_the_form_is_completed(
    clinic: Clinic, unanswered: dict[str, Any]
) -> None:
    assert post(clinic, content=content(unanswered), completed=True).status_code == 422
    draft = post(clinic, content=content(unanswered)).json()
    assert draft["completed_at"] is None
    assert clinic.api.patch(f"/patient_forms/{draft['id']}", json={"completed": True}).status_code == 422


def test_other_counts_as_an_answer(clinic: Clinic) -> None:
    asked = question(
        "radiobuttons",
        required=True,
        answers=[{"value": "Yes"}],
        other={"enabled": True, "selected": True, "value": "Ask me"},
    )
    assert post(clinic, content=content(asked), completed=True).status_code == 201


def test_a_signature_goes_in_as_svg_and_comes_back_as_an_id_with_a_link(clinic: Clinic) -> None:
    form = post(clinic, completed=True, content=content(question("signature", required=True, signature=svg()))).json()
    signed = form["content"]["sections"][0]["questions"][0]
    assert "signature" not in signed
    link = form["signatures"]["links"]["self"]
    assert link.endswith(f"/patient_forms/{form['id']}/signatures/{signed['signature_id']}")
    assert clinic.api.get(link).json()["image"] == svg()
    assert clinic.api.get(f"/signatures/{signed['signature_id']}").headers["Content-Type"].startswith("text/html")
    other = post(clinic).json()["id"]
    assert clinic.api.get(f"/patient_forms/{other}/signatures/{signed['signature_id']}").status_code == 404


def test_a_signature_is_kept_by_sending_its_id(clinic: Clinic) -> None:
    form = post(clinic, content=content(question("signature", signature=svg()))).json()
    again = clinic.api.patch(f"/patient_forms/{form['id']}", json={"content": form["content"]})
    assert (again.status_code, again.json()["content"]) == (200, form["content"])
    foreign = post(clinic, content=form["content"])
    assert list(foreign.json()["errors"]) == ["content"]


def test_signatures_may_be_a_list_of_links(sandbox: SandboxServer, clinic: Clinic) -> None:
    sandbox.control.set_knob(signatures="array")
    form = post(clinic, content=content(*[question("signature", signature=svg())] * 2)).json()
    assert len(form["signatures"]) == 2


def test_paragraphs_are_cleaned_to_a_few_tags_and_lose_their_newlines(clinic: Clinic) -> None:
    answer = 'One\n<b>two</b><script>x()</script><br>three <img src="x"> a &lt; b'
    form = post(clinic, content=content(question("paragraph", answer=answer))).json()
    assert form["content"]["sections"][0]["questions"][0]["answer"] == "One<b>two</b><br>three  a &lt; b"


def test_a_completed_form_can_be_hung_on_an_attendee_later(clinic: Clinic) -> None:
    booked = clinic.book()
    patient_id = last_part(booked["patient"])
    (attendee_id,) = linked(clinic.api.get(booked["attendees"]["links"]["self"]), "attendees")
    form = post(clinic, patient_id=patient_id, completed=True, content=content(question(answer="x"))).json()
    body = {"attendee_id": attendee_id, "name": "Consent for this visit"}
    changed = clinic.api.patch(f"/patient_forms/{form['id']}", json=body).json()
    assert (changed["name"], changed["completed_at"]) == ("Consent for this visit", NOW)
    assert last_part(changed["attendee"]) == attendee_id
    assert last_part(changed["booking"]) == booked["id"]
    assert linked(clinic.api.get(f"/attendees/{attendee_id}/patient_forms"), "patient_forms") == [form["id"]]
    query = {"q[]": [f"attendee_id:={attendee_id}", "completed_at:?"]}
    assert linked(clinic.api.get("/patient_forms", params=query), "patient_forms") == [form["id"]]


def test_the_attendee_of_another_patient_is_refused_unless_the_knob_lets_it(
    sandbox: SandboxServer, clinic: Clinic
) -> None:
    booked = clinic.book()
    (attendee_id,) = linked(clinic.api.get(booked["attendees"]["links"]["self"]), "attendees")
    answer = post(clinic, attendee_id=attendee_id)
    assert answer.json()["errors"] == {"attendee": "is invalid"}
    sandbox.control.set_knob(attendee_patient_check=False)
    assert post(clinic, attendee_id=attendee_id).status_code == 201


def test_an_archived_form_is_hidden(clinic: Clinic) -> None:
    form = post(clinic).json()
    assert clinic.api.post(f"/patient_forms/{form['id']}/archive").status_code == 204
    assert clinic.api.get(f"/patient_forms/{form['id']}").status_code == 404


def test_a_template_can_be_created_and_is_checked_like_a_form(clinic: Clinic) -> None:
    path = "/patient_form_templates"
    template = clinic.api.post(path, json={"name": "Short", "content": content(question())}).json()
    assert clinic.api.get(f"{path}/{template['id']}").json() == template
    assert clinic.api.post(path, json={"name": "Short", "content": {"sections": []}}).status_code == 422
    assert clinic.api.post(path, json={"content": content(question())}).status_code == 422
    names = [row["name"] for row in clinic.api.get(path).json()["patient_form_templates"]]
    assert "Old intake form" not in names
