"""Is a signed document genuine? Told to anybody who has its hash, and nothing more than that."""

from dataclasses import dataclass

from booking_app.clinics.models import Clinic
from booking_app.core.db import Database
from booking_app.intake.proof import Proof, find_proof


@dataclass(frozen=True)
class Verified:
    """A proof and the clinic that asked for the signature."""

    proof: Proof
    clinic: Clinic


class Verifying:
    """Looks proofs up; they stay when everything personal has been purged."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, digest: str) -> Verified | None:
        """By the hash of the signed record or of the file, in hex; None when no such document was signed here."""
        with self._database.reading() as session:
            proof = find_proof(session, digest)
            return None if proof is None else Verified(proof, session.get_one(Clinic, proof.clinic_id))
