"""What the pages over Cliniko's records share: when it was read, and the record of an address."""

from datetime import timedelta
from typing import Any

from flask import Response, abort

from booking_app.clinics.staff import Role
from booking_app.pages.console.access import current_clinic, may
from booking_app.pages.console.ordering import MoveForm
from booking_app.pages.console.page import show
from booking_app.pages.shared import use_cases, words
from booking_app.setup.design.offering import Item, Offering, ServiceItem
from booking_app.setup.design.services import Kind

JUST_NOW = timedelta(minutes=1)


def offering_page(fragment: str, title: str, **values: Any) -> Response:
    """A list of what Cliniko has; before it was ever read, an empty one that says so."""
    offering = use_cases().designing.services.offering(current_clinic())
    return show(
        fragment,
        title=title,
        offering=offering,
        read_ago=_read_ago(offering),
        move=MoveForm(formdata=None),
        is_editor=may(Role.MANAGER),
        **values,
    )


def wanted_item(kind: Kind, cliniko_id: str) -> Item | ServiceItem:
    """The record of this request's address; 404 for what Cliniko does not have."""
    offering = use_cases().designing.services.offering(current_clinic())
    find = {"service": Offering.service, "practitioner": Offering.practitioner, "location": Offering.location}[kind]
    item = find(offering, cliniko_id) if offering is not None else None
    if item is None:
        abort(404)
    return item


def service_names() -> dict[str, str]:
    """The services as last read from Cliniko, by id; none before the first reading."""
    offering = use_cases().designing.services.offering(current_clinic())
    return offering.service_names() if offering else {}


def _read_ago(offering: Offering | None) -> str | None:
    if offering is None:
        return None
    age = use_cases().clock.now() - offering.taken_at
    return "just now" if age < JUST_NOW else f"{words.age(age)} ago"
