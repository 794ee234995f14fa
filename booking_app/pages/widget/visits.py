"""A visit: the clinic, what it offers, and the draft in the address, loaded and allowed for one request."""

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from flask import Response, abort, redirect, request, url_for

from booking_app.bookings.attribution import marks_of
from booking_app.bookings.records import Draft, PatientDetails
from booking_app.catalogue.catalogue import Catalogue
from booking_app.clinics.models import Clinic
from booking_app.pages.shared import use_cases, words
from booking_app.pages.shared.errors import PREVIEW, error_page
from booking_app.pages.shared.headers import allow_framing, may_be_kept_briefly
from booking_app.pages.shared.kept_pages import KeptPage, is_for_anybody, may_be_kept
from booking_app.pages.shared.preview import carried, shown_clinic
from booking_app.pages.shared.rendering import render
from booking_app.pages.shared.shell import keep_clinic, shell

# Pages that ask the patient something; one that only waits is not a step further.
COUNTED = {
    "widget/categories.html": "category",
    "widget/services.html": "service",
    "widget/times.html": "time",
    "widget/details.html": "details",
    "widget/check.html": "confirm",
}
STEP_NAMES = ("Category", "Service", "Time", "Details", "Confirm")
PRESELECTED = ("category", "service", "practitioner", "location")
LATEST = datetime.max.replace(tzinfo=UTC)
READ_LATELY = timedelta(minutes=30)  # the catalogue is read every ten minutes while Cliniko answers


@dataclass(frozen=True)
class ProgressItem:
    """One of the five steps in the list at the top. `state`: done, current or ahead."""

    name: str
    state: str


@dataclass(frozen=True)
class GoodFor:
    """How long a page stays true: until then (None: as long as the clinic's words and catalogue are the same), and
    while `is_true` says so."""

    until: datetime | None = None
    is_true: Callable[[], bool] | None = None


@dataclass(frozen=True)
class Visit:
    """`carried` are the attribution parameters of the address, kept until a draft stores them."""

    clinic: Clinic
    catalogue: Catalogue
    token: str | None
    draft: Draft | None
    carried: Mapping[str, str]

    @property
    def read_ago(self) -> str | None:
        """How long ago the catalogue was read, in words, where that is longer than it should be."""
        age = use_cases().clock.now() - self.catalogue.taken_at
        return words.age(age) if age > READ_LATELY else None

    def at(self, token: str) -> "Visit":
        """The same visit at the address to which its draft has moved, if it did."""
        if token == self.token or self.draft is None:
            return self
        return replace(self, token=token, draft=replace(self.draft, is_personal=True))

    @property
    def is_known(self) -> bool:
        """Whether a proven e-mail has told who this is."""
        return self.draft is not None and self.draft.known is not None and self.draft.known.person is not None

    @property
    def known_details(self) -> PatientDetails | None:
        return self.draft.details if self.draft else None

    @property
    def is_like_others(self) -> bool:
        """Whether nothing in the address is this visitor's own, and all it names is in the catalogue."""
        is_own = self.draft is not None or (self.carried and not is_for_anybody())
        return not is_own and _names_known(self.catalogue, request.args)

    def _until(self, good_for: "GoodFor") -> datetime:
        return min(good_for.until or LATEST, self.catalogue.taken_at + READ_LATELY)

    def url(self, page: str, **query: Any) -> str:
        """The address of a step, within the draft where there is one; empty values are left out."""
        given = {name: value for name, value in {**self.carried, **query}.items() if value not in (None, "")}
        if self.token:
            values: dict[str, Any] = {**given, "slug": self.clinic.slug, "token": self.token}
            return url_for(f"widget.{page}", **values)
        path = _path(page, self.clinic.slug)
        return f"{path}?{urlencode(given)}" if given else path

    def go(self, page: str, **query: Any) -> Response:
        """A redirect to a step, which a GET follows."""
        return redirect(self.url(page, **query), code=303)  # type: ignore[return-value]

    def show(
        self, fragment: str, *, step: int, status: int = 200, title: str | None = None,
        good_for: "GoodFor | None" = None, is_counted: bool = True, **values: Any,
    ) -> Response:  # fmt: skip
        """The fragment of a step, with everything the page around it needs. What was shown is counted, not to whom.

        `is_counted` is false for a further screen of a step.

        `title` is for pages that are no step to take any more. With `good_for` it is the page of anybody who asks the
        same for that long.
        """
        if status == 200 and is_counted and fragment in COUNTED and not carried():
            use_cases().page_counts.count(self.clinic.id, self.clinic.time_zone, COUNTED[fragment])
            if good_for is not None and self.is_like_others and (good_for.is_true or "from" not in request.args):
                may_be_kept(KeptPage(COUNTED[fragment], self._until(good_for), good_for.is_true))
        response = render(
            fragment,
            title=f"{title or _step_title(step)} · {self.clinic.name}",
            status=status,
            shell=shell(),
            visit=self,
            step=step,
            progress=progress(step),
            **values,
        )
        is_personal = self.draft is not None and self.draft.is_personal
        return response if is_personal or request.method != "GET" else may_be_kept_briefly(response)


@lru_cache(maxsize=1024)
def _path(page: str, slug: str) -> str:
    return url_for(f"widget.{page}", slug=slug)


def _names_known(catalogue: Catalogue, query: Mapping[str, str]) -> bool:
    """Whether every preselection names what is there, so that nobody fills the page cache with invented ones."""
    known: dict[str, Container[str]] = {
        "category": {category.key for category in catalogue.categories},
        "service": catalogue.services,
        "practitioner": {*catalogue.practitioners, "any"},
        "location": catalogue.locations,
        "stay": ("1",),
    }
    return all(query[name] in values for name, values in known.items() if name in query)


def load_visit(slug: str, token: str | None = None) -> Visit:
    """The visit of this request; 404 for an unknown clinic. Raises DraftGone or CatalogueMissing, which have pages."""
    clinic = use_cases().browse.clinic(slug)
    if clinic is None:
        abort(404)
    clinic = shown_clinic(clinic)
    keep_clinic(clinic)
    allow_framing(clinic.allowed_sites or ())
    if preview_params := carried():
        return _preview(clinic, preview_params)
    draft = use_cases().drafts.load(clinic, token) if token else None
    catalogue = use_cases().browse.catalogue(clinic)
    return Visit(clinic, catalogue, token, draft, {} if token else marks_of(request.args))


def _preview(clinic: Clinic, params: dict[str, str]) -> Visit:
    """A visit for looking only. Nothing can be posted from it."""
    if request.method != "GET":
        abort(error_page(PREVIEW))
    return Visit(clinic, use_cases().browse.catalogue(clinic), None, None, params)


def _step_title(step: int) -> str:
    return f"Book an appointment – step {step} of {len(STEP_NAMES)}"


@lru_cache(maxsize=len(STEP_NAMES))
def progress(step: int) -> tuple[ProgressItem, ...]:
    """The list of steps as seen from step number `step`."""
    states = ["done" if n < step else "current" if n == step else "ahead" for n in range(1, len(STEP_NAMES) + 1)]
    return tuple(ProgressItem(name, state) for name, state in zip(STEP_NAMES, states, strict=True))
