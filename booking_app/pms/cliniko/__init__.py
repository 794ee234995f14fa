"""Cliniko as a practice system: the one package that translates Cliniko's words into this product's."""

from booking_app.pms.client import CallRecord
from booking_app.pms.cliniko.pool import open_pool
from booking_app.pms.cliniko.practice import ClinikoPractice

__all__ = ["CallRecord", "ClinikoPractice", "open_pool"]
