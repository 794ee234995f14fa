"""What must be true after the storm, read from the sandbox and the database, past the product."""

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from sqlalchemy import text

from bench.crowd import Visit
from bench.fleet import Fleet
from booking_app.core.db import Database

Row = dict[str, Any]
BOOKINGS = """select b.id, b.state, b.reference, c.slug, b.cliniko_patient_id as patient, b.cliniko_appointment_id as
    appointment, b.practitioner_id, d.file_sha256 from booking b join clinic c on c.id = b.clinic_id
    left join signed_document d on d.booking_id = b.id"""
TASKS = "select booking_id, name, state, code, failure from task"


@dataclass
class Verdict:
    """How often each promise was kept, and a sentence for every time it was not."""

    counts: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    others: Counter[str] = field(default_factory=Counter)

    def to_json(self) -> dict[str, Any]:
        return {"counts": dict(sorted(self.counts.items())), "broken": self.broken, "not_confirmed": dict(self.others)}

    def expect(self, promise: str, is_kept: bool, where: str) -> None:
        self.counts[promise] += is_kept
        if not is_kept:
            self.broken.append(f"{promise}: {where}")


def judge(fleet: Fleet, database: Database, visits: list[Visit]) -> Verdict:
    """Hold every booking and every visit against what arrived."""
    verdict = Verdict()
    bookings, tasks = rows(database, BOOKINGS), rows(database, TASKS)
    for slug in fleet.estate.clinics:
        state = fleet.switch(f"/control/state?account={slug}")
        every = fleet.switch(f"/control/records/individual_appointments?account={slug}")["records"]
        mine = [row for row in bookings if row["slug"] == slug]
        for booking in mine:
            _judge_booking(verdict, fleet, booking, state, [t for t in tasks if t["booking_id"] == booking["id"]])
        _judge_visits(verdict, mine, state, [visit for visit in visits if visit.clinic == slug])
        _judge_diary(verdict, slug, mine, state, every)
    return verdict


def rows(database: Database, query: str) -> list[Row]:
    with database.reading() as session:
        return [dict(row) for row in session.execute(text(query)).mappings()]


def _judge_booking(verdict: Verdict, fleet: Fleet, booking: Row, state: Row, tasks: list[Row]) -> None:
    where = f"{booking['slug']} {booking['reference']}"
    verdict.counts[f"bookings {booking['state']}"] += 1
    if booking["state"] != "confirmed":
        reasons = {f"{task['name']} {task['state']} {task['code'] or ''}".strip() for task in tasks}
        verdict.others[booking["state"]] += 1
        is_final = booking["state"] in ("slot_lost", "withdrawn", "failed", "cancelled")
        verdict.expect("visible with a reason", is_final or bool(reasons), f"{where} {sorted(reasons)}")
        return
    patient = booking["patient"]
    of = {
        name: [row for row in state[name] if row.get("patient_id") == patient]
        for name in ("patient_forms", "attachments")
    }
    person: list[Row] = [row for row in state["patients"] if row["id"] == patient]
    email = person[0]["email"] if person else None
    same = [row for row in state["patients"] if row["email"] == email]
    live = [row for row in state["individual_appointments"] if row["patient_id"] == patient and is_live(row)]
    contacts = [row for row in state["contacts"] if row["properties"].get("email") == email]
    verdict.expect("exactly 1 patient", len(same) == 1, f"{where} has {len(same)}")
    verdict.expect(
        "exactly 1 appointment", [row["id"] for row in live] == [booking["appointment"]], f"{where} {len(live)}"
    )
    forms = [row for row in of["patient_forms"] if row["completed_at"] and not row.get("archived_at")]
    verdict.expect("exactly 1 completed form", len(forms) == 1 == len(of["patient_forms"]), f"{where} {len(forms)}")
    files = [row for row in of["attachments"] if not row["archived_at"]]
    verdict.expect("exactly 1 PDF", len(files) == 1 and bool(files[0]["processed_at"]), f"{where} {len(files)}")
    hashes = [hashlib.sha256(fleet.file(row["bytes"])).hexdigest() for row in files]
    verdict.expect("PDF hash equal", hashes == [booking["file_sha256"]], where)
    verdict.expect("exactly 1 contact", len(contacts) == 1, f"{where} {len(contacts)}")
    unfinished = [f"{t['name']} {t['state']} {t['code']}" for t in tasks if t["state"] not in ("done", "cancelled")]
    verdict.expect("no task left", not unfinished, f"{where} {unfinished}")


def _judge_visits(verdict: Verdict, bookings: list[Row], state: Row, visits: list[Visit]) -> None:
    patients = {row["email"]: row["id"] for row in state["patients"]}
    confirmed = Counter(row["patient"] for row in bookings if row["state"] == "confirmed")
    for visit in visits:
        verdict.counts[f"patients told: {visit.outcome}"] += 1
        verdict.counts["patients who had their request held"] += visit.was_held
        times = confirmed[patients.get(visit.email, "")]
        verdict.expect("no patient booked twice", times <= 1, f"{visit.email} {times}")
        if visit.outcome == "confirmed":
            verdict.expect("told confirmed, is confirmed", times == 1, f"{visit.email} {times}")


def _judge_diary(verdict: Verdict, slug: str, bookings: list[Row], state: Row, every: list[Row]) -> None:
    """No appointment of ours without a booking, and none that shares a practitioner's time with another."""
    ours = {row["id"] for row in state["individual_appointments"]}
    known = {row["appointment"] for row in bookings if row["state"] == "confirmed"}
    live = [row for row in every if is_live(row)]
    stray = [row["id"] for row in live if row["id"] in ours and row["id"] not in known]
    verdict.expect("no appointment without a booking", not stray, f"{slug} {stray}")
    shared = []
    by_time = sorted(live, key=lambda row: (row["practitioner_id"], row["starts_at"]))
    for one, other in pairwise(by_time):
        is_same = one["practitioner_id"] == other["practitioner_id"] and other["starts_at"] < one["ends_at"]
        if is_same and {one["id"], other["id"]} & ours:
            shared.append(f"{one['id']} {other['id']}")
    verdict.expect("no slot double-booked", not shared, f"{slug} {shared}")


def is_live(row: Row) -> bool:
    return not row.get("archived_at") and not row.get("cancelled_at")
