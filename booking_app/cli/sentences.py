"""Our own errors as one plain sentence."""

from sqlalchemy.exc import OperationalError

from booking_app.core.sealing import Unsealable
from booking_app.core.settings import SettingsError
from booking_app.migrations.upgrade import NotUpgraded
from booking_app.setup.clinic_file.problems import ClinicFileInvalid

UNREACHABLE = "The database cannot be reached. Check BOOKING_DATABASE_URL, and that its server or folder is there."
UNSEALABLE = "Something was sealed with a key that is not in use. Add that key to BOOKING_ENCRYPTION_KEYS, as the last."


def sentence_of(error: Exception) -> str | None:
    """What went wrong, and what to do; None for an error that nobody expected."""
    match error:
        case SettingsError() | ClinicFileInvalid() | NotUpgraded():
            return str(error)
        case OperationalError():  # its own message may name the server and its user
            return UNREACHABLE
        case Unsealable():
            return UNSEALABLE
        case PermissionError():
            return f"{error.filename} cannot be written or read by this user."
    return None
