"""Where one can go in a clinic's console. A page with a place of its own in the menu has a line here."""

from dataclasses import dataclass

from flask import request, url_for

from booking_app.clinics.people import Seat
from booking_app.clinics.staff import Role

R, M, O = Role.RECEPTIONIST, Role.MANAGER, Role.OWNER  # noqa: E741

# (heading, ((endpoint, label, the lowest role that sees it), …))
MENU: tuple[tuple[str, tuple[tuple[str, str, Role], ...]], ...] = (
    (
        "Every day",
        (
            ("home", "Today", R),
            ("bookings", "Bookings", R),
            ("matches", "Possible duplicates", R),
            ("comparison", "Compare with Cliniko", R),
            ("why", "Why can’t they book?", R),
            ("insight", "Reports", R),
        ),
    ),
    (
        "What patients see",
        (
            ("branding", "Branding", R),
            ("services", "Services", R),
            ("practitioners", "Practitioners", R),
            ("locations", "Locations", R),
            ("questions", "Questions", R),
            ("waivers", "Waivers", R),
            ("documents", "Signed documents", R),
            ("rules", "Booking rules", M),
            ("consents", "Consent wording", M),
        ),
    ),
    (
        "Your website",
        (("embed", "Website", M),),
    ),
    (
        "The clinic",
        (
            ("start", "Getting started", M),
            ("details", "Clinic details", M),
            ("connections", "Connections", M),
            ("alerts", "Alerts", M),
            ("people", "People", O),
            ("person", "One person’s data", O),
            ("changes", "Activity log", M),
            ("clinic_file", "Import and export", O),
        ),
    ),
)


@dataclass(frozen=True)
class Entry:
    """One line of the menu."""

    label: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class Group:
    """Lines that belong together."""

    heading: str
    entries: tuple[Entry, ...]


def navigation(seat: Seat) -> tuple[Group, ...]:
    """The menu for a person at a clinic: what their role does not reach is left out."""
    groups = (
        Group(
            heading,
            tuple(
                Entry(label, url_for(f"console.{name}", slug=seat.clinic.slug), _is_current(name))
                for name, label, role in lines
                if seat.role.covers(role)
            ),
        )
        for heading, lines in MENU
    )
    return tuple(group for group in groups if group.entries)


def _is_current(name: str) -> bool:
    """A page belongs to the entry whose endpoint it has or begins with: `waivers_edit` to `waivers`."""
    shown = (request.endpoint or "").removeprefix("console.")
    return shown == name or shown.startswith(f"{name}_")
