"""What the people of a clinic change in the console: its look, services, questions and waivers.

The rules are those of the clinic's file, so that a screen and an import store the same. Every write is compared with
what its form was filled from, and written down with who made it.
"""
