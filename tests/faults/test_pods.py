"""Equipment is interchangeable: any pod will do, and another is used when the one that was meant is blocked."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from booking_app.bookings.models import Hold
from booking_app.clinics.clinics import find_clinic
from tests.faults.shop import LOCATION, Shop, slot_instant
from tests.pages.shared.client import Page

SAUNA = "1100001000182144796"
PODS = ("1100001000261338126", "1100001000285096105")
ANY_POD = f"/b/demo/times?service={SAUNA}&location={LOCATION}"
POOL_ANSWERS = {"answer_open_wounds": "no"}


def pod_times(shop: Shop) -> Page:
    later = (datetime.now(UTC) + timedelta(days=7)).date().isoformat()
    return shop.client.page(f"{ANY_POD}&from={later}")


def both_free(shop: Shop) -> str:
    """The value of a time at which both pods are free, as `Any pod` offers it."""
    free = [set(map(slot_instant, pod_times_of(shop, pod).values("slot"))) for pod in PODS]
    both = free[0] & free[1]
    return next(value for value in pod_times(shop).values("slot") if slot_instant(value) in both)


def pod_times_of(shop: Shop, pod: str) -> Page:
    later = (datetime.now(UTC) + timedelta(days=7)).date().isoformat()
    return shop.client.page(f"{ANY_POD}&practitioner={pod}&from={later}")


def check_step(shop: Shop, value: str) -> str:
    page = pod_times(shop)
    answer = shop.client.send(page.form_to("/times"), {"token": page.token(), "slot": value})
    return shop.fill(answer.headers["Location"], **POOL_ANSWERS)


def block(shop: Shop, pod: str, value: str) -> None:
    """The front desk takes the pod out of use for an hour."""
    shop.sandbox.control.receptionist_books(
        "demo", practitioner_id=pod, starts_at=slot_instant(value), business_id=LOCATION, minutes=60
    )


def of_value(value: str) -> str:
    return value.partition("-")[2]


def other(pod: str) -> str:
    return next(one for one in PODS if one != pod)


def test_the_clinics_own_words_stand_over_the_choice(shop: Shop) -> None:
    page = pod_times(shop)
    assert 'aria-label="Choose a pod"' in page.html
    assert page.text.index("Any pod") < page.text.index("Pod 1") < page.text.index("Pod 2")
    assert "practitioner" not in page.text


def test_a_clinic_that_allows_no_any_practitioner_pools_its_pods_all_the_same(shop: Shop) -> None:
    with shop.services.database.begin() as session:
        clinic = find_clinic(session, "demo")
        assert clinic is not None
        clinic.rules = {**clinic.rules, "allow_any_practitioner": False}
    assert "Any pod" in pod_times(shop).text


def test_one_pod_blocked_before_confirming_and_the_other_is_used(shop: Shop) -> None:
    value = both_free(shop)
    check = check_step(shop, value)
    summary = shop.client.page(check).text
    assert "Any pod" in summary
    block(shop, of_value(value), value)
    done = shop.confirm(check)
    assert done.endswith("/done")
    (booked,) = [row for row in shop.mine("individual_appointments") if "BK-" in (row["notes"] or "")]
    used = other(of_value(value))
    assert booked["practitioner_id"] == used
    assert shop.booking().practitioner_id == used
    name = f"Pod {PODS.index(used) + 1}"
    assert f"Infrared sauna session, {name}" in shop.client.page(done).text
    shop.work()
    assert {task.state for task in shop.tasks().values()} == {"done"}
    assert shop.tasks()["slot"].note == "other_unit"


def test_the_other_pod_is_held_while_it_is_used_instead(shop: Shop) -> None:
    value = both_free(shop)
    check = check_step(shop, value)
    block(shop, of_value(value), value)
    shop.confirm(check)
    with shop.services.database.reading() as session:
        (hold,) = session.scalars(select(Hold))
    assert hold.practitioner_id == other(of_value(value))


def test_all_pods_blocked_is_a_lost_time(shop: Shop) -> None:
    value = both_free(shop)
    check = check_step(shop, value)
    for pod in PODS:
        block(shop, pod, value)
    page = shop.client.page(shop.confirm(check))
    assert "That time was just taken" in page.text
    assert len(page.values("slot")[:3]) == 3


def test_the_other_pod_held_by_another_patient_is_not_taken_from_them(shop: Shop) -> None:
    value = both_free(shop)
    check = check_step(shop, value)
    theirs = f"{value.partition('-')[0]}-{other(of_value(value))}"
    page = pod_times_of(shop, other(of_value(value)))
    shop.client.send(page.form_to("/times"), {"token": page.token(), "slot": theirs})
    block(shop, of_value(value), value)
    assert "lost" in shop.confirm(check)


@pytest.mark.parametrize("blocked", [False, True])
def test_what_a_pod_costs_in_calls(shop: Shop, blocked: bool) -> None:
    """As many as a practitioner's time; with the pod blocked one look at it, and one at the next."""
    value = both_free(shop)
    page = shop.client.page(check_step(shop, value))
    if blocked:
        block(shop, of_value(value), value)
    before = len(calls(shop))
    shop.client.send(page.form_to("/confirm"), {"token": page.token()})
    assert shop.booking().state == "confirmed"
    assert len(calls(shop)) - before <= (9 if blocked else 6), calls(shop)[before:]


def calls(shop: Shop) -> list[str]:
    return [f"{one.method} {one.route}" for one in shop.sandbox.control.calls() if one.service == "cliniko"]


def test_a_chosen_pod_is_never_exchanged(shop: Shop) -> None:
    value = both_free(shop)
    page = pod_times_of(shop, of_value(value))
    answer = shop.client.send(page.form_to("/times"), {"token": page.token(), "slot": value})
    check = shop.fill(answer.headers["Location"], **POOL_ANSWERS)
    block(shop, of_value(value), value)
    assert "lost" in shop.confirm(check)
