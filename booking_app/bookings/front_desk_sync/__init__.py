"""Appointments that the front desk makes in Cliniko: found by asking now and then, and handed over like the others."""
