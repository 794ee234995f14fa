"""Somebody ticks the box, books again and leaves it empty, and only then can the CRM be told of the first booking."""

from booking_app.clinics.connections import connections_of, resume
from booking_app.crm.vendors.records import ConsentProof
from tests.faults.shop import Shop


def fix_hubspot(shop: Shop) -> None:
    shop.sandbox.control.clear_faults()
    with shop.services.database.begin() as session:
        (connection,) = connections_of(session, 1, "hubspot")
        resume(session, connection.id)
    shop.services.task_runner.resume_connection(connection.id)


def test_a_yes_that_comes_late_raises_nothing_over_a_later_no(shop: Shop) -> None:
    shop.sandbox.control.fault("status", service="hubspot", status=401, times=None)
    shop.book(consent_email_marketing="y", consent_sms_marketing="y")
    shop.work(rounds=3)
    willing = shop.booking()
    shop.confirm(shop.fill(shop.choose(1)))
    shop.work(rounds=3)
    fix_hubspot(shop)
    facts = shop.services.crm_facts.contact_facts(willing.id)
    assert (facts.email_marketing, facts.sms_marketing) == (False, False)
    assert isinstance(facts.email_consent, ConsentProof) and not facts.email_consent.is_given
    shop.services.task_runner.advance(willing.subject)
    (contact,) = shop.state()["crm"]["contacts"]
    assert contact["properties"]["booking_email_marketing"] == "false"
    assert "booking_consent_wording" not in contact["properties"]
