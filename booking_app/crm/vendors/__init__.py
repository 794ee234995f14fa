"""The clinics' CRMs: a folder each, of the shape in `contract.py`. Only httpx and the standard library."""
