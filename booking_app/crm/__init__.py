"""The clinics' CRMs: contact sync, backfill, the registry of vendors, and one folder a vendor."""
