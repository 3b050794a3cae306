"""Sealing: a ciphertext opens with its own key at its own place only; fingerprints and digests keep their form."""

import base64
import hashlib
import hmac
import uuid

import pytest

from tests.cast import Cast
from tingsu.kernel import crypto
from tingsu.kernel.crypto import Erased, Key, KeyMissing

SECRET, OTHER = bytes(range(32)), bytes(range(1, 33))
ORGANISATION = uuid.UUID("0198a000-0000-7000-8000-000000000001")


def test_a_text_opens_with_its_key_at_its_place_only() -> None:
    sealed = Key(SECRET).seal("张三", "party:1:name")
    assert sealed[:1] == b"\x01"
    assert len(sealed) == 1 + 12 + len("张三".encode()) + 16
    assert Key(SECRET).open(sealed, "party:1:name") == Key(SECRET).open(memoryview(sealed), "party:1:name") == "张三"
    assert "张三".encode() not in sealed
    for key, context in ((Key(OTHER), "party:1:name"), (Key(SECRET), "party:2:name")):
        with pytest.raises(KeyMissing):
            key.open(sealed, context)


@pytest.mark.parametrize("place", [0, 1, 12, 13, -1])
def test_a_changed_ciphertext_does_not_open(place: int) -> None:
    sealed = bytearray(Key(SECRET).seal("张三", "here"))
    sealed[place] ^= 1
    with pytest.raises(KeyMissing):
        Key(SECRET).open(bytes(sealed), "here")


def test_the_same_text_is_sealed_differently_each_time_and_nothing_is_an_empty_text() -> None:
    assert Key(SECRET).seal("张三", "here") != Key(SECRET).seal("张三", "here")
    assert Key(SECRET).open(None, "here") == Key(SECRET).open(b"", "here") == ""


def test_subkeys_and_fingerprints_keep_their_form(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Key(SECRET).derive("blind-index:phone") == hmac.digest(SECRET, b"blind-index:phone", "sha256")
    monkeypatch.setattr(
        crypto, "organisation_key", lambda organisation: Key(SECRET if organisation == ORGANISATION else OTHER)
    )
    crypto._index_key.cache_clear()
    subkey = hmac.digest(SECRET, b"blind-index:phone", "sha256")
    found = crypto.blind_index(ORGANISATION, "phone", "13800002210")
    assert found == b"\x01" + hmac.digest(subkey, b"13800002210", "sha256")[:16]
    others = {
        crypto.blind_index(ORGANISATION, "phone", "13800002211"),
        crypto.blind_index(ORGANISATION, "email", "13800002210"),
        crypto.blind_index(uuid.UUID(int=1), "phone", "13800002210"),
    }
    assert len({found, *others}) == 4
    crypto._index_key.cache_clear()


def test_digests_keep_their_form() -> None:
    assert crypto.digest(b"abc") == b"\x01" + hashlib.sha256(b"abc").digest()
    assert crypto.salted_digest(b"salt", b"abc") == b"\x01" + hashlib.sha256(b"saltabc").digest()


@pytest.mark.parametrize(
    "encoded", ["", "no base64!", base64.b64encode(bytes(31)).decode(), base64.b64encode(bytes(33)).decode()]
)
def test_a_master_key_that_is_none_is_refused(encoded: str) -> None:
    with pytest.raises(KeyMissing):
        crypto._master_key(encoded)


def test_a_master_key_is_thirty_two_bytes_in_base64() -> None:
    sealed = crypto._master_key(base64.b64encode(SECRET).decode()).seal("字", "here")
    assert Key(SECRET).open(sealed, "here") == "字"


def test_data_keys_are_wrapped_for_one_organisation_and_gone_when_erased(cast: Cast) -> None:
    key, wrapped = crypto.new_data_key(cast.organisation_id)
    sealed = key.seal("张三", "here")
    assert crypto.data_key(cast.organisation_id, memoryview(wrapped)).open(sealed, "here") == "张三"
    assert crypto.organisation_key(cast.organisation_id).open_bytes(wrapped, "data-key")
    for nothing in (None, b""):
        with pytest.raises(Erased):
            crypto.data_key(cast.organisation_id, nothing)
    with pytest.raises(KeyMissing):
        crypto.organisation_key(cast.organisation_id).open_bytes(wrapped, "another-use")


def test_an_organisation_key_is_bound_to_its_organisation() -> None:
    wrapped = crypto.new_organisation_key(ORGANISATION)
    assert len(crypto.master_keys.current().open_bytes(wrapped, f"organisation:{ORGANISATION}")) == 32
    assert crypto.new_organisation_key(ORGANISATION) != wrapped
    with pytest.raises(KeyMissing):
        crypto.master_keys.current().open_bytes(wrapped, f"organisation:{uuid.UUID(int=1)}")
