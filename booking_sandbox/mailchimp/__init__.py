"""Mailchimp's Marketing API 3.0, as far as a booking touches it."""
