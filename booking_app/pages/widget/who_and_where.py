"""The choice of place and of person above the times, each with when it is free first."""

from dataclasses import dataclass
from datetime import datetime
from textwrap import shorten

from flask import url_for

from booking_app.availability.first_times import FirstTimes
from booking_app.catalogue.records import LocationView, PractitionerView
from booking_app.catalogue.who import who_words
from booking_app.pages.shared import use_cases, words
from booking_app.pages.shared.choices import LinkChoice
from booking_app.pages.widget.search import ANY, Search
from booking_app.pages.widget.visits import Visit

LONGEST_LINE = 90
FEW = 5  # of so many a line of text each does not push the times out of sight


@dataclass(frozen=True)
class Introduction:
    """Who or what the patient will meet, in the clinic's words."""

    name: str
    profession: str
    text: str
    photo_url: str | None


def known_first_times(visit: Visit, search: Search) -> FirstTimes:
    """What is known of when who is free first, where there is somebody or somewhere to choose from."""
    if len(search.locations) < 2 and len(search.practitioners) < 2:
        return {}
    here = search.location.cliniko_id
    places = (here, *(one.cliniko_id for one in search.locations if one.cliniko_id != here))
    return use_cases().browse.first_times(visit.clinic, search.service.cliniko_id, places)


def location_links(visit: Visit, search: Search, known: FirstTimes) -> tuple[LinkChoice, ...]:
    """One link a location, where there are several."""
    if len(search.locations) < 2:
        return ()
    return tuple(
        LinkChoice(
            name=words.short_place(location.name, visit.clinic.name),
            note="" if search.service.telehealth else words.suburb(location.address),
            url=visit.url("times", **search.query(location=location.cliniko_id)),
            is_current=location == search.location,
            soonest=_soonest({who: at for who, at in known.items() if who[0] == location.cliniko_id}, location),
        )
        for location in search.locations
    )


def practitioner_links(visit: Visit, search: Search, known: FirstTimes) -> tuple[LinkChoice, ...]:
    """One link a practitioner, where there are several, and whoever is free first where the clinic allows that."""
    if len(search.practitioners) < 2:
        return ()
    here = {who: at for who, at in known.items() if who[0] == search.location.cliniko_id}
    anyone = LinkChoice(
        name=who_words(search.service, search.practitioners).anyone,
        note="",
        url=visit.url("times", **search.query(practitioner=ANY)),
        is_current=search.practitioner_id is None,
        soonest=_soonest(here, search.location),
    )
    people = tuple(_person(visit, search, one, here) for one in search.practitioners)
    return (anyone, *people) if search.allows_any else people


def _person(visit: Visit, search: Search, person: PractitionerView, here: FirstTimes) -> LinkChoice:
    is_few = len(search.practitioners) <= FEW
    own = {who: at for who, at in here.items() if who[1] == person.cliniko_id}
    return LinkChoice(
        name=person.name,
        note="" if person.is_equipment else person.profession,
        url=visit.url("times", **search.query(practitioner=person.cliniko_id)),
        is_current=person.cliniko_id == search.practitioner_id,
        photo_url=photo_url(visit, person),
        about=shorten(person.description, LONGEST_LINE, placeholder="…") if is_few else "",
        soonest=_soonest(own, search.location),
    )


def _soonest(known: FirstTimes, location: LocationView) -> str:
    """When any of these is free first, in words; what nobody has read is not guessed."""
    if not known:
        return "Choose to see times"
    starts: list[datetime] = [at for at in known.values() if at is not None]
    if not starts:
        return "No times in the next week"
    return f"Next: {words.soon(min(starts), location.time_zone, now=use_cases().clock.now())}"


def introduction(visit: Visit, search: Search) -> Introduction | None:
    """The one practitioner whose times are shown; None for any of several, and where there is nothing to tell."""
    shown = [person for person in search.practitioners if search.practitioner_id in (None, person.cliniko_id)]
    if len(shown) != 1 or not (shown[0].description or shown[0].photo or shown[0].profession):
        return None
    person = shown[0]
    return Introduction(person.name, person.profession, person.description, photo_url(visit, person))


def photo_url(visit: Visit, person: PractitionerView) -> str | None:
    """Where the small photo of a practitioner is; None without one."""
    return url_for("brand.file", slug=visit.clinic.slug, name=person.photo, size="small") if person.photo else None
