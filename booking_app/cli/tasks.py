"""`tasks list / show / retry`: durable tasks from the shell. Ids, states and codes only."""

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from booking_app.bookings.models import Booking
from booking_app.bookings.subject import BOOKING
from booking_app.cli.wiring import build_from_environment
from booking_app.clinics.models import Clinic, Connection
from booking_app.crm.vendors.meanings import meaning_of
from booking_app.tasks.lookups import items_of
from booking_app.tasks.models import Task, TaskState
from booking_app.tasks.words import ADVICE, OTHERWISE

COLUMNS = "{:>6}  {:<12} {:<22} {:<10} {:>8}  {:<20} {}"
SHOWN = 200


@click.group()
def tasks() -> None:
    """What is done, what waits and what needs attention."""


@tasks.command(name="list")
@click.option("--clinic", "slug", help="Only this clinic's.")
@click.option("--state", type=click.Choice([state.value for state in TaskState]))
@click.option("--booking", "reference", help="Only this booking's, by its reference.")
@click.option("--about", "subject", help="Only tasks about this kind of thing, such as booking.")
def list_tasks(slug: str | None, state: str | None, reference: str | None, subject: str | None) -> None:
    """The newest 200 tasks."""
    query = select(Task).join(Clinic, Clinic.id == Task.clinic_id).order_by(Task.id.desc()).limit(SHOWN)
    for column, value in ((Clinic.slug, slug), (Task.state, state), (Task.subject_kind, subject)):
        if value is not None:
            query = query.where(column == value)
    if reference is not None:
        query = query.join(Booking, Booking.id == Task.subject_id)
        query = query.where(Task.subject_kind == BOOKING, Booking.reference == reference)
    services = build_from_environment()
    click.echo(COLUMNS.format("task", "about", "name", "state", "attempts", "due (UTC)", "code or note"))
    with services.database.reading() as session:
        found = session.scalars(query).all()
        named = services.task_kinds.references_of(session, (task.subject for task in found))
    for task in found:
        of = named.get(task.subject, f"{task.subject_kind}:{task.subject_id}")
        due = f"{task.due_at:%Y-%m-%d %H:%M:%S}"
        said = task.code or task.note or ""
        click.echo(COLUMNS.format(task.id, of, task.name, task.state, task.attempts, due, said))


@tasks.command()
@click.argument("task_id", type=int)
def show(task_id: int) -> None:
    """Everything that is known of one task, and what to do about it."""
    services = build_from_environment()
    with services.database.reading() as session:
        task = session.get(Task, task_id)
        if task is None:
            raise click.ClickException(f"There is no task {task_id}.")
        for name in Task.__mapper__.columns.keys():  # noqa: SIM118 - not a dictionary
            click.echo(f"{name:>14}: {getattr(task, name)}")
        for item in items_of(session, task.id):
            said = item.code or item.remote_id or ("done" if item.done_at else "not yet")
            click.echo(f"{'covers':>14}: {item.subject_kind} {item.subject_id}: {said}")
        vendor = vendor_of_task(session, task)
    if task.state == TaskState.PARKED:
        click.echo(f"{'what happened':>14}: {services.task_kinds.words(task.kind).failed}.")
    meaning = meaning_of(task.code or task.note or "", vendor)
    if meaning is not None:
        click.echo(f"{'meaning':>14}: {meaning.sentence}")
        click.echo(f"{'what to do':>14}: {meaning.fix}")
    elif task.state == TaskState.PARKED:
        click.echo(f"{'what to do':>14}: {ADVICE.get(task.failure or '', OTHERWISE)}")


def vendor_of_task(session: Session, task: Task) -> str | None:
    """The vendor of the connection that a task writes to."""
    connection = session.get(Connection, task.connection_id) if task.connection_id else None
    return connection.vendor if connection else None


@tasks.command()
@click.argument("task_id", type=int)
def retry(task_id: int) -> None:
    """Replay a task that is parked or was given up."""
    if not build_from_environment().task_runner.retry(task_id):
        raise click.ClickException(f"Task {task_id} is neither parked nor given up.")
    click.echo(f"Task {task_id} will be tried again; a worker takes it within seconds.")


COMMANDS = (tasks,)
