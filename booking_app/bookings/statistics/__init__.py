"""How often each step of the booking page was shown and where bookings came from: numbers a day, nobody in them."""
