"""How a command ends that is interrupted, loses its terminal, or cannot print."""

from __future__ import annotations

import errno
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import NoReturn

import click

from builder.findings import PrepdeckError

#: What ends a command from outside, beside SIGINT. Windows has no SIGHUP.
_SIGNALS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))

#: The status of a command that a signal ended is 128 and its number; of SIGPIPE Windows knows
#: nothing.
_INTERRUPTED, _NO_READER = 128 + signal.SIGINT, 128 + 13


@contextmanager
def orderly() -> Iterator[None]:
    """Ends with the status that shells expect where somebody or something interrupts the block.

    Temporary files are removed on the way. Without it click ends with 1, which is "faults".
    """
    before = {number: signal.getsignal(number) for number in _SIGNALS}
    # What is ignored, as under `nohup`, stays so. Only the main thread may set a handler.
    with suppress(ValueError):
        for number, handler in before.items():
            if handler is signal.SIG_DFL:
                signal.signal(number, _end)
    try:
        yield
    except KeyboardInterrupt:
        _interrupted()
    except click.Abort as abort:
        # An answer to a question: Ctrl-C there, or the end of the input.
        if isinstance(abort.__context__, KeyboardInterrupt):
            _interrupted()
        raise
    except OSError as error:
        if error.errno == errno.EPIPE:
            discard_output()
            sys.exit(_NO_READER)
        raise
    finally:
        with suppress(ValueError):
            for number, handler in before.items():
                signal.signal(number, handler)


def os_error(error: OSError) -> PrepdeckError:
    """The error of the system that no command expects, in words. It has no file if printing failed.

    What was not printed is discarded then, or Python would try again when it ends.
    """
    reason = (error.strerror or str(error)).lower()
    if error.filename:
        return PrepdeckError(f"{error.filename}: {reason}", help="check who may read and write it")
    discard_output()
    return PrepdeckError(f"the output cannot be written: {reason}", help="check where it goes")


def discard_output() -> None:
    """Lets stdout, and stderr if nobody can read it, lead nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            with suppress(OSError, ValueError):
                os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def _interrupted() -> NoReturn:
    with suppress(OSError):
        click.echo("\nprepdeck: interrupted; every file is whole", err=True)
    sys.exit(_INTERRUPTED)


def _end(number: int, frame: FrameType | None) -> NoReturn:
    sys.exit(128 + number)
