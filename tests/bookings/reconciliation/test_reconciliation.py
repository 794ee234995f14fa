"""What the front desk did in Cliniko is followed, what went missing is sent again, what a person removed stays away."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from booking_app.alerts.causes import present_causes
from booking_app.bookings.models import Booking
from booking_app.bookings.reconciliation.models import MismatchRow, ReconciliationRun
from booking_app.bookings.reconciliation.records import Report, RunTaken
from booking_app.bookings.reconciliation.reports import report_csv
from booking_app.clinics.audit import Author
from booking_app.pms.errors import PracticeUnavailable
from booking_app.tasks.models import Task
from tests.faults.shop import Shop


def compared(shop: Shop) -> Report:
    reconciliation = shop.services.reconciliation
    return reconciliation.go_on(reconciliation.start(clinic_id(shop)))


def clinic_id(shop: Shop) -> int:
    return shop.booking().clinic_id


def found(report: Report) -> list[tuple[str, str]]:
    return [(one.kind.value, one.done.value) for one in report.mismatches]


def appointment_of(shop: Shop) -> dict[str, Any]:
    (row,) = shop.mine("individual_appointments")
    return dict(row)


def change_appointment(shop: Shop, **values: Any) -> None:
    shop.sandbox.control.change("demo", "individual_appointments", appointment_of(shop)["id"], **values)


def remove(shop: Shop, table: str) -> None:
    """Everything of one kind that arrived is gone, without a trace."""
    account = shop.sandbox.control.account("demo")
    for row in account.table(table).arrived():
        account.table(table).remove(row["id"])


def cliniko_calls(shop: Shop) -> int:
    return len(shop.sandbox.control.calls(account="demo", service="cliniko"))


def iso(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def subjects(shop: Shop) -> Counter[str]:
    return Counter(mail.subject for mail in shop.sandbox.control.mails())


def test_a_booking_that_stands_everywhere_differs_nowhere_and_costs_three_calls(shop: Shop) -> None:
    before = cliniko_calls(shop)
    report = compared(shop)
    assert (found(report), report.run.checked, report.run.total) == ([], 1, 1)
    assert report.run.finished_at is not None
    assert cliniko_calls(shop) - before == 3


class TestFrontDesk:
    def test_an_appointment_cancelled_in_cliniko_is_cancelled_here_and_the_crm_is_told(self, shop: Shop) -> None:
        booking = shop.booking()
        change_appointment(shop, cancelled_at="2026-01-01T00:00:00Z", cancellation_reason=50)
        assert found(compared(shop)) == [("appointment_cancelled", "followed")]
        now = shop.booking()
        assert (now.state, now.cancel_reason) == ("cancelled", "front_desk")
        assert now.revision > booking.revision
        shop.work()
        assert [task.state for name, task in shop.tasks().items() if name.startswith("contact_cancelled")] == ["done"]
        assert "Your appointment was cancelled" not in subjects(shop), "whoever cancelled has spoken with the patient"

    def test_an_archived_appointment_is_cancelled_here_and_never_made_again(self, shop: Shop) -> None:
        change_appointment(shop, archived_at="2026-01-01T00:00:00Z")
        assert found(compared(shop)) == [("appointment_archived", "followed")]
        shop.work()
        assert shop.booking().state == "cancelled"
        assert found(compared(shop)) == []
        assert len(shop.mine("individual_appointments")) == 1

    def test_a_moved_appointment_takes_the_booking_with_it(self, shop: Shop) -> None:
        booking = shop.booking()
        starts_at = booking.starts_at + timedelta(days=1, hours=1)
        change_appointment(shop, starts_at=iso(starts_at), ends_at=iso(starts_at + timedelta(minutes=45)))
        report = compared(shop)
        assert found(report) == [("appointment_moved", "followed")]
        assert f"{starts_at:%Y-%m-%d %H:%M}" in report.mismatches[0].theirs
        now = shop.booking()
        assert (now.starts_at, now.ends_at) == (starts_at, starts_at + timedelta(minutes=45))
        token = shop.services.manage_tokens.token(now.reference)
        assert (
            starts_at.astimezone(ZoneInfo("Australia/Adelaide")).isoformat()
            in shop.client.page(f"/manage/{token}").html
        )
        shop.work()
        assert [task.state for name, task in shop.tasks().items() if name.startswith("contact_moved")] == ["done"]
        assert found(compared(shop)) == []

    def test_a_patient_who_did_not_come_is_noted_and_the_crm_is_told(self, shop: Shop) -> None:
        change_appointment(shop, did_not_arrive=True)
        assert found(compared(shop)) == [("appointment_attendance", "followed")]
        assert shop.booking().missed_at is not None
        shop.work()
        (meeting,) = shop.state()["crm"]["meetings"]
        assert meeting["properties"]["hs_meeting_outcome"] == "NO_SHOW"
        assert "Your appointment was cancelled" not in subjects(shop)
        change_appointment(shop, did_not_arrive=False)
        assert found(compared(shop)) == [("appointment_attendance", "followed")]
        shop.work()
        (meeting,) = shop.state()["crm"]["meetings"]
        assert (meeting["properties"]["hs_meeting_outcome"], shop.booking().missed_at) == ("SCHEDULED", None)
        assert found(compared(shop)) == []

    def test_an_appointment_without_a_trace_is_left_to_a_person_who_is_told_once(self, shop: Shop) -> None:
        remove(shop, "individual_appointments")
        report = compared(shop)
        assert found(report) == [("appointment_missing", "needs_person")]
        assert "never made again" in report.mismatches[0].was_done
        shop.work()
        shop.services.watching.run()
        assert found(compared(shop)) == [("appointment_missing", "needs_person")]
        shop.work()
        shop.services.watching.run()
        assert (shop.booking().state, shop.mine("individual_appointments")) == ("confirmed", [])
        assert subjects(shop)["Online booking: something needs attention"] == 1
        (mail,) = [each for each in shop.sandbox.control.mails() if "needs attention" in each.subject]
        assert "Cliniko shows no such appointment" in mail.text and shop.booking().reference in mail.text

    def test_an_appointment_that_stands_though_its_booking_is_over_is_shown(self, shop: Shop) -> None:
        booking = shop.booking()
        change_booking(shop, booking, state="cancelled")
        report = compared(shop)
        assert found(report) == [("appointment_live", "needs_person")]
        assert (report.mismatches[0].ours, report.mismatches[0].theirs) == ("cancelled", "live")


class TestPapers:
    def test_a_form_that_is_gone_is_sent_again_once(self, shop: Shop) -> None:
        remove(shop, "patient_forms")
        assert found(compared(shop)) == [("form_missing", "replayed")]
        shop.work()
        shop.check_all_arrived_once()
        assert found(compared(shop)) == []
        remove(shop, "patient_forms")
        assert found(compared(shop)) == [("form_missing", "needs_person")], "somebody takes it away"
        shop.work()
        assert shop.mine("patient_forms") == []

    def test_a_form_that_somebody_archived_stays_archived(self, shop: Shop) -> None:
        change_form(shop, archived_at="2026-01-01T00:00:00Z")
        assert found(compared(shop)) == [("form_archived", "left")]
        shop.work()
        assert len(shop.mine("patient_forms")) == 1

    def test_a_form_reopened_in_cliniko_is_shown(self, shop: Shop) -> None:
        change_form(shop, completed_at=None)
        assert found(compared(shop)) == [("form_unfinished", "needs_person")]

    def test_a_form_hung_on_another_attendee_is_no_difference(self, shop: Shop) -> None:
        change_form(shop, attendee_id="1")
        assert found(compared(shop)) == []

    def test_a_form_whose_step_had_stopped_is_noted_when_it_is_there(self, shop: Shop) -> None:
        change_task(shop, "form", state="parked", failure="data", code="cliniko_422", finished_at=None)
        report = compared(shop)
        assert found(report) == [("form_unnoted", "replayed")]
        assert report.mismatches[0].ours == "parked: cliniko_422"
        shop.work()
        shop.check_all_arrived_once()

    def test_a_document_that_is_gone_is_sent_again_to_the_byte(self, shop: Shop) -> None:
        before = shop.mine("attachments")[0]["sha256"]
        remove(shop, "patient_attachments")
        assert found(compared(shop)) == [("document_missing", "replayed")]
        shop.work()
        shop.check_all_arrived_once()
        assert shop.mine("attachments")[0]["sha256"] == before

    def test_a_document_that_somebody_archived_stays_archived(self, shop: Shop) -> None:
        attachment = shop.mine("attachments")[0]["id"]
        shop.sandbox.control.change("demo", "patient_attachments", attachment, archived_at="2026-01-01T00:00:00Z")
        assert found(compared(shop)) == [("document_archived", "left")]

    def test_a_document_under_a_merged_patient_is_found(self, shop: Shop) -> None:
        patient = shop.mine("patients")[0]
        winner = next(iter(shop.sandbox.control.records("demo", "patients")))["id"]
        control = shop.sandbox.control
        control.change(
            "demo", "patients", patient["id"], archived_at="2026-01-01T00:00:00Z", merged_at="2026-01-01T00:00:00Z",
            merged_with_patient_id=winner,
        )  # fmt: skip
        attachment = control.records("demo", "patient_attachments", patient_id=patient["id"])[0]["id"]
        control.change("demo", "patient_attachments", attachment, patient_id=winner)
        assert found(compared(shop)) == []

    def test_what_is_purged_cannot_be_sent_again(self, shop: Shop) -> None:
        shop.clock.ahead += timedelta(days=2)
        shop.services.purging.run()
        remove(shop, "patient_forms")
        remove(shop, "patient_attachments")
        report = compared(shop)
        assert found(report) == [("form_missing", "needs_person"), ("document_missing", "needs_person")]
        assert "Ask the patient" in report.mismatches[0].was_done


class TestContacts:
    def test_a_contact_that_is_gone_is_shown_and_not_made_again(self, shop: Shop) -> None:
        shop.sandbox.control.world.portals["demo"].reset()
        report = compared(shop)
        assert found(report) == [("contact_missing", "needs_person")]
        assert report.mismatches[0].theirs.startswith("hubspot:")
        shop.work()
        assert shop.state()["contacts"] == []

    def test_a_crm_that_is_down_is_named_and_stops_nothing(self, shop: Shop) -> None:
        remove(shop, "patient_forms")
        shop.sandbox.control.fault("status", service="hubspot", status=502, times=None)
        report = compared(shop)
        assert found(report) == [("form_missing", "replayed")]
        assert [one.partition(":")[0] for one in report.run.skipped] == ["hubspot"]
        assert report.run.skipped[0].endswith("hubspot_502")


class TestSettling:
    def test_what_a_person_has_looked_at_is_left_alone_and_told_no_more(self, shop: Shop) -> None:
        remove(shop, "individual_appointments")
        (one,) = compared(shop).mismatches
        assert open_causes(shop) == ["differs:appointment_missing"]
        author = Author(None, shop.clock.now())
        assert shop.services.reconciliation.settle(author, clinic_id(shop), one.id)
        assert open_causes(shop) == []
        assert not shop.services.reconciliation.settle(author, clinic_id(shop), one.id), "nothing waits any more"
        for _ in range(2):
            assert found(compared(shop)) == [("appointment_missing", "settled")]
        assert open_causes(shop) == []

    def test_another_difference_of_the_same_booking_is_told_of(self, shop: Shop) -> None:
        shop.sandbox.control.world.portals["demo"].reset()
        (one,) = compared(shop).mismatches
        shop.services.reconciliation.settle(Author(None, shop.clock.now()), clinic_id(shop), one.id)
        change_form(shop, completed_at=None)
        assert sorted(found(compared(shop))) == [("contact_missing", "settled"), ("form_unfinished", "needs_person")]

    def test_nobody_settles_what_belongs_to_another_clinic(self, shop: Shop) -> None:
        remove(shop, "individual_appointments")
        (one,) = compared(shop).mismatches
        assert not shop.services.reconciliation.settle(Author(None, shop.clock.now()), clinic_id(shop) + 1, one.id)

    def test_a_comparison_under_way_does_not_end_what_the_last_one_found(self, shop: Shop) -> None:
        remove(shop, "individual_appointments")
        compared(shop)
        shop.services.reconciliation.start(clinic_id(shop))
        assert open_causes(shop) == ["differs:appointment_missing"]


class TestRuns:
    def test_one_that_was_cut_short_is_continued_by_the_next(self, shop: Shop) -> None:
        shop.sandbox.control.fault("status", service="cliniko", status=503, path="individual_appointments", times=None)
        run_id = shop.services.reconciliation.start(clinic_id(shop))
        with pytest.raises(PracticeUnavailable):
            shop.services.reconciliation.go_on(run_id)
        assert shop.services.reconciliation.start(clinic_id(shop)) == run_id
        shop.sandbox.control.clear_faults()
        assert shop.services.reconciliation.run() == 1
        report = shop.services.reconciliation.report(run_id)
        assert (report.run.checked, report.run.finished_at is not None) == (1, True)

    def test_two_never_work_on_the_same(self, shop: Shop) -> None:
        run_id = shop.services.reconciliation.start(clinic_id(shop))
        with shop.services.database.begin() as session:
            leased = shop.clock.now() + timedelta(minutes=1)
            session.execute(update(ReconciliationRun).values(lease_until=leased))
        with pytest.raises(RunTaken):
            shop.services.reconciliation.go_on(run_id)
        shop.clock.ahead += timedelta(minutes=2)
        assert shop.services.reconciliation.go_on(run_id).run.checked == 1

    def test_a_worker_begins_one_a_day(self, shop: Shop) -> None:
        assert [shop.services.reconciliation.run() for _ in range(2)] == [1, 0]
        shop.clock.ahead += timedelta(hours=25)
        assert shop.services.reconciliation.run() == 1

    def test_bookings_of_another_cliniko_account_are_left_out(self, shop: Shop) -> None:
        booking = shop.booking()
        change_booking(shop, booking, account_key="au9:1")
        report = compared(shop)
        assert (found(report), report.run.left_out) == ([], 1)

    def test_reports_are_forgotten_after_ninety_days(self, shop: Shop) -> None:
        remove(shop, "individual_appointments")
        assert len(compared(shop).mismatches) == 1
        shop.clock.ahead += timedelta(days=91)
        run_id = shop.services.reconciliation.start(clinic_id(shop))
        with shop.services.database.reading() as session:
            assert [run.id for run in session.scalars(select(ReconciliationRun))] == [run_id]
            assert session.scalars(select(MismatchRow)).all() == []

    def test_a_report_names_nobody(self, shop: Shop) -> None:
        for table in ("patient_forms", "patient_attachments"):
            remove(shop, table)
        change_appointment(shop, starts_at=iso(shop.booking().starts_at + timedelta(hours=2)))
        text = report_csv(compared(shop))
        assert text.count("\n") == 4
        for word in ("Pat", "Sample", "example.com", "0412", "sore"):
            assert word not in text


def open_causes(shop: Shop) -> list[str]:
    with shop.services.database.reading() as session:
        return [cause.key for cause in present_causes(session, shop.clock.now(), shop.services.task_kinds)]


def change_form(shop: Shop, **values: Any) -> None:
    (row,) = shop.mine("patient_forms")
    shop.sandbox.control.change("demo", "patient_forms", row["id"], **values)


def change_booking(shop: Shop, booking: Booking, **values: Any) -> None:
    with shop.services.database.begin() as session:
        session.execute(update(Booking).where(Booking.id == booking.id).values(**values))


def change_task(shop: Shop, name: str, **values: Any) -> None:
    with shop.services.database.begin() as session:
        session.execute(update(Task).where(Task.name == name).values(**values))
