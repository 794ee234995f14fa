"""Reading what stands in Cliniko and the CRMs, in one question for a whole batch of bookings where there is a list.

What a list does not show is asked for by itself before anybody is told that it is gone.
"""

from collections.abc import Callable, Iterable, Sequence

from booking_app.bookings.models import Source
from booking_app.bookings.reconciliation.comparing import DOCUMENT_TASKS, Noted, Seen
from booking_app.core.failures import RemoteFailure
from booking_app.pms.practice import Practice
from booking_app.pms.records import Appointment, StoredDocument, StoredForm
from booking_app.tasks.models import Task, TaskState

OUR_MARK = "-BK-"  # in the description of every file of ours

# By booking and connection: whether the CRM has the contact; None where it is not meant to, or cannot be asked.
ContactThere = Callable[[int, int], bool | None]


class Reader:
    """Reads for one run. `skipped` collects, as `vendor:connection:code`, the connections that could not be asked."""

    def __init__(self, practice: Practice | None, contact_there: ContactThere, skipped: Iterable[str] = ()) -> None:
        self._opened = practice
        self._contact_there = contact_there
        self._asked: dict[tuple[str, str], bool] = {}
        self.skipped = set(skipped)

    def read(self, batch: Sequence[Noted]) -> list[Seen]:
        """What stands of each booking, in their order. Raises RemoteFailure where Cliniko cannot be read."""
        appointments = self._appointments(batch)
        standing = [
            noted
            for noted, there in zip(batch, appointments, strict=True)
            if noted.is_confirmed and there is not None and there.is_live
        ]
        forms, documents = self._forms(standing), self._documents(standing)
        seen = []
        for noted, appointment in zip(batch, appointments, strict=True):
            if noted not in standing:
                seen.append(Seen(appointment))
                continue
            seen.append(
                Seen(
                    appointment,
                    forms=[*forms, *self._form_by_itself(noted, forms)],
                    documents=[*documents, *self._document_by_itself(noted, documents)],
                    contacts=self._contacts(noted),
                )
            )
        return seen

    @property
    def _practice(self) -> Practice:
        assert self._opened is not None, "there is nothing to read where there are no bookings"
        return self._opened

    def _appointments(self, batch: Sequence[Noted]) -> list[Appointment | None]:
        ids = [noted.booking.cliniko_appointment_id or "" for noted in batch]
        listed = {one.cliniko_id: one for one in self._practice.appointments(ids)}
        return [listed.get(one) or self._practice.appointment(one) for one in ids]

    def _forms(self, standing: Sequence[Noted]) -> tuple[StoredForm, ...]:
        attendees = [noted.booking.cliniko_attendee_id for noted in standing if noted.settled("form")]
        return self._practice.forms_of([one for one in attendees if one])

    def _form_by_itself(self, noted: Noted, listed: Sequence[StoredForm]) -> list[StoredForm]:
        """The form by its id, where the attendee has none: it may hang on another one, or be archived."""
        task = noted.settled("form")
        if task is None or task.remote_id is None or any(noted.booking.reference in one.name for one in listed):
            return []
        found = self._practice.form(task.remote_id)
        return [found] if found else []

    def _documents(self, standing: Sequence[Noted]) -> tuple[StoredDocument, ...]:
        patients = {noted.booking.cliniko_patient_id for noted in standing if _document_tasks(noted)}
        return self._practice.documents_of(sorted(one for one in patients if one), marker=OUR_MARK)

    def _document_by_itself(self, noted: Noted, listed: Sequence[StoredDocument]) -> list[StoredDocument]:
        """Files that the list of the noted patient does not show: that record may have been merged into another."""
        found = []
        for task, marker in _document_tasks(noted):
            if any(marker in one.description for one in listed):
                continue
            by_id = self._practice.document(task.remote_id) if task.remote_id else None
            one = by_id or self._under_current_patient(noted, marker)
            found += [one] if one else []
        return found

    def _under_current_patient(self, noted: Noted, marker: str) -> StoredDocument | None:
        known = noted.booking.cliniko_patient_id
        patient = self._practice.current_patient(known) if known else None
        if patient is None or patient.cliniko_id == known:
            return None
        listed = self._practice.documents_of([patient.cliniko_id], marker=marker)
        return next(iter(listed), None)

    def _contacts(self, noted: Noted) -> dict[str, bool]:
        """Whether each contact that was made is there; a patient's is asked for once a run."""
        found = dict[str, bool]()
        if noted.booking.source != Source.ONLINE:
            return found
        for name, task in noted.tasks.items():
            if (
                task.state != TaskState.DONE
                or task.kind != "contact"
                or task.connection_id is None
                or not task.remote_id
            ):
                continue
            connection = ":".join(name.split(":")[1:])
            is_there = self._contact(noted, task.connection_id, connection)
            if is_there is not None:
                found[connection] = is_there
        return found

    def _contact(self, noted: Noted, connection_id: int, connection: str) -> bool | None:
        person = noted.booking.cliniko_patient_id or noted.booking.reference
        if (person, connection) in self._asked or any(one.startswith(f"{connection}:") for one in self.skipped):
            return None
        try:
            is_there = self._contact_there(noted.booking.id, connection_id)
        except RemoteFailure as failure:
            if failure.code != "purged":
                self.skipped.add(f"{connection}:{failure.code}")
            return None
        if is_there is not None:
            self._asked[(person, connection)] = is_there
        return is_there


def _document_tasks(noted: Noted) -> list[tuple[Task, str]]:
    """The settled tasks that attach a file, each with the file's marker."""
    named = [(noted.settled(name), f"{prefix}-{noted.booking.reference}") for name, prefix in DOCUMENT_TASKS.items()]
    return [(task, marker) for task, marker in named if task is not None]
