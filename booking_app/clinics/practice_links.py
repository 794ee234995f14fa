"""Addresses of a clinic's own practice system, for people who sign in there themselves."""

import re

from booking_app.clinics.connections import connections_of
from booking_app.core.db import Database

ID = re.compile(r"\d{1,40}")


class PracticeLinks:
    """Knows no key and asks nobody."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def patient(self, clinic_id: int, patient_id: str | None) -> str | None:
        """The patient's page; None without a patient, and while the account's address is not known."""
        if patient_id is None or not ID.fullmatch(patient_id):
            return None
        with self._database.reading() as session:
            found = connections_of(session, clinic_id, "cliniko")
        address = found[0].web_address if found else None
        return f"{address}/patients/{patient_id}" if address else None
