"""Where a booking came from, as one word for a chart."""

from collections.abc import Mapping

DIRECT = "direct"
OTHER = "other"
LONGEST = 40
NAMED_BY = ("utm_source", "referrer_host")


def source_of(attribution: Mapping[str, str]) -> str:
    """The campaign's source, else the site that led here; `other` for what looks like a person's own link."""
    for key in NAMED_BY:
        text = " ".join(attribution.get(key, "").split()).lower()
        if text:
            return text if len(text) <= LONGEST and text.isprintable() and "@" not in text else OTHER
    return DIRECT
