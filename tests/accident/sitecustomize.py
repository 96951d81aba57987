"""Loaded by Python itself in a child that has this folder in PYTHONPATH: an accident at one write.

ACCIDENT_AT is the number of the moment, from 1. A moment is whatever changes a file or folder below
ACCIDENT_UNDER: opened for writing, written, flushed to the disk, renamed, removed, created, given a
mode. ACCIDENT is the name of a signal, which comes then, with half of a write done; or `full`, "no
space left" from that moment on for all that needs room; or `count`, which writes the moments into
the file ACCIDENT_LOG. With `run` a moment is whatever is opened, to be read or written, and the
command ACCIDENT_RUN runs then.
"""

import errno
import os
import signal
import subprocess
import sys

_WHAT, _AT = os.environ.get("ACCIDENT", ""), int(os.environ.get("ACCIDENT_AT", "0"))
_LOG, _UNDER = os.environ.get("ACCIDENT_LOG"), os.environ.get("ACCIDENT_UNDER", "")
_moment = 0
_write, _fsync = os.write, os.fsync


def _happens(what, room):
    """Whether the accident happens now; `room`: whether the moment needs room on the disk."""
    global _moment
    _moment += 1
    if _WHAT == "count":
        descriptor = os.open(_LOG, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        _write(descriptor, f"{what}\n".encode())
        os.close(descriptor)
    return room and _moment >= _AT if _WHAT == "full" else _moment == _AT


def _accident():
    if _WHAT == "full":
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    if _WHAT == "run":
        subprocess.run(os.environ["ACCIDENT_RUN"], shell=True, check=True)
    elif _WHAT != "count":
        os.kill(os.getpid(), getattr(signal, _WHAT))


def _heard(event, arguments):
    if event == "open":
        path, _, flags = arguments
        is_writing = isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR)
        if not is_writing and _WHAT != "run":
            return
        room = bool(flags & os.O_CREAT)
    elif event in ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod"):
        path, room = arguments[0], event == "os.mkdir"
    else:
        return
    if not isinstance(path, str | os.PathLike) or (event == "os.remove" and arguments[1] != -1):
        return  # a name in an open folder: a scratch folder goes away
    if os.path.abspath(os.fspath(path)).startswith(_UNDER) and os.fspath(path) != _LOG:
        if _happens(f"{event} {os.path.basename(path)}", room):
            _accident()


def _writing(descriptor, content):
    if descriptor > 2 and _happens("write", True):
        _write(descriptor, content[: len(content) // 2])
        _accident()
    return _write(descriptor, content)


def _flushing(descriptor):
    if _happens("fsync", True):
        _accident()
    return _fsync(descriptor)


if _WHAT:
    os.write, os.fsync = _writing, _flushing
    sys.addaudithook(_heard)
