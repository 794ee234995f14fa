"""A look at the real pages with branding not yet published: a signed address, good for an hour and for looking only.

It carries no cookie and no session, because it is opened in a frame; whoever holds the address sees a clinic's draft
colours and texts, and nothing else.
"""

from datetime import timedelta

from flask import g, request

from booking_app.clinics.models import Clinic
from booking_app.core.tokens import SignedTimes
from booking_app.pages.shared.access import use_cases

PARAMETER = "preview"
GOOD_FOR = timedelta(hours=1)


def preview_token(slug: str) -> str:
    """A token for looking at a clinic's draft from now on."""
    return _times(slug).sign(use_cases().clock.now())


def is_preview(slug: str) -> bool:
    """Whether this request may see the clinic's draft."""
    made = _times(slug).read(request.args.get(PARAMETER, ""))
    return made is not None and timedelta() <= use_cases().clock.now() - made <= GOOD_FOR


def carried() -> dict[str, str]:
    """What the links of a page under preview take along; empty for every other page."""
    return {PARAMETER: request.args[PARAMETER]} if g.get("is_preview") else {}


def shown_clinic(clinic: Clinic) -> Clinic:
    """The clinic as this request may see it: under preview with its draft, and then for looking only."""
    if not is_preview(clinic.slug):
        return clinic
    g.is_preview = True
    return use_cases().designing.branding.as_drafted(clinic)


def _times(slug: str) -> SignedTimes:
    return SignedTimes(use_cases().settings.secret_key, "preview", slug)
