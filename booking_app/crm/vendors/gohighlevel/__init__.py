"""GoHighLevel: one contact per adult in one sub-account, found by e-mail. Speaks `Version` 2021-07-28 and v3."""
