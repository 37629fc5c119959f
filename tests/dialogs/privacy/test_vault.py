"""Sealed addresses open only with the deployment's secret, and tell nothing before."""

from __future__ import annotations

import pytest

from dialogs.privacy.vault import CannotUnseal, Vault
from storage.records import Address

ADDRESS = Address(service_url="https://smba.trafficmanager.net/emea/", conversation="a:chat-ä")


def test_a_sealed_address_opens_to_itself_with_its_readers_language() -> None:
    vault = Vault("one secret")
    assert vault.unseal(vault.seal(ADDRESS, "sv")) == (ADDRESS, "sv")


def test_another_secret_opens_nothing() -> None:
    sealed = Vault("one secret").seal(ADDRESS, "fi")
    with pytest.raises(CannotUnseal):
        Vault("another secret").unseal(sealed)


@pytest.mark.parametrize("damaged", ["", "zz", "00" * 100, "é"])
def test_a_damaged_seal_is_said_to_be_one(damaged: str) -> None:
    with pytest.raises(CannotUnseal):
        Vault("one secret").unseal(damaged)


def test_all_sealed_addresses_are_equally_long_and_none_repeats() -> None:
    vault = Vault("one secret")
    long = Address(service_url=ADDRESS.service_url, conversation="x" * 500)
    sealed = [vault.seal(ADDRESS, "fi"), vault.seal(ADDRESS, "fi"), vault.seal(long, "en")]
    assert len({len(text) for text in sealed}) == 1
    assert len(set(sealed)) == 3


def test_a_hash_for_one_purpose_tells_nothing_of_another() -> None:
    vault = Vault("one secret")
    assert vault.digest("a", "x") == vault.digest("a", "x")
    assert vault.digest("a", "x") != vault.digest("b", "x")
    assert vault.digest("a", "xy", "z") != vault.digest("a", "x", "yz")
    assert "one secret" not in repr(vault)
