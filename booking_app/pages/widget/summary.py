"""The chosen appointment in words, for every page from the details on."""

from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from booking_app.bookings.deadlines import deadlines_of
from booking_app.bookings.other_units import other_units
from booking_app.bookings.records import Choice
from booking_app.catalogue.records import ServiceView
from booking_app.catalogue.who import inside, who_words, with_whom
from booking_app.pages.shared import use_cases, words
from booking_app.pages.shared.outside_links import map_url
from booking_app.pages.widget.visits import Visit


@dataclass(frozen=True)
class Appointment:
    """What, with whom, where and when.

    `confirmation` says which mail to expect; `changes` what can be changed online, and until when.
    `instructions` are the clinic's own words for when it is booked: for this service, then for every one.
    """

    service: str
    facts: str
    practitioner: str
    practitioner_label: str
    with_whom: str
    place: str
    address: str
    directions: str
    is_by_video: bool
    time: str
    zone: str
    iso: str
    changes: str
    can_change: bool
    confirmation: str | None
    instructions: tuple[str, ...] = ()
    what_to_bring: str = ""
    map_url: str | None = None


def appointment(visit: Visit, choice: Choice, *, is_booked: bool = False) -> Appointment:
    """The words for a choice; what the catalogue has dropped since is said neutrally.

    Until it is booked, any of several pods is promised and none by name: another may be used in the end.
    """
    service = visit.catalogue.service(choice.service_id)
    location = visit.catalogue.location(choice.location_id)
    person = visit.catalogue.practitioner(choice.practitioner_id)
    zone = location.time_zone if location else visit.clinic.time_zone
    deadlines = deadlines_of(visit.clinic.booking_rules(), choice.starts_at).open_at(use_cases().clock.now())
    cost = words.cost(service, visit.catalogue.currency_symbol) if service else None
    minutes = (choice.ends_at - choice.starts_at) // timedelta(minutes=1)
    who = who_words(service, [person] if person else []) if service else None
    is_any = bool(who) and not is_booked and bool(other_units(visit.catalogue, choice))
    name = person.name if person else ""
    if who and is_any:
        name = who.anyone
    return Appointment(
        service=service.name if service else "Appointment",
        facts=" · ".join(
            fact for fact in (words.length(minutes), cost, words.group_size(service) if service else None) if fact
        ),
        practitioner=name,
        practitioner_label=who.noun if who else "Practitioner",
        with_whom=with_whom(inside(name) if is_any else name, is_equipment=bool(person and person.is_equipment)),
        place=location.name if location else visit.clinic.name,
        address=location.address if location else "",
        directions=(location.directions if location else "") or "",
        is_by_video=bool(service and service.telehealth),
        time=words.full_time(choice.starts_at, zone),
        zone=words.zone_name(zone, [choice.starts_at]),
        iso=words.iso(choice.starts_at.astimezone(ZoneInfo(zone))),
        changes=deadlines.sentence(zone),
        can_change=not deadlines.is_over,
        confirmation=_confirmation(visit, sends=bool(service and service.sends_confirmation)),
        instructions=_instructions(visit, service),
        what_to_bring=service.what_to_bring if service else "",
        map_url=map_url(location.address) if location else None,
    )


def _instructions(visit: Visit, service: ServiceView | None) -> tuple[str, ...]:
    texts = (service.confirmation_text if service else "", visit.clinic.branding_values().confirmation_text)
    return tuple(text for text in texts if text)


def _confirmation(visit: Visit, *, sends: bool) -> str | None:
    """What to say about the mail that follows; None where neither Cliniko nor we send one."""
    rule = visit.clinic.booking_rules().confirmation_mail
    if sends and rule != "always":
        return "A confirmation is on its way to your email from the clinic’s practice system."
    return "A confirmation is on its way to your email." if rule != "never" else None
