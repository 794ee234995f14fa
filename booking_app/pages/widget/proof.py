"""Before a booking among suspiciously many: a code by mail proves that the address typed is the patient's."""

from datetime import timedelta

from flask import Response, request
from werkzeug.exceptions import TooManyRequests

from booking_app.bookings.booking_limits import May
from booking_app.bookings.records import Draft, PatientDetails
from booking_app.core.one_time_codes import Verdict
from booking_app.core.tokens import hash_token
from booking_app.pages.shared import use_cases
from booking_app.pages.shared.form_tokens import STALE, TokenForm, TokenScope
from booking_app.pages.shared.limits import limit_posts
from booking_app.pages.shared.visitors import asker
from booking_app.pages.widget.blueprint import blueprint
from booking_app.pages.widget.forms.returning import CodeForm, said_of
from booking_app.pages.widget.forms.screens import TRAP
from booking_app.pages.widget.holding import over, refuse_blocked
from booking_app.pages.widget.visits import Visit, load_visit

PURPOSE = "booking"
# From choosing a time to Confirm nobody who reads and types is as quick. Counted from the draft, not from a page, which
# may have waited in a cache; and no reason to refuse anything, for a browser may fill in a form by itself.
QUICK = timedelta(seconds=10)
NOT_SENT = "The code could not be sent. Check the email address, or try again in a few minutes."


def led_to_proof(visit: Visit) -> Response | None:
    """The way to the code where this booking needs one; None where it may be made.

    Raises TooManyRequests, or BookingBlocked where the clinic takes no bookings from there.
    """
    draft = visit.draft
    if draft is None or draft.details is None or draft.booking_state not in (None, "slot_lost", "withdrawn"):
        return None
    refuse_blocked(visit)
    may = use_cases().booking_limits.count(
        visit.clinic.id, draft.details, asker(), is_proven=draft.has_proven_email, is_suspect=_is_suspect(draft)
    )
    if may is May.BOOK:
        return None
    if may is May.WAIT or not use_cases().code_mail.is_set_up:
        raise TooManyRequests
    _send(visit, draft.details)
    return visit.go("proof_page")


@blueprint.get("/d/<token>/proof", endpoint="proof_page")
def proof_page(slug: str, token: str) -> Response:
    """Asks for the code; sends none by itself."""
    visit = load_visit(slug, token)
    return over(visit) or _show(visit, _form(token))


@blueprint.post("/d/<token>/proof", endpoint="proof")
@limit_posts
def proof(slug: str, token: str) -> Response:
    """The right code moves the draft to a new address, from which it can be booked."""
    visit = load_visit(slug, token)
    form = CodeForm(request.form, scope=_scope(token))
    if ended := over(visit):
        return ended
    if not form.validate():
        return _show(visit, form, status=422, notice=STALE if form.is_stale else None)
    details = _details(visit)
    if details is None:
        return visit.go("check")
    verdict = use_cases().codes.check(PURPOSE, hash_token(token), details.contact_email, str(form.code.data))
    if verdict is Verdict.RIGHT:
        return visit.at(use_cases().drafts.prove_email(visit.clinic, token)).go("check")
    form.code.errors = [said_of(verdict)]
    return _show(visit, form, status=422)


@blueprint.post("/d/<token>/proof/again", endpoint="proof_again")
@limit_posts
def proof_again(slug: str, token: str) -> Response:
    """A new code; the one before is void."""
    visit = load_visit(slug, token)
    form = TokenForm(request.form, scope=_scope(token))
    details = _details(visit)
    if ended := over(visit):
        return ended
    if details is None:
        return visit.go("check")
    if not form.validate():
        return _show(visit, _form(token), status=422, notice=STALE)
    if not _send(visit, details):
        return _show(visit, _form(token), status=422, notice=NOT_SENT)
    return visit.go("proof_page")


@blueprint.get("/d/<token>/proof/again", endpoint="proof_again_page")
def proof_again_page(slug: str, token: str) -> Response:
    """The button's own address, opened by itself."""
    return load_visit(slug, token).go("proof_page")


def _is_suspect(draft: Draft) -> bool:
    """Whether it looks as if a program had filled in the form: the box nobody sees is filled, or it was too quick."""
    was_quick = draft.opened_at is not None and use_cases().clock.now() - draft.opened_at < QUICK
    return was_quick or bool(draft.typed.values.get(TRAP))


def _send(visit: Visit, details: PatientDetails) -> bool:
    if not use_cases().booking_limits.count_code(details.contact_email, asker()):
        raise TooManyRequests
    subject = hash_token(visit.token or "")
    code = use_cases().codes.new(PURPOSE, subject, details.contact_email)
    mark = f"{subject}:{use_cases().clock.now().timestamp()}"
    return use_cases().code_mail.send(visit.clinic, details.contact_email, code, mark)


def _details(visit: Visit) -> PatientDetails | None:
    return visit.draft.details if visit.draft else None


def _show(visit: Visit, form: CodeForm, *, status: int = 200, notice: str | None = None) -> Response:
    details = _details(visit)
    if details is None:
        return visit.go("check")
    return visit.show("widget/proof.html", step=5, status=status, form=form, notice=notice, email=details.contact_email)


def _form(token: str) -> CodeForm:
    return CodeForm(scope=_scope(token))


def _scope(token: str) -> TokenScope:
    return TokenScope("proof", token)
