"""Whether two builders do the same. See README.md beside this file.

    python guard.py --old CHECKOUT --old-python PYTHON [--new CHECKOUT] [--new-python PYTHON]
                    [--part bytes|outputs|faults]… [--breaks 1000] [--seed 1]

Exit status: 0 no difference, 1 some, 2 usage.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from checkout import HERE, Builder, Pair
from compare_bytes import compare_catalogue, compare_fixture
from compare_faults import compare_faults
from compare_outputs import compare_outputs

PARTS = ("bytes", "outputs", "faults")


def main() -> int:
    asked = _arguments()
    differences: list[tuple[str, str]] = []

    def report(step: str, difference: str) -> None:
        differences.append((step, difference))
        print(f"DIFFERS  {step}\n  {difference}", flush=True)

    with tempfile.TemporaryDirectory(prefix="guard-") as folder:
        old = Builder("old", asked.old, asked.old_python, Path(folder, "old"))
        new = Builder("new", asked.new, asked.new_python, Path(folder, "new"))
        pair = Pair(old, new, report)
        at = _after_every_release(asked.old)
        for part in asked.part or PARTS:
            began = time.perf_counter()
            if part == "bytes":
                compare_catalogue(pair, at)
                compare_fixture(pair, at)
            elif part == "outputs":
                compare_outputs(pair, at)
            else:
                compare_faults(pair, at, asked.breaks, asked.seed)
            for builder in (old, new):
                builder.close()
            print(f"{part}: {time.perf_counter() - began:.0f} s", flush=True)
    print(f"{len(differences)} differences" if differences else "no difference")
    return bool(differences)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--old", type=Path, required=True)
    # Not resolved: a link to Python in an environment is how Python finds its libraries.
    parser.add_argument("--old-python", type=lambda text: Path(text).absolute(), required=True)
    parser.add_argument("--new", type=Path, default=HERE.parents[1])
    parser.add_argument(
        "--new-python", type=lambda text: Path(text).absolute(), default=Path(sys.executable)
    )
    parser.add_argument("--part", choices=PARTS, action="append")
    parser.add_argument("--breaks", type=int, default=1_000, help="how much is broken, in all")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    asked.old, asked.new = asked.old.resolve(), asked.new.resolve()
    for builder in (asked.old, asked.new):
        if not (builder / "builder").is_dir():
            parser.error(f"{builder} is not a checkout of prepdeck")
    return asked


def _after_every_release(checkout: Path) -> int:
    """Unix seconds at which the catalogue's lock can be built on: no time in it is later."""
    lines = (checkout / "decks/notes.lock").read_text(encoding="utf-8").splitlines()
    columns = [column for line in lines for column in line.split("\t")]
    times = [int(c) for c in columns if c.isdecimal() and len(c) == 10]
    return max(times) + 60


if __name__ == "__main__":
    sys.exit(main())
