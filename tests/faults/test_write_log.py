"""Every write of a booking leaves a row in the write log, lost answers included, and nothing of the patient."""

from sqlalchemy import select

from booking_app.tasks.write_log.models import RemoteWrite
from tests.faults.shop import Shop


def test_every_write_of_a_booking_is_in_the_write_log_with_its_task(shop: Shop) -> None:
    shop.sandbox.control.fault("drop_after", method="POST", path=r"/v1/individual_appointments$", times=1)
    shop.book()
    shop.work()
    shop.check_all_arrived_once()
    with shop.services.database.reading() as session:
        rows = list(session.scalars(select(RemoteWrite).order_by(RemoteWrite.id)))
    tasks = {task.id: name for name, task in shop.tasks().items()}
    # Making the CRM's fields, before anybody booked, was no task's work.
    written = [(tasks[row.task_id].partition(":")[0], row.method, row.status) for row in rows if row.task_id]
    assert ("patient", "POST", 201) in written
    assert written.count(("appointment", "POST", None)) == 1  # its answer was lost; the probe found it, so no second
    assert {"form", "document", "contact"} <= {name for name, _, _ in written}
    said = " ".join(f"{row.method} {row.route}" for row in rows)
    assert not any(word in said for word in ("pat.sample", "Sample", "412345678"))
