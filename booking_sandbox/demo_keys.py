"""The credentials of the fixture's sample clinic, for whoever starts the sandbox in another process.

They open nothing but this simulation; the last part of the key is its shard.
"""

DEMO_CLINIKO_KEY = "MS0xMjM0-sandbox-au1"
DEMO_HUBSPOT_TOKEN = "pat-ap1-sandbox-demo"  # noqa: S105 - invented, and valid here only
DEMO_GOHIGHLEVEL_TOKEN = "pit-1f2e3d4c-sandbox-demo"  # noqa: S105 - invented as well
DEMO_ACTIVECAMPAIGN_TOKEN = "3c1d0b0c7e1f4c2a9d3e6b8f70-sandbox-demo"  # noqa: S105 - invented as well
DEMO_MAILCHIMP_KEY = "5a4d0b0c7e1f4c2a9d3e6b8f70112233-us19"
DEMO_STRIPE_KEY = "rk_test_sandboxdemo"
DEMO_STRIPE_WEBHOOK_SECRET = "whsec_sandboxdemostripe"  # noqa: S105 - invented as well
DEMO_XERO_CLIENT_ID = "3F1E0B0C7E1F4C2A9D3E6B8F70112233"
DEMO_XERO_CLIENT_SECRET = "sandbox-demo-9d3e6b8f70112233"  # noqa: S105 - invented as well
DEMO_XERO_TENANT = "4a4d0b0c-7e1f-4c2a-9d3e-6b8f70112233"
DEMO_WEBHOOK_SECRET = "whsec_c2FuZGJveC1kZW1vLXNlY3JldC0zMi1ieXRlcy1sb25n"  # noqa: S105 - invented as well
