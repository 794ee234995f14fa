"""What of the catalogue a visit is shown, given what its address already chose."""

from collections.abc import Mapping
from dataclasses import dataclass

from booking_app.catalogue.catalogue import Catalogue
from booking_app.catalogue.records import Category, ServiceView

NAMED = 3  # services of a category that its card names


@dataclass(frozen=True)
class Wanted:
    """What the address names. `stays` is the way back to a step that would otherwise be skipped."""

    category_key: str | None = None
    service_id: str | None = None
    practitioner_id: str | None = None
    location_id: str | None = None
    stays: bool = False

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Wanted":
        return cls(
            category_key=query.get("category") or None,
            service_id=query.get("service") or None,
            practitioner_id=query.get("practitioner") or None,
            location_id=query.get("location") or None,
            stays=query.get("stay") == "1",
        )

    def place(self) -> dict[str, str | None]:
        """The practitioner and location, for the links that lead on."""
        return {"practitioner": self.practitioner_id, "location": self.location_id}


def shown_categories(catalogue: Catalogue, wanted: Wanted) -> list[Category]:
    """The categories with a service that fits; all of them when none does."""
    found = [one for one in catalogue.categories if _fitting(catalogue, one.key, wanted)]
    return found or list(catalogue.categories)


@dataclass(frozen=True)
class CategoryCard:
    """A category as its link shows it: with its first services in a line, and the first picture among them."""

    name: str
    url: str
    services: str
    image: str | None


def category_card(catalogue: Catalogue, category: Category, wanted: Wanted, url: str) -> CategoryCard:
    found = shown_services(catalogue, category.key, wanted)
    named = [one.name for one in found[:NAMED]]
    more = len(found) - len(named)
    return CategoryCard(
        name=category.name,
        url=url,
        services=", ".join(named) + (f" and {more} more" if more else ""),
        image=next((one.image for one in found if one.image), None),
    )


def shown_services(catalogue: Catalogue, category_key: str, wanted: Wanted) -> list[ServiceView]:
    """The services of a category that fit; all of them when none does."""
    return _fitting(catalogue, category_key, wanted) or list(catalogue.services_in(category_key))


def _fitting(catalogue: Catalogue, category_key: str, wanted: Wanted) -> list[ServiceView]:
    return [one for one in catalogue.services_in(category_key) if _fits(catalogue, one, wanted)]


def _fits(catalogue: Catalogue, service: ServiceView, wanted: Wanted) -> bool:
    return any(
        wanted.practitioner_id in (None, "any", offer.practitioner_id)
        and wanted.location_id in (None, offer.location_id)
        for offer in catalogue.offers_of(service.cliniko_id)
    )
