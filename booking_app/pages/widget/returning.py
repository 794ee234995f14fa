"""Been here before? An e-mail and a code in place of everything that the clinic knows already."""

from collections.abc import Sequence
from typing import Any

from flask import Response, request
from werkzeug.exceptions import TooManyRequests

from booking_app.bookings.returning.known import Known
from booking_app.bookings.returning.returning import NotProven
from booking_app.core.failures import RemoteFailure
from booking_app.core.one_time_codes import Verdict
from booking_app.core.rate_limits.rates import Rate, Rule
from booking_app.core.tokens import hash_token
from booking_app.pages.shared import use_cases
from booking_app.pages.shared.form_tokens import STALE, TokenForm, TokenScope
from booking_app.pages.shared.limits import limit_posts
from booking_app.pages.shared.visitors import asker
from booking_app.pages.widget.blueprint import blueprint
from booking_app.pages.widget.forms.returning import CodeForm, EmailForm, WhoForm, said_of
from booking_app.pages.widget.holding import over
from booking_app.pages.widget.prefilling import prefilled
from booking_app.pages.widget.visits import Visit, load_visit

BIRTH_DATES = Rate(5, 3600)  # how often a birth date may be tried for one address
NOT_THAT = "That doesn’t match the clinic’s records. Check who is coming and the date of birth."


@blueprint.get("/d/<token>/return", endpoint="return_page")
def return_page(slug: str, token: str) -> Response:
    """Asks for the e-mail."""
    visit = load_visit(slug, token)
    return over(visit) or _show_email(visit, EmailForm(scope=_scope(token), email=_email(visit)))


@blueprint.post("/d/<token>/return", endpoint="return_send")
@limit_posts
def return_send(slug: str, token: str) -> Response:
    """Have a code sent, and say so: in the same words and by the same work for every address."""
    visit = load_visit(slug, token)
    form = EmailForm(request.form, scope=_scope(token))
    if ended := over(visit):
        return ended
    if not form.validate():
        return _show_email(visit, form, status=422, notice=STALE if form.is_stale else None)
    return visit.at(_send(visit, str(form.email.data))).go("return_code_page")


@blueprint.get("/d/<token>/return/code", endpoint="return_code_page")
def return_code_page(slug: str, token: str) -> Response:
    """Asks for the code."""
    visit = load_visit(slug, token)
    if not _email(visit):
        return over(visit) or visit.go("return_page")
    return over(visit) or _show_code(visit, CodeForm(scope=_scope(token)))


@blueprint.post("/d/<token>/return/code", endpoint="return_code")
@limit_posts
def return_code(slug: str, token: str) -> Response:
    """The right code moves the draft to a new address, and what the clinic knows is filled in there."""
    visit = load_visit(slug, token)
    form = CodeForm(request.form, scope=_scope(token))
    if ended := over(visit):
        return ended
    if not _email(visit):
        return visit.go("return_page")
    if not form.validate():
        return _show_code(visit, form, status=422, notice=STALE if form.is_stale else None)
    verdict, moved = use_cases().returning.check_code(visit.clinic, token, str(form.code.data))
    if verdict is not Verdict.RIGHT:
        form.code.errors = [said_of(verdict)]
        return _show_code(visit, form, status=422)
    return _recall(visit.at(moved))


@blueprint.post("/d/<token>/return/again", endpoint="return_again")
@limit_posts
def return_again(slug: str, token: str) -> Response:
    """Another code; the one before is void."""
    visit = load_visit(slug, token)
    form = TokenForm(request.form, scope=_scope(token))
    if ended := over(visit):
        return ended
    if not _email(visit):
        return visit.go("return_page")
    if not form.validate():
        return _show_code(visit, CodeForm(scope=_scope(token)), status=422, notice=STALE)
    return visit.at(_send(visit, _email(visit))).go("return_code_page")


@blueprint.get("/d/<token>/return/again", endpoint="return_again_page")
def return_again_page(slug: str, token: str) -> Response:
    """The button's own address, opened by itself."""
    return load_visit(slug, token).go("return_code_page")


@blueprint.get("/d/<token>/return/who", endpoint="return_who_page")
def return_who_page(slug: str, token: str) -> Response:
    """Which of several patients is coming; or that the clinic's system could not be asked yet."""
    visit = load_visit(slug, token)
    return over(visit) or _show_who(visit, _who_form(visit))


@blueprint.post("/d/<token>/return/who", endpoint="return_who")
@limit_posts
def return_who(slug: str, token: str) -> Response:
    """The birth date opens what is known of the one chosen; where nothing was read yet it is read now."""
    visit = load_visit(slug, token)
    if ended := over(visit):
        return ended
    if not _candidates(visit):
        form = TokenForm(request.form, scope=_scope(token))
        return _recall(visit) if form.validate() else _show_who(visit, _who_form(visit), status=422, notice=STALE)
    who = _who_form(visit, request.form)
    if not who.validate():
        return _show_who(visit, who, status=422, notice=STALE if who.is_stale else None)
    if use_cases().rate_limits.hit(Rule("birth_dates", hash_token(_email(visit).casefold())[:32], BIRTH_DATES)):
        raise TooManyRequests
    try:
        known = use_cases().returning.choose(visit.clinic, token, str(who.who.data), who.born)
    except NotProven:
        return visit.go("return_page")
    except RemoteFailure:
        return _show_who(visit, who, status=503, is_unreachable=True)
    if known is None:
        who.date_of_birth.errors = [NOT_THAT]
        return _show_who(visit, who, status=422)
    return prefilled(visit, known)


def _recall(visit: Visit) -> Response:
    """Read who it is; where several share the address they are asked, and where nobody has it the form is typed."""
    try:
        known = use_cases().returning.recall(visit.clinic, visit.token or "")
    except NotProven:
        return visit.go("return_page")
    except RemoteFailure:
        return visit.go("return_who_page")
    if known.candidates:
        return visit.go("return_who_page")
    return prefilled(visit, known)


def _send(visit: Visit, email: str) -> str:
    if not use_cases().booking_limits.count_code(email, asker()):
        raise TooManyRequests
    return use_cases().returning.send_code(visit.clinic, visit.token or "", email)


def _email(visit: Visit) -> str:
    return " ".join(visit.draft.typed.values.get("email", ())) if visit.draft else ""


def _candidates(visit: Visit) -> Known | None:
    known = visit.draft.known if visit.draft else None
    return known if known and known.candidates else None


def _who_form(visit: Visit, posted: object = None) -> WhoForm:
    form = WhoForm(posted, scope=_scope(visit.token or ""))
    known = _candidates(visit)
    form.who.choices = [(one.cliniko_id, one.first_name) for one in known.candidates] if known else []
    return form


def _show_email(visit: Visit, form: EmailForm, *, status: int = 200, notice: str | None = None) -> Response:
    return _show(visit, "widget/return_email.html", form, form.email.errors, "#email", status, notice)


def _show_code(visit: Visit, form: CodeForm, *, status: int = 200, notice: str | None = None) -> Response:
    return _show(visit, "widget/return_code.html", form, form.code.errors, "#code", status, notice, email=_email(visit))


def _show_who(
    visit: Visit, form: WhoForm, *, status: int = 200, notice: str | None = None, is_unreachable: bool = False
) -> Response:
    """The choice; in its place, while nothing could be read, a button that tries again."""
    is_asked = _candidates(visit) is not None
    wrong = [*form.who.errors, *form.date_of_birth.errors]
    target = "#who" if form.who.errors else "#date_of_birth"
    return _show(
        visit, "widget/return_who.html", form, wrong, target, status, notice,
        is_asked=is_asked, is_unreachable=is_unreachable or not is_asked,
    )  # fmt: skip


def _show(
    visit: Visit, fragment: str, form: TokenForm, errors: Sequence[str], target: str, status: int, notice: str | None,
    **more: Any,
) -> Response:  # fmt: skip
    problem = notice or next(iter(errors), None)
    form.bind(_scope(visit.token or ""))
    return visit.show(
        fragment, step=4, status=status, form=form, problem=problem, target=None if notice else target, **more
    )


def _scope(token: str) -> TokenScope:
    return TokenScope("return", token)
