"""What the people of a clinic set up in the console: the clinic itself, its key, its rules and where its data goes.

The rules for every value are those of the clinic's file, so that a screen and an import store the same.
"""
