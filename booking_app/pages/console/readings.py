"""What the pages over Cliniko's records share: when it was read, and the record of an address."""

from datetime import timedelta
from typing import Any

from flask import Response, abort

from booking_app.clinics.staff import Role
from booking_app.pages.console.access import current_clinic, may
from booking_app.pages.console.ordering import MoveForm
from booking_app.pages.console.page import show
from booking_app.pages.shared import use_cases, words
from booking_app.setup.design.services import Kind
from booking_app.setup.design.shelves import Item, ServiceItem, Shelves

JUST_NOW = timedelta(minutes=1)


def shelves_page(fragment: str, title: str, **values: Any) -> Response:
    """A list of what Cliniko has; before it was ever read, an empty one that says so."""
    shelves = use_cases().designing.services.shelves(current_clinic())
    return show(
        fragment,
        title=title,
        shelves=shelves,
        read_ago=_read_ago(shelves),
        move=MoveForm(formdata=None),
        is_editor=may(Role.MANAGER),
        **values,
    )


def wanted_item(kind: Kind, cliniko_id: str) -> Item | ServiceItem:
    """The record of this request's address; 404 for what Cliniko does not have."""
    shelves = use_cases().designing.services.shelves(current_clinic())
    find = {"service": Shelves.service, "practitioner": Shelves.practitioner, "location": Shelves.location}[kind]
    item = find(shelves, cliniko_id) if shelves is not None else None
    if item is None:
        abort(404)
    return item


def service_names() -> dict[str, str]:
    """The services as last read from Cliniko, by id; none before the first reading."""
    shelves = use_cases().designing.services.shelves(current_clinic())
    return shelves.service_names() if shelves else {}


def _read_ago(shelves: Shelves | None) -> str | None:
    if shelves is None:
        return None
    age = use_cases().clock.now() - shelves.taken_at
    return "just now" if age < JUST_NOW else f"{words.age(age)} ago"
