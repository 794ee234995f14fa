"""The credentials of the fixture's sample clinic, for whoever starts the sandbox in another process.

They open nothing but this simulation; the last part of the key is its shard.
"""

DEMO_CLINIKO_KEY = "MS0xMjM0-sandbox-au1"
DEMO_HUBSPOT_TOKEN = "pat-ap1-sandbox-demo"  # noqa: S105 - invented, and valid here only
