"""Who the clinic is: its names, its zone, and how it is reached."""

from wtforms import StringField

from booking_app.pages.console.setting_fields import SettingsForm
from booking_app.pages.console.settings_screens import SettingsScreen, add_screen


class DetailsForm(SettingsForm):
    """Every key of [clinic] but its slug, which stays, and its sites, which have a screen of their own."""

    groups = (
        ("Names", ("name", "legal_name", "business_number")),
        ("Contact details", ("phone", "email", "website")),
        ("Place", ("time_zone", "locale")),
    )

    name = StringField("Name", description="What patients call the clinic.", render_kw={"required": True})
    legal_name = StringField("Legal name", description="Stands in signed documents.")
    business_number = StringField("Business number", description="ABN, NZBN or company number, for signed documents.")
    phone = StringField("Phone", render_kw={"type": "tel"})
    email = StringField("E-mail", description="Replies of patients go there.", render_kw={"type": "email"})
    website = StringField("Website", render_kw={"type": "url", "placeholder": "https://www.example.com"})
    time_zone = StringField(
        "Time zone", description="Such as Australia/Adelaide. Times are shown in their location’s own zone.",
        render_kw={"required": True},
    )  # fmt: skip
    locale = StringField("Language and country", description="Such as en-AU.")


add_screen(SettingsScreen("details", "details", "Clinic details", "Shown to patients and in documents.", DetailsForm))
