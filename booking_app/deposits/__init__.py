"""Deposits taken at booking: authorised before the appointment is made, captured once it stands, else given back."""
