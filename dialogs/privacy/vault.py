"""Secrets made from the deployment's one secret: keyed hashes and sealed addresses."""

from __future__ import annotations

import hashlib
import hmac

import nacl.exceptions
import nacl.secret
import nacl.utils
from pydantic import ValidationError

from storage.records import Address

# Sealed addresses are padded to one length, so that a long conversation id does not stand out.
PADDED = 1_536


class CannotUnseal(Exception):
    """The sealed address was made under another secret, or is damaged."""


class Vault:
    """Keyed hashes for ids and codes, and sealing of return addresses.

    Each purpose has a key of its own, derived with BLAKE2b, so a value made for one purpose
    tells nothing in another.
    """

    def __init__(self, secret: str) -> None:
        self._secret = hashlib.sha512(secret.encode()).digest()
        self._box = nacl.secret.SecretBox(self._key("return address seal", 32))

    def __repr__(self) -> str:
        return "Vault(…)"

    def digest(self, purpose: str, *parts: str, size: int = 16) -> bytes:
        """Return `size` bytes (at most 64) that only this secret can make of these parts."""
        message = b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in parts)
        return hmac.new(self._key(purpose, 32), message, hashlib.sha512).digest()[:size]

    def seal(self, address: Address, language: str) -> str:
        """Seal an address and its reader's language. Raises ValueError for one too long."""
        plain = f"{language}\n{address.service_url}\n{address.conversation}".encode()
        if len(plain) > PADDED:  # no id of Teams comes near it
            raise ValueError("the address is too long to seal")
        return self._box.encrypt(plain.ljust(PADDED, b"\0")).hex()

    def unseal(self, sealed: str) -> tuple[Address, str]:
        """Return a sealed address and its reader's language. Raises CannotUnseal."""
        try:
            plain = self._box.decrypt(bytes.fromhex(sealed)).rstrip(b"\0").decode()
            language, service_url, conversation = plain.split("\n", 2)
            return Address(service_url=service_url, conversation=conversation), language
        except (nacl.exceptions.CryptoError, ValueError, ValidationError):
            raise CannotUnseal from None

    def _key(self, purpose: str, size: int) -> bytes:
        return hashlib.blake2b(purpose.encode(), key=self._secret, digest_size=size).digest()
