"""Who is told when something needs attention."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import Response, url_for
from wtforms import StringField

from booking_app.alerts.models import Alert
from booking_app.alerts.telling import alert_secret
from booking_app.alerts.watching import open_alerts
from booking_app.alerts.wording import words_for
from booking_app.clinics.revisions import revision_of
from booking_app.clinics.staff import Role
from booking_app.pages.console.access import allow, current_clinic, may
from booking_app.pages.console.blueprint import blueprint
from booking_app.pages.console.setting_fields import SettingsForm
from booking_app.pages.console.settings_screens import SettingsScreen, add_screen
from booking_app.pages.shared import use_cases


class AlertsForm(SettingsForm):
    """Every key of [alerts]."""

    groups = (("Where to", ("email", "webhook")),)

    email = StringField("E-mail", description="Empty: nobody is mailed.", render_kw={"type": "email"})
    webhook = StringField(
        "Webhook", description="An address of your own system or of a chat tool. Empty: none is told.",
        render_kw={"type": "url"},
    )  # fmt: skip


# Where a cause is fixed, by the first word of its key: the page, and which state of tasks it shows.
PLACES: Mapping[str, tuple[str, str | None]] = {
    "connection": ("connections", None),
    "differs": ("comparison", None),
    "parked": ("tasks", "attention"),
    "failing": ("tasks", "going_on"),
    "late": ("tasks", "going_on"),
}


@dataclass(frozen=True)
class ShownAlert:
    """An open alert, prepared. `url` leads to where it is fixed, if that is in the console."""

    what: str
    fix: str
    code: str
    count: int
    url: str | None


def open_now(secret: str = "") -> Mapping[str, Any]:
    """What waits for a person at this clinic."""
    with use_cases().database.reading() as session:
        shown = [_shown(alert) for alert in open_alerts(session, current_clinic().id)]
    return {"alerts": shown, "may_own": may(Role.OWNER), "secret": secret}


def _shown(alert: Alert) -> ShownAlert:
    words = words_for(alert.cause, use_cases().task_kinds)
    place, state = PLACES.get(alert.cause.partition(":")[0], ("", None))
    url = url_for(f"console.{place}", slug=current_clinic().slug, state=state) if place else None
    return ShownAlert(words.what, words.fix, words.code, alert.count, url)


SCREEN = SettingsScreen(
    "alerts",
    "alerts",
    "Alerts",
    "You get one alert per problem, when a connection is refused or a booking waits for a person. An alert holds "
    "references and what to do, never a name or an answer.",
    AlertsForm,
    beside="console/alerts_open.html",
    prepare=open_now,
)
add_screen(SCREEN)


@blueprint.post("/<slug>/alerts/secret", endpoint="alerts_secret")
@allow(Role.OWNER)
def show_secret(slug: str) -> Response:
    """The secret with which the receiver of alerts checks their signatures. It follows from the product's own key."""
    values = use_cases().setup.settings.values(current_clinic(), SCREEN.section)
    form = AlertsForm(formdata=None, data={**values, "revision": revision_of(values)})
    secret = alert_secret(use_cases().settings.secret_key, slug)
    return replace(SCREEN, prepare=lambda: open_now(secret)).show(form)
