"""How the booking page looks: a draft with the real pages beside it, published when it is right."""

from dataclasses import fields
from typing import Any, cast

from flask import Response, flash, redirect, request, url_for
from flask_wtf.file import FileField
from wtforms import BooleanField, ColorField, IntegerField, SelectField, StringField, TextAreaField

from booking_app.clinics.branding import FONTS, Adjustment, Branding
from booking_app.clinics.pictures import PictureRefused
from booking_app.clinics.revisions import ChangedMeanwhile, revision_of
from booking_app.clinics.staff import Role
from booking_app.pages.console.access import allow, author, current_clinic, may
from booking_app.pages.console.blueprint import blueprint
from booking_app.pages.console.forms import ConsoleForm
from booking_app.pages.console.keys import Key, cleaned
from booking_app.pages.console.page import show
from booking_app.pages.console.recording import PICTURES
from booking_app.pages.console.saving import SavingForm
from booking_app.pages.shared import use_cases
from booking_app.pages.shared.headers import show_own_frames
from booking_app.pages.shared.preview import PARAMETER, preview_token
from booking_app.setup.clinic_file.schema import BrandingSection
from booking_app.setup.design.branding import BrandingState

FONT_NAMES = {
    "system": "The device’s own", "inter": "Inter", "arial": "Arial", "verdana": "Verdana", "trebuchet": "Trebuchet",
    "georgia": "Georgia", "times": "Times New Roman",
}  # fmt: skip
LABELS = {"primary_color": "main colour", "accent_color": "second colour"}


class BrandingForm(SavingForm):
    """Everything that can be chosen. The names are the keys of [branding] in the clinic's file."""

    primary_color = ColorField(
        "Main colour", [Key(BrandingSection, "primary_color")], description="Buttons, links and the chosen time."
    )
    accent_color = ColorField("Accent colour", [Key(BrandingSection, "accent_color")], description="Small highlights.")
    background = ColorField(
        "Background", [Key(BrandingSection, "background")], description="A dark one makes the whole page dark."
    )
    font = SelectField("Font", choices={name: FONT_NAMES[name] for name in FONTS})
    radius = IntegerField(
        "Corner radius", [Key(BrandingSection, "radius")], description="In pixels, 0 (square) to 24.",
        render_kw={"min": 0, "max": 24},
    )  # fmt: skip
    logo_file = FileField("Logo", description="PNG, JPEG or WebP, at most 5 MB. It is shrunk to fit.",
                          render_kw=PICTURES)  # fmt: skip
    without_logo = BooleanField("Show the clinic’s name instead of a logo")
    logo_dark_file = FileField(
        "Logo for dark pages", render_kw=PICTURES,
        description="Shown to visitors whose device prefers dark pages. Without it, your logo gets a light background.",
    )  # fmt: skip
    without_logo_dark = BooleanField("Don’t use a separate logo for dark pages")
    welcome_text = TextAreaField(
        "Welcome text", [Key(BrandingSection, "welcome_text")], filters=cleaned(), render_kw={"rows": 3},
        description="A sentence or two above the first step.",
    )  # fmt: skip
    confirmation_text = TextAreaField(
        "Text for a confirmed booking", [Key(BrandingSection, "confirmation_text")], filters=cleaned(),
        description="Shown when a booking is confirmed, and in our mail. Say nothing here that tells what was booked.",
        render_kw={"rows": 3},
    )  # fmt: skip
    email_header = StringField(
        "Line at the top of mails", [Key(BrandingSection, "email_header")], filters=cleaned(),
        description="Stands under the clinic’s name.",
    )  # fmt: skip

    def to_branding(self, before: Branding) -> Branding:
        """What was chosen, with the logos there were `before` unless they shall go."""
        names = {field.name for field in fields(Branding)} - {"logo", "logo_dark"}
        values: dict[str, Any] = {name: self[name].data for name in names}
        return Branding(
            **{name: value for name, value in values.items() if value is not None},
            logo=None if self.without_logo.data else before.logo,
            logo_dark=None if self.without_logo_dark.data else before.logo_dark,
        )

    def brought(self) -> dict[str, bytes | None]:
        """The pictures that were chosen just now."""
        return {
            "logo": _upload("logo_file", but_not=self.without_logo.data),
            "logo_dark": _upload("logo_dark_file", but_not=self.without_logo_dark.data),
        }


def _upload(name: str, *, but_not: bool) -> bytes | None:
    upload = request.files.get(name)
    return upload.read() if upload and not but_not else None


@blueprint.get("/<slug>/branding", endpoint="branding")
@allow(Role.RECEPTIONIST, Role.DESIGNER)
def branding(slug: str) -> Response:
    """The draft and how it looks."""
    state = use_cases().designing.branding.state(current_clinic())
    return _page(state, _form(state))


@blueprint.post("/<slug>/branding", endpoint="branding_save")
@allow(Role.DESIGNER)
def branding_save(slug: str) -> Response:
    """Keep a draft."""
    return _saved(slug, is_published=False)


@blueprint.post("/<slug>/branding/publish", endpoint="branding_publish")
@allow(Role.DESIGNER)
def branding_publish(slug: str) -> Response:
    """Keep what is on the screen and show it to patients."""
    return _saved(slug, is_published=True)


def _saved(slug: str, *, is_published: bool) -> Response:
    clinic, form, branding = current_clinic(), BrandingForm(), use_cases().designing.branding
    state = branding.state(clinic)
    if not form.validate():
        return _page(state, form, status=422)
    store = branding.publish_as_drawn if is_published else branding.save_draft
    try:
        store(author(), clinic, form.to_branding(state.draft), **form.brought(), revision=form.revision.data)
    except PictureRefused as refused:
        form.logo_file.errors = [str(refused)]
        return _page(state, form, status=422)
    except ChangedMeanwhile as changed:
        return _page(state, form, status=409, conflict=form.meet(changed))
    said = (
        "Published. Patients see this look from now on."
        if is_published
        else "The draft is saved. Patients do not see it yet."
    )
    flash(said, "quiet")
    return _back(slug)


@blueprint.post("/<slug>/branding/undo", endpoint="branding_undo")
@allow(Role.DESIGNER)
def branding_undo(slug: str) -> Response:
    """Back by one draft."""
    use_cases().designing.branding.undo(author(), current_clinic())
    flash("The last draft is undone.", "quiet")
    return _back(slug)


@blueprint.post("/<slug>/branding/earlier/<int:revision_id>", endpoint="branding_take_back")
@allow(Role.DESIGNER)
def branding_take_back(slug: str, revision_id: int) -> Response:
    """Work on a look that was published before."""
    try:
        use_cases().designing.branding.take_back(author(), current_clinic(), revision_id)
        flash("The earlier look is your draft now. Publish it to show it again.", "quiet")
    except LookupError:
        flash("That look is not kept any more.", "lost")
    return _back(slug)


def _form(state: BrandingState) -> BrandingForm:
    values = state.values()
    return BrandingForm(formdata=None, data={**values, "revision": revision_of(values)})


def _page(state: BrandingState, form: BrandingForm, *, status: int = 200, conflict: Any = None) -> Response:
    show_own_frames()
    slug = current_clinic().slug
    return show(
        "console/branding.html",
        title="Branding",
        status=status,
        form=form,
        conflict=conflict,
        state=state,
        plain=ConsoleForm(formdata=None),
        adjustments=[_in_words(each) for each in state.draft.adjustments()],
        preview_url=_preview_url(slug),
        logo_url=_logo_url(slug, state.draft.logo),
        logo_dark_url=_logo_url(slug, state.draft.logo_dark),
        is_editor=may(Role.DESIGNER),
    )


def _preview_url(slug: str) -> str:
    place: dict[str, Any] = {"slug": slug, "stay": 1, PARAMETER: preview_token(slug)}
    return url_for("widget.categories", **place)


def _logo_url(slug: str, logo: str | None) -> str | None:
    return url_for("brand.file", slug=slug, name=logo) if logo else None


def _in_words(adjustment: Adjustment) -> str:
    name = LABELS[adjustment.key]
    return (
        f"The {name} {adjustment.chosen} is too close to the background to be seen. "
        f"{adjustment.shown}, the nearest shade that can be seen, is shown instead."
    )


def _back(slug: str) -> Response:
    return cast(Response, redirect(url_for("console.branding", slug=slug), code=303))
