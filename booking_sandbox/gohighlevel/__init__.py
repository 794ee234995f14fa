"""GoHighLevel's contacts and custom fields, as far as a booking touches them, in both versions of the API."""
