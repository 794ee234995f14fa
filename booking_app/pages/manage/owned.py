"""The booking of this request, in the words of its page."""

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, url_for

from booking_app.bookings.desk_messages import can_be_asked
from booking_app.bookings.errors import CatalogueMissing
from booking_app.bookings.records import ManagedBooking
from booking_app.catalogue.records import LocationView, PractitionerView, ServiceView
from booking_app.catalogue.who import with_whom
from booking_app.deposits.terms import may_have_paid
from booking_app.pages.shared import use_cases, words
from booking_app.pages.shared.deposit_words import deposit_words
from booking_app.pages.shared.outside_links import google_calendar_url, map_url, outlook_calendar_url
from booking_app.pages.shared.rendering import render
from booking_app.pages.shared.shell import keep_clinic, shell

CANCELLED = ("cancelling", "cancelled")
NOT_BOOKED = ("slot_lost", "withdrawn", "failed")


@dataclass(frozen=True)
class OwnedBooking:
    """A booking with its place in words. `place` parts are empty where the clinic no longer offers it."""

    token: str
    booking: ManagedBooking
    practitioner: str
    with_whom: str
    place: str
    address: str
    directions: str
    is_by_video: bool
    time_zone: str
    what_to_bring: str = ""
    deposit: tuple[str, ...] = ()

    @property
    def is_cancelled(self) -> bool:
        return self.booking.state in CANCELLED

    @property
    def can_ask(self) -> bool:
        """Whether a message to the clinic is offered: it is too late for some change, and somebody would be told."""
        is_late = not (self.booking.is_movable and self.booking.is_cancellable)
        return self.booking.state == "confirmed" and is_late and can_be_asked(self.booking.clinic)

    @property
    def is_request(self) -> bool:
        """Whether it waits for the clinic's calendar to come back."""
        return self.booking.state == "placing"

    @property
    def is_not_booked(self) -> bool:
        """Whether it was a request that nothing came of."""
        return self.booking.state in NOT_BOOKED

    @property
    def time(self) -> str:
        return words.full_time(self.booking.choice.starts_at, self.time_zone)

    @property
    def zone(self) -> str:
        return words.zone_name(self.time_zone, [self.booking.choice.starts_at])

    @property
    def iso(self) -> str:
        return words.iso(self.booking.choice.starts_at.astimezone(ZoneInfo(self.time_zone)))

    @property
    def changes(self) -> str:
        """What can still be done about it online, and until when."""
        return self.booking.deadlines.open_at(use_cases().clock.now()).sentence(self.time_zone)

    @property
    def map_url(self) -> str | None:
        return map_url(self.address)

    @property
    def outside(self) -> dict[str, str]:
        """Links to calendars on the web."""
        choice = self.booking.choice
        given = {"address": "" if self.is_by_video else self.address, "reference": self.booking.reference}
        return {
            "google": google_calendar_url(choice.starts_at, choice.ends_at, **given),
            "outlook": outlook_calendar_url(choice.starts_at, choice.ends_at, **given),
        }

    @property
    def is_moving(self) -> bool:
        return self.booking.state == "moving"

    @property
    def moving_to(self) -> str:
        """The time asked for last, in words."""
        move = self.booking.move
        return words.full_time(move.target.starts_at, self.time_zone) if move else ""

    def url(self, page: str, **query: str | None) -> str:
        """The address of a page about this booking; empty values are left out."""
        given: dict[str, Any] = {name: value for name, value in query.items() if value}
        return url_for(f"manage.{page}", token=self.token, **given)

    @property
    def again_url(self) -> str:
        """Where the same service is booked at another time."""
        choice = self.booking.choice
        return url_for(
            "widget.times", slug=self.booking.clinic.slug, service=choice.service_id, location=choice.location_id
        )

    def show(self, fragment: str, *, title: str, status: int = 200, **values: Any) -> Response:
        """A page about this booking; its title names neither service nor person."""
        name = f"{title} · {self.booking.clinic.name}"
        return render(fragment, title=name, status=status, shell=shell(), owned=self, **values)


def load_owned(token: str, *, with_requests: bool = False) -> OwnedBooking:
    """The booking behind a manage link, `with_requests` also a held one. Raises BookingGone, which has a page."""
    booking = use_cases().managing.load(token, with_requests=with_requests)
    keep_clinic(booking.clinic)
    location, person, service = _places(booking)
    return OwnedBooking(
        token=token,
        booking=booking,
        practitioner=person.name if person else "",
        with_whom=with_whom(person.name, is_equipment=person.is_equipment) if person else "",
        place=location.name if location else booking.clinic.name,
        address=location.address if location else "",
        directions=(location.directions if location else "") or "",
        is_by_video=bool(service and service.telehealth),
        what_to_bring=service.what_to_bring if service else "",
        time_zone=location.time_zone if location else booking.clinic.time_zone,
        deposit=_deposit(booking, service),
    )


def _deposit(booking: ManagedBooking, service: ServiceView | None) -> tuple[str, ...]:
    """What was paid, and what comes back; nothing, without asking the database, where the clinic takes no deposits."""
    paid = use_cases().paying.paid_for(booking.reference) if may_have_paid(booking.clinic, service) else None
    return deposit_words(paid, is_cancelled=booking.state in CANCELLED) if paid else ()


def _places(booking: ManagedBooking) -> tuple[LocationView | None, PractitionerView | None, ServiceView | None]:
    try:
        catalogue = use_cases().browse.catalogue(booking.clinic)
    except CatalogueMissing:
        return None, None, None
    return (
        catalogue.location(booking.choice.location_id),
        catalogue.practitioner(booking.choice.practitioner_id),
        catalogue.service(booking.choice.service_id),
    )
