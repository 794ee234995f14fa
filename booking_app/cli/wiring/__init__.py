"""The only place that chooses an implementation."""

from booking_app.cli.wiring.services import Services, build, build_from_environment
from booking_app.cli.wiring.use_cases import build_use_cases

__all__ = ["Services", "build", "build_from_environment", "build_use_cases"]
