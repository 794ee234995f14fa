"""Addresses and numbers as they are kept: what was typed can be written to, called, and handed on."""

import pytest

from booking_app.core.contact_details import (
    ContactUnreadable,
    is_known_phone,
    phone_kind,
    phone_words,
    read_email,
    read_phone,
    without_extension,
)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Jane@Example.com", "Jane@example.com"),
        ("jane@münchen.de", "jane@xn--mnchen-3ya.de"),
        ("jane@xn--mnchen-3ya.de", "jane@xn--mnchen-3ya.de"),
        ("jane@MÜNCHEN.de", "jane@xn--mnchen-3ya.de"),
        ("o'neil+visit@example.com.au", "o'neil+visit@example.com.au"),
    ],
)
def test_an_address_is_kept_as_a_mail_server_takes_it(typed: str, kept: str) -> None:
    assert read_email(typed) == kept


@pytest.mark.parametrize("typed", ["jané@example.com", "jane@", "jane@example", "jane@exa mple.com", "jane@-x.com"])
def test_an_address_that_nobody_can_write_to_is_refused(typed: str) -> None:
    with pytest.raises(ContactUnreadable):
        read_email(typed)


@pytest.mark.parametrize(
    ("typed", "region", "kept", "kind"),
    [
        ("0412 345 678", "AU", "+61412345678", "mobile"),
        ("(08) 8212 4000", "AU", "+61882124000", "landline"),
        ("1300 975 707", "AU", "+611300975707", "other"),
        ("021 123 4567", "NZ", "+64211234567", "mobile"),
        ("07400 123456", "GB", "+447400123456", "mobile"),
        ("020 7946 0000", "GB", "+442079460000", "landline"),
        ("08 8212 4000 ext 12", "AU", "+61882124000 ext. 12", "landline"),
        ("+61 8 8212 4000 x 7", "GB", "+61882124000 ext. 7", "landline"),
    ],
)
def test_a_number_is_kept_whole_and_told_by_its_kind(typed: str, region: str, kept: str, kind: str) -> None:
    assert read_phone(typed, region) == kept
    assert phone_kind(kept) == kind
    assert read_phone(kept, region) == kept


def test_a_possible_number_that_no_plan_knows_is_taken() -> None:
    unknown = read_phone("+61 600 111 222", "AU")
    assert (unknown, is_known_phone(unknown)) == ("+61600111222", False)


@pytest.mark.parametrize("typed", ["12345", "hello", "+61 4", "0412 345 678 ext 123456789", "+999 123 456 789"])
def test_what_cannot_be_called_is_refused(typed: str) -> None:
    with pytest.raises(ContactUnreadable):
        read_phone(typed, "AU")


def test_a_number_is_read_out_with_its_extension_and_handed_on_without() -> None:
    assert phone_words("+61882124000 ext. 12") == "+61 8 8212 4000 ext. 12"
    assert without_extension("+61882124000 ext. 12") == "+61882124000"
    assert phone_words("as on the card") == "as on the card"
