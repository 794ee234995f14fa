"""How a clinic looks: worked on as a draft that nobody sees, then published, and put back if it was a mistake."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session, make_transient

from booking_app.clinics import branding_drafts
from booking_app.clinics.audit import Author
from booking_app.clinics.branding import Branding
from booking_app.clinics.changes import Change, changing
from booking_app.clinics.clinics import clinic_file
from booking_app.clinics.files import keep_picture
from booking_app.clinics.models import Clinic
from booking_app.clinics.pictures import LOGO_BOX, clean_picture
from booking_app.clinics.revisions import revision_of
from booking_app.core.db import Database
from booking_app.setup.design.pictures import drop_unused_pictures

DRAFT_SAVED, PUBLISHED, UNDONE = "branding.draft_saved", "branding.published", "branding.draft_undone"


@dataclass(frozen=True)
class PublishedLook:
    """What patients saw from `published_at` on. `is_current`: what they see now."""

    revision_id: int
    values: Branding
    published_at: datetime
    is_current: bool


@dataclass(frozen=True)
class BrandingState:
    """`draft` is what is worked on: without drafts it is what is published. `undo_steps` counts the saved drafts."""

    published: Branding
    draft: Branding
    undo_steps: int
    history: tuple[PublishedLook, ...]

    @property
    def is_published(self) -> bool:
        return self.draft == self.published

    def values(self) -> dict[str, Any]:
        """What a form over the draft is filled from."""
        return asdict(self.draft)


class BrandingDesign:
    """The use cases of the branding screen. Every verb commits."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def state(self, clinic: Clinic) -> BrandingState:
        with self._database.reading() as session:
            stored = session.get_one(Clinic, clinic.id)
            published = stored.branding_values()
            return BrandingState(
                published=published,
                draft=_draft(session, stored),
                undo_steps=len(branding_drafts.drafts_of(session, clinic.id)),
                history=tuple(
                    PublishedLook(row.id, row.values(), row.published_at, row.values() == published)
                    for row in branding_drafts.published_of(session, clinic.id)
                    if row.published_at is not None
                ),
            )

    def as_drafted(self, clinic: Clinic) -> Clinic:
        """A copy of the clinic as it would look; it belongs to no session and cannot be stored by accident."""
        with self._database.reading() as session:
            stored = session.get_one(Clinic, clinic.id)
            draft = asdict(_draft(session, stored))
        make_transient(stored)
        stored.branding = draft
        return stored

    def save_draft(
        self, author: Author, clinic: Clinic, values: Branding, *, logo: bytes | None = None,
        logo_dark: bytes | None = None, revision: str | None,
    ) -> Branding:  # fmt: skip
        """Keep a draft and return it; patients see nothing of it yet. The logos replace those that `values` names.

        Raises PictureRefused, ChangedMeanwhile.
        """
        brought = {"logo": logo, "logo_dark": logo_dark}
        pictures = {key: clean_picture(content, LOGO_BOX) for key, content in brought.items() if content}
        with changing(self._database, clinic.id, Change(author, DRAFT_SAVED, _about_draft, revision)) as (session, _):
            names = {key: keep_picture(session, clinic.id, "logo", picture) for key, picture in pictures.items()}
            values = replace(
                values, logo=names.get("logo", values.logo), logo_dark=names.get("logo_dark", values.logo_dark)
            )
            branding_drafts.save_draft(session, clinic.id, values, author.at)
        return values

    def publish_as_drawn(
        self, author: Author, clinic: Clinic, values: Branding, *, logo: bytes | None = None,
        logo_dark: bytes | None = None, revision: str | None,
    ) -> None:  # fmt: skip
        """Keep what is on the screen and show patients exactly that. Raises PictureRefused, ChangedMeanwhile."""
        kept = self.save_draft(author, clinic, values, logo=logo, logo_dark=logo_dark, revision=revision)
        self.publish(author, clinic, revision=revision_of(asdict(kept)))

    def undo(self, author: Author, clinic: Clinic) -> None:
        """Back to the draft before, or to what is published."""
        with changing(self._database, clinic.id, Change(author, UNDONE, _about_draft)) as (session, _):
            branding_drafts.undo(session, clinic.id)

    def publish(self, author: Author, clinic: Clinic, *, revision: str | None) -> None:
        """Show the draft to patients. Raises ChangedMeanwhile when it is not the draft that was looked at."""
        change = Change(author, PUBLISHED, _about_published, revision, seen=_about_draft)
        with changing(self._database, clinic.id, change) as (session, stored):
            branding_drafts.publish(session, stored, author.at)
            drop_unused_pictures(session, stored)

    def take_back(self, author: Author, clinic: Clinic, revision_id: int) -> None:
        """Make a look that was published before the newest draft. Raises LookupError."""
        with changing(self._database, clinic.id, Change(author, DRAFT_SAVED, _about_draft)) as (session, _):
            rows = branding_drafts.published_of(session, clinic.id)
            chosen = next((row for row in rows if row.id == revision_id), None)
            if chosen is None:
                raise LookupError(revision_id)
            branding_drafts.save_draft(session, clinic.id, chosen.values(), author.at)


def _about_published(session: Session, clinic: Clinic) -> Mapping[str, Any]:
    return asdict(clinic.branding_values())


def _about_draft(session: Session, clinic: Clinic) -> Mapping[str, Any]:
    return asdict(_draft(session, clinic))


def _draft(session: Session, clinic: Clinic) -> Branding:
    """The draft; a logo that an import has taken away meanwhile is not in it."""
    draft = branding_drafts.draft_of(session, clinic)
    gone = [name for name in draft.logos if clinic_file(session, clinic.id, name) is None]
    logo, logo_dark = (None if name in gone else name for name in (draft.logo, draft.logo_dark))
    return replace(draft, logo=logo, logo_dark=logo_dark)
