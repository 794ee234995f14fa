"""Typing slips in the domain of an email address: a guess to ask about, never a reason to refuse."""

from difflib import get_close_matches

USUAL = (
    "gmail.com", "hotmail.com", "outlook.com", "yahoo.com", "icloud.com", "live.com", "me.com", "proton.me",
    "hotmail.co.uk", "yahoo.co.uk", "outlook.com.au", "live.com.au", "yahoo.com.au", "hotmail.com.au",
    "googlemail.com",
    "bigpond.com", "bigpond.net.au", "optusnet.com.au", "iinet.net.au", "internode.on.net", "tpg.com.au",
    "westnet.com.au",
    "xtra.co.nz", "btinternet.com", "sky.com", "protonmail.com", "yahoo.co.nz", "slingshot.co.nz",
)  # fmt: skip
# Real domains that lie near a usual one.
RIGHT = frozenset({"mail.com", "email.com", "gmx.com", "ymail.com", "aol.com", "live.co.uk", "mac.com"})
LONGEST = 254
ALIKE = 0.86


def email_meant(text: str) -> str | None:
    """The address that was probably meant, with a usual domain; None when this one looks right or is unlike any."""
    name, at, domain = text.strip().rpartition("@")
    domain = domain.lower()
    if not (name and at and domain) or len(text) > LONGEST or domain in USUAL or domain in RIGHT:
        return None
    near = get_close_matches(domain, USUAL, n=1, cutoff=ALIKE)
    return f"{name}@{near[0]}" if near else None
