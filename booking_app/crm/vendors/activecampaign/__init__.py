"""ActiveCampaign: one contact per adult, found by e-mail. Built to the documents of API version 3."""
