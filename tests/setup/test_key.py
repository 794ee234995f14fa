"""A key is tried before it is kept; what Cliniko says of it is told in words."""

import pytest

from booking_app.clinics.connections import pause
from booking_app.clinics.revisions import revision_of
from booking_app.setup.checking import SettingsInvalid
from booking_app.setup.key import ClinikoKeys, OtherAccount
from booking_sandbox.demo_keys import DEMO_CLINIKO_KEY
from booking_sandbox.server import SandboxServer
from tests.setup.conftest import Office

SECOND_KEY = "MS0xMjM0-second-au1"
RECEPTION_KEY = "MS0xMjM0-reception-au1"


def sealed(office: Office) -> str:
    connection = office.setup.key.stored(office.clinic)
    assert connection is not None
    return office.shop.services.keyring.unseal(connection.secret).decode()


def test_a_good_key_says_whose_it_is_and_what_it_may_read(office: Office) -> None:
    report = office.setup.key.try_key(f"  {DEMO_CLINIKO_KEY} ")
    assert report.account is not None
    assert (report.account.region, report.account.user_role) == ("au1", "administrator")
    assert report.account.name == "Harbour Street Health"
    assert report.rights and not report.missing


def test_a_missing_right_is_named(office: Office) -> None:
    office.shop.sandbox.control.fault("status", path="/patient_attachments", status=403, times=None)
    report = office.setup.key.try_key(DEMO_CLINIKO_KEY)
    assert [right.area for right in report.missing] == ["documents"]


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("MS0xMjM0-revoked-au1", "Cliniko refuses the key"),
        ("MS0xMjM0-sandbox-uk1", "Cliniko refuses the key"),
        ("", "not a Cliniko key"),
        ("a key with spaces", "not a Cliniko key"),
    ],
)
def test_a_key_that_is_refused_is_said_in_words_and_not_kept(office: Office, key: str, words: str) -> None:
    report = office.setup.key.save(office.author, office.clinic, key)
    assert not report.is_accepted and words in report.problem
    assert sealed(office) == DEMO_CLINIKO_KEY
    assert office.changes() == []


def test_an_unreachable_cliniko_is_no_wrong_key(office: Office) -> None:
    office.shop.sandbox.control.fault("status", path="/user", status=503, times=None)
    report = office.setup.key.try_key(DEMO_CLINIKO_KEY)
    assert "Cliniko answered with an error (cliniko_503)" in report.problem


def test_another_key_of_the_same_account_takes_its_place_and_a_paused_connection_goes_on(office: Office) -> None:
    office.shop.services.practices(office.clinic.id)
    before = office.setup.key.stored(office.clinic)
    assert before is not None
    with office.shop.services.database.begin() as session:
        pause(session, before.id, "cliniko_401")
    assert office.setup.key.save(office.author, office.clinic, SECOND_KEY).is_accepted
    after = office.setup.key.stored(office.clinic)
    assert after is not None
    assert (after.id, after.state, after.account_key) == (before.id, "active", before.account_key)
    assert sealed(office) == SECOND_KEY
    change = office.changes()[0]
    assert change.action == "cliniko.key_saved"
    assert SECOND_KEY not in repr(change) and DEMO_CLINIKO_KEY not in repr(change)


def test_the_key_of_another_account_is_asked_about_first(office: Office, sandbox: SandboxServer) -> None:
    office.shop.services.practices(office.clinic.id)
    other = next(name for name in sandbox.control.world.accounts if name != "demo")
    key = sandbox.key(other)
    with pytest.raises(OtherAccount) as asked:
        office.setup.key.save(office.author, office.clinic, key)
    assert asked.value.report.account is not None
    assert sealed(office) == DEMO_CLINIKO_KEY
    office.setup.key.save(office.author, office.clinic, key, allow_other_account=True)
    assert sealed(office) == key
    assert office.setup.progress.found(office.clinic) is None


def test_the_accounts_zone_is_kept_by_the_rules_of_the_file(office: Office) -> None:
    keys: ClinikoKeys = office.setup.key
    values = {"account_time_zone": keys.account_zone(office.clinic)}
    keys.save_account_zone(office.author, office.clinic, "Australia/Perth", revision=revision_of(values))
    assert keys.account_zone(office.clinic) == "Australia/Perth"
    with pytest.raises(SettingsInvalid, match="account_time_zone"):
        keys.save_account_zone(
            office.author, office.clinic, "Adelaide", revision=revision_of({"account_time_zone": "Australia/Perth"})
        )


def test_the_stored_key_can_be_checked_again(office: Office) -> None:
    report = office.setup.key.check(office.clinic)
    assert report is not None and report.is_accepted
