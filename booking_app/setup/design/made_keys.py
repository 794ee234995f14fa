"""Short names made of what a question or a waiver says, so that nobody has to invent them."""

import re
import unicodedata
from collections.abc import Collection

LONGEST_KEY = 40
NUMBER_LENGTH = 4


def key_for(words: str, used: Collection[str], otherwise: str = "question") -> str:
    """A key made of the first words; numbered where it is taken. `otherwise` stands in where no Latin letter is."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    named = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    start = re.sub(r"^[^a-z]+", "", named)[: LONGEST_KEY - NUMBER_LENGTH].rstrip("_") or otherwise
    numbered = (start if number == 1 else f"{start}_{number}" for number in range(1, 1000))
    return next(key for key in numbered if key not in used)
