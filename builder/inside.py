"""The files of a project, which may be somebody else's: what may be opened, and how.

git, zip and tar keep links, and a link can lead to any file of the machine. So a link is followed
only to what is in the project and open to all who have it: not into a hidden folder (`.git` has
passwords), and into `decks/private` only from there. A vault is the exception: private decks may
lie in the folders that the environment names, which no project can set.
"""

from __future__ import annotations

import errno
import os
import stat
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

#: The largest text that is read, in bytes. The largest file of the catalogue has 40 kB; the tree of
#: 10 MB takes 300 MB of memory.
LARGEST = 10_000_000

#: How many ways may lead to one folder: links to links would make more of them than can be walked.
_WAYS = 100

_PRIVATE = ("decks", "private")


class Refused(OSError):
    """A file that may not be opened, though the system would allow it. `help`: the remedy."""

    def __init__(self, reason: str, path: Path | str, help: str) -> None:
        super().__init__(errno.EPERM, reason, str(path))
        self.help = help


def remedy(error: OSError, otherwise: str) -> str:
    """How to mend what `error` says; `otherwise` when the error does not tell."""
    return error.help if isinstance(error, Refused) else otherwise


def check(root: Path, path: Path) -> None:
    """Raises `Refused` when a link between the project's folder `root` and `path` leads astray.

    `path` lies below `root`, and need not exist. What lies above `root` is not looked at.
    """
    parts = path.relative_to(root).parts
    folder = os.fspath(root)
    if not any(os.path.islink(folder := os.path.join(folder, part)) for part in parts):
        return
    real_root, real_path = os.path.realpath(root), os.path.realpath(path)
    is_private = parts[:2] == _PRIVATE
    if _is_in(real_path, real_root):
        real_parts = Path(os.path.relpath(real_path, real_root)).parts
        if any(part.startswith(".") and part not in (".", *parts) for part in real_parts):
            reason = f"a link leads into a hidden folder, to {real_path}"
            raise Refused(reason, path, "put the file itself in the link's place")
        if is_private or real_parts[:2] != _PRIVATE:
            return
        reason = f"a link leads from a public place into decks/private, to {real_path}"
        raise Refused(reason, path, "put the file itself in the link's place")
    vaults = filter(None, os.environ.get("PREPDECK_VAULT", "").split(os.pathsep))
    if is_private and any(_is_in(real_path, os.path.realpath(vault)) for vault in vaults):
        return
    help = "put the file or the folder itself in the link's place"
    if is_private:
        help += ", or name the folder of your private decks: export PREPDECK_VAULT=FOLDER"
    raise Refused(f"a link leads out of the project, to {real_path}", path, help)


def refusal(root: Path | None, path: Path) -> Refused | None:
    """What `check` raises, as a value; None when it raises nothing, and without a `root`."""
    try:
        if root is not None:
            check(root, path)
    except Refused as refused:
        return refused
    return None


def check_no_link(root: Path, path: Path) -> None:
    """As `check`. Raises `Refused` also when `path` itself is a link, wherever it leads."""
    check(root, path)
    if os.path.islink(path):
        raise Refused("it is a link", path, f"delete {path}")


def content(path: Path, root: Path | None = None, largest: int = LARGEST) -> bytes:
    """The content of a regular file of at most `largest` bytes.

    `root`: the project that the file belongs to; None for prepdeck's own files, and for those that
    the command line names. Raises `OSError` when the file cannot be read, and `Refused` for a link
    that leads astray, a pipe, a device, and a file that is too large.
    """
    if root is not None:
        check(root, path)
    # Opening a pipe would wait for its other end.
    with open(os.open(path, os.O_RDONLY | _NONBLOCK | _BINARY), "rb") as file:
        mode = os.fstat(file.fileno()).st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        if not stat.S_ISREG(mode):
            raise Refused("it is a pipe or a device", path, "put a file in its place")
        raw = file.read(largest + 1)
    if len(raw) > largest:
        reason = f"it has more than {largest:,} bytes"
        raise Refused(reason, path, "divide it into several files")
    return raw


_NONBLOCK = getattr(os, "O_NONBLOCK", 0)
_BINARY = getattr(os, "O_BINARY", 0)


def walk(
    root: Path | None,
    top: Path,
    wanted: Callable[[os.DirEntry[str]], bool],
    errors: list[OSError] | None = None,
) -> Iterator[os.DirEntry[str]]:
    """Every file and folder below `top`, a folder of the project `root`, that is `wanted`.

    `root` is None for a folder of prepdeck's own, where all links are followed.
    What is not wanted is not entered. A link is followed where `check` allows it, but not back to a
    folder that it lies in. The errors of folders that cannot be read, and of links that lead
    astray, go into `errors`.
    """
    errors = errors if errors is not None else []
    ways: Counter[str] = Counter()
    if refused := refusal(root, top):
        errors.append(refused)
        return
    folders = [(os.fspath(top), os.path.realpath(top))]
    while folders:
        folder, real_folder = folders.pop()
        try:
            with os.scandir(folder) as scanned:
                entries = sorted(filter(wanted, scanned), key=lambda entry: entry.name)
        except OSError as error:
            errors.append(error)
            continue
        for entry in entries:
            real_path = os.path.join(real_folder, entry.name)
            if entry.is_symlink():
                if refused := refusal(root, Path(entry.path)):
                    errors.append(refused)
                    continue
                real_path = os.path.realpath(entry.path)
            yield entry
            if not entry.is_dir() or (entry.is_symlink() and _is_in(real_folder, real_path)):
                continue
            ways[real_path] += 1
            if ways[real_path] > _WAYS:
                reason = f"more than {_WAYS} ways lead to this folder by links"
                errors.append(Refused(reason, entry.path, "remove links"))
                return
            folders.append((entry.path, real_path))


def _is_in(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)
