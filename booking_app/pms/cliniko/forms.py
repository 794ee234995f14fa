"""Completed patient forms: our sections into Cliniko's content, which it checks strictly."""

from collections.abc import Sequence

from booking_app.pms.client import (
    ARCHIVED_AT,
    ID,
    ClinikoBadRequest,
    ClinikoClient,
    ClinikoNotFound,
    PatientForm,
    PatientFormFields,
)
from booking_app.pms.cliniko.form_sections import read_sections
from booking_app.pms.cliniko.form_text import as_paragraph, fitting_html
from booking_app.pms.records import FinishedForm, FormQuestion, FormSection, NewForm, StoredForm

LONGEST_NAME = 255
LONGEST_TEXT = 255
MOST_READ = 100
TYPES = {"radio": "radiobuttons"}  # the other kinds have the same name on both sides


def complete_form(client: ClinikoClient, form: NewForm) -> str:
    """File a finished form on the attendee; returns its id. Cliniko is asked not to mail it to the patient."""
    made = client.patient_forms.create(
        patient_id=form.patient_id,
        attendee_id=form.attendee_id,
        name=form.name[:LONGEST_NAME],
        content=form_content(form),
        completed=True,
        email_to_patient_on_completion=False,
    )
    return made.id


def find_form(client: ClinikoClient, *, patient_id: str, attendee_id: str, marker: str) -> str | None:
    """The id of the attendee's finished form whose name carries the marker."""
    fields = PatientFormFields
    listed = client.patient_forms.list(
        where=[fields.patient_id.equals(patient_id), fields.attendee_id.equals(attendee_id)]
    )
    finished = (one for one in listed if one.completed_at is not None and one.archived_at is None)
    return next((one.id for one in finished if marker in one.name), None)


def forms_of(client: ClinikoClient, attendee_ids: Sequence[str]) -> tuple[StoredForm, ...]:
    """The attendees' forms that are not archived, finished or not."""
    if not attendee_ids:
        return ()
    listed = client.patient_forms.list(where=[PatientFormFields.attendee_id.one_of(attendee_ids)])
    return tuple(_stored(one) for one in listed if one.archived_at is None)


def finished_forms(client: ClinikoClient, patient_id: str) -> tuple[FinishedForm, ...]:
    """The patient's newest forms that are finished and not archived, the newest first."""
    listed = client.patient_forms.list(
        where=[PatientFormFields.patient_id.equals(patient_id)], sort="created_at:desc", limit=MOST_READ
    )
    return tuple(
        FinishedForm(one.id, one.name, one.completed_at, read_sections(one.content))
        for one in listed
        if one.completed_at is not None and one.archived_at is None
    )


def read_form(client: ClinikoClient, form_id: str) -> StoredForm | None:
    """The form, archived or not; None when Cliniko shows no trace of it."""
    try:
        return _stored(client.patient_forms.get(form_id))
    except ClinikoNotFound:
        pass
    try:
        listed = client.patient_forms.list(where=[ID.equals(form_id), ARCHIVED_AT.any()], limit=1)
    except ClinikoBadRequest:  # forms can be filtered by this only since Cliniko archives them
        return None
    return next((_stored(one) for one in listed if one.id == form_id), None)


def move_form(client: ClinikoClient, form_id: str, *, attendee_id: str) -> None:
    """Let it hang on another attendee; its content stays."""
    client.patient_forms.update(form_id, attendee_id=attendee_id)


def _stored(found: PatientForm) -> StoredForm:
    return StoredForm(
        cliniko_id=found.id,
        name=found.name,
        attendee_id=found.attendee_id,
        is_finished=found.completed_at is not None,
        is_archived=found.archived_at is not None,
    )


def form_content(form: NewForm) -> dict[str, object] | None:
    """The content tree; None for a form without sections, because an empty list is refused."""
    sections = [_section(one) for one in form.sections if one.questions or one.description]
    return {"sections": sections} if sections else None


def _section(section: FormSection) -> dict[str, object]:
    written: dict[str, object] = {}
    if section.name.strip():
        written["name"] = section.name.strip()[:LONGEST_NAME]
    if section.description:
        written["description"] = fitting_html(section.description)
    if section.questions:
        written["questions"] = [_question(one) for one in section.questions]
    return written


def _question(question: FormQuestion) -> dict[str, object]:
    written = {"name": question.name.strip()[:LONGEST_NAME] or "Question", "required": False}
    match question.kind:
        case "checkboxes" | "radio":
            return written | _choice(question)
        case "signature":
            drawn: dict[str, object] = {"signature": question.signature} if question.signature else {}
            return written | {"type": "signature"} | drawn
        case "paragraph":
            return written | _answer("paragraph", fitting_html(question.answer or ""))
        case "text":
            return written | _text(question.answer or "")
        case "date":
            return written | _answer("date", question.answer or "")


def _text(answer: str) -> dict[str, object]:
    """A short line; what is longer or has line breaks would be refused or run together, so it becomes a paragraph."""
    plain = answer.strip()
    if len(plain) <= LONGEST_TEXT and len(plain.splitlines()) <= 1:
        return _answer("text", plain)
    return _answer("paragraph", as_paragraph(plain))


def _answer(kind: str, answer: str) -> dict[str, object]:
    return {"type": kind, "answer": answer} if answer else {"type": kind}


def _choice(question: FormQuestion) -> dict[str, object]:
    chosen = sum(is_chosen for _, is_chosen in question.options)
    # Radio buttons hold one choice; checkboxes keep all of them where more were made.
    kind = "checkboxes" if chosen > 1 else TYPES.get(question.kind, question.kind)
    answers = [_option(label, is_chosen) for label, is_chosen in question.options]
    return {"type": kind, "answers": answers} if answers else {"type": kind}


def _option(label: str, is_chosen: bool) -> dict[str, object]:
    # Only `true` is accepted for "selected".
    return {"value": label[:LONGEST_NAME], "selected": True} if is_chosen else {"value": label[:LONGEST_NAME]}
