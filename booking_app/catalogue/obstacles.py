"""Why something cannot be booked online, and which setting of the practice system would change that. Pure."""

from collections.abc import Iterator

from booking_app.catalogue.curating import is_offered, shown_offers
from booking_app.catalogue.curation import Curation
from booking_app.catalogue.records import Obstacle
from booking_app.pms.records import PracticeCatalogue, Service

SHOW = "show it in online bookings"


def obstacles_in(found: PracticeCatalogue, curation: Curation) -> list[Obstacle]:
    """What keeps things from being booked, the account first; what the clinic hid itself is not one."""
    if not found.is_online_booking_enabled:
        sentence = (
            "Online bookings are switched off in Cliniko, so nothing can be booked. "
            "Switch them on under Settings, Online bookings."
        )
        return [Obstacle("account", None, sentence)]
    return [
        *_zone(found, curation),
        *_locations(found),
        *_practitioners(found),
        *_services(found, curation),
        *_unknown(found, curation),
    ]


def _zone(found: PracticeCatalogue, curation: Curation) -> Iterator[Obstacle]:
    zones = {each.time_zone for each in found.locations if each.is_bookable}
    if len(zones) > 1 and not (found.account_time_zone or curation.account_time_zone):
        yield Obstacle(
            "account",
            None,
            "Cliniko does not tell the account's time zone and the locations differ. "
            "Set account_time_zone in [cliniko] of the clinic's file.",
        )


def _locations(found: PracticeCatalogue) -> Iterator[Obstacle]:
    for location in found.locations:
        if not location.is_bookable:
            yield Obstacle(
                "location",
                location.cliniko_id,
                f"The location “{location.name}” is not offered. To offer it, open it in Cliniko under Settings, "
                f"Our business info, and {SHOW}.",
            )


def _practitioners(found: PracticeCatalogue) -> Iterator[Obstacle]:
    for practitioner in found.practitioners:
        if not practitioner.is_bookable:
            yield Obstacle(
                "practitioner",
                practitioner.cliniko_id,
                f"The practitioner “{practitioner.name}” is not offered. To offer them, open them in Cliniko under "
                "Settings, Users and practitioners, and show them in online bookings.",
            )


def _services(found: PracticeCatalogue, curation: Curation) -> Iterator[Obstacle]:
    hidden = {each.cliniko_id for each in curation.services if each.hidden}
    offered = {offer.service_id for offer in shown_offers(found, curation)}
    for service in found.services:
        if service.cliniko_id not in hidden | offered:
            yield Obstacle(
                "service", service.cliniko_id, f"The service “{service.name}” is not offered. {_reason(service, found)}"
            )


def _reason(service: Service, found: PracticeCatalogue) -> str:
    where = "open it in Cliniko under Settings, Appointment types, and"
    if not service.is_bookable:
        return f"To offer it, {where} {SHOW}."
    if not is_offered(service):
        return f"It lasts 0 minutes; {where} give it a duration."
    if not any(offer.service_id == service.cliniko_id for offer in found.offers):
        return f"Nobody gives it at any location; {where} tick its practitioners and locations."
    return "Everybody who gives it, or every location where it is given, is not offered online or is hidden."


def _unknown(found: PracticeCatalogue, curation: Curation) -> Iterator[Obstacle]:
    groups = (
        ("service", curation.services, {each.cliniko_id for each in found.services}),
        ("practitioner", curation.practitioners, {each.cliniko_id for each in found.practitioners}),
        ("location", curation.locations, {each.cliniko_id for each in found.locations}),
    )
    for kind, entries, known in groups:
        for entry in entries:
            if entry.cliniko_id not in known:
                yield Obstacle(
                    kind,
                    entry.cliniko_id,
                    f"The clinic's file speaks of the {kind} {entry.cliniko_id}, which Cliniko does not have or has "
                    "archived. Take it out of the file, or bring it back in Cliniko.",
                )
