"""A clinic on a real database, with a practice system in memory, and somebody who designs."""

import pytest
from sqlalchemy import select

from booking_app.clinics.audit import AuditEntry, Author
from booking_app.setup.design.branding import BrandingDesign
from booking_app.setup.design.questions import QuestionDesign
from booking_app.setup.design.services import ServiceDesign
from booking_app.setup.design.waivers import WaiverDesign
from tests.bookings.conftest import NOW, Desk, clock, database, desk  # noqa: F401 - fixtures for this package


@pytest.fixture
def author() -> Author:
    """Somebody at the command line: who it is makes no difference here."""
    return Author(None, NOW)


@pytest.fixture
def branding(desk: Desk) -> BrandingDesign:  # noqa: F811
    return BrandingDesign(desk.database)


@pytest.fixture
def services(desk: Desk) -> ServiceDesign:  # noqa: F811
    return ServiceDesign(database=desk.database, practices=desk.practice_of, clock=desk.clock)


@pytest.fixture
def questions(desk: Desk) -> QuestionDesign:  # noqa: F811
    return QuestionDesign(database=desk.database, practices=desk.practice_of)


@pytest.fixture
def waivers(desk: Desk) -> WaiverDesign:  # noqa: F811
    return WaiverDesign(desk.database)


def recorded(desk: Desk) -> list[tuple[str, dict[str, object], dict[str, object]]]:  # noqa: F811
    """What was written down, oldest first."""
    with desk.database.reading() as session:
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
        return [(entry.action, entry.before, entry.after) for entry in entries]
