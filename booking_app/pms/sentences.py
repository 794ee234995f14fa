"""What a failure of Cliniko means to the people of a clinic, and what they can do about it."""

KEY_REFUSED = (
    "Cliniko refuses the key. It was deleted, or belongs to another account. "
    "Make a new one in Cliniko under My info, Manage API keys, and enter it under Connections."
)
RIGHT_MISSING = "The key’s owner lacks a right in Cliniko. Use the key of an administrator or a power receptionist."
_SAID = {
    "cliniko_401": KEY_REFUSED,
    "cliniko_403": RIGHT_MISSING,
    "cliniko_settings": "This is not a Cliniko key. Copy it whole: it ends in a hyphen and a region, such as -au1.",
    "connection_paused": "The connection is paused because Cliniko refused the key. Enter a working key.",
    "cliniko_not_connected": "No Cliniko key is stored yet. Enter one under Connections.",
    "cliniko_429": "Cliniko’s limit of requests is reached. Try again in a minute.",
    "budget_exhausted": "Cliniko’s limit of requests is reached. Try again in a minute.",
    "cliniko_unreachable": "Cliniko cannot be reached. Check the key’s ending, such as -au1, and try again.",
    "cliniko_timeout": "Cliniko takes too long to answer. Try again in a few minutes.",
    "cliniko_deadline": "Cliniko takes too long to answer. Try again in a few minutes.",
    "cliniko_not_json": "What answered is not Cliniko. Check the key’s ending, such as -au1.",
}


def cliniko_sentence(code: str) -> str:
    """The sentence for the code of a RemoteFailure; an unknown code is named, so that support can find it."""
    return _SAID.get(code, f"Cliniko answered with an error ({code}). Try again in a few minutes.")
