"""Online booking and intake for clinics that use Cliniko."""

__version__ = "0.1.0"
