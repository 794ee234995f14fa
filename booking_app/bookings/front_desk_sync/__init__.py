"""Appointments that the front desk makes in Cliniko: found by asking now and then, sent to CRMs like the others."""
