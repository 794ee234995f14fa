"""`tasks list / show / retry`: the task runner from the shell. Ids, states and codes only."""

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from booking_app.bookings.models import Booking
from booking_app.cli.wiring import build_from_environment
from booking_app.clinics.models import Clinic, Connection
from booking_app.crm.vendors.meanings import meaning_of
from booking_app.tasks.models import Task, TaskState

COLUMNS = "{:>6}  {:<12} {:<22} {:<10} {:>8}  {:<20} {}"


@click.group()
def tasks() -> None:
    """What is done, what waits and what needs a hand."""


@tasks.command(name="list")
@click.option("--clinic", "slug", help="Only this clinic's.")
@click.option("--state", type=click.Choice([state.value for state in TaskState]))
@click.option("--booking", "reference", help="Only this booking's, by its reference.")
def list_tasks(slug: str | None, state: str | None, reference: str | None) -> None:
    """The newest 200 tasks."""
    query = (
        select(Task, Booking.reference)
        .join(Booking, Booking.id == Task.booking_id)
        .join(Clinic, Clinic.id == Task.clinic_id)
        .order_by(Task.id.desc())
        .limit(200)
    )
    for column, value in ((Clinic.slug, slug), (Task.state, state), (Booking.reference, reference)):
        if value is not None:
            query = query.where(column == value)
    services = build_from_environment()
    click.echo(COLUMNS.format("task", "booking", "name", "state", "attempts", "due (UTC)", "code or note"))
    with services.database.reading() as session:
        for task, of in session.execute(query):
            due = f"{task.due_at:%Y-%m-%d %H:%M:%S}"
            said = task.code or task.note or ""
            click.echo(COLUMNS.format(task.id, of, task.name, task.state, task.attempts, due, said))


@tasks.command()
@click.argument("task_id", type=int)
def show(task_id: int) -> None:
    """Everything the task runner knows of one task."""
    with build_from_environment().database.reading() as session:
        task = session.get(Task, task_id)
        if task is None:
            raise click.ClickException(f"There is no task {task_id}.")
        for column in Task.__table__.columns:
            click.echo(f"{column.name:>14}: {getattr(task, column.name)}")
        vendor = vendor_of_task(session, task)
    meaning = meaning_of(task.code or task.note or "", vendor)
    if meaning is not None:
        click.echo(f"{'meaning':>14}: {meaning.sentence}")
        click.echo(f"{'what to do':>14}: {meaning.mend}")


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
