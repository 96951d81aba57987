"""Where two files differ first, told so that one sees what moved."""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
from itertools import zip_longest
from typing import Any


def first_difference(name: str, old: bytes, new: bytes) -> str:
    """For a package the row and the column, for a text the line."""
    if name.endswith(".apkg"):
        return _of_packages(old, new)
    pairs = zip_longest(old.decode().splitlines(), new.decode().splitlines(), fillvalue="(ends)")
    for number, (ours, theirs) in enumerate(pairs, 1):
        if ours != theirs:
            return f"line {number}:\n    old: {ours[:300]}\n    new: {theirs[:300]}"
    return "only the ends of lines differ"


def _of_packages(old: bytes, new: bytes) -> str:
    ours, theirs = _members(old), _members(new)
    if ours == theirs:
        return "equal when unpacked: the archive itself differs"
    for name in sorted({*ours, *theirs}):
        if ours.get(name) != theirs.get(name):
            if not name.startswith("collection"):
                return f"{name} differs"
            return _of_databases(ours.get(name, b""), theirs.get(name, b""))
    raise AssertionError(name)


def _members(package: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _of_databases(old: bytes, new: bytes) -> str:
    ours, theirs = _tables(old), _tables(new)
    for table in sorted({*ours, *theirs}):
        columns, rows = ours.get(table, ([], []))
        _, others = theirs.get(table, ([], []))
        unequal = [pair for pair in zip_longest(rows, others) if pair[0] != pair[1]]
        if unequal:
            return f"{len(unequal)} rows of `{table}`; the first: {_of_rows(columns, *unequal[0])}"
    return "equal row by row: the pages of the database differ"


def _tables(database: bytes) -> dict[str, tuple[list[str], list[Any]]]:
    connection = sqlite3.connect(":memory:")
    connection.deserialize(database)
    tables = {}
    for (name,) in connection.execute("select name from sqlite_master where type = 'table'"):
        cursor = connection.execute(f'select * from "{name}" order by rowid')
        tables[name] = [column[0] for column in cursor.description], cursor.fetchall()
    connection.close()
    return tables


def _of_rows(columns: list[str], old: Any, new: Any) -> str:
    if old is None or new is None:
        return f"there in one alone: {str(old or new)[:300]}"
    for column, ours, theirs in zip(columns, old, new, strict=True):
        if ours != theirs:
            path, ours, theirs = _inside(column, ours, theirs)
            return (
                f"{path} (row {old[0]})\n    old: {str(ours)[:300]}\n    new: {str(theirs)[:300]}"
            )
    raise AssertionError(columns)


def _inside(path: str, old: Any, new: Any) -> tuple[str, Any, Any]:
    """Note types, decks and presets are JSON in one column: the innermost value that differs."""
    if isinstance(old, str) and isinstance(new, str) and old[:2] == new[:2] == '{"':
        old, new = json.loads(old), json.loads(new)
    if isinstance(old, dict) and isinstance(new, dict):
        for key in {**old, **new}:
            if old.get(key) != new.get(key):
                return _inside(f"{path}.{key}", old.get(key), new.get(key))
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for position, (ours, theirs) in enumerate(zip(old, new, strict=True)):
            if ours != theirs:
                return _inside(f"{path}[{position}]", ours, theirs)
    return path, old, new
