"""Which times a patient may move to: of the same service, at the same location, with one practitioner or any."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from booking_app.availability.records import Slot, SlotWeek
from booking_app.bookings.records import Choice
from booking_app.catalogue.records import LocationView, PractitionerView, ServiceView
from booking_app.catalogue.who import is_pool
from booking_app.pages.manage.owned import OwnedBooking
from booking_app.pages.shared import use_cases
from booking_app.pages.shared.slots import candidates, choice_of, read_value
from booking_app.pages.shared.typed_values import day_in
from booking_app.pages.shared.visitors import asker

ANY = "any"


@dataclass(frozen=True)
class Search:
    """`practitioner_id` None means any of `people`, who offer the booked service at the booked location."""

    owned: OwnedBooking
    service: ServiceView
    location: LocationView
    people: tuple[PractitionerView, ...]
    practitioner_id: str | None
    allows_any: bool
    from_day: date

    def query(self, **changes: str) -> dict[str, str | None]:
        """The address parameters of this search, some of them changed."""
        named = self.practitioner_id or (ANY if len(self.people) > 1 else None)
        return {"practitioner": named, "from": self.from_day.isoformat(), **changes}

    def week(self) -> SlotWeek:
        """Seven days of times, without the booking's own. Raises RemoteFailure when none were ever read."""
        return use_cases().browse.week(
            self.owned.booking.clinic,
            service_id=self.service.cliniko_id,
            location_id=self.location.cliniko_id,
            practitioner_id=self.practitioner_id,
            from_day=self.from_day,
            asker=asker(),
        )

    def offered(self, value: str) -> list[Choice]:
        """What a posted value names and still is offered, the very slot first; empty when it is not."""
        starts_at, practitioner_id = read_value(value)
        named = self.named(starts_at, practitioner_id)
        is_any = self.practitioner_id is None
        for where in dict.fromkeys((self, self._at(named))):
            slots = [slot for each in where.week().days for slot in each.slots]
            choices = [choice_of(slot, is_any=is_any) for slot in candidates(slots, named)]
            if found := [one for one in choices if not self.is_own(one)]:
                return found
        return []

    def named(self, starts_at: datetime, practitioner_id: str) -> Choice:
        """The slot that starts then with that practitioner, whether it is offered or not."""
        return Choice(
            service_id=self.service.cliniko_id,
            location_id=self.location.cliniko_id,
            practitioner_id=practitioner_id,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=self.service.minutes),
            any_practitioner=self.practitioner_id is None,
        )

    def _at(self, named: Choice) -> "Search":
        """Where a time offered in place of a lost one is found: maybe another week, maybe somebody else's."""
        known = any(one.cliniko_id == named.practitioner_id for one in self.people)
        if not known or named.starts_at <= use_cases().clock.now():
            return self
        day = named.starts_at.astimezone(ZoneInfo(self.location.time_zone)).date()
        in_week = timedelta() <= day - self.from_day < timedelta(days=7)
        return replace(self, practitioner_id=named.practitioner_id, from_day=self.from_day if in_week else day)

    def is_own(self, one: Choice | Slot) -> bool:
        """Whether this is where the appointment stands already; a list read earlier may still show it."""
        own = self.owned.booking.choice
        return (one.practitioner_id, one.starts_at) == (own.practitioner_id, own.starts_at)


def read_search(owned: OwnedBooking, query: Mapping[str, str]) -> Search | None:
    """The search an address names; None when the booked service is not offered at its location any more.

    Raises CatalogueMissing.
    """
    choice = owned.booking.choice
    catalogue = use_cases().browse.catalogue(owned.booking.clinic)
    service, location = catalogue.service(choice.service_id), catalogue.location(choice.location_id)
    offers = [one for one in catalogue.offers_of(choice.service_id) if one.location_id == choice.location_id]
    found = [catalogue.practitioner(one) for one in dict.fromkeys(offer.practitioner_id for offer in offers)]
    people = tuple(one for one in found if one is not None)
    if service is None or location is None or not people:
        return None
    allows_any = (owned.booking.clinic.booking_rules().allow_any_practitioner or is_pool(people)) and len(people) > 1
    wanted = query.get("practitioner") or (
        ANY if is_pool(people) and choice.any_practitioner else choice.practitioner_id
    )
    named = next((one.cliniko_id for one in people if one.cliniko_id == wanted), None)
    return Search(
        owned=owned,
        service=service,
        location=location,
        people=people,
        practitioner_id=named or (None if allows_any else people[0].cliniko_id),
        allows_any=allows_any,
        from_day=_day(query.get("from") or "", owned, location),
    )


def _day(text: str, owned: OwnedBooking, location: LocationView) -> date:
    """The day asked for, else the appointment's own; never a past one."""
    zone = ZoneInfo(location.time_zone)
    wanted = day_in(text) or owned.booking.choice.starts_at.astimezone(zone).date()
    return max(wanted, use_cases().clock.now().astimezone(zone).date())
