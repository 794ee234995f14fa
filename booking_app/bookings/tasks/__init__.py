"""What happens in Cliniko for a booking: one module a task, each with its probe and its act."""
