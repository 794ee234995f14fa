"""The practice system as this product sees it: our words outside, Cliniko's inside `cliniko.py`."""
