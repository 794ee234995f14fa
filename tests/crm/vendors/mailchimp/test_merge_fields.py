"""Our merge fields in the clinic's audience."""

import pytest

from booking_app.core.failures import Failure, RemoteFailure
from booking_app.crm.vendors.mailchimp.client import Mailchimp
from booking_app.crm.vendors.mailchimp.merge_fields import DEFAULT_NAMES, OWN_FIELDS
from booking_sandbox.mailchimp.audience import Audience
from booking_sandbox.server import SandboxServer

from .conftest import Connect


def test_only_our_own_fields_are_made_and_once(mailchimp: Mailchimp, audience: Audience) -> None:
    before = len(audience.fields)
    assert {each.state for each in mailchimp.schema.plan()} == {"present", "missing"}
    for _ in range(2):
        assert {each.state for each in mailchimp.schema.apply()} == {"present"}
    assert len(audience.fields) == before + len(OWN_FIELDS)
    ours = [audience.fields[own.tag] for own in OWN_FIELDS.values()]
    assert not any(each["required"] or each["public"] for each in ours)


def test_all_fields_are_read_although_mailchimp_shows_ten(ready: Mailchimp, audience: Audience) -> None:
    assert len(audience.fields) > 10
    assert {each.state for each in ready.schema.plan()} == {"present"}


def test_a_mapped_field_is_the_clinic_s_to_make(connect: Connect, audience: Audience) -> None:
    mapped = connect(names={**DEFAULT_NAMES, "source": ("HEARDOF",)})
    assert [each.name for each in mapped.schema.apply() if each.state == "missing"] == ["HEARDOF"]
    assert "HEARDOF" not in audience.fields


def test_a_telephone_field_of_the_american_format_and_a_field_of_another_type_differ(
    mailchimp: Mailchimp, audience: Audience
) -> None:
    audience.fields["PHONE"]["options"]["phone_format"] = "US"
    audience.add_field("BKNEXT", "Next", "text")
    assert {each.name for each in mailchimp.schema.plan() if each.state == "differs"} == {"PHONE", "BKNEXT"}


def test_a_field_made_by_somebody_else_meanwhile_is_as_good(
    mailchimp: Mailchimp, sandbox: SandboxServer, audience: Audience
) -> None:
    sandbox.control.fault("drop_after", service="mailchimp", method="POST", path="merge-fields")
    assert {each.state for each in mailchimp.schema.apply()} == {"present"}


def test_an_audience_that_takes_no_more_fields_says_so(mailchimp: Mailchimp, audience: Audience) -> None:
    for number in range(24):
        audience.add_field(f"F{number}", "Full", "text")
    with pytest.raises(RemoteFailure) as caught:
        mailchimp.schema.apply()
    assert caught.value.failure is Failure.DATA


def test_tags_of_fields_fit_in_ten_characters() -> None:
    assert all(len(own.tag) <= 10 for own in OWN_FIELDS.values())
