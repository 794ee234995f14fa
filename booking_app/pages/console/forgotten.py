"""A new password by mail, for whoever asks with the address of an account. Nobody learns which addresses have one."""

from concurrent.futures import ThreadPoolExecutor

from flask import Response, copy_current_request_context
from wtforms import EmailField
from wtforms.validators import InputRequired, Length

from booking_app.clinics.audit import Author
from booking_app.clinics.sign_ins import TooManyTries
from booking_app.clinics.staff_links import Purpose
from booking_app.pages.console import security
from booking_app.pages.console.access import open_to_all
from booking_app.pages.console.blueprint import blueprint
from booking_app.pages.console.devices import failure_key
from booking_app.pages.console.errors import NOT_FOUND, error_page
from booking_app.pages.console.forms import ConsoleForm
from booking_app.pages.console.page import show
from booking_app.pages.console.passwords import link_address
from booking_app.pages.shared import use_cases
from booking_app.pages.shared.limits import limit_sign_ins

# Beside the request, so that an address with an account is answered as fast as one without.
_sending = ThreadPoolExecutor(max_workers=1, thread_name_prefix="staff-mail")


class ForgottenForm(ConsoleForm):
    """Whose password it is."""

    email = EmailField("Email", [InputRequired("Enter your email address"), Length(max=254)],
                       render_kw={"autocomplete": "username"})  # fmt: skip


@blueprint.get("/forgotten", endpoint="forgotten")
@open_to_all
def forgotten() -> Response:
    """The form; there is none where no mail can be sent."""
    return _form(ForgottenForm()) if use_cases().staff_mail.is_set_up else error_page(NOT_FOUND)


@blueprint.post("/forgotten", endpoint="forgotten_send")
@open_to_all
@limit_sign_ins
def send() -> Response:
    """Mail a link where there is an account; the answer is the same where there is none."""
    if not use_cases().staff_mail.is_set_up:
        return error_page(NOT_FOUND)
    form = ForgottenForm()
    if not form.validate():
        return _form(form, status=422)
    email = str(form.email.data).strip().lower()
    if _may_ask(email):
        _sending.submit(copy_current_request_context(_mail_link), email)
    return show("console/forgotten_sent.html", title="Look into your mailbox")


def _may_ask(email: str) -> bool:
    """A mailbox gets a few such mails in a row and then ever fewer, whoever asks for them."""
    try:
        use_cases().sign_ins.begin(failure_key(f"forgotten {email}", None), use_cases().clock.now())
    except TooManyTries:
        return False
    return True


def _mail_link(email: str) -> None:
    found = security.account(email=email)
    if found is None or not found.active:
        return
    author = Author(None, use_cases().clock.now())
    key = use_cases().staff_links.issue(author, found.id, Purpose.PASSWORD, None, mailed=True)
    use_cases().staff_mail.reset(email, link_address(Purpose.PASSWORD, key))


def _form(form: ForgottenForm, *, status: int = 200) -> Response:
    return show("console/forgotten.html", title="A new password", status=status, form=form)
