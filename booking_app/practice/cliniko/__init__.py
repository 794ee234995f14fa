"""Cliniko as a practice system: the one room that translates Cliniko's words into this product's."""

from booking_app.cliniko import CallRecord
from booking_app.practice.cliniko.pool import open_pool
from booking_app.practice.cliniko.practice import ClinikoPractice

__all__ = ["CallRecord", "ClinikoPractice", "open_pool"]
