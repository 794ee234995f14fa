"""Step 4: who is coming, the clinic's questions, the waiver and the signature."""

from datetime import date
from zoneinfo import ZoneInfo

from flask import Response, request

from booking_app.bookings.records import Questions
from booking_app.clinics.models import Clinic
from booking_app.intake.people import OLDEST
from booking_app.pages.shared import use_cases
from booking_app.pages.shared.form_tokens import TokenScope
from booking_app.pages.shared.limits import limit_posts
from booking_app.pages.shared.shell import shell
from booking_app.pages.shared.visitors import evidence
from booking_app.pages.widget.blueprint import blueprint
from booking_app.pages.widget.details_page import details_page
from booking_app.pages.widget.forms.details import DetailsForm, details_form
from booking_app.pages.widget.holding import over
from booking_app.pages.widget.visits import Visit, load_visit


@blueprint.get("/d/<token>/details", endpoint="details")
def details(slug: str, token: str) -> Response:
    """The form, with everything that was typed before."""
    visit = load_visit(slug, token)
    if ended := over(visit):
        return ended
    questions = _questions(visit)
    return _show(visit, questions, _form(visit, questions, posted=None))


@blueprint.post("/d/<token>/details", endpoint="save_details")
@limit_posts
def save_details(slug: str, token: str) -> Response:
    """Keep the details and go on; the first time to a new address, so that the old one shows nothing personal."""
    visit = load_visit(slug, token)
    if ended := over(visit):
        return ended
    questions = _questions(visit)
    form = _form(visit, questions, posted=request.form)
    if not form.validate():
        return _show(visit, questions, form, status=422)
    circumstances = evidence(form.shown_at, shell().language)
    new = use_cases().drafts.save_details(visit.clinic, token, form.to_details(), circumstances)
    return Visit(visit.clinic, visit.catalogue, new, None, {}).go("check")


def _questions(visit: Visit) -> Questions:
    assert visit.draft is not None
    return use_cases().browse.questions(visit.clinic, visit.draft.choice.service_id)


def _form(visit: Visit, questions: Questions, *, posted: object) -> DetailsForm:
    assert visit.draft is not None
    assert visit.token is not None
    return details_form(
        questions,
        posted,
        scope=TokenScope("details", visit.token),
        region=region_of(visit.clinic),
        today=today_at(visit.clinic),
        details=visit.draft.details,
    )


def _show(visit: Visit, questions: Questions, form: DetailsForm, *, status: int = 200) -> Response:
    today = form.today
    born = {"min": f"{today.year - OLDEST}-01-01", "max": today.isoformat()}
    page = details_page(visit, questions)
    return visit.show("widget/details.html", step=4, status=status, form=form, page=page, born=born)


def region_of(clinic: Clinic) -> str:
    """The country whose phone numbers are read without a prefix: that of the locale, e.g. `en-AU`."""
    region = (clinic.locale or "").replace("_", "-").partition("-")[2].upper()
    return region if len(region) == 2 else "AU"


def today_at(clinic: Clinic) -> date:
    return use_cases().clock.now().astimezone(ZoneInfo(clinic.time_zone)).date()
