"""`make bench`: prepdeck beside the script that one would write by hand, and beside `--version`.

Each pair runs turn by turn, so that whatever else the machine does falls on both. The ratio of a
pair is of two runs next to each other. Prints one line a comparison to stderr, JSON to stdout.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from generate import generate

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent.parent
PREPDECK = [str(Path(sys.executable).with_name("prepdeck"))]
NAIVE = [sys.executable, str(HERE / "naive.py")]

#: As on a learner's machine, where Python keeps what it compiled.
ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}


def seconds(command: list[str]) -> float:
    """How long a whole process took."""
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, env=ENVIRONMENT)
    return time.perf_counter() - began


def spread(values: list[float]) -> dict[str, float]:
    """Minimum, median and maximum."""
    found = {"min": min(values), "median": statistics.median(values), "max": max(values)}
    return {name: round(value, 4) for name, value in found.items()}


def compared(
    name: str,
    ours: list[str],
    other: list[str],
    *,
    runs: int,
    at_most: float,
    before: Callable[[], None] = lambda: None,
) -> dict[str, Any]:
    """Interleaved runs of two commands; `before` makes each of ours a run from nothing."""
    pairs: list[tuple[float, float]] = []
    for turn in range(runs + 1):
        before()
        pair = seconds(ours), seconds(other)
        if turn:  # the first warms the disk's cache
            pairs.append(pair)
    ratios = spread([mine / theirs for mine, theirs in pairs])
    said = {
        "name": name,
        "runs": runs,
        "ours": spread([mine for mine, _ in pairs]),
        "other": spread([theirs for _, theirs in pairs]),
        "ratio": ratios,
        "at_most": at_most,
    }
    print(
        f"{name:<42} {said['ours']['median']:7.3f} s  beside {said['other']['median']:7.3f} s   "
        f"ratio {ratios['min']:.2f} {ratios['median']:.2f} {ratios['max']:.2f}  (at most {at_most})",
        file=sys.stderr,
    )
    return said


def main() -> None:
    """All comparisons."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for questions, runs in ((1_000, 15), (10_000, 5)):
            project = Path(folder) / str(questions)
            generate(project, questions)

            def clean(project: Path = project) -> None:
                for made in ("build", ".prepdeck"):
                    shutil.rmtree(project / made, ignore_errors=True)

            found.append(
                compared(
                    f"cold build of {questions:,} questions",
                    [*PREPDECK, "-C", str(project), "build"],
                    [*NAIVE, str(project), str(Path(folder) / "naive.apkg")],
                    runs=runs,
                    at_most=1.0,
                    before=clean,
                )
            )
        catalogue = Path(folder) / "catalogue"
        shutil.copytree(PROJECT / "decks", catalogue / "decks")
        subprocess.run([*PREPDECK, "-C", str(catalogue), "build"], check=True, capture_output=True)
        found.append(
            compared(
                "nothing changed, the real catalogue",
                [*PREPDECK, "-C", str(catalogue), "build"],
                [*PREPDECK, "--version"],
                runs=31,
                at_most=3.0,
            )
        )
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
