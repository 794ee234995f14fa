"""The judge of the long runs sees what it is there to see: each promise can be found broken."""

import hashlib
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import text

from bench.crowd import Visit
from bench.fleet import Fleet
from bench.verdict import Verdict, judge
from booking_app.core.db import Database

PDF = b"%PDF-signed"
SHA = hashlib.sha256(PDF).hexdigest()
TABLES = (
    "create table clinic (id integer, slug text)",
    "create table booking (id integer, clinic_id integer, state text, reference text, practitioner_id text)",
    "alter table booking add column cliniko_patient_id text",
    "alter table booking add column cliniko_appointment_id text",
    "create table signed_document (booking_id integer, file_sha256 text)",
    "create table task (booking_id integer, name text, state text, code text, failure text)",
    "insert into clinic values (1, 'clinic1')",
    "insert into booking values (1, 1, 'confirmed', 'BK-1', 'd1', 'p1', 'a1')",
    f"insert into signed_document values (1, '{SHA}')",
    "insert into task values (1, 'form', 'done', null, null)",
)


def _appointment(name: str, starts: str = "09:00", ends: str = "09:30") -> dict[str, Any]:
    return {"id": name, "patient_id": "p1", "practitioner_id": "d1", "starts_at": starts, "ends_at": ends}


def _state() -> dict[str, Any]:
    return {
        "patients": [{"id": "p1", "email": "patient.1@example.com"}],
        "individual_appointments": [_appointment("a1")],
        "patient_forms": [{"patient_id": "p1", "completed_at": "now"}],
        "attachments": [{"patient_id": "p1", "archived_at": None, "processed_at": "now", "bytes": "/f"}],
        "contacts": [{"properties": {"email": "patient.1@example.com"}}],
    }


def _judge(
    folder: Path, state: dict[str, Any], *, desk: list[dict[str, Any]] | None = None, file: bytes = PDF
) -> Verdict:
    database = Database(f"sqlite:///{folder / 'x.sqlite3'}")
    with database.begin() as session:
        for statement in TABLES:
            session.execute(text(statement))

    def switch(path: str) -> dict[str, Any]:
        return {"records": state["individual_appointments"] + (desk or [])} if "records" in path else state

    fleet = SimpleNamespace(estate=SimpleNamespace(clinics={"clinic1": folder}), switch=switch, file=lambda _path: file)
    verdict = judge(cast(Fleet, fleet), database, [Visit(1, "clinic1", outcome="confirmed")])
    database.dispose()
    return verdict


def test_a_booking_whose_every_effect_arrived_once_breaks_no_promise(tmp_path: Path) -> None:
    assert _judge(tmp_path, _state()).broken == []


@pytest.mark.parametrize(
    ("table", "promise"),
    [
        ("patients", "exactly 1 patient"),
        ("individual_appointments", "exactly 1 appointment"),
        ("patient_forms", "exactly 1 completed form"),
        ("attachments", "exactly 1 PDF"),
        ("contacts", "exactly 1 contact"),
    ],
)
@pytest.mark.parametrize("times", [0, 2])
def test_an_effect_that_is_missing_or_there_twice_is_told(tmp_path: Path, table: str, promise: str, times: int) -> None:
    state = _state()
    state[table] = [dict(row, id=f"{row.get('id')}-{each}") for row in state[table] for each in range(times)]

    assert any(sentence.startswith(promise) for sentence in _judge(tmp_path, state).broken)


def test_a_time_shared_with_the_front_desk_is_told(tmp_path: Path) -> None:
    verdict = _judge(tmp_path, _state(), desk=[_appointment("desk", "09:15", "09:45")])

    assert [sentence.split(":")[0] for sentence in verdict.broken] == ["no slot double-booked"]


def test_a_file_that_is_not_the_one_signed_is_told(tmp_path: Path) -> None:
    assert [s.split(":")[0] for s in _judge(tmp_path, _state(), file=b"%PDF-other").broken] == ["PDF hash equal"]
