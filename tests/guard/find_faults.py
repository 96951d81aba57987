"""The faults that a checkout's builder finds in broken projects; run by the checkout's own Python.

    python find_faults.py PROJECT OUT < cases

A case is a line of JSON: the files that are broken, by name, null when gone and false when a folder
stands there. Its outcome is a line
of JSON on stdout: exit status, [rule, severity, file, line, column, end line, end column] of each
fault, and which packages were packed all the same. PROJECT is put right after each case.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

from in_process import run

PLACE = ("rule", "severity", "file", "line", "column", "end_line", "end_column")


def outcome(out: str) -> dict[str, Any]:
    status, stdout, stderr = run(["check", "--format", "json"])
    if status not in (0, 1):
        return {"status": status, "crash": stderr if "Traceback" in stderr else ""}
    faults = [[fault[key] for key in PLACE] for fault in json.loads(stdout)]
    if status == 0:
        return {"status": status, "faults": faults}
    status, stdout, stderr = run(["build", "--out", out])
    packed = sorted(Path(line).name for line in stdout.splitlines())
    crash = stderr if "Traceback" in stderr else ""
    return {"status": status, "faults": faults, "packed": packed, "crash": crash}


def find(project: Path, out: str) -> None:
    os.chdir(project)
    sound = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    locks = [path for path in sound if path.suffix == ".lock"]
    for line in sys.stdin:
        broken = {project / name: text for name, text in json.loads(line).items()}
        for path, text in broken.items():
            if not isinstance(text, str):
                path.unlink()
                if text is False:
                    path.mkdir()
            else:
                path.write_bytes(text.encode("utf-8", "surrogateescape"))
        print(json.dumps(outcome(out)), flush=True)
        for path in {*broken, *locks}:
            if path.is_dir():
                path.rmdir()
            path.write_bytes(sound[path])
        for name in (out, ".prepdeck/last-build.json"):
            path = Path(name)
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        for path in set(project.rglob("*.lock")) - sound.keys():
            path.unlink()


if __name__ == "__main__":
    find(Path(sys.argv[1]), sys.argv[2])
