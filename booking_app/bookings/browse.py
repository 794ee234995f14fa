"""What a visitor may look at before anything is written: services, times and the questions they will be asked."""

import threading
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from booking_app.availability.availability import LOOKING_SECONDS, Availability
from booking_app.availability.first_times import Asking, FirstTimes, People
from booking_app.availability.records import KeepFree, Slot, SlotWeek, Window
from booking_app.bookings.accounts import clinic_account_key
from booking_app.bookings.drafts import family_of
from booking_app.bookings.errors import CatalogueMissing, NotOffered, NotSetUp
from booking_app.bookings.held import held_spans, unheld
from booking_app.bookings.other_units import other_units
from booking_app.bookings.records import Choice, Questions
from booking_app.bookings.shown import ShownClinic, shown_clinic
from booking_app.bookings.week_stamp import WeekAsked, stamp_query, week_stamp
from booking_app.catalogue.catalogue import Catalogue
from booking_app.catalogue.records import LocationView, ServiceView
from booking_app.catalogue.snapshots import offered, refresh
from booking_app.clinics.models import Clinic
from booking_app.core.clock import Clock
from booking_app.core.db import Database
from booking_app.core.failures import RemoteFailure
from booking_app.core.prepared import PreparedQuery
from booking_app.core.rate_limits.rate_limits import RateLimits
from booking_app.core.rate_limits.rates import Rate, Rule, read_rates
from booking_app.core.recent import RecentReads
from booking_app.intake.fields import fields_for
from booking_app.intake.waivers import waivers_for
from booking_app.pms.errors import NOT_CONNECTED
from booking_app.pms.practice import Practice, Practices

Asker = Sequence[tuple[str, int]]  # the networks a visitor is in, each with how many times a visitor's share it has
NOBODY: Asker = ()  # ourselves
# Calls to Cliniko that looking at times may cause. A visitor who pages through weeks of five practitioners stays below;
# a clinic that shares its account with others leaves them a part of what browsing has.
CALLS_OF_VISITOR = read_rates("60 per minute; 600 per hour")
CALLS_OF_CLINIC = read_rates("90 per minute")
# And calls to read a week once more because a visitor chooses a time of one that was not new.
REREADS_OF_VISITOR = read_rates("20 per minute; 200 per hour")
REREADS_OF_CLINIC = read_rates("30 per minute")
MOST_STAMPS = 1024
MOST_PLACES = 12  # whose first times are looked up for one page


class Browse:
    """Reads for pages. Nothing here writes anything of a visitor's."""

    def __init__(
        self, *, database: Database, recent: RecentReads, availability: Availability, practices: Practices,
        clock: Clock, rate_limits: RateLimits,
    ) -> None:  # fmt: skip
        self._database = database
        self._recent = recent
        self._lock = threading.Lock()
        self._stamps: dict[WeekAsked, PreparedQuery] = {}
        self._availability = availability
        self._practices = practices
        self._clock = clock
        self._rate_limits = rate_limits

    def close(self) -> None:
        """Wait for the looks at Cliniko that are under way, some seconds at most; nothing may be asked afterwards."""
        self._availability.close()

    def clinic(self, slug: str) -> Clinic | None:
        """The clinic of this address, at most a second old, as is everything below; None where there is none."""
        shown = self.shown(slug)
        return shown.clinic if shown else None

    def shown(self, slug: str) -> ShownClinic | None:
        """The clinic with what pages show of it, and the revision that names exactly this."""
        return self._recent.get(("clinic", slug), lambda session: shown_clinic(session, slug))

    def catalogue(self, clinic: Clinic) -> Catalogue:
        """What can be booked; read from Cliniko on the very first visit. Raises CatalogueMissing when it cannot be."""
        shown = self.shown(clinic.slug)
        return shown.catalogue if shown and shown.catalogue else self._first_catalogue(clinic)

    def questions(self, clinic: Clinic, service_id: str) -> Questions:
        """What is asked for a service that the catalogue has."""
        fields, waivers = self._recent.get(
            ("questions", clinic.id, service_id),
            lambda session: (
                tuple(fields_for(session, clinic.id, service_id)),
                tuple(waivers_for(session, clinic.id, service_id)),
            ),
        )
        rules = clinic.booking_rules()
        return Questions(
            fields=fields,
            waivers=waivers,
            consents=clinic.consent_wording(),
            asks_whom=rules.ask_for_whom,
            alone_from_age=rules.alone_from_age,
        )

    def week(
        self, clinic: Clinic, *, service_id: str, location_id: str, practitioner_id: str | None,
        from_day: date | None = None, token: str | None = None, asker: Asker = NOBODY,
    ) -> SlotWeek:  # fmt: skip
        """Seven days of times from `from_day` on (the location's today when None or past).

        Times that others hold (a draft's own hold, by its `token`, does not count) or that the clinic's rules exclude
        are left out. What `asker` may have Cliniko asked is limited. Raises RemoteFailure only when nothing is known
        for this week, LookupError when service, location or practitioner are not offered together.
        """
        catalogue = self.catalogue(clinic)
        location, practitioners = _offered_by(catalogue, service_id, location_id, practitioner_id)
        service = _service(catalogue, service_id)
        return self._availability.week(
            practice=self._practice(clinic),
            account_key=self._account_key(clinic),
            location=location,
            practitioner_ids=practitioners,
            service_id=service_id,
            from_day=self._first_day(location, from_day),
            account_time_zone=catalogue.account_time_zone,
            rules=self._window(clinic, location, service),
            minutes=service.minutes,
            is_group=service.is_group,
            keep_free=self._held_filter(clinic, token),
            allow=self._allowance(clinic, asker, "calls", CALLS_OF_VISITOR, CALLS_OF_CLINIC),
        )

    def is_still_free(self, clinic: Clinic, choice: Choice, asker: Asker = NOBODY) -> bool:
        """Whether a time from a week that was not new is still offered: reads its practitioner's week once more.

        True where Cliniko cannot be asked: it is asked again before the appointment is made.
        """
        catalogue = self.catalogue(clinic)
        location, practitioners = _offered_by(catalogue, choice.service_id, choice.location_id, choice.practitioner_id)
        service = _service(catalogue, choice.service_id)
        try:
            week = self._availability.week(
                practice=self._practice(clinic),
                account_key=self._account_key(clinic),
                location=location,
                practitioner_ids=practitioners,
                service_id=choice.service_id,
                from_day=choice.starts_at.astimezone(ZoneInfo(location.time_zone)).date(),
                account_time_zone=catalogue.account_time_zone,
                rules=self._window(clinic, location, service),
                minutes=service.minutes,
                is_group=service.is_group,
                allow=self._allowance(clinic, asker, "rereads", REREADS_OF_VISITOR, REREADS_OF_CLINIC),
            )
        except RemoteFailure:
            return True
        return week.is_stale or any(slot.starts_at == choice.starts_at for day in week.days for slot in day.slots)

    def week_watch(
        self, clinic: Clinic, *, service_id: str, location_id: str, practitioner_id: str | None,
        from_day: date | None = None,
    ) -> Callable[[], bool]:  # fmt: skip
        """Tells whether the times that `week` would give are still those of this moment; asks the database each time.

        Raises as `week` does.
        """
        location, practitioners = _offered_by(self.catalogue(clinic), service_id, location_id, practitioner_id)
        asked = WeekAsked(
            account_key=self._account_key(clinic),
            location_id=location.cliniko_id,
            time_zone=location.time_zone,
            service_id=service_id,
            practitioner_ids=tuple(practitioners),
            first_day=self._first_day(location, from_day),
        )
        query = self._stamp_of(asked)
        of_now = week_stamp(query, self._clock.now())
        return lambda: week_stamp(query, self._clock.now()) == of_now

    def _stamp_of(self, asked: WeekAsked) -> PreparedQuery:
        """The prepared query of a week, made once while the week is looked at."""
        with self._lock:
            query = self._stamps.get(asked)
            if query is None:
                query = self._stamps[asked] = PreparedQuery(self._database, stamp_query(asked, self._clock.now()))
                if len(self._stamps) > MOST_STAMPS:
                    del self._stamps[next(iter(self._stamps))]
        return query

    def next_day(
        self, clinic: Clinic, *, service_id: str, location_id: str, practitioner_id: str | None, after: date,
        asker: Asker = NOBODY,
    ) -> date | None:  # fmt: skip
        """The first day from `after` on that has a time; None within the clinic's horizon."""
        catalogue = self.catalogue(clinic)
        location, practitioners = _offered_by(catalogue, service_id, location_id, practitioner_id)
        service = _service(catalogue, service_id)
        return self._availability.next_after(
            practice=self._practice(clinic),
            account_key=self._account_key(clinic),
            location=location,
            practitioner_ids=practitioners,
            service_id=service_id,
            from_day=after,
            account_time_zone=catalogue.account_time_zone,
            rules=self._window(clinic, location, service),
            minutes=service.minutes,
            is_group=service.is_group,
            keep_free=self._held_filter(clinic, None),
            allow=self._allowance(clinic, asker, "calls", CALLS_OF_VISITOR, CALLS_OF_CLINIC),
        )

    def first_times(self, clinic: Clinic, service_id: str, location_ids: Sequence[str]) -> FirstTimes:
        """When each practitioner is free first at each of the locations that were asked for, as far as it was read in
        the last ten minutes: by location and practitioner, None where a week was read and has nothing."""
        catalogue = self.catalogue(clinic)
        service = _service(catalogue, service_id)
        everywhere = []
        for location_id in location_ids[:MOST_PLACES]:
            location, people = _offered_by(catalogue, service_id, location_id, None)
            everywhere.append(People(location, people, self._window(clinic, location, service)))
        asking = Asking(
            account_key=self._account_key(clinic),
            service_id=service_id,
            account_zone=catalogue.account_time_zone,
            minutes=service.minutes,
        )
        return self._availability.first_times(asking, everywhere, self._held_filter(clinic, None))

    def nearest(self, clinic: Clinic, choice: Choice, count: int = 3) -> tuple[Slot, ...]:
        """The free times nearest to a lost one; fewer or none when Cliniko has no more or cannot be read."""
        try:
            catalogue = self.catalogue(clinic)
            location, practitioners = _offered_by(catalogue, choice.service_id, choice.location_id, None)
            service = _service(catalogue, choice.service_id)
            # One who does not offer it, or is nobody, is not asked for.
            named = [one for one in practitioners if one == choice.practitioner_id]
            wanted = practitioners if choice.any_practitioner else named or practitioners
            found = self._availability.nearest(
                practice=self._practice(clinic),
                account_key=self._account_key(clinic),
                location=location,
                practitioner_ids=wanted,
                other_practitioner_ids=[one for one in practitioners if one not in wanted],
                service_id=choice.service_id,
                account_time_zone=catalogue.account_time_zone,
                rules=self._window(clinic, location, service),
                minutes=service.minutes,
                is_group=service.is_group,
                around=choice.starts_at,
                count=count + 1,
                keep_free=self._held_filter(clinic, None),
            )
        except (RemoteFailure, LookupError, CatalogueMissing):
            return ()
        lost = (choice.practitioner_id, choice.starts_at)
        return tuple(slot for slot in found if (slot.practitioner_id, slot.starts_at) != lost)[:count]

    def offers(self, practice: Practice, clinic: Clinic, choice: Choice) -> bool:
        """Whether Cliniko offers a slot right now. Raises RemoteFailure."""
        catalogue = self.catalogue(clinic)
        location = catalogue.location(choice.location_id)
        if location is None:
            return False
        if choice.group_id is not None:
            return self._availability.live_group(
                practice=practice,
                account_key=self._account_key(clinic),
                practitioner_id=choice.practitioner_id,
                group_id=choice.group_id,
                starts_at=choice.starts_at,
            )
        return self._availability.live(
            practice=practice,
            account_key=self._account_key(clinic),
            location=location,
            practitioner_id=choice.practitioner_id,
            service_id=choice.service_id,
            starts_at=choice.starts_at,
            account_time_zone=catalogue.account_time_zone,
        )

    def _first_catalogue(self, clinic: Clinic) -> Catalogue:
        try:
            refresh(self._database, clinic.id, self._practice(clinic), self._clock.now())
        except RemoteFailure as error:
            raise (NotSetUp if error.code == NOT_CONNECTED else CatalogueMissing) from error
        with self._database.reading() as session:
            catalogue = offered(session, clinic.id)
        if catalogue is None:
            raise CatalogueMissing
        return catalogue

    def _allowance(
        self, clinic: Clinic, asker: Asker, name: str, of_visitor: Sequence[Rate], of_clinic: Sequence[Rate]
    ) -> Callable[[int], int]:
        """How many calls the clinic's visitors, and this one's networks, may still cause now; counts them."""
        per_clinic = [Rule(f"clinic_{name}", str(clinic.id), rate) for rate in of_clinic]
        per_visitor = [Rule(name, network, rate.times(factor)) for network, factor in asker for rate in of_visitor]

        def allow(calls: int) -> int:
            return next((n for n in range(calls) if self._rate_limits.hit(*per_visitor, *per_clinic)), calls)

        return allow

    def _practice(self, clinic: Clinic) -> Practice:
        return self._practices(clinic.id).within(deadline=self._clock.monotonic() + LOOKING_SECONDS)

    def _account_key(self, clinic: Clinic) -> str:
        shown = self.shown(clinic.slug)
        return shown.account_key if shown else clinic_account_key(clinic.id)

    def other_units(self, clinic: Clinic, choice: Choice) -> tuple[Choice, ...]:
        """The same time on other equipment, where any was asked for; none where it is a person's time."""
        return other_units(self.catalogue(clinic), choice)

    def _first_day(self, location: LocationView, from_day: date | None) -> date:
        today = self._clock.now().astimezone(ZoneInfo(location.time_zone)).date()
        return max(from_day or today, today)

    def _window(self, clinic: Clinic, location: LocationView, service: ServiceView) -> Window:
        """What the clinic allows. Times alone come from Cliniko by its own notice; of groups it is kept here."""
        rules = clinic.booking_rules()
        lead_hours = max(rules.lead_hours, service.lead_hours) if service.is_group else rules.lead_hours
        now = self._clock.now()
        today = now.astimezone(ZoneInfo(location.time_zone)).date()
        return Window(
            earliest_at=now + timedelta(hours=lead_hours),
            latest_day=today + timedelta(days=rules.horizon_days),
        )

    def _held_filter(self, clinic: Clinic, token: str | None) -> KeepFree:
        """What takes out of a list of slots those that others hold; asked of the database each time."""
        account_key = self._account_key(clinic)

        def keep_free(slots: Sequence[Slot]) -> list[Slot]:
            if not slots:
                return []
            with self._database.reading() as session:
                held = held_spans(
                    session,
                    account_key=account_key,
                    practitioner_ids={slot.practitioner_id for slot in slots},
                    start=min(slot.starts_at for slot in slots),
                    end=max(slot.ends_at for slot in slots),
                    now=self._clock.now(),
                    but_family=family_of(session, token) if token else None,
                )
            return unheld(slots, held)

        return keep_free


def _offered_by(
    catalogue: Catalogue, service_id: str, location_id: str, practitioner_id: str | None
) -> tuple[LocationView, list[str]]:
    """The location and who offers the service there. Raises LookupError when the three do not go together."""
    location = catalogue.location(location_id)
    here = [o.practitioner_id for o in catalogue.offers_of(service_id) if o.location_id == location_id]
    wanted = here if practitioner_id is None else [one for one in here if one == practitioner_id]
    if location is None or not wanted:
        raise NotOffered("this service is not offered there")
    return location, wanted


def _service(catalogue: Catalogue, service_id: str) -> ServiceView:
    service = catalogue.service(service_id)
    if service is None:
        raise NotOffered("no such service")
    return service
