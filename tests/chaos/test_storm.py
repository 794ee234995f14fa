"""A short storm on SQLite: the same harness and the same promises as the long runs of docs/reliability.md."""

from pathlib import Path

from bench.chaos import Plan, run


def test_bookings_made_while_calls_fail_and_processes_are_killed_arrive_exactly_once(tmp_path: Path) -> None:
    plan = Plan(
        bookings=12,
        accounts=3,
        threads=6,
        kills=4,
        most_kills=4,
        every=2.5,
        webs=1,
        workers=2,
        lease_scale=0.3,
        patience=3.0,
    )

    outcome = run(tmp_path, f"sqlite:///{tmp_path / 'data' / 'booking.sqlite3'}", plan)

    assert outcome.verdict.broken == []
    assert outcome.kills >= 4 and outcome.wiped == 1 and sum(outcome.faults.values()) > 20
    assert outcome.verdict.counts["bookings confirmed"] >= 10
