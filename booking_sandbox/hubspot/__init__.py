"""HubSpot's CRM, imitated as far as a booking needs it."""
