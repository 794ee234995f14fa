"""The form of a waiver: what is typed about one, and what the law says to each kind."""

from wtforms import IntegerField, SelectField, StringField, TextAreaField

from booking_app.clinics.revisions import revision_of
from booking_app.intake.waivers import WaiverSpec
from booking_app.pages.console.keys import Key, MadeKey, ServicesField, cleaned, with_missing
from booking_app.pages.console.readings import service_names
from booking_app.pages.console.saving import SavingForm
from booking_app.setup.clinic_file.schema import WaiverEntry
from booking_app.setup.design.waivers import WaiverState

KIND_NAMES = {
    "consent": "Consent to treatment",
    "policies": "Acknowledgement of policies",
    "recreational": "Recreational activity waiver",
}
CAUTIONS = {
    "consent": "A consent records that the patient was told what will happen and agreed. It cannot sign away a claim "
    "for careless treatment: consumer guarantees stay, and a text that says otherwise may mislead.",
    "policies": "Clinic policies, such as the notice for cancelling, can be acknowledged. A fee that was not shown "
    "before booking may not be owed.",
    "recreational": "Only for recreational services such as pool or gym use, never for treatment. The law lets some "
    "liability be excluded there, not for reckless conduct, and South Australia asks for a form of its own.",
}
SIGNATURES = {
    "required": "Must be signed",
    "optional": "May be signed",
    "none": "Tick box only",
}


class WaiverForm(SavingForm):
    """One waiver. The names are the keys of [[waivers]] in the clinic's file; `body` is the text itself."""

    title = StringField("Title", [Key(WaiverEntry, "title")], filters=cleaned())
    key = StringField(
        "Short name", [MadeKey(WaiverEntry, "key")], filters=cleaned(),
        description="For the clinic’s file. Leave it empty to have one made from the title. It can’t be changed later.",
    )  # fmt: skip
    kind = SelectField("What it is", choices=KIND_NAMES)
    body = TextAreaField(
        "Text", render_kw={"rows": 18, "required": True},
        description="Headings begin with #, lists with a hyphen, **bold** goes between asterisks. {{patient_name}}, "
        "{{date}} and {{answer:short name}} of a question are filled in when it is signed.",
    )  # fmt: skip
    signature = SelectField("Signature", choices=SIGNATURES)
    resign_after_days = IntegerField(
        "Sign again after", [Key(WaiverEntry, "resign_after_days")], render_kw={"min": 1, "max": 3650},
        description="In days, for your own records. Every online booking asks for a signature of its own.",
    )  # fmt: skip
    services = ServicesField("Asked for", description="Leave unticked to ask for every service.")

    def to_spec(self) -> WaiverSpec:
        return WaiverSpec(
            key=str(self.key.data or ""),
            title=str(self.title.data or ""),
            kind=self.kind.data,
            body=str(self.body.data or ""),
            signature=self.signature.data,
            services=self.services.chosen(),
            resign_after_days=self.resign_after_days.data,
        )


def waiver_form(state: WaiverState | None, *, posted: bool = False) -> WaiverForm:
    """The form over a waiver or over a new one; a key stays as it is."""
    values = {} if state is None else {**state.values(), "revision": revision_of(state.values())}
    form = WaiverForm(data=values) if posted else WaiverForm(formdata=None, data=values)
    if state is not None:
        form.key.data = state.spec.key
    form.services.choices = with_missing(service_names(), form.services.data)
    return form
