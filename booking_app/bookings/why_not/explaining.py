"""Why can't they book? All that can be known about one service, practitioner, location and day."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from booking_app.availability.days import ONE_DAY, account_days, begins, day_of
from booking_app.bookings.accounts import account_key_of
from booking_app.bookings.errors import CatalogueMissing
from booking_app.bookings.held import held_spans
from booking_app.bookings.why_not.calendar_reasons import (
    Day,
    Span,
    group_reasons,
    nothing_offered_reasons,
    offered_reasons,
    shown_times,
)
from booking_app.bookings.why_not.explanations import Explanation, Question, Reason
from booking_app.bookings.why_not.standing_reasons import day_reasons, setting_reasons
from booking_app.catalogue.curating import account_zone
from booking_app.catalogue.curation import Curation, curation_of
from booking_app.catalogue.snapshots import last_reading, refresh, snapshot_age
from booking_app.clinics.models import Clinic
from booking_app.core.clock import Clock
from booking_app.core.db import Database
from booking_app.core.failures import RemoteFailure
from booking_app.pms.diary import DiaryEntry
from booking_app.pms.practice import Practice, Practices
from booking_app.pms.records import Location, PracticeCatalogue, Practitioner, Service
from booking_app.pms.sentences import cliniko_sentence

FRESH_FOR = timedelta(minutes=1)
SECONDS = 15.0


@dataclass(frozen=True)
class _Asked:
    """The records behind a question, in the words of the last reading."""

    question: Question
    found: PracticeCatalogue
    curation: Curation
    service: Service
    practitioner: Practitioner
    location: Location


class Explaining:
    """Reads for the console. It says what takes time, never whose time it is."""

    def __init__(self, *, database: Database, practices: Practices, clock: Clock) -> None:
        self._database = database
        self._practices = practices
        self._clock = clock

    def choices(self, clinic: Clinic) -> PracticeCatalogue:
        """Everything that can be asked about, also what cannot be booked. Raises CatalogueMissing."""
        with self._database.reading() as session:
            found = last_reading(session, clinic.id)
        if found is not None:
            return found
        try:
            return self._read_anew(clinic)
        except RemoteFailure as error:
            raise CatalogueMissing from error

    def explain(self, clinic: Clinic, question: Question) -> Explanation:
        """All reasons, the weightiest kind first to be found. A few calls to Cliniko; raises LookupError for ids that
        the account does not have, and CatalogueMissing when nothing was ever read."""
        reasons = self._refreshed(clinic)
        asked = self._asked(clinic, question)
        now = self._clock.now()
        reasons += setting_reasons(asked.found, asked.curation, question)
        reasons += day_reasons(
            asked.found, asked.service, clinic.booking_rules(), question.day, zone=asked.location.time_zone, now=now
        )
        answer = Explanation(question, asked.location.time_zone, tuple(reasons))
        if any(reason.verdict == "stops" for reason in reasons):
            return answer
        try:
            return self._from_calendar(clinic, asked, answer)
        except RemoteFailure as error:
            return _with(answer, Reason("stops", "Cliniko could not be asked.", cliniko_sentence(error.code)))

    def _from_calendar(self, clinic: Clinic, asked: _Asked, answer: Explanation) -> Explanation:
        practice = self._practices(clinic.id).within(deadline=self._clock.monotonic() + SECONDS)
        zone, minutes = asked.location.time_zone, asked.service.minutes
        earliest = self._clock.now() + timedelta(hours=clinic.booking_rules().lead_hours)
        day = Day(asked.question.day, zone, minutes, earliest)
        if asked.service.places > 1:
            return self._from_groups(clinic, practice, asked, answer, earliest)
        offered = self._offered(practice, asked)
        if offered:
            held = self._held(clinic, asked.question, offered, minutes)
            reasons = (*answer.reasons, *offered_reasons(offered, held, day))
            return Explanation(asked.question, zone, reasons, offered, shown_times(offered, held, day))
        diary = self._diary(practice, asked)
        hours = practice.usual_hours(
            practitioner_id=asked.practitioner.cliniko_id, location_id=asked.location.cliniko_id
        )
        reasons = (
            *answer.reasons,
            *nothing_offered_reasons(
                hours, diary, day, practitioner=asked.practitioner.name, place=asked.location.name
            ),
        )
        return Explanation(asked.question, zone, reasons, offered=(), diary=diary)

    def _from_groups(
        self, clinic: Clinic, practice: Practice, asked: _Asked, answer: Explanation, earliest: datetime
    ) -> Explanation:
        """What becomes of the group appointments of the day: patients join those that are there."""
        question, zone, days = asked.question, asked.location.time_zone, self._account_days(asked)
        found = practice.group_times(
            location_id=asked.location.cliniko_id,
            practitioner_id=asked.practitioner.cliniko_id,
            service_id=asked.service.cliniko_id,
            from_day=days[0],
            to_day=days[-1],
        ) if days else ()  # fmt: skip
        groups = [one for one in found if day_of(one.starts_at, zone) == question.day and one.starts_at >= earliest]
        with self._database.reading() as session:
            held = Counter(
                one.group_id
                for one in held_spans(
                    session,
                    account_key=account_key_of(session, clinic.id),
                    practitioner_ids=[question.practitioner_id],
                    start=begins(question.day, zone),
                    end=begins(question.day + ONE_DAY, zone),
                    now=self._clock.now(),
                )
            )
        shown = tuple(one.starts_at for one in groups if one.places_left > held[one.group_id])
        offered = tuple(one.starts_at for one in groups if one.places_left > 0)
        reasons = (*answer.reasons, *group_reasons(groups, held, zone))
        return Explanation(question, zone, reasons, offered, shown)

    def _account_days(self, asked: _Asked) -> Sequence[date]:
        day, zone = asked.question.day, asked.location.time_zone
        account = account_zone(asked.found, asked.curation)
        today = day_of(self._clock.now(), account)
        return account_days(day, day, location_zone=zone, account_zone=account, today=today)

    def _offered(self, practice: Practice, asked: _Asked) -> tuple[datetime, ...]:
        """Cliniko's starts on the location's day, asked for by the days of the account."""
        day, zone, days = asked.question.day, asked.location.time_zone, self._account_days(asked)
        if not days:
            return ()
        starts = practice.slot_starts(
            location_id=asked.location.cliniko_id,
            practitioner_id=asked.practitioner.cliniko_id,
            service_id=asked.service.cliniko_id,
            from_day=days[0],
            to_day=days[-1],
        )
        return tuple(start for start in starts if day_of(start, zone) == day)

    def _diary(self, practice: Practice, asked: _Asked) -> tuple[DiaryEntry, ...]:
        zone = asked.location.time_zone
        return practice.diary(
            practitioner_id=asked.practitioner.cliniko_id,
            starts_at=begins(asked.question.day, zone),
            ends_at=begins(asked.question.day + ONE_DAY, zone),
        )

    def _held(self, clinic: Clinic, question: Question, offered: Sequence[datetime], minutes: int) -> tuple[Span, ...]:
        with self._database.reading() as session:
            found = held_spans(
                session,
                account_key=account_key_of(session, clinic.id),
                practitioner_ids=[question.practitioner_id],
                start=min(offered),
                end=max(offered) + timedelta(minutes=minutes),
                now=self._clock.now(),
            )
        return tuple((one.starts_at, one.ends_at) for one in found)

    def _refreshed(self, clinic: Clinic) -> list[Reason]:
        """Read Cliniko's settings anew unless that was just done; says so when it cannot be."""
        with self._database.reading() as session:
            age = snapshot_age(session, clinic.id, self._clock.now())
        if age is not None and age < FRESH_FOR:
            return []
        try:
            self._read_anew(clinic)
        except RemoteFailure as error:
            if age is None:
                raise CatalogueMissing from error
            minutes = max(round(age.total_seconds() / 60), 1)
            said = f"Cliniko’s settings could not be read just now; what follows is {minutes} minutes old."
            return [Reason("notes", said, cliniko_sentence(error.code))]
        return []

    def _read_anew(self, clinic: Clinic) -> PracticeCatalogue:
        practice = self._practices(clinic.id).within(deadline=self._clock.monotonic() + SECONDS)
        refresh(self._database, clinic.id, practice, self._clock.now())
        with self._database.reading() as session:
            found = last_reading(session, clinic.id)
        if found is None:  # the connection was changed in the same moment
            raise CatalogueMissing
        return found

    def _asked(self, clinic: Clinic, question: Question) -> _Asked:
        with self._database.reading() as session:
            found, curation = last_reading(session, clinic.id), curation_of(session, clinic.id)
        if found is None:
            raise CatalogueMissing
        services = {one.cliniko_id: one for one in found.services}
        people = {one.cliniko_id: one for one in found.practitioners}
        places = {one.cliniko_id: one for one in found.locations}
        return _Asked(
            question,
            found,
            curation,
            services[question.service_id],
            people[question.practitioner_id],
            places[question.location_id],
        )


def _with(answer: Explanation, reason: Reason) -> Explanation:
    return Explanation(answer.question, answer.zone, (*answer.reasons, reason))
