"""The patient's record in Cliniko: named, and left to the clinic, which has to keep health records by law."""

from typing import Any

from booking_app.bookings.person.records import Erased, FoundPerson

NOBODY = "Cliniko: no patient record is known from bookings made here. Look for the person there as well."
LEFT = (
    "Cliniko: patient record {ids} stays, with appointments, completed forms and signed documents. Health records have "
    "to be kept by law, and Cliniko’s API deletes none; what may go is archived or deleted in Cliniko by hand."
)


class ClinikoData:
    """Names the records. Nothing is read or written there."""

    name = "cliniko"

    def export(self, person: FoundPerson) -> Any:
        return {"patient_ids": list(person.patient_ids), "note": "The record itself is exported from Cliniko."}

    def erase(self, person: FoundPerson) -> Erased:
        left = LEFT.format(ids=", ".join(person.patient_ids)) if person.patient_ids else NOBODY
        return Erased(left=(left,))
