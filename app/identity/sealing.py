"""All cryptography of identities in one module, so that national algorithms can replace it.

Keyed hashes are HMAC-SHA-256 with a label, so that one key never answers for two purposes. Contacts
are AES-256-GCM under a key of this server; payees are HPKE (X25519, HKDF-SHA256, AES-256-GCM) to
the custodian's public key, whose private half no citizen process holds (safeguards.md decision 3).
"""

import hashlib
import hmac
import os
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES = 12
INDEX_BYTES = 8
SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
PUBLIC_FILE, PRIVATE_FILE = "custodian.pub", "custodian.key"


class Unsealable(Exception):
    """A sealed value was changed, moved to another row, or belongs to another key."""


def keyed(key: bytes, label: str, value: str) -> bytes:
    """Return the HMAC-SHA-256 of a value for one purpose."""
    return hmac.digest(key, f"{label}|{value}".encode(), hashlib.sha256)


def blind_index(key: bytes, label: str, value: str) -> str:
    """Return a keyed hash cut to 64 bits (hex): equal values meet, nothing can be read back."""
    return keyed(key, label, value)[:INDEX_BYTES].hex()


def key_id(key: bytes) -> str:
    """Return the name under which a row remembers its key."""
    return hashlib.sha256(b"key-id|" + key).hexdigest()[:8]


def _cipher(key: bytes) -> AESGCM:
    derived = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"eco110 contact 1")
    return AESGCM(derived.derive(key))


def place(table: str, row: int, column: str) -> bytes:
    """Return what binds a sealed value to its row: moved elsewhere it does not open."""
    return f"{table}|{row}|{column}".encode()


def seal(key: bytes, plain: str, *, where: bytes) -> bytes:
    """Seal a short text with AES-256-GCM; the nonce stands before it."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + _cipher(key).encrypt(nonce, plain.encode(), where)


def unseal(key: bytes, sealed: bytes, *, where: bytes) -> str:
    """Open what `seal` made. Raises Unsealable."""
    try:
        return _cipher(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], where).decode()
    except (InvalidTag, ValueError) as error:
        raise Unsealable("contact") from error


def seal_to(public: bytes, plain: bytes, *, where: bytes) -> bytes:
    """Seal to the custodian: only the private key opens it again."""
    return SUITE.encrypt(plain, X25519PublicKey.from_public_bytes(public), info=where)


def unseal_with(private: X25519PrivateKey, sealed: bytes, *, where: bytes) -> bytes:
    """Open what `seal_to` made. Raises Unsealable."""
    try:
        return SUITE.decrypt(sealed, private, info=where)
    except (InvalidTag, ValueError) as error:
        raise Unsealable("payee") from error


def make_custodian(folder: Path, *, passphrase: bytes | None = None) -> None:
    """Make what is missing of the custodian's two key files and leave the rest alone.

    The private one is under a passphrase if one is given. In production `custodian.key` is taken
    away from the server that holds `custodian.pub`. Two processes may do this at once.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    private, public = folder / PRIVATE_FILE, folder / PUBLIC_FILE
    if not private.exists():
        wrap: serialization.KeySerializationEncryption = serialization.NoEncryption()
        if passphrase:
            wrap = serialization.BestAvailableEncryption(passphrase)
        pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
        _write(private, X25519PrivateKey.generate().private_bytes(pem, pkcs8, wrap))
    if not public.exists():
        _write(public, read_custodian(private, passphrase).public_key().public_bytes_raw())


def _write(path: Path, content: bytes) -> None:
    """Let a file appear whole, or leave the one that another process was quicker to write."""
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.") as file:
        file.write(content)
        file.flush()
        os.fchmod(file.fileno(), 0o400)
        os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(file.name, path)


def read_custodian(path: Path, passphrase: bytes | None) -> X25519PrivateKey:
    """Read the private key file. Raises Unsealable for a wrong passphrase or kind of key."""
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), passphrase or None)
    except (ValueError, TypeError) as error:
        raise Unsealable("passphrase") from error
    if not isinstance(key, X25519PrivateKey):
        raise Unsealable("key_kind")
    return key
