"""What a person at the clinic decided about patients' records in Cliniko, and what is written there for it."""
