"""Step 1: what kind of help."""

from flask import Response, request

from booking_app.pages.widget.blueprint import blueprint
from booking_app.pages.widget.offers import Wanted, category_card, shown_categories
from booking_app.pages.widget.visits import PRESELECTED, GoodFor, load_visit


@blueprint.get("", endpoint="categories")
@blueprint.get("/", endpoint="start", strict_slashes=False)
@blueprint.get("/d/<token>/", endpoint="categories")
def categories(slug: str, token: str | None = None) -> Response:
    """The categories; a deep link or a single category leads on to the step it answers."""
    visit = load_visit(slug, token)
    wanted = Wanted.of(request.args)
    if wanted.service_id:
        return visit.go("times", **{name: request.args.get(name) for name in PRESELECTED if name != "category"})
    if wanted.category_key:
        return visit.go("services", category=wanted.category_key, **wanted.place())
    found = shown_categories(visit.catalogue, wanted)
    if len(found) == 1 and not wanted.stays:
        return visit.go("services", category=found[0].key, **wanted.place())
    cards = [
        category_card(visit.catalogue, category, wanted, visit.url("services", category=category.key, **wanted.place()))
        for category in found
    ]
    welcome = visit.clinic.branding_values().welcome_text
    return visit.show("widget/categories.html", step=1, cards=cards, welcome=welcome, notice=None, good_for=GoodFor())
