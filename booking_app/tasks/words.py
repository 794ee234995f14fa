"""What to do about a task that does not go on by itself, by the class of its failure: for console, shell and alerts."""

from collections.abc import Mapping

ADVICE: Mapping[str, str] = {
    "transient": "The other system could not be reached, again and again. Try again once it is back.",
    "rate": "The other system’s limit is reached. It goes on by itself; if it stays so, look at what else uses it.",
    "unknown_outcome": "The other system did not answer. Trying again looks first whether it has happened.",
    "conflict": "Something there stands in the way. Look at the record in the other system, then try again.",
    "config": "A setting is in the way. Fix what the code names, then try again.",
    "data": ("The other system will not take it as it is. Enter it there by hand and give this up, or try again."),
    "auth": "The key or token was refused. Replace it under Connections; everything then goes on by itself.",
    "consent": "Not sent, because the patient did not agree.",
}
OTHERWISE = "Look at the task, then try it again."
