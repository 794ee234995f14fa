"""Mailchimp: one member per address within one audience. Built to the documents of the Marketing API 3.0."""
