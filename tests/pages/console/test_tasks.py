"""Open tasks: whatever they are about, by state and kind, tried again where that helps."""

from sqlalchemy import select, update

from booking_app.alerts.watching import Watching
from booking_app.clinics.audit import AuditEntry
from booking_app.tasks import lookups, store
from booking_app.tasks.kinds import Lane, SubjectKind, TaskKind, TaskWords
from booking_app.tasks.models import Task, TaskState
from booking_app.tasks.records import Effect, PlannedTask, Subject, Work
from tests.pages.console.desk import Desk

HERE = "/console/demo/tasks"
PARCEL = Subject("parcel", 9)


class Posting:
    """An effect of a package to come, which always happens."""

    def probe(self, work: Work) -> None:
        return None

    def act(self, work: Work) -> Effect:
        return Effect("PAR-9")


def plan_parcel(desk: Desk, *, state: TaskState, slug: str = "demo") -> int:
    """A task about a parcel, as a package to come registers it; returns its id."""
    kinds = desk.services.task_kinds
    if kinds.subject("parcel") is None:
        words = TaskWords("Post", "Parcel sent", "A parcel could not be sent")
        kinds.register(
            [TaskKind(name="post_parcel", handler=Posting(), words=words, lane=Lane.SYNC)],
            [
                SubjectKind(
                    "parcel", "Parcel", lambda _session, ids: {one: f"CLK-{one}" for one in ids},
                    lambda slug, reference: f"/console/{slug}/parcels/{reference}",
                )
            ],
        )  # fmt: skip
    services = desk.services
    with services.database.begin() as session:
        planned = [PlannedTask("post_parcel")]
        clinic = desk.clinic(slug)
        store.plan(session, clinic_id=clinic.id, subject=PARCEL, tasks=planned, now=services.clock.now())
        values = {"state": state, "failure": "config", "code": "post_no_account"}
        session.execute(update(Task).where(Task.subject_kind == "parcel").values(values))
        (task,) = lookups.tasks_of(session, PARCEL)
        return task.id


def test_a_task_about_anything_is_shown_by_the_words_of_its_package(desk: Desk) -> None:
    assert "Everything is done." in desk.page("receptionist", HERE).text
    plan_parcel(desk, state=TaskState.PARKED)
    page = desk.page("receptionist", HERE)
    assert "Parcel sent" in page.text and "Needs attention" in page.text
    assert "A setting is in the way." in page.text and "post_no_account" in page.text
    assert 'href="/console/demo/parcels/CLK-9"' in page.html


def test_tasks_are_listed_by_state_and_by_kind(desk: Desk) -> None:
    desk.shop.book()
    plan_parcel(desk, state=TaskState.PARKED)
    both = desk.page("receptionist", HERE).text
    assert "Parcel CLK-9" in both and f"Booking {desk.shop.booking().reference}" in both
    parked = desk.page("receptionist", f"{HERE}?state=attention").text
    assert "Parcel CLK-9" in parked and desk.shop.booking().reference not in parked
    forms = desk.page("receptionist", f"{HERE}?group=Form").text
    assert "Answers and signature filed" in forms and "Parcel CLK-9" not in forms
    assert "No tasks in this state." in desk.page("receptionist", f"{HERE}?state=given_up&group=Form").text


def test_a_task_is_tried_again_given_up_and_written_down(desk: Desk) -> None:
    task_id = plan_parcel(desk, state=TaskState.PARKED)
    visitor = desk.sign_in("receptionist")
    answer = visitor.send_form(f"{HERE}/{task_id}/give-up?state=attention", {})
    assert answer.headers["Location"].endswith("/console/demo/tasks?state=attention&group=")
    assert "Given up. You can still have it tried again." in desk.page("receptionist", f"{HERE}?state=given_up").text
    visitor.send_form(f"{HERE}/{task_id}/retry", {})
    desk.services.task_runner.advance(PARCEL)
    assert "Everything is done." in desk.page("receptionist", HERE).text
    with desk.services.database.reading() as session:
        written = session.scalars(select(AuditEntry).where(AuditEntry.action.startswith("task."))).all()
        assert session.get_one(Task, task_id).remote_id == "PAR-9"
    named = {"parcel": "CLK-9", "task": "post_parcel"}
    assert [(one.action, one.after) for one in written] == [("task.given_up", named), ("task.retried", named)]


def test_what_came_to_an_end_meanwhile_is_left_alone(desk: Desk) -> None:
    task_id = plan_parcel(desk, state=TaskState.DONE)
    desk.sign_in("receptionist").send_form(f"{HERE}/{task_id}/retry", {})
    assert "This has changed in the meantime." in desk.page("receptionist", HERE).text


def test_everything_that_needs_attention_is_tried_again_at_once(desk: Desk) -> None:
    plan_parcel(desk, state=TaskState.PARKED)
    assert "Try all again" not in desk.page("receptionist", HERE).text
    assert "Try all again" in desk.page("receptionist", f"{HERE}?state=attention").text
    desk.sign_in("receptionist").send_form(f"{HERE}/retry-all?state=attention", {})
    page = desk.page("receptionist", f"{HERE}?state=attention")
    assert "1 part is tried again." in page.text


def test_an_alert_leads_to_the_tasks_it_is_about(desk: Desk) -> None:
    plan_parcel(desk, state=TaskState.PARKED)
    services = desk.services
    Watching(database=services.database, clock=services.clock, kinds=services.task_kinds, ways={}).run()
    assert f'href="{HERE}?state=attention"' in desk.page("manager", "/console/demo/alerts").html


def test_another_clinics_tasks_are_neither_seen_nor_touched(desk: Desk) -> None:
    task_id = plan_parcel(desk, state=TaskState.PARKED, slug="other")
    assert "Everything is done." in desk.page("agency", HERE).text
    desk.sign_in("agency").send_form(f"{HERE}/{task_id}/retry", {})
    with desk.services.database.reading() as session:
        assert session.get_one(Task, task_id).state == TaskState.PARKED


def test_a_task_of_another_release_is_listed_and_leads_nowhere(desk: Desk) -> None:
    services = desk.services
    with services.database.begin() as session:
        planned = [PlannedTask("refund")]
        subject = Subject("deposit", 4)
        store.plan(session, clinic_id=desk.clinic().id, subject=subject, tasks=planned, now=services.clock.now())
    page = desk.page("receptionist", f"{HERE}?group=Other")
    assert "Deposit 4" in page.text and "Refund" in page.text
