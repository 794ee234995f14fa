"""Signed documents: what was signed and when, and the evidence to hand out."""

from flask import Response, abort, make_response

from booking_app.clinics.staff import Role
from booking_app.pages.console.access import allow, author, current_clinic, may
from booking_app.pages.console.blueprint import blueprint
from booking_app.pages.console.page import show
from booking_app.pages.shared import use_cases
from booking_app.pages.shared.typed_values import page_asked

A_PAGE = 50


@blueprint.get("/<slug>/documents", endpoint="documents")
@allow(Role.RECEPTIONIST)
def documents(slug: str) -> Response:
    """The newest first, a page at a time."""
    page = page_asked()
    rows = use_cases().designing.evidence.documents(current_clinic(), limit=A_PAGE + 1, offset=(page - 1) * A_PAGE)
    return show(
        "console/documents.html",
        title="Signed documents",
        rows=rows[:A_PAGE],
        page=page,
        has_more=len(rows) > A_PAGE,
        may_export=may(Role.MANAGER),
        is_kept=any(row.has_file for row in rows),
    )


@blueprint.post("/<slug>/documents/<reference>/evidence", endpoint="documents_evidence")
@allow(Role.MANAGER)
def documents_evidence(slug: str, reference: str) -> Response:
    """Everything that proves one document, as an archive; who took it is written down."""
    try:
        content = use_cases().designing.evidence.export(author(), current_clinic(), reference)
    except LookupError:
        abort(404)
    response = make_response(content)
    response.content_type = "application/zip"
    response.headers["Content-Disposition"] = f'attachment; filename="evidence-{reference}.zip"'
    return response
