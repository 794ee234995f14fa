"""A clinic as one file: checked as a whole, imported in one transaction, exported so that it comes back the same."""
