"""Xero as far as accounting needs it: identity, contacts, invoices, credit notes, and the settings of organisations."""
