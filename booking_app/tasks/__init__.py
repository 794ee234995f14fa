"""The task runner: one task per remote effect, done once, whatever fails in between."""
