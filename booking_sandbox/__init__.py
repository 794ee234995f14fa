"""A second server that imitates Cliniko, its file store and HubSpot over real HTTP, with faults to switch on.

It imports nothing of the product: what it knows comes from the vendors' published documents, so that it can
contradict the product's clients.
"""
