"""The clinic's invoices in its accounting system: read from the practice system, posted once, compared for ever."""
