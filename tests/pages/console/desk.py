"""The console over the real product and the real sandbox: two clinics, and everybody who may or may not see them."""

import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from flask import Flask
from flask_security import hash_password
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from booking_app.cli.wiring import Services
from booking_app.clinics.audit import Author
from booking_app.clinics.models import Clinic
from booking_app.clinics.people import People
from booking_app.clinics.staff import Role, Staff
from booking_app.pages.use_cases import UseCases
from booking_sandbox.server import SandboxServer
from tests.faults.shop import Shop, open_shop, reopen_shop
from tests.pages.shared.client import CheckingClient, Page

PASSWORD = "harbour kettle violet"
CLINIC, OTHER = "demo", "other"
# Who belongs where. The stranger owns a clinic, but another one; the agency belongs to both.
PEOPLE: dict[str, dict[str, Role]] = {
    "owner": {CLINIC: Role.OWNER},
    "manager": {CLINIC: Role.MANAGER},
    "receptionist": {CLINIC: Role.RECEPTIONIST},
    "designer": {CLINIC: Role.DESIGNER},
    "bookkeeper": {CLINIC: Role.BOOKKEEPER},
    "agency": {CLINIC: Role.MANAGER, OTHER: Role.MANAGER},
    "stranger": {OTHER: Role.OWNER},
}


def email_of(person: str) -> str:
    return f"{person}@example.com"


class Visitor(CheckingClient):
    """A browser in the console. Cookies stay below its path; every form carries the session's token."""

    may_have_cookies = True

    def token(self) -> str:
        """The token that every form of this session carries."""
        page = self.get("/console/sign-in")
        while page.status_code == 303:  # whoever is signed in is led to their clinics
            page = self.get(page.headers["Location"])
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
        assert found is not None
        return found[1]

    def send_form(self, address: str, values: dict[str, Any], *, status: int = 303, **more: Any) -> TestResponse:
        """POST with the session's token; a redirect unless said otherwise."""
        return self.send(address, {"csrf_token": self.token(), **values}, status=status, **more)

    def sign_in(self, person: str, password: str = PASSWORD, *, status: int = 303) -> TestResponse:
        return self.send_form("/console/sign-in", {"email": email_of(person), "password": password}, status=status)


@dataclass(frozen=True)
class Desk:
    """A running product with its people; `clinic` is the one that everybody but the stranger belongs to."""

    shop: Shop
    app: Flask
    _signed_in: dict[str, Visitor] = field(default_factory=dict)

    @property
    def services(self) -> Services:
        return self.shop.services

    @property
    def sandbox(self) -> SandboxServer:
        return self.shop.sandbox

    def visitor(self) -> Visitor:
        """A new browser, signed out."""
        return Visitor(self.app, self.app.response_class)

    def sign_in(self, person: str) -> Visitor:
        """The person's browser, signed in; the same one each time."""
        if person not in self._signed_in:
            visitor = self.visitor()
            visitor.sign_in(person)
            self._signed_in[person] = visitor
        return self._signed_in[person]

    def clinic(self, slug: str = CLINIC) -> Clinic:
        """The clinic as it is stored now."""
        with self.services.database.reading() as session:
            return session.scalars(select(Clinic).where(Clinic.slug == slug)).one()

    def staff_id(self, person: str) -> int:
        with self.services.database.reading() as session:
            return session.scalars(select(Staff.id).where(Staff.email == email_of(person))).one()

    def author(self, person: str = "owner") -> Author:
        return Author(self.staff_id(person), self.services.clock.now())

    def page(self, person: str, address: str, *, status: int = 200) -> Page:
        """A page as this person sees it."""
        return self.sign_in(person).page(address, status=status)


def reopen_desk(sandbox: SandboxServer, folder: Path) -> Desk:
    """A desk over a copy of the folder of another one."""
    shop = reopen_shop(sandbox, folder)
    return Desk(shop, shop.client.application)


def open_desk(sandbox: SandboxServer, folder: Path, **more: str) -> Desk:
    """A fresh database with two clinics and their people."""
    shop = open_shop(sandbox, folder, **more)
    app = shop.client.application
    with shop.services.database.begin() as session:
        session.add(Clinic(slug=OTHER, name="Other Clinic", time_zone="Australia/Perth"))
    people, author = People(shop.services.database), Author(None, shop.services.clock.now())
    desk = Desk(shop, app)
    for person, seats in PEOPLE.items():
        for slug, role in seats.items():
            people.add(author, desk.clinic(slug).id, email_of(person), role)
    with app.app_context():
        hashed = hash_password(PASSWORD)
    with shop.services.database.begin() as session:
        session.execute(update(Staff).values(password_hash=hashed, proven_at=author.at))
    return desk


def without_mail(desk: Desk) -> None:
    """From now on no mail can be sent, as on a server that has none set up."""
    use_cases: UseCases = desk.app.extensions["use_cases"]
    desk.app.extensions["use_cases"] = replace(use_cases, staff_mail=replace(use_cases.staff_mail, is_set_up=False))


def mailed_link(desk: Desk, email: str) -> str:
    """The path of the link in the last mail to this address."""
    mail = next(each for each in reversed(desk.sandbox.control.mails()) if each.recipients == (email,))
    (link,) = re.findall(r"/console/(?:password|invitation)/\S+", mail.text)
    return str(link)


def shown_link(answer: TestResponse) -> str:
    """The path of the link that a page shows for passing on."""
    (link,) = re.findall(r"/console/(?:password|invitation)/[^\"]+", answer.text)
    return str(link)
