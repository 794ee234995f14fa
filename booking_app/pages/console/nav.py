"""Where one can go in a clinic's console: at most eight entries, each with its pages."""

from dataclasses import dataclass
from typing import Any

from flask import current_app, request, url_for

from booking_app.clinics.people import Seat
from booking_app.clinics.staff import Role

# (entry, ((endpoint, label), …)). A page is shown to the roles that its view allows: see `access.allow`.
MENU: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    ("Today", (("home", "Today"),)),
    (
        "Bookings",
        (
            ("bookings", "All bookings"),
            ("week", "Week"),
            ("matches", "Possible duplicates"),
            ("comparison", "Compare with Cliniko"),
            ("tasks", "Open tasks"),
            ("why", "Why can’t they book?"),
            ("documents", "Signed documents"),
        ),
    ),
    ("Reports", (("insight", "Reports"),)),
    (
        "Booking page",
        (
            ("branding", "Branding"),
            ("services", "Services"),
            ("practitioners", "Practitioners"),
            ("locations", "Locations"),
            ("rules", "Booking rules"),
        ),
    ),
    (
        "Questions and waivers",
        (
            ("questions", "Questions"),
            ("waivers", "Waivers"),
            ("consents", "Consent wording"),
        ),
    ),
    ("Website", (("embed", "Website"),)),
    (
        "Money",
        (
            ("deposits", "Deposits"),
            ("deposit_report", "Deposit report"),
            ("deposit_rules", "Deposit rules"),
            ("accounting", "Accounting"),
        ),
    ),
    (
        "Settings",
        (
            ("start", "Getting started"),
            ("details", "Clinic details"),
            ("connections", "Connections"),
            ("alerts", "Alerts"),
            ("people", "People"),
            ("person", "One person’s data"),
            ("changes", "Activity log"),
            ("clinic_file", "Import and export"),
        ),
    ),
)


@dataclass(frozen=True)
class Line:
    """One page of the menu."""

    label: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class Entry:
    """One entry of the menu with its pages; following it leads to the first of them."""

    label: str
    pages: tuple[Line, ...]

    @property
    def url(self) -> str:
        return self.pages[0].url

    @property
    def is_current(self) -> bool:
        return any(page.is_current for page in self.pages)


def navigation(seat: Seat) -> tuple[Entry, ...]:
    """The menu for a person at a clinic: what their role does not reach is left out."""
    entries = (
        Entry(label, tuple(_line(name, title, seat) for name, title in pages if _reaches(seat, name)))
        for label, pages in MENU
    )
    return tuple(entry for entry in entries if entry.pages)


def landing_page(seat: Seat) -> str:
    """Where somebody begins at a clinic: the first page that their role opens."""
    return navigation(seat)[0].url


def _line(name: str, label: str, seat: Seat) -> Line:
    return Line(label, url_for(f"console.{name}", slug=seat.clinic.slug), _is_current(name))


def _reaches(seat: Seat, name: str) -> bool:
    view: Any = current_app.view_functions[f"console.{name}"]
    allowed: tuple[Role, ...] = view.allowed_roles
    return seat.role.covers(*allowed)


def _is_current(name: str) -> bool:
    """A page belongs to the line whose endpoint it has or begins with: `waivers_edit` to `waivers`."""
    shown = (request.endpoint or "").removeprefix("console.")
    return shown == name or shown.startswith(f"{name}_")
