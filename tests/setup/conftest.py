"""The sample clinic over the real sandbox, and the use cases of this package as wiring makes them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from booking_app.cli.wiring import build_use_cases
from booking_app.clinics.audit import AuditLog, Author, Change
from booking_app.clinics.clinics import find_clinic
from booking_app.clinics.models import Clinic
from booking_app.clinics.people import find_or_add_staff
from booking_app.clinics.staff import Staff
from booking_app.setup.setup import Setup
from booking_sandbox.server import SandboxServer
from tests.faults.shop import Shop, open_shop


@dataclass(frozen=True)
class Office:
    """Where a manager sits."""

    shop: Shop
    setup: Setup

    @property
    def clinic(self) -> Clinic:
        """The clinic as it is stored now."""
        with self.shop.services.database.reading() as session:
            clinic = find_clinic(session, "demo")
        assert clinic is not None
        return clinic

    @property
    def author(self) -> Author:
        """An owner at work now."""
        author = Author(None, self.shop.clock.now())
        with self.shop.services.database.begin() as session:
            return Author(find_or_add_staff(session, "owner@example.com", author).id, author.at)

    @property
    def invited(self) -> Author:
        """The same person, with an invitation to make a clinic."""
        author = self.author
        with self.shop.services.database.begin() as session:
            session.get_one(Staff, author.staff_id).may_make_clinic = True
        return author

    def changes(self) -> list[Change]:
        """What was written down, newest first."""
        return list(AuditLog(self.shop.services.database).changes(self.clinic.id))


@pytest.fixture(scope="session")
def sandbox() -> Iterator[SandboxServer]:
    with SandboxServer() as running:
        yield running


@pytest.fixture
def office(sandbox: SandboxServer, tmp_path: Path) -> Iterator[Office]:
    shop = open_shop(sandbox, tmp_path)
    yield Office(shop, build_use_cases(shop.services).setup)
    shop.services.close()
