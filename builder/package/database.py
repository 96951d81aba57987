"""The database in a package: which file of the zip it is, and how it is opened."""

from __future__ import annotations

import sqlite3
import sys
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from builder.findings import PrepdeckError

#: The name of the database in the format that every version of Anki imports.
COLLECTION = "collection.anki2"

#: What Anki itself exports, the newest first; beside these, `COLLECTION` merely says "update Anki".
EXPORTED = ("collection.anki21b", "collection.anki21", COLLECTION)

#: The one of them that is compressed once more, with Zstandard.
_COMPRESSED = "collection.anki21b"

#: What a zip that cannot be read raises, and its parts; also one with a password.
_UNREADABLE = (
    *(OSError, EOFError, ValueError, RuntimeError),
    *(zipfile.BadZipFile, zlib.error, StopIteration),
)
#: What queries raise when tables and JSON are there, and of another shape than Anki's.
_OF_ANOTHER_SHAPE = (sqlite3.Error, ValueError, LookupError, TypeError, AttributeError)

#: Bytes 18 and 19 of a database say whether it was written with a log in a file beside it, which
#: a package does not have.
_WITH_LOG, _WITHOUT_LOG = b"\x02\x02", b"\x01\x01"


@contextmanager
def database_in(
    path: Path, names: Sequence[str], kind: str, help: str
) -> Iterator[sqlite3.Connection]:
    """The database of a package, in memory: the first of `names` that the zip has.

    Raises `PrepdeckError` when the file cannot be read or is not of that `kind`, and when a query
    in the `with` block finds other tables than Anki's.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            file_name = next(file_name for file_name in names if file_name in archive.namelist())
            database_bytes = archive.read(file_name)
        connection = _opened(
            _inflated(database_bytes) if file_name == _COMPRESSED else database_bytes
        )
    except _UNREADABLE as error:
        if isinstance(error, OSError) and error.strerror:
            reason = error.strerror.lower()
            raise PrepdeckError(f"{path} cannot be read: {reason}", help=help) from error
        raise PrepdeckError(f"{path} is not {kind}", help=help) from error
    try:
        yield connection
    except _OF_ANOTHER_SHAPE as error:
        raise PrepdeckError(f"{path} does not hold a collection: {error}", help=help) from error
    finally:
        connection.close()


def _inflated(compressed_bytes: bytes) -> bytes:
    """Raises `ValueError` when the bytes are not Zstandard's. Imported here: 6 ms."""
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    try:
        return zstd.decompress(compressed_bytes)
    except zstd.ZstdError as error:
        raise ValueError(str(error)) from error


def _opened(database_bytes: bytes) -> sqlite3.Connection:
    """Raises `ValueError` when the bytes are not a database."""
    if database_bytes[18:20] == _WITH_LOG:
        database_bytes = database_bytes[:18] + _WITHOUT_LOG + database_bytes[20:]
    connection = sqlite3.connect(":memory:")
    try:
        connection.deserialize(database_bytes)
    except sqlite3.Error as error:
        connection.close()
        raise ValueError(str(error)) from error
    return connection
