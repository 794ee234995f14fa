"""Many concurrent bookings while calls fail, processes are killed and the queue is wiped: is each there exactly once?

python -m bench.chaos --bookings 300 --accounts 6 --kills 30
python -m bench.chaos --bookings 300 --calm                    # the same without faults and kills, for comparison
python -m bench.chaos --bookings 300 --database postgresql     # also restarts PostgreSQL once
"""

import argparse
import json
import math
import random
import statistics
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bench.crowd import Crowd, Visit
from bench.estate import build_estate
from bench.fleet import Fleet
from bench.storm import Storm, start_faults
from bench.verdict import Verdict, judge, rows
from bench.wiped import wipe_queue
from booking_app.core.db import Database

SETTLED_SECONDS = 700.0  # a request that nobody agreed to hold is given up after ten minutes
OPEN_TASKS = "select count(*) as n from task where state in ('ready', 'waiting')"
PLACING = "select count(*) as n from booking where state in ('placing', 'cancelling')"


@dataclass(frozen=True)
class Plan:
    """What is run."""

    bookings: int = 300
    accounts: int = 6
    threads: int = 12
    kills: int = 30
    every: float = 5.0
    seed: int = 1
    webs: int = 2
    workers: int = 2
    is_calm: bool = False
    most_kills: float = math.inf
    lease_scale: float = 1.0  # a share of the usual lease, for runs that have no time to wait for it
    patience: float = 30.0  # once the faults are over, seconds after which what waits longer is made due


@dataclass
class Outcome:
    """What came of it."""

    plan: Plan
    database: str
    began: str
    load_seconds: float
    settled_seconds: float
    kills: int
    confirm_seconds: float
    cliniko_calls: float
    tasks_done: int
    brought_forward: int
    take_overs: list[float]
    wiped: int
    restarts: int
    faults: dict[str, int]
    verdict: Verdict = field(default_factory=Verdict)


def main() -> None:
    options = _options()
    plan = Plan(
        options.bookings, options.accounts, options.threads, 0 if options.calm else options.kills, options.every,
        options.seed, is_calm=options.calm, lease_scale=options.lease_scale,
    )  # fmt: skip
    with ExitStack() as stack:
        folder = options.keep or Path(stack.enter_context(TemporaryDirectory(ignore_cleanup_errors=True)))
        restart: Callable[[], None] | None = None
        url = f"sqlite:///{folder / 'data' / 'booking.sqlite3'}"
        if options.database == "postgresql":
            from bench.postgres import running_postgres

            server = stack.enter_context(running_postgres())
            url, restart = server.url, server.restart
        outcome = run(folder, url, plan, restart)
    sys.stdout.write(table(outcome))
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(as_json(outcome), indent=2) + "\n")
    sys.exit(1 if outcome.verdict.broken else 0)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bookings", type=int, default=300)
    parser.add_argument("--accounts", type=int, default=6, help="Cliniko accounts the patients are spread over")
    parser.add_argument("--threads", type=int, default=12, help="patients at the same time")
    parser.add_argument("--kills", type=int, default=30, help="at least so many processes are killed")
    parser.add_argument("--every", type=float, default=5.0, help="seconds between kills")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--calm", action="store_true", help="no faults, no kills")
    parser.add_argument("--lease-scale", type=float, default=1.0, help="a share of the usual lease, to wait less")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--keep", type=Path, help="an empty folder for logs and data that stay")
    return parser.parse_args()


def run(folder: Path, url: str, plan: Plan, restart: Callable[[], None] | None = None) -> Outcome:
    """Start everything, let the crowd book in the storm, let the rest settle, judge."""
    (folder / "data").mkdir(parents=True, exist_ok=True)
    fleet = Fleet(
        folder, build_estate(folder, plan.accounts), url, plan.webs, plan.workers, lease_scale=plan.lease_scale
    )
    database = Database(url)
    try:
        fleet.open()
        return _run(fleet, database, plan, restart)
    finally:
        database.dispose()
        fleet.close()


def _run(fleet: Fleet, database: Database, plan: Plan, restart: Callable[[], None] | None) -> Outcome:
    slugs = list(fleet.estate.clinics)
    visits = [Visit(number, slugs[number % len(slugs)]) for number in range(1, plan.bookings + 1)]
    storm = Storm(fleet, database, random.Random(plan.seed), plan.every, plan.most_kills)
    began, began_at = time.monotonic(), datetime.now(UTC)
    crowd = threading.Thread(target=Crowd(fleet.ports, visits, plan.threads, plan.seed).run)
    wiped = restarts = 0
    if not plan.is_calm:
        start_faults(fleet, plan.seed)
        storm.start()
    crowd.start()
    while crowd.is_alive() or (not plan.is_calm and fleet.kills < plan.kills):
        crowd.join(1)
        is_half = sum(bool(visit.pressed_at) for visit in visits) * 2 >= plan.bookings
        if is_half and not plan.is_calm and not wiped:
            wiped += wipe_queue(database)
            if restart is not None:
                restart()
                restarts += 1
    load_seconds = time.monotonic() - began
    storm.stop()
    faults: Counter[str] = Counter()
    for rule in fleet.switch("/control/faults")["faults"]:
        faults[_named(rule["fault"])] += rule["met"]
    fleet.switch("/control/faults", method="DELETE")
    forward = _settle(database, plan)
    settled = time.monotonic() - began - load_seconds
    storm.close()
    told = [visit.confirm_seconds for visit in visits if visit.outcome == "confirmed"]
    calls = sum(_cliniko_calls(fleet, slug) for slug in slugs)
    return Outcome(
        plan=plan, database=database.engine.dialect.name, began=f"{began_at:%Y-%m-%d %H:%M} UTC",
        load_seconds=load_seconds,
        settled_seconds=settled, kills=fleet.kills, confirm_seconds=statistics.median(told) if told else 0.0,
        cliniko_calls=calls / plan.bookings, brought_forward=forward, take_overs=storm.take_overs, wiped=wiped,
        tasks_done=rows(database, "select count(*) as n from task where state = 'done'")[0]["n"], restarts=restarts,
        faults=dict(faults), verdict=judge(fleet, database, visits),
    )  # fmt: skip


def _settle(database: Database, plan: Plan) -> int:
    """Wait until no task is open; returns how many long waits were cut short, as if their time had come."""
    ends, forward, next_forward = time.monotonic() + SETTLED_SECONDS, 0, 0.0
    while time.monotonic() < ends:
        if not rows(database, OPEN_TASKS)[0]["n"] + rows(database, PLACING)[0]["n"]:
            return forward
        if not plan.is_calm and time.monotonic() >= next_forward:
            forward += _bring_forward(database, plan.patience)
            next_forward = time.monotonic() + plan.patience
        time.sleep(0.5)
    return forward


def _bring_forward(database: Database, patience: float) -> int:
    """Tasks whose next try is further away than that are due now."""
    now = datetime.now(UTC)
    far = [
        row["id"]
        for row in rows(database, "select id, due_at from task where state = 'ready'")
        if _ahead(row, now) > patience
    ]
    if far:
        try:
            with database.begin() as session:
                told = {"now": now.replace(tzinfo=None) if database.is_sqlite else now}
                session.execute(text(f"update task set due_at = :now where id in ({','.join(map(str, far))})"), told)
        except SQLAlchemyError:
            return 0
    return len(far)


def _ahead(row: dict[str, Any], now: datetime) -> float:
    due = row["due_at"] if isinstance(row["due_at"], datetime) else datetime.fromisoformat(row["due_at"])
    return ((due if due.tzinfo else due.replace(tzinfo=UTC)) - now).total_seconds()


def _cliniko_calls(fleet: Fleet, slug: str) -> int:
    calls = fleet.switch(f"/control/calls?account={slug}")["calls"]
    return sum(call.get("count", 1) for call in calls if call["service"] == "cliniko")


def _named(fault: dict[str, Any]) -> str:
    status = f" {fault['status']}" if fault["kind"] == "status" else ""
    after = " after the effect" if fault["after_commit"] else ""
    return f"{fault['kind']}{status}{after}"


def as_json(outcome: Outcome) -> dict[str, Any]:
    """The outcome for machines."""
    values = {each.name: getattr(outcome, each.name) for each in fields(outcome)}
    return {**values, "plan": asdict(outcome.plan), "verdict": outcome.verdict.to_json()}


def table(outcome: Outcome) -> str:
    """The outcome for people."""
    verdict, plan = outcome.verdict, outcome.plan
    tasks_a_minute = outcome.tasks_done / (outcome.load_seconds + outcome.settled_seconds) * 60
    lines = [
        (
            "run",
            f"{outcome.began}, {outcome.database}, {plan.webs} web + {plan.workers} workers, {plan.accounts} accounts",
        ),
        ("patients", f"{plan.bookings}, {plan.threads} at a time"),
        ("load, then settling", f"{outcome.load_seconds:.0f} s, {outcome.settled_seconds:.0f} s"),
        ("kills; queue wiped; database restarted", f"{outcome.kills}; {outcome.wiped}; {outcome.restarts}"),
        ("faults met", ", ".join(f"{name}: {count}" for name, count in outcome.faults.items()) or "none"),
        ("from the button to `confirmed`, median", f"{outcome.confirm_seconds:.1f} s"),
        ("Cliniko calls a patient", f"{outcome.cliniko_calls:.1f}"),
        ("tasks done a minute, load and settling", f"{tasks_a_minute:.0f}"),
        ("tasks brought forward after the faults", str(outcome.brought_forward)),
        ("take-overs after a kill", _spread(outcome.take_overs)),
        *((name, str(count)) for name, count in sorted(verdict.counts.items())),
    ]
    width = max(len(name) for name, _ in lines)
    broken = "".join(f"BROKEN  {sentence}\n" for sentence in verdict.broken) or "Every promise was kept.\n"
    return "".join(f"{name:<{width}}  {value}\n" for name, value in lines) + broken


def _spread(seconds: list[float]) -> str:
    if not seconds:
        return "none seen"
    return f"{len(seconds)}: median {statistics.median(seconds):.0f} s, longest {max(seconds):.0f} s"


if __name__ == "__main__":
    main()
