"""The booking front door of Cliniko clinics."""

__version__ = "0.1.0"
