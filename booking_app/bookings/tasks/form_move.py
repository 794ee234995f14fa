"""After a patient has moved to another group: the form goes along, from the attendee they were to the one they are."""

from sqlalchemy.orm import Session

from booking_app.bookings.models import Booking
from booking_app.bookings.tasks.base import PracticeEffect, required
from booking_app.pms.errors import PracticeMissing
from booking_app.tasks import lookups
from booking_app.tasks.records import Effect, Work

FORM_MOVE = "form_move"


class MoveForm(PracticeEffect):
    """The task `form_move:<number>`. Needs nothing that is purged; doing it again changes nothing."""

    def probe(self, work: Work) -> None:
        """Acting looks first."""

    def act(self, work: Work) -> Effect:
        booking, form_id = self._read(work)
        if form_id is None or booking.is_cancelled:
            return Effect(note="no_form_to_move")
        practice = self.practice(work)
        try:
            attendee = practice.attendee_of(required(booking.cliniko_appointment_id, "appointment"))
        except PracticeMissing:
            attendee = None
        if attendee is None:
            return Effect(note="left_meanwhile")
        form = practice.form(form_id)
        if form is None or form.is_archived:
            return Effect(note="no_form_to_move")
        if form.attendee_id != attendee.cliniko_id:
            practice.move_form(form_id, attendee_id=attendee.cliniko_id)
        attendee_id = attendee.cliniko_id

        def record(session: Session) -> None:
            session.get_one(Booking, work.subject_id).cliniko_attendee_id = attendee_id

        return Effect(form_id, record=record)

    def _read(self, work: Work) -> tuple[Booking, str | None]:
        """The booking, and the id its form was filed under."""
        with self._database.reading() as session:
            tasks = {task.name: task for task in lookups.tasks_of(session, work.subject)}
            form = tasks.get("form")
            return session.get_one(Booking, work.subject_id), form.remote_id if form else None
