"""A practice's catalogue for tests: two locations, two people and a pool."""

from dataclasses import replace
from decimal import Decimal

from booking_app.pms.records import Location, Offer, PracticeCatalogue, Practitioner, Service

PHYSIO = Service(
    cliniko_id="s1",
    name="Physio",
    category="Physiotherapy",
    description="Hands on.",
    minutes=30,
    price=Decimal("85.00"),
    deposit=None,
    places=1,
    is_telehealth=False,
    lead_hours=None,
    sends_confirmation=False,
    is_bookable=True,
)
POOL = replace(PHYSIO, cliniko_id="s2", name="Pool", category="Wellness", price=None, lead_hours=4)
CHAT = replace(PHYSIO, cliniko_id="s3", name="A chat", category="", price=Decimal("0"))
CLASS = replace(PHYSIO, cliniko_id="s4", name="Pilates class", places=8, is_bookable=False)
ADELAIDE = Location("l1", "Adelaide", "Australia/Adelaide", "12 Harbour Street", True)
PERTH = Location("l2", "Perth", "Australia/Perth", "88 Quay Road", True)
MIA = Practitioner("p1", "Mia Okafor", "Knees.", True)
LIAM = Practitioner("p2", "Liam Petrov", "Backs.", True)
TUB = Practitioner("p3", "Hydrotherapy Pool", "", True)

SAMPLE = PracticeCatalogue(
    account_key="au1-31001",
    account_name="Harbour Street Health",
    account_time_zone="Australia/Adelaide",
    currency_symbol="$",
    is_online_booking_enabled=True,
    lead_hours=1,
    horizon_days=182,
    practitioner_order=("p2", "p1"),
    locations=(PERTH, ADELAIDE),
    practitioners=(MIA, LIAM, TUB),
    services=(PHYSIO, POOL, CHAT, CLASS),
    offers=(
        Offer("s1", "l1", "p1"),
        Offer("s1", "l1", "p2"),
        Offer("s1", "l2", "p2"),
        Offer("s2", "l1", "p3"),
        Offer("s3", "l2", "p1"),
        Offer("s4", "l1", "p1"),
    ),
)


def changed(*, services: dict[str, dict[str, object]] | None = None, **groups: object) -> PracticeCatalogue:
    """The sample with some services (by id) and some fields of its own changed."""
    wanted = services or {}
    return replace(
        SAMPLE,
        services=tuple(replace(one, **wanted.get(one.cliniko_id, {})) for one in SAMPLE.services),
        **groups,
    )
