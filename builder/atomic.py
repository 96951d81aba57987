"""Files that are written as a whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
import time
from contextlib import suppress
from pathlib import Path

from builder import inside
from builder.findings import PrepdeckError

#: After so many seconds a temporary file is nobody's: whoever wrote it was killed.
_FORGOTTEN = 3600

_FLAGS = (
    os.O_WRONLY
    | os.O_CREAT
    | os.O_EXCL
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)


def write(path: Path, content: bytes, root: Path | None, *, keep_link: bool = False) -> None:
    """Replaces a file in one step, so that nobody ever reads half of it.

    `root`: the project that the file belongs to, and that no link may lead out of; None for a
    folder that the command line names. Where `path` itself is a link, the link is replaced; with
    `keep_link` the file that it leads to.

    A kill in the middle leaves the old file, and at worst a hidden `.tmp` beside it, which a write
    of the same file removes an hour later. Who may read and write the file stays as it was. Raises
    `PrepdeckError` when the file cannot be written.
    """
    try:
        if root is not None:
            inside.check(root, path if keep_link else path.parent)
        target_path = Path(os.path.realpath(path)) if keep_link else path
        target_path.parent.mkdir(parents=True, exist_ok=True)
        _replace(target_path, content)
    except OSError as error:
        raise cannot_write(path, error) from error


def check_folder(folder: Path, root: Path) -> None:
    """Raises `PrepdeckError` when a link between the project `root` and `folder` leads astray."""
    try:
        inside.check(root, folder)
    except inside.Refused as error:
        raise cannot_write(folder, error) from error


def has_content(path: Path, content: bytes) -> bool:
    """Whether it is a file, and no link to one, with just this content."""
    try:
        status = os.lstat(path)
        if not stat.S_ISREG(status.st_mode) or status.st_size != len(content):
            return False
        return path.read_bytes() == content
    except OSError:
        return False


def cannot_write(path: Path, error: OSError) -> PrepdeckError:
    """The error of a file that cannot be written, with the remedy."""
    help = "check its folder, and who may write there"
    if isinstance(error, IsADirectoryError) or path.is_dir():
        help = f"a folder has the name of the file: move {path} away"
    elif isinstance(error, NotADirectoryError | FileExistsError):
        # The nearest of the folders above that exists is none.
        file = next((above for above in path.parents if above.exists()), path.parent)
        help = f"a file has the name of a folder: move {file} away"
    elif error.errno in (errno.ENOSPC, errno.EDQUOT):
        help = "make room on the disk; all files are whole"
    reason = (error.strerror or str(error)).lower()
    return PrepdeckError(f"{path} cannot be written: {reason}", help=inside.remedy(error, help))


def _replace(path: Path, content: bytes) -> None:
    """Writes beside `path` under a name that nobody can guess, and moves it there."""
    _forget(path)
    # Others can neither read nor write until it has the mode of what it replaces.
    mode = _mode(path)
    temporary_path = path.with_name(f".{path.name}.{os.urandom(8).hex()}.tmp")
    descriptor = os.open(temporary_path, _FLAGS, 0o666 if mode is None else 0o600)
    try:
        try:
            unwritten = memoryview(content)
            while unwritten:
                unwritten = unwritten[os.write(descriptor, unwritten) :]
            if mode is not None:
                os.chmod(temporary_path, mode)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        os.replace(temporary_path, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary_path)
        raise


def _mode(path: Path) -> int | None:
    """Who may read and write the file; None when there is none."""
    try:
        status = os.lstat(path)
    except FileNotFoundError:
        return None
    return stat.S_IMODE(status.st_mode) & 0o777 if stat.S_ISREG(status.st_mode) else None


def _forget(path: Path) -> None:
    """Removes temporary files of `path` whose writer was killed long ago."""
    prefix, suffix = f".{path.name}.", ".tmp"
    with suppress(OSError), os.scandir(path.parent) as entries:
        for entry in entries:
            if entry.name.startswith(prefix) and entry.name.endswith(suffix):
                with suppress(OSError):
                    if entry.stat(follow_symlinks=False).st_mtime < time.time() - _FORGOTTEN:
                        os.unlink(entry.path)
