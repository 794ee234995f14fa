"""The services on the booking page: grouped, named, ordered, hidden, pictured."""

from dataclasses import asdict
from functools import partial
from typing import Any, cast

from flask import Response, flash, redirect, request, url_for
from flask_wtf.file import FileField
from wtforms import BooleanField, SelectField, StringField, TextAreaField

from booking_app.catalogue.curation import ServiceCuration
from booking_app.clinics.revisions import revision_of
from booking_app.clinics.staff import Role
from booking_app.core.failures import RemoteFailure
from booking_app.pages.console.access import allow, author, current_clinic
from booking_app.pages.console.blueprint import blueprint
from booking_app.pages.console.keys import Key, cleaned, text_or_none
from booking_app.pages.console.ordering import MoveForm, anchored
from booking_app.pages.console.page import show
from booking_app.pages.console.readings import offering_page, wanted_item
from booking_app.pages.console.recording import PICTURES, RecordForm, save_record
from booking_app.pages.console.setting_fields import WholeField
from booking_app.pages.shared import use_cases, words
from booking_app.setup.clinic_file.schema import ServiceEntry
from booking_app.setup.design.offering import ServiceItem

PRICE_NAMES = {
    "price": "The price",
    "price_and_deposit": "The price and the deposit",
    "deposit": "The deposit only",
    "none": "Nothing",
}


RULES = {"": "As the deposit rules say"}
PAYMENTS = RULES | {"off": "Not asked", "optional": "May be paid", "required": "Has to be paid"}
LATE = RULES | {"keep": "Keep all of it", "keep_part": "Keep a part", "refund": "Give all of it back"}


class ServiceForm(RecordForm[ServiceCuration]):
    """One service. The names are the keys of [[services]] in the clinic's file; empty means what Cliniko says."""

    name = StringField("Name", [Key(ServiceEntry, "name")], filters=cleaned())
    category = StringField("Category", [Key(ServiceEntry, "category")], filters=cleaned())
    description = TextAreaField(
        "Description", [Key(ServiceEntry, "description")], filters=cleaned(), render_kw={"rows": 4}
    )
    practitioner_label = StringField(
        "Label for practitioner (e.g. Physiotherapist)", [Key(ServiceEntry, "practitioner_label")], filters=cleaned(),
        description="For equipment what patients choose: with “Choose a pod” the first choice is “Any pod”.",
    )  # fmt: skip
    price_display = SelectField("What patients see of the price", choices=PRICE_NAMES)
    confirmation_text = TextAreaField(
        "Text for a confirmed booking", [Key(ServiceEntry, "confirmation_text")], filters=cleaned(),
        description="Shown on the last page only, never mailed: it may tell what was booked.", render_kw={"rows": 3},
    )  # fmt: skip
    what_to_bring = TextAreaField(
        "What to bring", [Key(ServiceEntry, "what_to_bring")], filters=cleaned(),
        description="Shown when the booking is confirmed, and on its page.", render_kw={"rows": 3},
    )  # fmt: skip
    payment = SelectField("Deposit when booking", choices=PAYMENTS)
    amount = StringField(
        "Amount of the deposit", [Key(ServiceEntry, "amount")], filters=cleaned(),
        description="Like 50.00, or 30% of the price. Leave empty for the deposit in Cliniko or the deposit rules.",
    )  # fmt: skip
    free_cancellation_hours = WholeField(
        "Full refund until, in hours before", [Key(ServiceEntry, "free_cancellation_hours")],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )  # fmt: skip
    late = SelectField("Cancelled later, or did not come", choices=LATE)
    picture_file = FileField("Picture", description="PNG, JPEG or WebP, at most 5 MB.", render_kw=PICTURES)
    without_picture = BooleanField("Show no picture")
    hidden = BooleanField("Hide it from the booking page")

    def to_entry(self, before: ServiceCuration) -> ServiceCuration:
        price = str(self.price_display.data)
        return ServiceCuration(
            cliniko_id=before.cliniko_id,
            category=text_or_none(self.category.data),
            name=text_or_none(self.name.data),
            description=text_or_none(self.description.data),
            order=before.order,
            hidden=bool(self.hidden.data),
            practitioner_label=text_or_none(self.practitioner_label.data),
            image=None if self.without_picture.data else before.image,
            price_display=None if price == "price" else price,  # type: ignore[arg-type]
            confirmation_text=text_or_none(self.confirmation_text.data),
            what_to_bring=text_or_none(self.what_to_bring.data),
            payment=text_or_none(self.payment.data),  # type: ignore[arg-type]
            amount=text_or_none(self.amount.data),
            free_cancellation_hours=_hours(self.free_cancellation_hours.data),
            late=text_or_none(self.late.data),  # type: ignore[arg-type]
        )


def _hours(typed: object) -> int | None:
    return typed if isinstance(typed, int) else None


@blueprint.get("/<slug>/services", endpoint="services")
@allow(Role.RECEPTIONIST, Role.DESIGNER)
def services(slug: str) -> Response:
    """Every service by category, also those that cannot be booked, and why."""
    return offering_page("console/services.html", "Services", cost=_cost)


@blueprint.post("/<slug>/services/read-again", endpoint="services_read_again")
@allow(Role.RECEPTIONIST, Role.DESIGNER)
def services_read_again(slug: str) -> Response:
    """Read Cliniko now."""
    try:
        use_cases().designing.services.read_again(current_clinic())
        flash("Cliniko was read just now.", "quiet")
    except RemoteFailure as failure:
        flash(f"Cliniko could not be read just now; what was read before still counts. ({failure.code})", "lost")
    wanted = request.form.get("back", "services")
    page = wanted if wanted in ("services", "practitioners", "locations") else "services"
    return cast(Response, redirect(url_for(f"console.{page}", slug=slug), code=303))


@blueprint.get("/<slug>/services/<cliniko_id>", endpoint="services_edit")
@allow(Role.MANAGER)
def services_edit(slug: str, cliniko_id: str) -> Response:
    """One service."""
    item = wanted_item("service", cliniko_id)
    entry = _entry(cliniko_id)
    chosen = {"price_display": entry.price_display or "price", "payment": entry.payment or "", "late": entry.late or ""}
    values = asdict(entry) | chosen | {"revision": revision_of(asdict(entry))}
    return _page(item, entry, ServiceForm(formdata=None, data=values))


@blueprint.post("/<slug>/services/<cliniko_id>", endpoint="services_save")
@allow(Role.MANAGER)
def services_save(slug: str, cliniko_id: str) -> Response:
    """Say this about it; patients see it at once."""
    item, entry = wanted_item("service", cliniko_id), _entry(cliniko_id)
    return save_record("service", ServiceForm(), entry, partial(_page, item, entry))


@blueprint.post("/<slug>/services/<cliniko_id>/move", endpoint="services_move")
@allow(Role.MANAGER)
def services_move(slug: str, cliniko_id: str) -> Response:
    """One place up or down within its category."""
    wanted_item("service", cliniko_id)
    use_cases().designing.services.move(author(), current_clinic(), "service", cliniko_id, MoveForm().where())
    return anchored("services", f"service-{cliniko_id}")


@blueprint.post("/<slug>/services/categories/<key>/move", endpoint="services_move_category")
@allow(Role.MANAGER)
def services_move_category(slug: str, key: str) -> Response:
    """A whole category one place up or down."""
    use_cases().designing.services.move_category(author(), current_clinic(), key, MoveForm().where())
    return anchored("services", f"category-{key}")


def _entry(cliniko_id: str) -> ServiceCuration:
    entry = use_cases().designing.services.entry(current_clinic(), "service", cliniko_id)
    assert isinstance(entry, ServiceCuration)
    return entry


def _page(item: Any, entry: ServiceCuration, form: ServiceForm, *, status: int = 200, conflict: Any = None) -> Response:
    questions = use_cases().browse.questions(current_clinic(), item.cliniko_id)
    form.name.description = f"In Cliniko: {item.found_name}"
    form.category.description = f"In Cliniko: {item.found_category or 'none'}"
    form.description.description = f"In Cliniko: {item.found_text or 'none'}"
    return show(
        "console/service.html",
        title=item.name,
        status=status,
        form=form,
        conflict=conflict,
        item=item,
        picture_url=_picture_url(entry.image),
        questions=questions,
    )


def _picture_url(image: str | None) -> str | None:
    return url_for("brand.file", slug=current_clinic().slug, name=image, size="small") if image else None


def _cost(item: ServiceItem, symbol: str) -> str:
    price, deposit = words.price(item.price, symbol), words.price(item.deposit, symbol) if item.deposit else None
    facts = (words.length(item.minutes), price, f"deposit {deposit}" if deposit else None)
    return " · ".join(fact for fact in facts if fact)
