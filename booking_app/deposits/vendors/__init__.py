"""The payment vendors: one folder each, over one contract."""
