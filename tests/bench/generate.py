"""A project of as many questions as one likes, written the way people write them."""

from __future__ import annotations

from pathlib import Path

DECK = """\
namespace: bench
title: Bench
version: 1.0.0
vars:
  company: the company
"""
TOPICS = "topics:\n" + "".join(
    f"  area-{area}:\n" + "".join(f"    leaf-{leaf}: Topic {area}, {leaf}\n" for leaf in range(5))
    for area in range(8)
)
ROLE = "role:\n  title: Agent\n  add:\n    - {kind: question}\n"
SOURCES = "sources:\n  guide:\n    title: A guide\n    year: 2025\n"

QUESTION = """\
  question-{n:05}:
    ask: Tell me about customer number {n}, who was *not* easy to please.
    wordings:
      - Describe a time when nothing you offered to customer {n} was enough.
      - Who was the hardest person you have served in week {n}?
    type: story
    topics: [area-{area}/leaf-{leaf}]
    listening_for: Whether you stay useful while someone is unfair to you.
    must_show:
      - you let them finish
      - you gave them a choice
      - what happened afterwards, in {n} words
    sample:
      situation: |
        I was on the chat shift of a parcel firm. A wedding dress was {n} days
        late, and the bride's father wrote to us at night.
      task: |
        Get it there by Friday, or find another way out.
      action: |
        I let him finish, found the parcel while he watched, and offered
        **two ways out**: a courier that day, or a refund and a hire shop nearby.
        He took the courier, and I stayed in the chat until it had left.
      result: |
        It came on Thursday, and he rated the chat 5 of 5. At {{{{ vars.company }}}}
        I would do the same.
    pitfalls:
      - telling it as a story about a stupid customer
      - no ending
    follow_ups:
      - ask: What would you do differently with number {n}?
        point: check the depot before apologising
    anchors:
      weak: blames the customer
      fair: calm, but no outcome
      strong: calm, a choice, a checked result
    seconds: 90
    sources: [guide]

"""


def generate(root: Path, questions: int, *, a_file: int = 50) -> None:
    """Writes a project with that many questions, `a_file` of them in each file."""
    files = {
        "deck.yaml": DECK,
        "topics.yaml": TOPICS,
        "sources.yaml": SOURCES,
        "roles/agent.yaml": ROLE,
    }
    for start in range(0, questions, a_file):
        files[f"questions/q-{start:05}.yaml"] = "questions:\n" + "".join(
            QUESTION.format(n=n, area=n % 8, leaf=n % 5)
            for n in range(start, min(start + a_file, questions))
        )
    for name, text in files.items():
        path = root / "decks" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
