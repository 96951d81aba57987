"""What learners wrote into Anki, exported from it; run by the old checkout's own Python.

    python export.py PROJECT TIME ROLE…

For each private role: a learner imports `kept/private/ROLE.apkg`, writes and tags at TIME (Unix
seconds), and leaves `exported-ROLE.apkg`.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from anki.collection import (
    Collection,
    ExportAnkiPackageOptions,
    ImportAnkiPackageOptions,
    ImportAnkiPackageRequest,
)


def export(project: Path, at: int, role: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        collection = Collection(f"{folder}/collection.anki2")
        package = str(project / f"kept/private/{role}.apkg")
        collection.import_anki_package(
            ImportAnkiPackageRequest(package_path=package, options=ImportAnkiPackageOptions())
        )
        touched = []
        for position, number in enumerate(sorted(collection.find_notes('"note:*Your answer"'))):
            note = collection.get_note(number)
            if position % 3:
                note["Answer"] += f"<p>In <i>Anki</i>:</p><ul><li>number {position}</li></ul>"
            note.add_tag("from-anki")
            touched.append(note)
        for number in sorted(collection.find_notes("tag:kind::line")):
            note = collection.get_note(number)
            note.tags = [tag for tag in note.tags if tag != "aloud-again"] + ["sung"]
            touched.append(note)
        collection.update_notes(touched)
        assert collection.db is not None
        for note in touched:
            collection.db.execute("update notes set mod = ? where id = ?", at, note.id)
        options = ExportAnkiPackageOptions(with_media=True)
        out = str(project / f"exported-{role}.apkg")
        collection.export_anki_package(out_path=out, options=options, limit=None)
        collection.close()


if __name__ == "__main__":
    for name in sys.argv[3:]:
        export(Path(sys.argv[1]), int(sys.argv[2]), name)
