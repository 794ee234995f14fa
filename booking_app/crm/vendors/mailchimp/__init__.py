"""Mailchimp: one member per address within one audience. Built to the documents of the Marketing API 3.0."""

from booking_app.crm.vendors.mailchimp.client import Mailchimp
from booking_app.crm.vendors.mailchimp.merge_fields import DEFAULT_NAMES

__all__ = ["DEFAULT_NAMES", "Mailchimp"]
