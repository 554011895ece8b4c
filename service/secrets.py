"""The key that stored secrets are encrypted with: where it comes from, what it does.

Subscribers' signing secrets must be used, so they cannot be hashed; they are stored as
Fernet tokens (AES-128-CBC and HMAC-SHA256). Fernet's key is drawn from SECRET_KEY by
HKDF (RFC 5869), so that SECRET_KEY may be any text, and may key other things too.
"""

from __future__ import annotations

import os
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from config.settings import SettingError, Settings
from db.engine import database_file

# Text of this many random bytes: as strong as the cipher.
KEY_BYTES = 32
PURPOSE = b"wireroom: stored secrets"
HOW_TO_MAKE = "python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"


class Cipher:
    """Encrypts short texts for the database. The key is looked for at the first use."""

    def __init__(self, key: Callable[[], str]) -> None:
        self._key = key

    @cached_property
    def _fernet(self) -> Fernet:
        return Fernet(_derived(self._key()))

    def require(self) -> None:
        """Look for the key now: SettingError says what is missing."""
        _ = self._fernet

    def encrypt(self, text: str) -> str:
        """Give a token that only this key opens; another one each time."""
        return self._fernet.encrypt(text.encode()).decode()

    def decrypt(self, token: str) -> str:
        """Give the text back; SettingError when another key made the token."""
        try:
            return self._fernet.decrypt(token.encode()).decode()
        except InvalidToken as error:
            message = (
                "WIREROOM_SECRET_KEY is not the key the stored secrets were encrypted "
                "with: bring that one back, or give the subscriptions new secrets "
                "(`wireroom subscription rotate`)"
            )
            raise SettingError(message) from error


def build_cipher(settings: Settings) -> Cipher:
    """Make the cipher of these settings; nothing is read or written before it is used.

    Without SECRET_KEY a key is made once and kept in SECRET_KEY_FILE. That is for
    SQLite, where there is one machine; with PostgreSQL a SettingError asks for the key
    that all machines share.
    """
    return Cipher(lambda: _key(settings))


def key_file(settings: Settings) -> Path:
    """Where the made key is kept: a relative path counts from the database's folder."""
    database = database_file(settings.database_url)
    return (database.parent if database else Path()) / settings.secret_key_file


def _key(settings: Settings) -> str:
    if settings.secret_key:
        return settings.secret_key.get_secret_value()
    if database_file(settings.database_url) is None:
        message = (
            "WIREROOM_SECRET_KEY is not set: with PostgreSQL all machines share one "
            f"key. Make it once with: {HOW_TO_MAKE}"
        )
        raise SettingError(message)
    return _kept(key_file(settings))


def _kept(path: Path) -> str:
    try:
        if not path.exists():
            _make(path)
        key = path.read_text(encoding="utf-8").strip()
    except OSError as error:
        message = f"WIREROOM_SECRET_KEY_FILE={path}: {error.strerror}"
        raise SettingError(message) from error
    if not key:
        message = f"WIREROOM_SECRET_KEY_FILE={path} is empty: restore it, or delete it"
        raise SettingError(message)
    return key


def _make(path: Path) -> None:
    """Write a new key; when two processes do so at once, the first one's stays."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(secrets.token_urlsafe(KEY_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            path.hardlink_to(draft)  # unlike a rename it never replaces
    finally:
        draft.unlink()


def _derived(key: str) -> bytes:
    drawn = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE)
    return urlsafe_b64encode(drawn.derive(key.encode()))
