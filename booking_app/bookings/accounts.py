"""Which Cliniko account a clinic books into: slots and holds are unique within it."""

from sqlalchemy.orm import Session

from booking_app.clinics.connections import connections_of


def account_key_of(session: Session, clinic_id: int) -> str:
    """The account's key as last seen; before the first contact the clinic stands for its account."""
    for connection in connections_of(session, clinic_id, "cliniko"):
        if connection.account_key:
            return connection.account_key
    return clinic_account_key(clinic_id)


def clinic_account_key(clinic_id: int) -> str:
    """What stands for a clinic's account while nobody knows it."""
    return f"clinic:{clinic_id}"
