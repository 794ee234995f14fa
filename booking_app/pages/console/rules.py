"""What patients may do and when, and the words they consent to."""

from typing import ClassVar

from booking_app.clinics.records import PRIVACY_WORDING, BookingRules
from booking_app.pages.console.setting_fields import SettingsForm, form_of, long_text
from booking_app.pages.console.settings_screens import SettingsScreen, add_screen


class ConsentsForm(SettingsForm):
    """Every key of [consents]."""

    groups: ClassVar = (("Wording", ("privacy", "email_marketing", "sms_marketing")),)

    privacy = long_text("Privacy", f"Every patient is asked this. Empty: “{PRIVACY_WORDING}”", rows=4)
    email_marketing = long_text(
        "News by e-mail", "Empty: not asked. A box that the patient ticks, never ticked before."
    )
    sms_marketing = long_text("News by text message", "Empty: not asked.")


add_screen(
    SettingsScreen(
        "rules",
        "rules",
        "Booking rules",
        "They apply to every service, as well as what Cliniko asks for.",
        form_of(BookingRules),
    )
)
add_screen(
    SettingsScreen(
        "consents",
        "consents",
        "Consent wording",
        "The exact words are kept with each booking. Bookings already made keep the words they were given for.",
        ConsentsForm,
    )
)
