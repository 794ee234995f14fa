"""The booking page in the clinic's website: what to paste, where it may be shown, and a look at a page that has it."""

from dataclasses import dataclass
from typing import Any, ClassVar, cast

from flask import Response, flash, redirect, request, url_for
from wtforms import TextAreaField
from wtforms.validators import InputRequired

from booking_app.clinics.revisions import ChangedMeanwhile, revision_of
from booking_app.clinics.staff import Role
from booking_app.core.assets import asset_folder
from booking_app.core.hosts import origin_typed
from booking_app.pages.console.access import allow, author, current_clinic
from booking_app.pages.console.blueprint import blueprint
from booking_app.pages.console.forms import ConsoleForm
from booking_app.pages.console.page import show
from booking_app.pages.console.saving import Difference
from booking_app.pages.console.setting_fields import LinesField, SettingsForm
from booking_app.pages.shared import use_cases
from booking_app.setup.checking import SettingsInvalid
from booking_app.setup.website import Advice, Expected, Level, examine
from booking_app.setup.website.releases import read_releases
from booking_app.setup.website.snippet import BUILDERS, SHAPES, Shape, snippet

SECTION = "sites"
WORDS: dict[Shape, tuple[str, str]] = {
    "inline": ("In the page", "The booking page stands where the link is."),
    "button": ("Button", "A link or button of yours opens the booking page in a window over your page."),
    "floating": ("Floating button", "A button that stays in the corner of the screen and opens the window."),
    "tag": ("By a tag manager", "The first line goes into the page, the rest into a tag of custom HTML."),
    "frame": ("Without a script", "For websites that allow no script: a frame that scrolls inside."),
    "link": ("Address alone", "For menus, e-mails, social media and the website’s own buttons."),
}


class SitesForm(SettingsForm):
    """The one key of [clinic] that is about other sites."""

    groups: ClassVar = (("Websites", ("allowed_sites",)),)

    allowed_sites = LinesField(
        "Websites that may show the booking page",
        description="One per line; copy the address of any of your pages. With and without www count as two websites. "
        "Other websites can link to the page, but can’t show it inside theirs.",
        render_kw={"rows": 4, "spellcheck": "false"},
    )

    def raw(self) -> dict[str, Any]:
        """The websites alone of what was typed: without path, each once."""
        return {"allowed_sites": list(dict.fromkeys(map(origin_typed, self.allowed_sites.data or ())))}


LEVELS: dict[Level, tuple[str, str]] = {
    Level.BROKEN: ("Must be fixed", "bad"),
    Level.RISK: ("Look at this", "wait"),
    Level.NOTE: ("Good", "good"),
}


class PastedPageForm(ConsoleForm):
    """A page of the clinic's website, as its source. It is looked at and not kept."""

    html = TextAreaField(
        "Source of the page",
        [InputRequired("Paste the source of the page")],
        description="In your browser: right click on the page, View page source, select all and copy.",
        render_kw={"rows": 6, "spellcheck": "false", "autocomplete": "off"},
    )


@dataclass(frozen=True)
class ShownSnippet:
    """Lines to paste, with what they do."""

    shape: Shape
    heading: str
    sentence: str
    text: str


@blueprint.get("/<slug>/embed", endpoint="embed")
@allow(Role.DESIGNER)
def embed(slug: str) -> Response:
    """Snippets and sites."""
    return _page(_sites_form())


@blueprint.post("/<slug>/embed/sites", endpoint="embed_sites_save")
@allow(Role.DESIGNER)
def sites_save(slug: str) -> Response:
    """Which websites may show the booking page."""
    form = SitesForm()
    if not form.validate():
        return _page(form, status=422)
    revision = str(form.revision.data)
    try:
        use_cases().setup.settings.save(author(), current_clinic(), SECTION, form.raw(), revision=revision)
    except SettingsInvalid as invalid:
        form.blame(invalid.problems)
        return _page(form, status=422)
    except ChangedMeanwhile as changed:
        return _page(form, conflict=form.meet(changed), status=409)
    flash("Saved. The websites may show the booking page from now on.", "quiet")
    return cast(Response, redirect(url_for("console.embed", slug=slug), code=303))


@blueprint.post("/<slug>/embed/page", endpoint="embed_page")
@allow(Role.DESIGNER)
def examine_page(slug: str) -> Response:
    """Look at a pasted page."""
    form = PastedPageForm()
    if not form.validate():
        return _page(_sites_form(), page_form=form, status=422)
    releases = read_releases(asset_folder("static") / "embed")
    expected = Expected.of(current_clinic(), base_url=use_cases().settings.base_url, releases=releases)
    return _page(_sites_form(), page_form=form, advice=examine(str(form.html.data), expected=expected))


def _sites_form() -> SitesForm:
    values = use_cases().setup.settings.values(current_clinic(), SECTION)
    return SitesForm(formdata=None, data={**values, "revision": revision_of(values)})


def _page(
    form: SitesForm, *, status: int = 200, conflict: list[Difference] | None = None,
    page_form: PastedPageForm | None = None, advice: list[Advice] | None = None,
) -> Response:  # fmt: skip
    return show(
        "console/embed.html",
        title="Website",
        status=status,
        form=form,
        conflict=conflict,
        snippets=[_shown(shape) for shape in SHAPES],
        builders=[(builder, WORDS[builder.shape][0]) for builder in BUILDERS],
        services=_services(),
        chosen=_chosen(),
        page_form=page_form or PastedPageForm(formdata=None),
        advice=None if advice is None else [(one, *LEVELS[one.level]) for one in advice],
    )


def _shown(shape: Shape) -> ShownSnippet:
    heading, sentence = WORDS[shape]
    text = snippet(
        shape, base_url=use_cases().settings.base_url, slug=current_clinic().slug, preselect={"service": _chosen()}
    )
    return ShownSnippet(shape, heading, sentence, text)


def _services() -> list[tuple[str, str]]:
    """What a snippet may preselect: the services found in Cliniko that can be booked."""
    found = use_cases().setup.progress.found(current_clinic())
    return [(item.cliniko_id, item.name) for item in found.services if item.state == "bookable"] if found else []


def _chosen() -> str:
    """The service that the snippets lead to; empty for the whole list."""
    asked = request.args.get("service", "")
    return asked if asked in {cliniko_id for cliniko_id, _ in _services()} else ""
