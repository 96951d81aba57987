"""The script that one would write by hand: the same YAML, the same notes, nothing kept or checked.

python naive.py PROJECT OUT.apkg
"""

from __future__ import annotations

import sys
from pathlib import Path

import genanki
import nh3
import yaml
from jinja2 import Environment
from markdown_it import MarkdownIt

FRONT = "<p>{{Instruction}}</p><p>{{Ask}}</p>"
BACK = (
    "{{FrontSide}}<hr>{{Answer}}{{#Sample}}<details>{{Sample}}</details>{{/Sample}}"
    "<p>{{Topic}} {{Sources}}</p>"
)
FIELDS = {
    "Ask": "{{ ask | line }}",
    "Instruction": "MUST SHOW · {{ must_show | length }}",
    "Answer": "<ul>{% for item in must_show %}<li>{{ item | line }}</li>{% endfor %}</ul>",
    "Listening for": "{{ listening_for | line }}",
    "Situation": "{{ sample.situation | prose }}",
    "Task": "{{ sample.task | prose }}",
    "Action": "{{ sample.action | prose }}",
    "Result": "{{ sample.result | prose }}",
    "Sample": "",
    "Pitfalls": "<ul>{% for item in pitfalls %}<li>{{ item | line }}</li>{% endfor %}</ul>",
    "Push back": "{{ follow_ups[0].ask | line }}",
    "Point": "{{ follow_ups[0].point | line }}",
    "Push back 2": "",
    "Point 2": "",
    "Topic": "{{ topics | join(', ') }}",
    "Sources": "{{ sources | join(', ') }}",
    "Id": "{{ id }}",
}


def main(project: Path, out: Path) -> None:
    """Reads every file, makes every note, writes one package."""
    reader = MarkdownIt("commonmark", {"html": False})
    settings = yaml.load((project / "decks/deck.yaml").read_text(), yaml.CSafeLoader)
    company = settings["vars"]["company"]

    def prose(text: str) -> str:
        return nh3.clean(reader.render(text.replace("{{ vars.company }}", company)))

    def line(text: str) -> str:
        return nh3.clean(reader.renderInline(text.replace("{{ vars.company }}", company)))

    environment = Environment(autoescape=False)
    environment.filters |= {"line": line, "prose": prose}
    templates = [environment.from_string(text) for text in FIELDS.values()]
    model = genanki.Model(
        1_600_000_001,
        "Question",
        fields=[{"name": name} for name in FIELDS],
        templates=[
            {"name": "Answer", "qfmt": FRONT, "afmt": BACK},
            {
                "name": "They push back",
                "qfmt": "{{#Push back}}<p>{{Push back}}</p>{{/Push back}}",
                "afmt": "{{FrontSide}}<hr>{{Point}}",
            },
        ],
        css=".card { font: 18px sans-serif; }",
    )
    deck = genanki.Deck(1_600_000_002, "Bench::Agent")
    for path in sorted((project / "decks/questions").glob("*.yaml")):
        for id, said in yaml.load(path.read_text(), yaml.CSafeLoader)["questions"].items():
            fields = [template.render(id=id, **said) for template in templates]
            tags = [f"topic::{topic.replace('/', '::')}" for topic in said["topics"]]
            deck.add_note(genanki.Note(model, fields=fields, tags=tags, guid=genanki.guid_for(id)))
    genanki.Package(deck).write_to_file(str(out))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
