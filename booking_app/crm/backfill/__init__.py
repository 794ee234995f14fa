"""Handing past bookings over to a CRM that was connected later."""
