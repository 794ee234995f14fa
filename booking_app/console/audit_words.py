"""What each kind of change is called in the log."""

NOUNS = {
    "people": "People",
    "account": "Accounts",
    "booking": "Bookings",
    "clinic": "Clinic file",
    "branding": "Look and texts",
    "service": "Services",
    "practitioner": "Practitioners",
    "location": "Locations",
    "question": "Questions",
    "waiver": "Waivers",
    "document": "Signed documents",
}
WORDS = {
    "branding.draft_saved": "Saved a draft of the look",
    "branding.draft_undone": "Undid a draft of the look",
    "branding.published": "Published a look",
    "document.exported": "Took the evidence of a signed document",
    "location.changed": "Changed a location",
    "location.moved": "Put the locations in order",
    "people.added": "Added a person",
    "people.removed": "Removed a person",
    "people.role_changed": "Changed a role",
    "account.second_factor_on": "Turned on codes for signing in",
    "account.second_factor_off": "Turned off codes for signing in",
    "account.codes_replaced": "Made new recovery codes",
    "clinic.imported": "Imported the clinic file",
    "clinic.exported": "Exported the clinic file",
    "practitioner.changed": "Changed a practitioner",
    "practitioner.moved": "Put the practitioners in order",
    "question.added": "Added a question",
    "question.changed": "Changed a question",
    "question.moved": "Put the questions in order",
    "question.retired": "Retired a question",
    "question.template_taken": "Took questions from Cliniko",
    "service.changed": "Changed a service",
    "service.moved": "Put the services in order",
    "waiver.added": "Began a waiver",
    "waiver.changed": "Changed a waiver",
    "waiver.moved": "Put the waivers in order",
    "waiver.published": "Published a waiver",
    "waiver.retired": "Retired a waiver",
}


def words_of(action: str) -> str:
    """A change in words; one that has none yet by its own name."""
    return WORDS.get(action, action.replace(".", " ").replace("_", " ").capitalize())
