"""How much is asked and what comes back: one place computes it, for every zone and every change of clocks."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking_app.catalogue.records import ServiceDeposit, ServiceView
from booking_app.clinics.models import Clinic
from booking_app.core.amounts import AmountInvalid, read_share
from booking_app.deposits.terms import Policy, refund_due, terms_of

ZONES = ("Australia/Adelaide", "Australia/Lord_Howe", "Europe/London", "America/New_York", "Pacific/Auckland", "UTC")
amounts = st.decimals(min_value=Decimal("0.50"), max_value=Decimal(9999), places=2)
policies = st.builds(
    Policy,
    free_cancellation_hours=st.integers(0, 672),
    late=st.sampled_from(("keep", "keep_part", "refund")),
    keep_part=st.sampled_from((None, "20.00", "1%", "50%", "100%", "9999.00", "nonsense")),
    refund_when_clinic_cancels=st.booleans(),
    wording=st.just(""),
    tax=st.just("ask"),
)
starts = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).flatmap(  # noqa: DTZ001 - the zone follows
    lambda naive: st.sampled_from(ZONES).map(lambda zone: naive.replace(tzinfo=ZoneInfo(zone)))
)


@given(policies, amounts, starts, st.integers(-800, 100))
def test_what_comes_back_lies_between_nothing_and_all(
    policy: Policy, amount: Decimal, at: datetime, hours: int
) -> None:
    due = refund_due(
        policy, amount, starts_at=at.astimezone(UTC), cancelled_at=at.astimezone(UTC) + timedelta(hours=hours)
    )
    assert 0 <= due <= amount and due == due.quantize(Decimal("0.01"))


@given(policies, amounts, starts)
def test_the_edge_is_so_many_real_hours_before(policy: Policy, amount: Decimal, at: datetime) -> None:
    start = at.astimezone(UTC)
    edge = start - timedelta(hours=policy.free_cancellation_hours)
    assert policy.free_until(start) == edge
    assert refund_due(policy, amount, starts_at=start, cancelled_at=edge) == amount
    late = refund_due(policy, amount, starts_at=start, cancelled_at=edge + timedelta(seconds=1))
    assert late <= amount
    if policy.late == "keep":
        assert late == 0


@given(policies, amounts, starts, st.integers(0, 800), st.integers(0, 800))
def test_cancelling_sooner_never_gives_less(policy: Policy, amount: Decimal, at: datetime, a: int, b: int) -> None:
    start = at.astimezone(UTC)
    sooner, later = sorted((start - timedelta(hours=a), start - timedelta(hours=b)))
    assert refund_due(policy, amount, starts_at=start, cancelled_at=sooner) >= refund_due(
        policy, amount, starts_at=start, cancelled_at=later
    )


def test_a_day_of_twenty_five_hours_is_twenty_four_real_ones() -> None:
    policy = Policy(24, "keep", None, True, "", "ask")
    start = datetime(2026, 4, 5, 9, 0, tzinfo=ZoneInfo("Australia/Adelaide"))  # clocks went back in the night
    assert policy.free_until(start.astimezone(UTC)).astimezone(ZoneInfo("Australia/Adelaide")).hour == 10


@pytest.mark.parametrize("text", ["", "0", "0%", "101%", "-5", "5.001", "50.00 AUD", "1e3", "99999", "0.20", "%"])
def test_what_is_no_amount_is_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(AmountInvalid) as refused:
        read_share(text)
    assert len(text) < 3 or text not in str(refused.value)


@pytest.mark.parametrize(
    ("own", "told", "usual", "price", "asked"),
    [
        ("40.00", "30.00", "20.00", "95.00", "40.00"),
        (None, "30.00", "20.00", "95.00", "30.00"),
        (None, None, "20.00", "95.00", "20.00"),
        (None, None, "30%", "95.50", "28.65"),
        (None, None, "33%", "0.05", "0.02"),
        (None, None, "30%", None, None),
        (None, "300.00", None, "95.00", "95.00"),
        ("150.00", None, None, "95.00", "95.00"),
        (None, None, None, "95.00", None),
    ],
)
def test_the_services_own_amount_counts_before_clinikos_and_that_before_the_clinics(
    own: str | None, told: str | None, usual: str | None, price: str | None, asked: str | None
) -> None:
    clinic = Clinic(locale="en-AU", rules={}, deposits={"payment": "required", "amount": usual})
    terms = terms_of(clinic, service(price, told, ServiceDeposit(amount=own)))
    assert (terms.amount if terms else None) == (Decimal(asked) if asked else None)


def test_a_service_may_ask_where_the_clinic_does_not_and_the_reverse() -> None:
    clinic = Clinic(locale="en-NZ", rules={"cancel_notice_hours": 12}, deposits=None)
    terms = terms_of(clinic, service("95.00", None, ServiceDeposit("optional", "10%")))
    assert terms and (terms.is_required, terms.amount, terms.currency) == (False, Decimal("9.50"), "NZD")
    assert terms.policy.free_cancellation_hours == 12
    clinic.deposits = {"payment": "required", "amount": "50.00"}
    assert terms_of(clinic, service("95.00", None, ServiceDeposit("off"))) is None


def test_another_wording_is_another_version() -> None:
    one, other = (Policy(24, "keep", None, True, text, "ask") for text in ("This.", "That."))
    assert one.version != other.version and Policy.from_json(one.to_json()) == one


def service(price: str | None, told: str | None, own: ServiceDeposit) -> ServiceView:
    numbers = (Decimal(text) if text else None for text in (price, told))
    return ServiceView("1", "A", "c", "", 30, *numbers, False, 0, False, own_deposit=own)
