"""ActiveCampaign's API 3, as far as a booking touches it."""
