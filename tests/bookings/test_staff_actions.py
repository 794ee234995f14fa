"""What staff do about tasks, whatever these are about."""

from sqlalchemy import select

from booking_app.bookings.staff_actions import StaffActions
from booking_app.clinics.audit import AuditEntry, Author
from booking_app.tasks import lookups, store
from booking_app.tasks.kinds import SubjectKind
from booking_app.tasks.records import PlannedTask, Subject
from tests.bookings.conftest import Desk

INVOICE = Subject("invoice", 9)


def test_everything_that_waits_is_tried_again_and_written_down_by_its_name(desk: Desk) -> None:
    desk.task_runner.kinds.register(
        subjects=[SubjectKind("invoice", "Invoice", lambda _session, ids: {9: "CLK-9"}, lambda *_: "/console/")]
    )
    with desk.database.begin() as session:
        planned = [PlannedTask("post_invoice")]
        store.plan(session, clinic_id=desk.clinic.id, subject=INVOICE, tasks=planned, now=desk.clock.now())
    desk.task_runner.advance(INVOICE)
    actions = StaffActions(database=desk.database, task_runner=desk.task_runner, keyring=desk.keyring)
    assert actions.retry_all(Author(None, desk.clock.now()), desk.clinic.id) == 1
    with desk.database.reading() as session:
        (task,) = lookups.tasks_of(session, INVOICE)
        written = session.scalars(select(AuditEntry)).all()
    assert task.state == "ready"
    assert [one.after for one in written] == [{"invoice": "CLK-9", "task": "post_invoice"}]
