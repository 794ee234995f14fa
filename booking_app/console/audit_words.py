"""What each kind of change is called in the log."""

NOUNS = {
    "people": "People",
    "account": "Accounts",
    "booking": "Bookings",
    "clinic": "Clinic file",
}
WORDS = {
    "people.added": "Added a person",
    "people.removed": "Removed a person",
    "people.role_changed": "Changed a role",
    "account.second_factor_on": "Turned on codes for signing in",
    "account.second_factor_off": "Turned off codes for signing in",
    "account.codes_replaced": "Made new recovery codes",
    "clinic.imported": "Imported the clinic file",
    "clinic.exported": "Exported the clinic file",
}


def words_of(action: str) -> str:
    """A change in words; one that has none yet by its own name."""
    return WORDS.get(action, action.replace(".", " ").replace("_", " ").capitalize())
