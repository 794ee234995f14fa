"""Who is told when something needs a hand."""

from wtforms import StringField

from booking_app.console.setting_fields import SettingsForm
from booking_app.console.settings_screens import SettingsScreen, add_screen


class AlertsForm(SettingsForm):
    """Every key of [alerts]."""

    groups = (("Where to", ("email", "webhook")),)

    email = StringField("E-mail", description="Empty: nobody is mailed.", render_kw={"type": "email"})
    webhook = StringField(
        "Webhook", description="An address of your own system or of a chat tool. Empty: none is told.",
        render_kw={"type": "url"},
    )  # fmt: skip


add_screen(
    SettingsScreen(
        "alerts",
        "alerts",
        "Alerts",
        "You are told when a connection is refused or a booking waits for a person. An alert holds references and "
        "what to do, never a name or an answer.",
        AlertsForm,
    )
)
