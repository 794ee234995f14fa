"""What each kind of change is called in the audit log."""

WORDS = {
    "people.added": "Added a person",
    "people.removed": "Removed a person",
    "people.role_changed": "Changed a role",
}


def words_of(action: str) -> str:
    """A change in words; one that has none yet by its own name."""
    return WORDS.get(action, action.replace(".", " ").replace("_", " ").capitalize())
