"""Accounting: connected to whose books, how far it is, and what an owner does about it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

from flask import Response, abort, flash, redirect, request, url_for
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from booking_app.accounting.connecting import NotReady, Standing
from booking_app.accounting.models import Stage
from booking_app.accounting.overview import Preview
from booking_app.accounting.wording import Meaning, meaning_of
from booking_app.clinics.staff import Role
from booking_app.core.failures import RemoteFailure
from booking_app.pages.console.access import (
    allow,
    allow_signed_in,
    author,
    current_clinic,
    current_staff,
    may,
    open_to_all,
)
from booking_app.pages.console.blueprint import blueprint
from booking_app.pages.console.forms import ConsoleForm
from booking_app.pages.console.money import Amount, amount, percent
from booking_app.pages.console.page import show
from booking_app.pages.shared import use_cases, words

LONGEST = 200


class AppForm(ConsoleForm):
    """The app that the clinic has registered at the vendor. The secret is sealed, and shown to nobody again."""

    client_id = StringField(
        "Client ID", [InputRequired("Enter the client ID"), Length(max=LONGEST)], render_kw={"autocomplete": "off"}
    )
    client_secret = PasswordField(
        "Client secret", [InputRequired("Enter the client secret"), Length(max=LONGEST)],
        render_kw={"autocomplete": "off"},
    )  # fmt: skip


@dataclass(frozen=True)
class ShownSum:
    """A line of the preview."""

    label: str
    count: int
    amount: Amount


@dataclass(frozen=True)
class ShownPreview:
    """What posting everything that waits would mean, in words."""

    found: Preview
    total: Amount
    months: list[ShownSum]
    taxes: list[ShownSum]
    held: list[tuple[Meaning, int]]


@blueprint.get("/<slug>/accounting", endpoint="accounting")
@allow(Role.BOOKKEEPER)
def accounting(slug: str) -> Response:
    """Where everything stands; asks nobody."""
    return _show()


@blueprint.post("/<slug>/accounting/app", endpoint="accounting_app")
@allow(Role.OWNER)
def app(slug: str) -> Response:
    """Keep the app's ID and secret; nothing is sent yet."""
    form = AppForm()
    if not form.validate():
        return _show(form, status=422)
    use_cases().accounting.connecting.add(
        author(), current_clinic(), vendor="xero", client_id=str(form.client_id.data),
        client_secret=str(form.client_secret.data),
    )  # fmt: skip
    flash("Saved and encrypted. Now connect to Xero.", "quiet")
    return _back(slug)


@blueprint.post("/<slug>/accounting/authorise", endpoint="accounting_authorise")
@allow(Role.OWNER)
def authorise(slug: str) -> Response:
    """The way to the vendor's page, on which a person allows this app."""
    try:
        address = use_cases().accounting.connecting.authorise(current_clinic(), redirect_uri=_redirect_uri())
    except LookupError:
        abort(404)
    return _show(continue_to=address)  # a link: a form may lead to our own pages alone


@blueprint.get("/oauth/<vendor>", endpoint="oauth")
@open_to_all
def oauth(vendor: str) -> Response:
    """Where the vendor sends people back to. Vendors take `localhost` and no number: then our own address goes on."""
    if vendor != "xero":
        abort(404)
    ours = urlsplit(use_cases().settings.base_url)
    query = request.query_string.decode("ascii", "replace")
    return cast(
        Response, redirect(f"{ours.scheme}://{ours.netloc}{url_for('console.oauth_back', vendor=vendor)}?{query}", 303)
    )


@blueprint.get("/oauth/<vendor>/back", endpoint="oauth_back")
@allow_signed_in
def oauth_back(vendor: str) -> Response:
    """The answer, at our own address: it has to belong to a request of a clinic whose owner this is."""
    slug, _, state = request.args.get("state", "")[:300].partition(".")
    seat = use_cases().people.seat(current_staff().id, slug)
    if vendor != "xero" or seat is None or not seat.role.covers(Role.OWNER):
        abort(404)
    code = request.args.get("code", "")[:2000]
    try:
        if not code:
            flash(_told("access_denied"), "wrong")
        else:
            use_cases().accounting.connecting.finish(author(), seat.clinic, state=state, code=code)
            flash("Connected. Choose the organisation and the settings next.", "quiet")
    except LookupError:
        abort(404)
    except RemoteFailure as failure:
        flash(_told(failure.code), "wrong")
    return _back(slug)


@blueprint.post("/<slug>/accounting/organisation", endpoint="accounting_organisation")
@allow(Role.OWNER)
def organisation(slug: str) -> Response:
    """Post to this organisation."""
    try:
        use_cases().accounting.connecting.choose(author(), current_clinic(), request.form.get("tenant", "")[:LONGEST])
    except LookupError:
        flash("That organisation can’t be chosen: invoices have already been posted.", "wrong")
    return _back(slug)


@blueprint.post("/<slug>/accounting/cut-over", endpoint="accounting_cut_over")
@allow(Role.OWNER)
def cut_over(slug: str) -> Response:
    """Cliniko's own export is off, the owner says."""
    return _done(slug, lambda: use_cases().accounting.connecting.confirm_cut_over(author(), current_clinic()), "Noted.")


@blueprint.post("/<slug>/accounting/read", endpoint="accounting_read")
@allow(Role.BOOKKEEPER)
def read(slug: str) -> Response:
    """Have a worker read Cliniko's invoices: the first time that takes minutes, in which no page may wait."""
    standing = use_cases().accounting.connecting.standing(current_clinic())
    if standing is None:
        abort(404)
    connection_id = standing.connection.id
    said = "Cliniko’s invoices are being read. Check again in a minute."
    return _done(slug, lambda: use_cases().accounting.reading.ask(connection_id), said)


@blueprint.post("/<slug>/accounting/trial", endpoint="accounting_trial")
@allow(Role.OWNER)
def trial(slug: str) -> Response:
    """Five drafts for a person to look at."""
    return _done(
        slug, lambda: use_cases().accounting.connecting.start_trial(author(), current_clinic()),
        "The first invoices go to Xero as drafts. Look at them there.",
    )  # fmt: skip


@blueprint.post("/<slug>/accounting/start", endpoint="accounting_start")
@allow(Role.OWNER)
def start(slug: str) -> Response:
    """Post everything from now on."""
    return _done(
        slug, lambda: use_cases().accounting.connecting.start(author(), current_clinic()), "Posting has started."
    )


@blueprint.post("/<slug>/accounting/stop", endpoint="accounting_stop")
@allow(Role.OWNER)
def stop(slug: str) -> Response:
    """Post nothing more."""
    return _done(
        slug, lambda: use_cases().accounting.connecting.stop(author(), current_clinic()), "Posting has stopped."
    )


@blueprint.post("/<slug>/accounting/disconnect", endpoint="accounting_disconnect")
@allow(Role.OWNER)
def disconnect(slug: str) -> Response:
    """End the authorisation, there and here."""
    return _done(
        slug, lambda: use_cases().accounting.connecting.disconnect(author(), current_clinic()),
        "Disconnected. What was posted stays where it is.",
    )  # fmt: skip


def _done(slug: str, act: Callable[[], object], said: str) -> Response:
    """Do it and say so, or say what stands in the way."""
    try:
        act()
    except NotReady as not_ready:
        for code in not_ready.codes:
            flash(_told(code), "wrong")
    except RemoteFailure as failure:
        flash(_told(failure.code), "wrong")
    except LookupError:
        abort(404)
    else:
        flash(said, "quiet")
    return _back(slug)


def _told(code: str) -> str:
    meaning = meaning_of(code)
    return f"{meaning.sentence} {meaning.fix}"


def _redirect_uri() -> str:
    """Where the vendor sends people back to: Xero takes `localhost` for a machine of one's own, never its number."""
    base = use_cases().settings.base_url.replace("//127.0.0.1", "//localhost", 1)
    return f"{base}{url_for('console.oauth', vendor='xero')}"


def _back(slug: str) -> Response:
    return cast(Response, redirect(url_for("console.accounting", slug=slug), code=303))


def _show(form: AppForm | None = None, *, status: int = 200, continue_to: str = "") -> Response:
    books, clinic = use_cases().accounting, current_clinic()
    standing = books.connecting.standing(clinic)
    preview = books.overview.preview(clinic) if standing else None
    return show(
        "console/accounting.html",
        title="Accounting",
        status=status,
        standing=standing,
        stage=standing.stage if standing else Stage.SETTING_UP,
        paused=_paused(standing),
        read_ago=words.full_time(standing.read_at, clinic.time_zone) if standing and standing.read_at else "",
        read_problem=meaning_of(standing.read_code) if standing and standing.read_code else None,
        counts=books.overview.counts(clinic),
        preview=_preview(preview, standing) if preview and standing else None,
        form=form or AppForm(formdata=None),
        redirect_uri=_redirect_uri(),
        continue_to=continue_to,
        may_own=may(Role.OWNER),
    )


def _paused(standing: Standing | None) -> Meaning | None:
    if standing is None or standing.connection.state == "active":
        return None
    return meaning_of(standing.connection.paused_code or "connection_paused")


def _preview(found: Preview, standing: Standing) -> ShownPreview:
    currency = str(standing.company.get("currency", ""))
    return ShownPreview(
        found=found,
        total=amount(found.cents, currency),
        months=[ShownSum(name, one.count, amount(one.cents, currency)) for name, one in found.months.items()],
        taxes=[
            ShownSum(f"{name or 'No tax'} {percent(rate)}", one.count, amount(one.cents, currency))
            for (name, rate), one in found.taxes.items()
        ],
        held=[(meaning_of(code), count) for code, count in found.held.items()],
    )
