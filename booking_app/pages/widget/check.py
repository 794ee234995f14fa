"""Step 5: everything once more, and the button that books."""

from flask import Response, request

from booking_app.bookings.errors import AlreadyBooked, DetailsMissing, PaymentNeeded, SlotGone
from booking_app.bookings.records import PatientDetails
from booking_app.intake.answers import Answers, AnswersInvalid, check_answers
from booking_app.pages.shared import use_cases
from booking_app.pages.shared.form_tokens import STALE, TokenForm, TokenScope
from booking_app.pages.shared.limits import limit_posts
from booking_app.pages.widget.asking import questions_of
from booking_app.pages.widget.blueprint import blueprint
from booking_app.pages.widget.check_page import check_page
from booking_app.pages.widget.deposit import NEEDED, deposit_view, led_to_payment, said_after_paying
from booking_app.pages.widget.details import missing_screen
from booking_app.pages.widget.forms.agreements import signature_rule
from booking_app.pages.widget.holding import over
from booking_app.pages.widget.proof import led_to_proof
from booking_app.pages.widget.visits import Visit, load_visit


@blueprint.get("/d/<token>/check", endpoint="check")
def check(slug: str, token: str) -> Response:
    """The summary; a draft without details leads back to them."""
    visit = load_visit(slug, token)
    if ended := over(visit):
        return ended
    return _show(visit, TokenForm(scope=_scope(token)), notice=said_after_paying())


@blueprint.post("/d/<token>/confirm", endpoint="confirm")
@limit_posts
def confirm(slug: str, token: str) -> Response:
    """Book. Sending it again is harmless: the draft leads to the booking it became."""
    visit = load_visit(slug, token)
    form = TokenForm(request.form, scope=_scope(token))
    if kept_back := _kept_back(visit, form):
        return kept_back
    try:
        use_cases().placing.confirm(visit.clinic, token, as_well="as_well" in request.form)
    except AlreadyBooked:
        return _show(visit, form, status=409, is_double=True)
    except SlotGone:
        return visit.go("times", lost=1)
    except DetailsMissing:
        return visit.go("details")
    except PaymentNeeded:
        return _show(visit, form, status=409, notice=NEEDED)
    return visit.go("confirming")


@blueprint.post("/d/<token>/pay", endpoint="pay")
@limit_posts
def pay(slug: str, token: str) -> Response:
    """To the payment page, in the top window. Pressing twice leads to the same page."""
    visit = load_visit(slug, token)
    form = TokenForm(request.form, scope=_scope(token))
    if kept_back := over(visit) or _kept_back(visit, form):
        return kept_back
    try:
        led = led_to_payment(visit, request.form.get("method", "")[:20], as_well="as_well" in request.form)
    except AlreadyBooked:
        return _show(visit, form, status=409, is_double=True)
    return _show(visit, form, status=409, notice=led) if isinstance(led, str) else led


@blueprint.get("/d/<token>/pay", endpoint="pay_again")
@blueprint.get("/d/<token>/confirm", endpoint="confirm_again")
def confirm_again(slug: str, token: str) -> Response:
    """A button's own address, opened by itself: a reload or a bookmark leads back to the summary."""
    return load_visit(slug, token).go("check")


def _kept_back(visit: Visit, form: TokenForm) -> Response | None:
    """Where somebody is led instead who may not book yet."""
    if not form.validate():
        return over(visit) or _show(visit, form, status=422, notice=STALE)
    if visit.draft and visit.draft.details and not _answers_all(visit, visit.draft.details):
        return visit.go("details", screen=missing_screen(visit))
    return led_to_proof(visit)


def _show(
    visit: Visit, form: TokenForm, *, status: int = 200, notice: str | None = None, is_double: bool = False
) -> Response:
    assert visit.draft is not None
    if visit.draft.details is None or not _answers_all(visit, visit.draft.details):
        return visit.go("details", screen=missing_screen(visit))
    page = check_page(visit, visit.draft.details)
    is_given_up = visit.draft.booking_state == "withdrawn"
    return visit.show(
        "widget/check.html",
        step=5,
        status=status,
        page=page,
        form=form,
        notice=notice,
        is_given_up=is_given_up,
        is_double=is_double,
        deposit=deposit_view(visit),
    )


def _answers_all(visit: Visit, details: PatientDetails) -> bool:
    """Whether the details are what the service asks now: another service, or a newer waiver, may ask for more."""
    questions = questions_of(visit)
    try:
        check_answers(questions.fields, Answers.from_json(details.answers).raw())
    except AnswersInvalid:
        return False
    if any(name not in details.consents for name in questions.asked_consents):
        return False
    has_signed = details.signature is not None or signature_rule(questions) != "required"
    return has_signed and all(details.waiver_versions.get(w.key) == w.version_sha256 for w in questions.waivers)


def _scope(token: str) -> TokenScope:
    return TokenScope("confirm", token)
