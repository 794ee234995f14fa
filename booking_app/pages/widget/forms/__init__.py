"""The forms of the details step, split by what they ask."""
