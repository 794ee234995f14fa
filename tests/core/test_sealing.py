"""Sealing at rest, its rotation, and the seal under signed records."""

import pytest

from booking_app.core.sealing import Keyring, SigningKey, Unsealable, new_sealing_key, new_signing_key, verify_seal

OLD, NEW = new_sealing_key(), new_sealing_key()


def test_what_is_sealed_opens_again_and_shows_nothing() -> None:
    ring = Keyring([OLD])
    sealed = ring.seal_json({"name": "Zoë Sample"})
    assert b"Sample" not in sealed
    assert ring.unseal_json(sealed) == {"name": "Zoë Sample"}


def test_after_rotation_the_old_key_may_go() -> None:
    sealed = Keyring([OLD]).seal(b"answer")
    rotated = Keyring([NEW, OLD]).rotate(sealed)
    assert Keyring([NEW]).unseal(rotated) == b"answer"
    with pytest.raises(Unsealable):
        Keyring([NEW]).unseal(sealed)


def test_changed_bytes_do_not_open() -> None:
    ring = Keyring([OLD])
    sealed = bytearray(ring.seal(b"answer"))
    sealed[-1] ^= 1
    with pytest.raises(Unsealable):
        ring.unseal(bytes(sealed))
    with pytest.raises(Unsealable):
        ring.rotate(bytes(sealed))


def test_a_keyring_without_keys_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one key"):
        Keyring([])


def test_a_seal_holds_for_its_message_and_key_alone() -> None:
    key, other = SigningKey.from_hex(new_signing_key()), SigningKey.from_hex(new_signing_key())
    seal = key.sign(b"record")
    assert verify_seal(key.public_bytes, seal, b"record")
    assert not verify_seal(key.public_bytes, seal, b"record!")
    assert not verify_seal(other.public_bytes, seal, b"record")
    assert key.key_id != other.key_id
