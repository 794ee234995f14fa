"""Who or what gives a service, in words."""

from dataclasses import replace
from decimal import Decimal

import pytest

from booking_app.catalogue.records import PractitionerView, ServiceView
from booking_app.catalogue.who import inside, is_pool, who_words, with_whom

SERVICE = ServiceView("s", "Sauna", "c", "", 30, Decimal(40), None, False, 0, False)
PODS = (PractitionerView("1", "Pod 1", is_equipment=True), PractitionerView("2", "Pod 2", is_equipment=True))
PEOPLE = (PractitionerView("3", "Mia Okafor"), PODS[0])


@pytest.mark.parametrize(
    ("label", "heading", "noun", "anyone"),
    [
        ("Choose a pod", "Choose a pod", "Pod", "Any pod"),
        ("Please select your lane ", "Please select your lane", "Lane", "Any lane"),
        ("Pool lane", "Pool lane", "Pool lane", "Any pool lane"),
        ("MRI scanner", "MRI scanner", "MRI scanner", "Any MRI scanner"),
        ("", "Choose one", "Equipment", "Any that is free"),
        ("Choose", "Choose", "Choose", "Any choose"),
    ],
)
def test_equipment_is_called_as_the_clinic_calls_it(label: str, heading: str, noun: str, anyone: str) -> None:
    words = who_words(replace(SERVICE, practitioner_label=label), PODS)
    assert (words.heading, words.noun, words.anyone) == (heading, noun, anyone)


@pytest.mark.parametrize(("label", "noun"), [("", "Practitioner"), ("Choose your therapist", "Therapist")])
def test_of_people_any_is_always_any_practitioner(label: str, noun: str) -> None:
    words = who_words(replace(SERVICE, practitioner_label=label), PEOPLE)
    assert (words.heading, words.noun, words.anyone) == (label or "Practitioner", noun, "Any practitioner")


def test_only_equipment_alone_is_a_pool() -> None:
    assert is_pool(PODS)
    assert not is_pool(PEOPLE)
    assert not is_pool(())


def test_what_follows_the_name_of_a_service() -> None:
    assert with_whom("Mia Okafor", is_equipment=False) == " with Mia Okafor"
    assert with_whom("Pod 2", is_equipment=True) == ", Pod 2"
    assert with_whom("", is_equipment=False) == ""
    assert inside("Any pod") == "any pod"
