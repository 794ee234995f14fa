"""Measuring the product against floors taken in the same run."""
