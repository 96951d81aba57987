"""Commands in one process, many of them: what start-up costs is paid once.

Run in each checkout's own process: `python in_process.py`, with a command a line on stdin and its
outcome a line on stdout, both JSON.
"""

from __future__ import annotations

import contextlib
import gc
import io
import json
import os
import sys
from collections.abc import Sequence

from builder.cli import main

#: After so many commands the memory of dead objects is taken back: the command line does not.
_COLLECT = 100
_number = 0


def run(arguments: Sequence[str]) -> tuple[int, str, str]:
    """Exit status, stdout and stderr of `prepdeck …`. What a crash raises counts as stderr."""
    global _number
    stdout, stderr = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(stdout), contextlib.redirect_stderr(stderr):
        try:
            status = main(list(arguments), prog_name="prepdeck", standalone_mode=True)
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else int(bool(end.code))
        except Exception as error:  # a crash is a finding too
            status, crash = 70, f"Traceback: {type(error).__name__}"
            stderr.write(crash)
    _number += 1
    if _number % _COLLECT == 0:
        gc.unfreeze()
        gc.collect()
    return int(status or 0), stdout.getvalue(), stderr.getvalue()


def serve() -> None:
    for line in sys.stdin:
        asked = json.loads(line)
        os.chdir(asked["folder"])
        os.environ["SOURCE_DATE_EPOCH"] = asked["at"]
        print(json.dumps(run(asked["arguments"])), flush=True)


if __name__ == "__main__":
    serve()
