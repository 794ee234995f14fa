"""Why can't they book? Reasons from the rules and from the day's calendar."""
