"""Possible duplicates: patients' records that a person should look at, and one press for what they decide."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from flask import Response, abort, flash, redirect, request, url_for

from booking_app.bookings.live_people import Person
from booking_app.bookings.patient_records.duplicates import MERGING, Proposal
from booking_app.clinics.audit import Author
from booking_app.clinics.staff import Role
from booking_app.core.contact_details import phone_words
from booking_app.core.failures import RemoteFailure
from booking_app.pages.console.access import allow, author, current_clinic
from booking_app.pages.console.blueprint import blueprint
from booking_app.pages.console.booking_lines import problem_words
from booking_app.pages.console.page import show
from booking_app.pages.shared import use_cases

KINDS = {
    "differences": (
        "Different details",
        "This patient was found in Cliniko and booked. What they typed differs from the record, which wasn’t changed.",
    ),
    "possible_duplicate": (
        "Possible duplicate",
        "A new patient was added, although other records look alike. If they are one person, choose the record to use.",
    ),
    "several_equal": (
        "Several equal records",
        "More than one record fits this patient; the oldest was used. If they are one person, choose which to use.",
    ),
}
TO_MERGE = (
    "Merge in Cliniko",
    (
        "These records are one person’s. Bookings use the first one from now on. Only people can merge records in "
        "Cliniko: open the first record there, choose Merge, and pick the other. This entry then goes away by itself."
    ),
)
KEEP = {"differences": "Keep the record as it is"}
DIFFERENT = "Different people: keep both"
FIELDS = {"email": "Email", "phone": "Phone"}
TOO_LATE = "Somebody has already decided this, or its details are no longer kept."
DONE = {
    "apply": "Done. Cliniko is updated within seconds; the booking’s page shows when it’s there.",
    "use": "Done. Bookings use that record from now on. What is left is to merge the records in Cliniko.",
    "kept": "Done. Nothing was changed in Cliniko.",
    "merged": "Done.",
}


@dataclass(frozen=True)
class ShownRecord:
    """A patient's record. `url` leads to it in Cliniko where its address is known."""

    patient_id: str
    label: str
    url: str | None
    name: str
    contact: str


@dataclass(frozen=True, kw_only=True)
class ShownProposal:
    """A proposal in words. `differences` are (field, its label, on record, typed)."""

    id: int
    heading: str
    sentence: str
    reference: str
    patient: str
    differences: list[tuple[str, str, str, str]]
    records: list[ShownRecord]
    keep: str
    is_merging: bool
    may_choose: bool


@blueprint.get("/<slug>/matches", endpoint="matches")
@allow(Role.RECEPTIONIST)
def matches(slug: str) -> Response:
    """Everything that waits; what was merged in Cliniko meanwhile is ticked off first."""
    clinic = current_clinic()
    _tick_off(clinic.id)
    found = use_cases().duplicates.proposals(clinic.id)
    people = use_cases().live_people.with_ids(clinic.id, [one for each in found for one in each.record_ids])
    return show(
        "console/matches.html",
        title="Possible duplicates",
        proposals=[_shown(each, people.found.get) for each in found],
        problem=problem_words(people.problem),
        slug=slug,
    )


@blueprint.post("/<slug>/matches/<int:proposal_id>", endpoint="matches_settle")
@allow(Role.RECEPTIONIST)
def settle(slug: str, proposal_id: int) -> Response:
    """Do what was decided."""
    clinic_id = current_clinic().id
    if proposal_id not in {each.id for each in use_cases().duplicates.proposals(clinic_id)}:
        abort(404)
    decision, _, patient_id = request.form.get("decision", "").partition(":")
    duplicates, by = use_cases().duplicates, author()
    acts: dict[str, Callable[[], bool]] = {
        "apply": lambda: duplicates.apply(by, clinic_id, proposal_id, request.form.getlist("field")),
        "use": lambda: duplicates.use(by, clinic_id, proposal_id, patient_id),
        "kept": lambda: duplicates.keep(by, clinic_id, proposal_id),
        "merged": lambda: duplicates.merged(by, clinic_id, proposal_id),
    }
    if decision not in acts:
        abort(400)
    if decision == "apply" and not request.form.getlist("field"):
        flash("Nothing was ticked, so nothing was changed.", "wrong")
    elif acts[decision]():
        use_cases().live_people.forget(clinic_id)
        flash(DONE[decision], "quiet")
    else:
        flash(TOO_LATE, "wrong")
    return cast(Response, redirect(url_for("console.matches", slug=slug), code=303))


def _tick_off(clinic_id: int) -> None:
    try:
        use_cases().duplicates.tick_off_merged(Author(None, use_cases().clock.now()), clinic_id)
    except RemoteFailure:
        return  # it is looked up again the next time that somebody opens the page


def _shown(proposal: Proposal, person_of: Callable[[str], Person | None]) -> ShownProposal:
    is_merging = proposal.state == MERGING
    heading, sentence = TO_MERGE if is_merging else KINDS[proposal.kind]
    ids = proposal.candidate_ids if is_merging else proposal.record_ids
    records = [_record(proposal, one, place, person_of(one)) for place, one in enumerate(ids)]
    named = next((record.name for record in records if record.name), None)
    return ShownProposal(
        id=proposal.id,
        heading=heading,
        sentence=sentence,
        reference=proposal.reference,
        patient=proposal.patient or named or "A patient whose details are in Cliniko",
        differences=[
            (name, FIELDS.get(name, name), _words(name, ours) or "nothing", _words(name, typed))
            for name, ours, typed in proposal.differences
        ],
        records=records,
        keep=KEEP.get(proposal.kind, DIFFERENT),
        is_merging=is_merging,
        may_choose=not is_merging and len(records) > 1,
    )


def _record(proposal: Proposal, patient_id: str, place: int, person: Person | None) -> ShownRecord:
    is_own = patient_id == proposal.patient_id
    label = "Record of this booking" if is_own else f"Record {place + 1}"
    contact = ", ".join(one for one in (phone_words(person.phone), person.email) if one) if person else ""
    url = use_cases().practice_links.patient(current_clinic().id, patient_id)
    return ShownRecord(patient_id, label, url, person.name if person else "", contact)


def _words(field: str, value: str) -> str:
    return phone_words(value) if field == "phone" else value
