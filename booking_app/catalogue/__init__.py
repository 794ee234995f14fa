"""What can be booked: read from the practice system, curated by the clinic."""
