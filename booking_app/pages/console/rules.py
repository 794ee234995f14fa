"""What patients may do and when, and the words they consent to."""

from typing import ClassVar

from wtforms import BooleanField, SelectField

from booking_app.clinics.records import PRIVACY_WORDING
from booking_app.pages.console.setting_fields import SettingsForm, long_text, whole
from booking_app.pages.console.settings_screens import SettingsScreen, add_screen

MAILS = {
    "when_cliniko_sends_none": "When Cliniko sends none for the service",
    "always": "Always, beside Cliniko’s own",
    "never": "Never",
}
SCREENS = {"three": "Three short screens", "one": "One long screen"}


class RulesForm(SettingsForm):
    """Every key of [booking]."""

    groups = (
        ("Availability", ("lead_hours", "horizon_days", "allow_any_practitioner")),
        ("While somebody books", ("hold_minutes", "details_screens", "ask_before_double_booking")),
        ("Changing a booking", ("cancel_notice_hours", "reschedule_notice_hours")),
        ("Messages and papers", ("confirmation_mail", "attach_signature_png", "retention_days")),
        ("What the front desk books", ("front_desk_poll_minutes",)),
    )

    lead_hours = whole(
        "Notice before a booking, in hours", "0: as soon as Cliniko allows. Cliniko’s own notice holds too."
    )
    horizon_days = whole("Days ahead", "How far ahead times are shown, if Cliniko shows them.")
    allow_any_practitioner = BooleanField("Offer “Any practitioner”")
    hold_minutes = whole(
        "Minutes a time is held", "A chosen time is kept for so long, and longer while the patient is typing."
    )
    details_screens = SelectField("Details, questions and signature", choices=SCREENS, validate_choice=False)
    ask_before_double_booking = BooleanField("Ask before the same patient books the same time twice")
    cancel_notice_hours = whole("Notice for cancelling online, in hours", "Later than this, patients have to ring you.")
    reschedule_notice_hours = whole("Notice for moving online, in hours")
    confirmation_mail = SelectField("Our own confirmation e-mail", choices=MAILS, validate_choice=False)
    attach_signature_png = BooleanField("Attach the signature as a picture too, beside the signed PDF")
    front_desk_poll_minutes = whole(
        "Check Cliniko every (minutes)",
        "So often Cliniko is asked for appointments that the front desk made, so that their contacts reach your CRM. "
        "0: never.",
    )
    retention_days = whole(
        "Days to keep personal data here", "30 at most. It goes a day after everything has arrived in Cliniko anyway."
    )


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
        "rules", "rules", "Booking rules", "They hold for every service, beside what Cliniko asks for.", RulesForm
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
