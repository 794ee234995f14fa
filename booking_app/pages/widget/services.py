"""Step 2: which service of the category."""

from dataclasses import dataclass

from flask import Response, request, url_for

from booking_app.catalogue.records import ServiceView
from booking_app.pages.shared import words
from booking_app.pages.widget.blueprint import blueprint
from booking_app.pages.widget.offers import Wanted, category_card, shown_categories, shown_services
from booking_app.pages.widget.visits import GoodFor, Visit, load_visit


@dataclass(frozen=True)
class ServiceCard:
    """A service as its link shows it."""

    name: str
    description: str
    facts: str
    image_url: str | None
    url: str


@blueprint.get("/services", endpoint="services")
@blueprint.get("/d/<token>/services", endpoint="services")
def services(slug: str, token: str | None = None) -> Response:
    """The services of a category; a single one leads on to its times."""
    visit = load_visit(slug, token)
    wanted = Wanted.of(request.args)
    category = next((one for one in visit.catalogue.categories if one.key == wanted.category_key), None)
    if wanted.category_key is None:
        return visit.go("categories", **wanted.place())
    if category is None:
        return choose_again(visit, wanted)
    found = shown_services(visit.catalogue, category.key, wanted)
    if len(found) == 1 and not wanted.stays:
        return visit.go("times", service=found[0].cliniko_id, **wanted.place())
    return visit.show(
        "widget/services.html",
        step=2,
        category=category.name,
        cards=[_card(visit, service, wanted) for service in found],
        back_url=visit.url("categories", stay=1, **wanted.place()),
        good_for=GoodFor(),
    )


def choose_again(visit: Visit, wanted: Wanted) -> Response:
    """404: what the address names is not offered (any more), with the list to choose from."""
    found = shown_categories(visit.catalogue, Wanted())
    cards = [category_card(visit.catalogue, one, Wanted(), visit.url("services", category=one.key)) for one in found]
    notice = "The service in this link cannot be booked online any more. Please choose from what the clinic offers now."
    return visit.show("widget/categories.html", step=1, status=404, cards=cards, welcome=None, notice=notice)


def _card(visit: Visit, service: ServiceView, wanted: Wanted) -> ServiceCard:
    cost = words.cost(service, visit.catalogue.currency_symbol)
    facts = [words.length(service.minutes), cost, "by video" if service.telehealth else None, words.group_size(service)]
    return ServiceCard(
        name=service.name,
        description=service.description,
        facts=" · ".join(fact for fact in facts if fact),
        image_url=url_for("brand.file", slug=visit.clinic.slug, name=service.image) if service.image else None,
        url=visit.url("times", service=service.cliniko_id, **wanted.place()),
    )
