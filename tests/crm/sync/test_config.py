"""What a clinic may decide for a connection."""

import pytest

from booking_app.crm.vendors.config import CrmSyncConfigInvalid
from booking_app.crm.vendors.registered import sync_config


def test_without_a_word_a_connection_gets_the_least() -> None:
    config = sync_config("hubspot", {})
    assert (config.list_id, config.tags, config.only_with_consent) == (None, (), False)
    assert (config.send_category, config.send_service_name, config.send_practitioner) == (False, False, False)
    assert config.names["first_name"] == ("firstname",)


def test_a_mapping_replaces_the_vendors_usual_name() -> None:
    names = sync_config("hubspot", {"fields": {"mobile": "mobile_au", "source": "lead_origin", "email": "email"}}).names
    assert (names["mobile"], names["source"], names["last_name"]) == (("mobile_au",), ("lead_origin",), ("lastname",))


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        ({"fields": {"date_of_birth": "dob"}}, "fields cannot map date_of_birth"),
        ({"fields": {"answers": "notes"}}, "fields cannot map answers"),
        ({"fields": {"medicare": "x"}}, "it may map email, first_name"),
        ({"fields": {"source": ""}}, "give source a name"),
        ({"fields": {"source": 3}}, "give source a name"),
        ({"fields": {"email": "work_email"}}, "cannot move email"),
        ({"fields": {"first_name": "lastname"}}, "two of our names to lastname"),
        ({"fields": {"source": "x", "utm_source": "x"}}, "two of our names to x"),
        ({"fields": ["source"]}, "fields must map"),
        ({"send_category": "yes"}, "send_category must be true or false"),
        ({"only_with_consent": 1}, "only_with_consent must be true or false"),
        ({"tags": "web"}, "tags must be a list"),
        ({"tags": [1]}, "tags must be a list"),
        ({"list": ["77"]}, "list must be the id"),
    ],
)
def test_what_cannot_be_used_is_refused_with_what_is_allowed(raw: dict[str, object], sentence: str) -> None:
    with pytest.raises(CrmSyncConfigInvalid, match=sentence):
        sync_config("hubspot", raw)


def test_a_list_may_be_given_as_a_number_and_blank_tags_fall_away() -> None:
    config = sync_config("hubspot", {"list": 77, "tags": [" Web ", ""]})
    assert (config.list_id, config.tags) == ("77", ("Web",))
