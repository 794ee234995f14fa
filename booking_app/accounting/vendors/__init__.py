"""The accounting vendors' clients: one contract, a folder each. They know nothing of the product but core."""
