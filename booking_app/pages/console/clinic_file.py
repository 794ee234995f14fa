"""The clinic as one file: taken away, kept, brought back."""

from typing import cast

from flask import Response, flash, make_response, redirect, request, url_for

from booking_app.clinics.staff import Role
from booking_app.pages.console.access import allow, author, current_clinic
from booking_app.pages.console.blueprint import blueprint
from booking_app.pages.console.page import show
from booking_app.pages.shared import use_cases
from booking_app.setup.clinic_file.packing import PackageRefused
from booking_app.setup.clinic_file.problems import ClinicFileInvalid


@blueprint.get("/<slug>/clinic-file", endpoint="clinic_file")
@allow(Role.OWNER)
def clinic_file(slug: str) -> Response:
    """Both ways on one page."""
    return _page()


@blueprint.post("/<slug>/clinic-file/export", endpoint="clinic_file_export")
@allow(Role.OWNER)
def export(slug: str) -> Response:
    """The zip with the clinic's file, pictures and waiver texts; secrets are names only."""
    response = make_response(use_cases().packing.export(author(), current_clinic()))
    response.content_type = "application/zip"
    response.headers["Content-Disposition"] = f'attachment; filename="{slug}.zip"'
    return response


@blueprint.post("/<slug>/clinic-file/import", endpoint="clinic_file_import")
@allow(Role.OWNER)
def bring_in(slug: str) -> Response:
    """Create clinic what the file says; connections stay as they are."""
    brought = request.files.get("file")
    content = brought.read() if brought else b""
    if not content:
        return _page(["Choose a file first."])
    try:
        unknown = use_cases().packing.bring_in(author(), current_clinic(), content)
    except PackageRefused as error:
        return _page([str(error)])
    except ClinicFileInvalid as error:
        return _page([str(problem) for problem in error.problems])
    flash("Imported. Connections were left as they are.", "quiet")
    for each in unknown:
        flash(
            f"The file names the {each.kind} {each.cliniko_id}, which Cliniko does not have. It is not shown.", "wrong"
        )
    return cast(Response, redirect(url_for("console.clinic_file", slug=slug), code=303))


def _page(problems: list[str] | None = None) -> Response:
    return show(
        "console/clinic_file.html", title="Import and export", status=422 if problems else 200,
        slug=current_clinic().slug,
        mistakes=problems or [],
    )  # fmt: skip
