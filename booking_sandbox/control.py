"""The switches: what a test or a person may do to the sandbox, and what they may look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from booking_sandbox.account import Account
from booking_sandbox.billing import Billing
from booking_sandbox.calls import LoggedCall
from booking_sandbox.faults import Fault, Match
from booking_sandbox.fixture import build
from booking_sandbox.instants import as_text, from_text
from booking_sandbox.mail import Mail
from booking_sandbox.table import Record
from booking_sandbox.world import World


class Unknown(LookupError):
    """There is no such account, table or record; the text says which."""


class SandboxControl:
    """Everything that is not part of an imitated API. Safe from any thread."""

    def __init__(self, world: World) -> None:
        self.world = world

    def fault(
        self,
        kind: str,
        *,
        method: str | None = None,
        path: str | None = None,
        service: str | None = None,
        account: str | None = None,
        status: int = 500,
        seconds: float = 0.0,
        body: str = "html",
        after_commit: bool = False,
        times: int | None = 1,
        probability: float = 1.0,
        seed: int = 0,
    ) -> int:
        """Switch a fault on and return its id; see ``faults.Fault`` for the kinds. Raises FaultInvalid."""
        with self.world.lock:
            rule = self.world.faults.set(
                Match(method=method, path=path, service=service, account=account),
                Fault(kind=kind, status=status, seconds=seconds, body=body, after_commit=after_commit),
                times=times,
                probability=probability,
                seed=seed,
            )
        return rule.id

    def faults(self) -> list[dict[str, Any]]:
        """The rules and how often each has struck."""
        with self.world.lock:
            return [rule.to_json() for rule in self.world.faults.rules()]

    def clear_faults(self, rule_id: int | None = None) -> None:
        """Switch one fault off, or all."""
        with self.world.lock:
            self.world.faults.clear(rule_id)

    def account(self, name: str) -> Account:
        """An account by its name in the fixture. Raises Unknown."""
        found = self.world.accounts.get(name)
        if found is None:
            raise Unknown(f"There is no account {name}.")
        return found

    def records(self, account: str, table: str, **values: Any) -> list[Record]:
        """Copies of the records of a table whose members have these values."""
        with self.world.lock:
            rows = list(self.account(account).table(table))
        return [dict(row) for row in rows if all(row.get(name) == value for name, value in values.items())]

    def state(self, account: str) -> dict[str, Any]:
        """What arrived since the fixture was loaded: changed records by table, signatures, files, contacts, calls."""
        with self.world.lock:
            tables = self.account(account).arrived()
            portal = self.world.portals.get(account)
            gohighlevel, campaign = self.world.gohighlevel.get(account), self.world.activecampaign.get(account)
            stripe = self.world.stripe.get(account)
            mailchimp, endpoint = self.world.mailchimp.get(account), self.world.webhooks.get(account)
            return {
                **{name: tables.get(name, []) for name in _ALWAYS_SHOWN},
                **tables,
                "attachments": [self._attachment(row) for row in tables.get("patient_attachments", [])],
                "crm": portal.to_json() if portal else {},
                "contacts": portal.to_json()["contacts"] if portal else [],
                "gohighlevel": gohighlevel.to_json() if gohighlevel else {},
                "activecampaign": campaign.to_json() if campaign else {},
                "mailchimp": mailchimp.to_json() if mailchimp else {},
                "webhooks": endpoint.to_json() if endpoint else {},
                "stripe": stripe.to_json() if stripe else {},
                "calls": self.world.calls.summary(account=account),
                "now": as_text(self.world.clock.now()),
            }

    def _attachment(self, row: Record) -> Record:
        names = ("id", "patient_id", "filename", "content_type", "size", "sha256", "processed_at", "archived_at")
        return {"bytes": f"/control/attachments/{row['id']}", **{name: row.get(name) for name in names}}

    def attachment(self, attachment_id: str) -> tuple[bytes, str]:
        """The bytes and content type of a registered file. Raises Unknown."""
        with self.world.lock:
            for account in self.world.accounts.values():
                row = account.table("patient_attachments").get(attachment_id)
                file = row and self.world.files.find(attachment_id=attachment_id, key=row["upload_key"])
                if file:
                    return file.content, file.content_type
        raise Unknown("There is no such file.")

    def calls(self, *, account: str | None = None, service: str | None = None) -> list[LoggedCall]:
        """The log of calls, oldest first."""
        return self.world.calls.all(account=account, service=service)

    def mails(self) -> list[Mail]:
        """The mails that were caught, oldest first."""
        return self.world.mailbox.all()

    def receptionist_books(
        self,
        account: str,
        *,
        practitioner_id: str,
        starts_at: datetime | str,
        business_id: str | None = None,
        appointment_type_id: str | None = None,
        patient_id: str | None = None,
        minutes: int | None = None,
    ) -> str:
        """Somebody at the front desk books, past the API; returns the appointment's id.

        What is left out is chosen: the practitioner's first business, their default type, any patient. Raises Unknown.
        """
        with self.world.lock:
            home = self.account(account)
            person = self._record(home, "practitioners", practitioner_id)
            kind = self._record(home, "appointment_types", appointment_type_id or person["default_appointment_type_id"])
            start = _instant(starts_at)
            now = as_text(self.world.clock.now())
            base = {"created_at": now, "updated_at": now, "archived_at": None}
            booked = {
                **base,
                "id": home.new_id(),
                "practitioner_id": person["id"],
                "business_id": business_id or person["business_ids"][0],
                "appointment_type_id": kind["id"],
                "patient_id": patient_id or next(iter(home.table("patients")))["id"],
                "starts_at": as_text(start),
                "ends_at": as_text(start + timedelta(minutes=minutes or kind["duration_in_minutes"])),
                "notes": "Booked at the front desk",
                "repeat_rule": {},
            }
            home.table("individual_appointments").put(booked)
            names = {"booking_id": booked["id"], "appointment_id": booked["id"], "patient_id": booked["patient_id"]}
            home.table("attendees").put({**base, "id": home.new_id(), **names, "patient_case_id": None})
            return str(booked["id"])

    def billing(self, account: str) -> Billing:
        """What the front desk does to invoices now, past the API; call its verbs from one thread. Raises Unknown."""
        return Billing(self.account(account), self.world.clock.now())

    def receptionist_adds(self, account: str, *, group_id: str, patient_id: str | None = None) -> str:
        """Somebody at the front desk puts a patient into a group appointment; returns the attendee's id."""
        with self.world.lock:
            home = self.account(account)
            self._record(home, "group_appointments", group_id)
            now = as_text(self.world.clock.now())
            base = {"id": home.new_id(), "created_at": now, "updated_at": now, "archived_at": None}
            names = {"booking_id": group_id, "appointment_id": group_id, "patient_case_id": None}
            patient = patient_id or next(iter(home.table("patients")))["id"]
            home.table("attendees").put({**base, **names, "patient_id": patient})
            return str(base["id"])

    def archive_type(self, account: str, appointment_type_id: str) -> None:
        """Archive an appointment type, as the clinic would in Cliniko."""
        self.change(account, "appointment_types", appointment_type_id, archived_at=as_text(self.world.clock.now()))

    def change(self, account: str, table: str, record_id: str, **values: Any) -> None:
        """Change a record past the API; the members are those the sandbox stores. Raises Unknown."""
        with self.world.lock:
            home = self.account(account)
            row = self._record(home, table, record_id)
            home.table(table).put({**row, **values, "updated_at": as_text(self.world.clock.now())})

    def _record(self, home: Account, table: str, record_id: str) -> Record:
        row = home.table(table).get(record_id)
        if row is None:
            raise Unknown(f"There is no such record in {table}.")
        return row

    def set_setting(self, account: str, group: str, name: str, value: Any) -> None:
        """Change one of an account's settings, e.g. ``online_bookings``, ``enabled``, False."""
        with self.world.lock:
            self.account(account).settings[group][name] = value

    def set_knob(self, **values: Any) -> None:
        """Turn knobs; see ``knobs.Knobs``. Raises KeyError or ValueError."""
        with self.world.lock:
            for name, value in values.items():
                self.world.knobs.set(name, value)

    def knobs(self) -> dict[str, Any]:
        """The knobs and how they stand."""
        return asdict(self.world.knobs)

    def now(self) -> datetime:
        """The simulated instant."""
        return self.world.clock.now()

    def set_now(self, now: datetime | str, *, frozen: bool = False) -> None:
        """Move the simulated clock; the diary stays where it is (``reset`` lays it out anew)."""
        with self.world.lock:
            self.world.clock.set(_instant(now), frozen=frozen)

    def advance(self, **by: float) -> None:
        """Move the clock on, e.g. ``advance(hours=2)``."""
        with self.world.lock:
            self.world.clock.advance(timedelta(**by))

    def reset(self, now: datetime | str | None = None, *, frozen: bool = False) -> None:
        """Forget what arrived, faults, knobs, mails and counts; optionally start at another time."""
        self.world.reset(now=None if now is None else _instant(now), frozen=frozen)

    def add_clinic(self, spec: Mapping[str, Any]) -> None:
        """Add an account, given as in the fixture file. It stays over resets until the fixture is laid out anew."""
        self.world.add_account(build.account_of(spec, self.world.clock.now()))

    def add_key(self, account: str, key: str) -> None:
        """Let another API key of the account's first user in."""
        with self.world.lock:
            home = self.account(account)
            home.add_key(key, next(iter(home.table("users")))["id"])

    def key(self, account: str) -> str:
        """The first API key of an account, with its shard suffix."""
        home = self.account(account)
        return f"{next(iter(home.keys))}-{home.shard}"

    def hubspot_token(self, portal: str) -> str:
        """The token of a portal. Raises Unknown."""
        if portal not in self.world.portals:
            raise Unknown(f"There is no portal {portal}.")
        return self.world.portals[portal].token

    def opt_out(self, portal: str, email: str) -> None:
        """Somebody unsubscribes from everything in HubSpot. Raises Unknown."""
        self.hubspot_token(portal)
        with self.world.lock:
            self.world.portals[portal].opted_out.add(email.lower())


_ALWAYS_SHOWN = ("patients", "individual_appointments", "attendees", "patient_forms", "signatures")


def _instant(at: datetime | str) -> datetime:
    if isinstance(at, datetime):
        return at.astimezone(UTC)
    read = from_text(at)
    if read is None:
        raise ValueError("That is not a time.")
    return read
