"""The list of possible duplicates: patients' records that a person should look at."""

from dataclasses import dataclass
from typing import cast

from flask import Response, abort, flash, redirect, request, url_for

from booking_app.bookings.staff_actions import DECISIONS, Proposal
from booking_app.clinics.staff import Role
from booking_app.pages.console.access import allow, author, current_clinic
from booking_app.pages.console.blueprint import blueprint
from booking_app.pages.console.page import show
from booking_app.pages.shared import use_cases

KINDS = {
    "differences": (
        "Different details",
        "The patient was found in Cliniko and booked. What they typed differs from their record, which was left alone.",
    ),
    "possible_duplicate": (
        "Possible duplicate",
        "A new patient was added, although these records look alike. If they are one person, merge them in Cliniko.",
    ),
    "several_equal": (
        "Several equal records",
        "More than one record fits this patient; the oldest was used. If they are one person, merge them in Cliniko.",
    ),
}
CHOICES = {
    "differences": {"kept": "Keep the record as it is", "corrected": "I have changed it in Cliniko"},
    "possible_duplicate": {"merged": "I have merged them in Cliniko", "different_people": "They are different people"},
    "several_equal": {"merged": "I have merged them in Cliniko", "different_people": "They are different people"},
}
FIELDS = {"email": "Email", "phone": "Phone"}


@dataclass(frozen=True, kw_only=True)
class ShownProposal:
    """A proposal in words. `records` are (label, address in Cliniko or None)."""

    id: int
    heading: str
    sentence: str
    reference: str
    patient: str
    differences: list[tuple[str, str, str]]
    records: list[tuple[str, str | None]]
    choices: dict[str, str]


@blueprint.get("/<slug>/matches", endpoint="matches")
@allow(Role.RECEPTIONIST)
def matches(slug: str) -> Response:
    """Every open one."""
    found = use_cases().staff_actions.proposals(current_clinic().id)
    return show(
        "console/matches.html", title="Possible duplicates", proposals=[_shown(each) for each in found], slug=slug
    )


@blueprint.post("/<slug>/matches/<int:proposal_id>", endpoint="matches_settle")
@allow(Role.RECEPTIONIST)
def settle(slug: str, proposal_id: int) -> Response:
    """Note what was decided."""
    decision = request.form.get("decision", "")
    open_ones = {each.id: each for each in use_cases().staff_actions.proposals(current_clinic().id)}
    if proposal_id not in open_ones:
        abort(404)
    if decision not in DECISIONS or decision not in CHOICES[open_ones[proposal_id].kind]:
        abort(400)
    use_cases().staff_actions.settle(author(), current_clinic().id, proposal_id, decision)
    flash("Done.", "quiet")
    return cast(Response, redirect(url_for("console.matches", slug=slug), code=303))


def _shown(proposal: Proposal) -> ShownProposal:
    heading, sentence = KINDS[proposal.kind]
    others = [each for each in proposal.candidate_ids if each != proposal.patient_id]
    records = [("The record of this booking", proposal.patient_id)] if proposal.patient_id else []
    records += [(f"Record {place} that looks alike", each) for place, each in enumerate(others, start=1)]
    clinic = current_clinic()
    return ShownProposal(
        id=proposal.id,
        heading=heading,
        sentence=sentence,
        reference=proposal.reference,
        patient=proposal.patient or "A patient whose details are in Cliniko by now",
        differences=[(FIELDS.get(name, name), ours or "nothing", typed) for name, ours, typed in proposal.differences],
        records=[(label, use_cases().practice_links.patient(clinic.id, one)) for label, one in records],
        choices=CHOICES[proposal.kind],
    )
