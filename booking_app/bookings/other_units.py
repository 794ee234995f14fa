"""Equipment is interchangeable: when the unit chosen for a patient is taken, another one will do. Pure."""

from dataclasses import replace

from booking_app.bookings.records import Choice
from booking_app.catalogue.catalogue import Catalogue
from booking_app.catalogue.who import is_pool


def other_units(catalogue: Catalogue, choice: Choice) -> tuple[Choice, ...]:
    """The same time on the other units that give the service there, in the clinic's order.

    None where the patient asked for this very unit, or where any of them is a person: whom somebody is treated by is
    never changed behind their back.
    """
    offers = [one for one in catalogue.offers_of(choice.service_id) if one.location_id == choice.location_id]
    units = [catalogue.practitioner(one) for one in dict.fromkeys(offer.practitioner_id for offer in offers)]
    known = [unit for unit in units if unit is not None]
    if not choice.any_practitioner or not is_pool(known):
        return ()
    others = [unit.cliniko_id for unit in known if unit.cliniko_id != choice.practitioner_id]
    return tuple(replace(choice, practitioner_id=one) for one in others)
