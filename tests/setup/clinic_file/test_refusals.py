"""What a clinic's file is refused for: where, and what is allowed."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from booking_app.clinics.keys import keys_of
from booking_app.clinics.models import Clinic
from booking_app.clinics.records import BookingRules
from booking_app.core.db import Database
from booking_app.core.sealing import Keyring
from booking_app.setup.clinic_file.importing import import_clinic
from tests.setup.clinic_file.conftest import CLINIC, ENVIRON, EXAMPLES, NOW

Refused = Callable[..., list[str]]


def test_an_unknown_key_is_refused_with_its_line_and_what_is_allowed(refused: Refused) -> None:
    (sentence,) = refused(CLINIC + "\n[booking]\nhold_minute = 10\n")
    assert sentence.startswith(
        'clinic.toml line 10: unknown key "hold_minute" in [booking]; allowed: lead_hours, horizon_days, '
    )
    assert sentence.partition("allowed: ")[2].split(", ") == list(keys_of(BookingRules))


def test_an_unknown_section_is_refused(refused: Refused) -> None:
    assert refused(CLINIC + "\n[bookings]\nhold_minutes = 10\n") == [
        (
            'clinic.toml line 9: unknown section "bookings"; allowed: [clinic], [cliniko], [branding], [booking], '
            "[consents], [[services]], [[practitioners]], [[locations]], [[intake]], [[waivers]], [[crm]], [deposits], "
            "[accounting], [alerts]"
        )
    ]


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ("[booking]\nhold_minutes = 'ten'", "hold_minutes in [booking] must be a whole number from 1 to 120"),
        ("[booking]\nhold_minutes = true", "hold_minutes in [booking] must be a whole number from 1 to 120"),
        ("[booking]\nretention_days = 31", "retention_days in [booking] must be a whole number from 1 to 30"),
        ("[booking]\nallow_any_practitioner = 1", "allow_any_practitioner in [booking] must be true or false"),
        (
            "[booking]\nconfirmation_mail = 'sometimes'",
            "confirmation_mail in [booking] must be one of: when_cliniko_sends_none, always, never",
        ),
        ("[branding]\nprimary_color = 'teal'", 'primary_color in [branding] must be a colour like "#0f4c5c" or "#fff"'),
        (
            "[branding]\nfont = 'Comic Sans'",
            "font in [branding] must be one of: system, inter, arial, verdana, trebuchet, georgia, times",
        ),
        ("[branding]\nradius = -1", "radius in [branding] must be a whole number of pixels from 0 to 24"),
        (
            "[branding]\nlogo = '../logo.png'",
            "logo in [branding] must be the name of a file beside this one, ending in .png, .jpg, .jpeg, .webp",
        ),
        ("[branding]\nlogo = 'logo.png'", "logo in [branding] names logo.png, which is not beside this file"),
        ("[consents]\nprivacy = ''", "privacy in [consents] must be text of 1 to 5000 characters"),
        ("[alerts]\nemail = 'nobody'", "email in [alerts] must be an e-mail address"),
        ("[alerts]\nwebhook = 'ftp://a.example'", "webhook in [alerts] must be a web address beginning with https:// or http://"),
        (
            "[[locations]]\ncliniko_id = 12",
            "cliniko_id in [[locations]] must be the id of a record in Cliniko, as text",
        ),
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused_at_its_line(refused: Refused, section: str, said: str) -> None:
    assert refused(f"{CLINIC}\n{section}\n") == [f"clinic.toml line 10: {said}"]


def test_a_zone_that_is_none_is_refused(refused: Refused) -> None:
    assert refused(CLINIC.replace("Australia/Adelaide", "Adelaide")) == [
        'clinic.toml line 4: time_zone in [clinic] must be a time zone like "Australia/Adelaide"'
    ]


@pytest.mark.parametrize(
    "site",
    ["www.example.com", "https://www.example.com/", "https://www.example.com/book", "https://*.example.com",
     "ftp://example.com", "https://me:pw@example.com", "https://", "https://example.com?x=1", "javascript://example.com",
     "https://example.com:99999"],
)  # fmt: skip
def test_an_allowed_site_that_is_no_origin_is_refused_at_its_own_line(refused: Refused, site: str) -> None:
    sites = f'allowed_sites = [\n  "https://good.example.com", # the old one\n  "{site}",\n]\n'
    text = CLINIC.replace("\n[cliniko]", f"{sites}\n[cliniko]")
    assert refused(text) == [
        (
            "clinic.toml line 7: allowed_sites in [clinic] has a wrong item 2: it must be an origin like "
            '"https://www.example.com", without a path and without / at the end'
        )
    ]


def test_what_is_required_is_asked_for(refused: Refused) -> None:
    assert refused("[clinic]\nname = 'A'\n[[intake]]\nkey = 'a'\n") == [
        "clinic.toml line 1: [clinic] has no slug, which is required",
        "clinic.toml line 1: [clinic] has no time_zone, which is required",
        "clinic.toml line 3: [[intake]] has no label, which is required",
        "clinic.toml line 3: [[intake]] has no type, which is required",
    ]
    assert refused("") == ["clinic.toml: [clinic] is missing"]


def test_sections_written_with_the_wrong_brackets_are_refused(refused: Refused) -> None:
    assert refused(CLINIC + "[services]\ncliniko_id = '1'\n[[booking]]\n") == [
        "clinic.toml line 8: must be written with double brackets, once for each: [[services]]",
        "clinic.toml line 10: [booking] must be a table",
    ]


def test_text_that_is_no_toml_is_refused_with_its_line(refused: Refused) -> None:
    assert refused(CLINIC + "oops\n")[0].startswith("clinic.toml line 8: not valid TOML: ")
    assert refused(CLINIC + "api_key_env = 'AGAIN'\n") == [
        "clinic.toml line 8: not valid TOML: the key or table stands there twice"
    ]


def test_keys_used_twice_are_refused(refused: Refused) -> None:
    twice = "[[services]]\ncliniko_id = '1'\n" * 2
    question = "[[intake]]\nkey = 'a'\nlabel = 'A'\ntype = 'text'\n"
    assert refused(CLINIC + twice + question * 2) == [
        'clinic.toml line 11: cliniko_id "1" stands twice in [[services]]',
        "clinic.toml line 17: Two questions have the key 'a'.",
    ]


def test_conditions_options_and_mappings_that_lead_nowhere_are_refused(refused: Refused) -> None:
    questions = """
[[intake]]
key = "a"
label = "A"
type = "radio"

[[intake]]
key = "b"
label = "B"
type = "text"
show_if = {field = "nothing", equals = "yes"}

[[intake]]
key = "c"
label = "C"
type = "text"
maps_to = "patient.shoe_size"

[[intake]]
key = "d"
label = "D"
type = "text"
show_if = {field = "a", value = "yes"}
"""
    assert refused(CLINIC + questions) == [
        "clinic.toml line 30: show_if of [[intake]] has no equals, which is required",
        'clinic.toml line 30: unknown key "value" in show_if of [[intake]]; allowed: field, equals',
    ]
    said = refused(CLINIC + questions.replace('value = "yes"', 'equals = "yes"'))
    assert said[0] == "clinic.toml line 9: Write 1 to 100 choices."
    assert said[1] == "clinic.toml line 18: There is no question with the key 'nothing' that it could depend on."
    assert said[2].startswith("clinic.toml line 24: 'c' maps to 'shoe_size'; possible are ")


def test_a_waiver_needs_its_text_and_its_placeholders_need_fields(
    refused: Refused, write: Callable[[str], Path]
) -> None:
    waiver = "[[waivers]]\nkey = 'consent'\ntitle = 'Consent'\nkind = 'consent'\nbody = 'consent.md'\n"
    assert refused(CLINIC + waiver) == [
        "clinic.toml line 12: body in [[waivers]] names consent.md, which is not beside this file"
    ]
    write("").with_name("consent.md").write_text("Hello {{answer:nothing}}")
    assert refused(CLINIC + waiver)[0].startswith("clinic.toml line 12: Waiver 'consent': ")


def test_connections_say_what_they_need(refused: Refused) -> None:
    crm = """[[crm]]
vendor = "salesforce"
token_env = "HUBSPOT_TOKEN"
[[crm]]
vendor = "gohighlevel"
token_env = "HUBSPOT_TOKEN"
[[crm]]
vendor = "hubspot"
token_env = "HUBSPOT_TOKEN"
url = "https://example.com"
fields = {date_of_birth = "dob"}
"""
    said = refused(CLINIC + crm)
    assert said[0] == (
        "clinic.toml line 9: vendor in [[crm]] must be one of: hubspot, gohighlevel, activecampaign, mailchimp, webhook"
    )
    assert said[1].startswith("clinic.toml line 11: account in [[crm]] is missing: ")
    unknown = 'fields in [[crm]] has the unknown key "date_of_birth"; allowed: email, first_name, '
    assert said[2].startswith(f"clinic.toml line 18: {unknown}")
    said = refused(CLINIC + crm.replace("salesforce", "mailchimp").replace('{date_of_birth = "dob"}', "{}"))
    assert said == [
        "clinic.toml line 11: account in [[crm]] is missing: the id of the GoHighLevel location is required",
        "clinic.toml line 17: url in [[crm]] is for webhook only",
    ]


def test_the_same_connection_twice_is_refused_and_two_goals_of_one_vendor_are_not(
    refused: Refused, database: Database, keyring: Keyring, write: Callable[[str], Path]
) -> None:
    crm = "[[crm]]\nvendor = 'webhook'\ntoken_env = 'HUBSPOT_TOKEN'\nurl = 'https://example.com/1'\n"
    assert refused(CLINIC + crm * 2) == ["clinic.toml line 13: the same connection stands twice in [[crm]]"]
    two = write(CLINIC + crm + crm.replace("/1", "/2"))
    assert import_clinic(database, keyring, two, environ=ENVIRON, now=NOW) == "harbour"


def test_a_missing_variable_is_named_and_our_own_are_refused(refused: Refused) -> None:
    assert refused(CLINIC, environ={}) == [
        "clinic.toml line 7: api_key_env names the environment variable CLINIKO_API_KEY, which is not set"
    ]
    assert refused(CLINIC, environ={"CLINIKO_API_KEY": "  "}) == refused(CLINIC, environ={})
    for name in ("BOOKING_SECRET_KEY", "booking_secret_key"):
        assert refused(CLINIC.replace("CLINIKO_API_KEY", name), environ={name: "x"}) == [
            (
                "clinic.toml line 7: api_key_env in [cliniko] must not name a variable beginning with BOOKING_: "
                "those are the product's own"
            )
        ]


def test_a_key_put_in_place_of_a_name_is_never_repeated(refused: Refused) -> None:
    key = "MS0xMjM0LWFiYy1kZWY-au1"
    said = refused(CLINIC.replace("CLINIKO_API_KEY", key))
    assert said == [
        (
            "clinic.toml line 7: api_key_env in [cliniko] must be the name of an environment variable, like "
            "CLINIKO_API_KEY, and not the key itself"
        )
    ]
    assert key not in str(said)


def test_a_picture_that_is_none_is_refused(refused: Refused, write: Callable[[str], Path]) -> None:
    write("").with_name("logo.png").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    assert refused(CLINIC + "[branding]\nlogo = 'logo.png'\n") == [
        (
            "clinic.toml line 9: logo in [branding] cannot be used. A picture must be a PNG, JPEG or WebP file; "
            "SVG can carry programs and is not taken."
        )
    ]


def test_everything_wrong_is_said_at_once_in_the_order_of_the_file(refused: Refused) -> None:
    text = CLINIC.replace("Australia/Adelaide", "Mars") + "[branding]\nlogo = 'gone.png'\n[booking]\nlead_hours = -1\n"
    lines = refused(text, environ={})
    assert [line.split(":")[0] for line in lines] == [f"clinic.toml line {number}" for number in (4, 7, 9, 11)]


def test_a_refused_file_changes_nothing(
    database: Database, keyring: Keyring, write: Callable[[str], Path], refused: Refused
) -> None:
    import_clinic(database, keyring, write(CLINIC), environ=ENVIRON, now=NOW)
    refused(CLINIC.replace("Harbour Street Health", "Another name") + "[booking]\nlead_hours = -1\n")
    with database.reading() as session:
        assert session.scalars(select(Clinic.name)).all() == ["Harbour Street Health"]


def test_a_file_that_is_not_there_is_said_so(database: Database, keyring: Keyring, tmp_path: Path) -> None:
    with pytest.raises(Exception, match=r"^gone\.toml: the file cannot be read$"):
        import_clinic(database, keyring, tmp_path / "gone.toml", environ={}, now=NOW)


def test_the_examples_are_there() -> None:
    assert (EXAMPLES / "demo" / "clinic.toml").is_file()
