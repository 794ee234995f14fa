"""A write that left during a try of a task is kept by the transaction that ends the try, whatever the end is."""

from typing import Any

import pytest
from sqlalchemy import select, update

from booking_app.core.failures import Failure, RemoteFailure
from booking_app.tasks.models import Task
from booking_app.tasks.records import Effect, LeaseLost, Subject, Work
from booking_app.tasks.write_log.models import RemoteWrite
from booking_app.tasks.write_log.write_log import WriteLog

SUBJECT = Subject("booking", 501)


def kept(bench: Any) -> list[tuple[int | None, str]]:
    with bench.database.reading() as session:
        return [(row.task_id, row.route) for row in session.scalars(select(RemoteWrite))]


@pytest.mark.parametrize("end", ["done", "failed", "crashed", "lease_lost", "overtaken"])
def test_is_kept_once(bench: Any, end: str) -> None:
    write_log = WriteLog(bench.database, bench.clock)
    bench.plan("patient")

    def act(work: Work) -> Effect:
        write_log.record(connection_id=2, task_id=work.task_id, method="POST", route="/patients", status=201)
        if end == "failed":
            raise RemoteFailure("cliniko_x", failure=Failure.TRANSIENT)
        if end == "crashed":
            raise ValueError
        if end == "lease_lost":
            raise LeaseLost
        if end == "overtaken":
            with bench.database.begin() as session:
                session.execute(update(Task).values(fence=Task.fence + 1))
        return Effect()

    bench.handle("patient", act)
    bench.task_runner().advance(SUBJECT)
    assert kept(bench) == [(bench.task("patient").id, "/patients")]


def test_a_write_outside_of_tasks_is_kept_at_once(bench: Any) -> None:
    WriteLog(bench.database, bench.clock).record(
        connection_id=2, task_id=None, method="POST", route="/patients", status=201
    )
    assert kept(bench) == [(None, "/patients")]
