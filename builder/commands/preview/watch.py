"""`preview --watch`: the page served on this machine, made anew whenever a file is saved."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Condition, Thread

from builder.commands.preview.run import Preview, Previewed, previewed, write
from builder.findings import PrepdeckError
from builder.load.files import yaml_files

#: How often to look for saved files, in seconds.
_LOOK = 0.1
#: How long a browser that listens hears nothing before it is told that we are still here.
_SILENCE = 10.0

#: What stands there while no page can be made at all. It waits for a newer one, as all of them do.
_TROUBLE = """<!doctype html>
<meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>prepdeck</title>
<body style="max-width: 40rem; margin: 15vh auto; padding: 0 1rem; font: 18px/1.5 system-ui">
<p><strong>{}</strong></p><p>{}</p>
<script>new EventSource("/events").onmessage = (event) => {{
  if (event.data !== document.body.dataset.mark) location.reload();
}};</script>
</body>
"""


class Live(ThreadingHTTPServer):
    """The newest page on a port of its own, and those who wait for a newer one."""

    daemon_threads = True

    def __init__(self, previews: Previewed) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.role = previews.pages[0].role
        self._changed = Condition()
        self.show(previews.pages[0].html)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server_port}"

    @property
    def address(self) -> str:
        return f"http://{self.host}/"

    def show(self, html: str) -> None:
        """Serves this page from now on. Only a served page has a mark, and asks for newer ones."""
        self.mark = sha256(html.encode()).hexdigest()[:16]
        with self._changed:
            self.html = html.replace("<body", f'<body data-mark="{self.mark}"', 1).encode()
            self._changed.notify_all()

    def newer(self, mark: str) -> str:
        """The mark of a page that is another than `mark`, or `mark` after a silence."""
        with self._changed:
            self._changed.wait_for(lambda: self.mark != mark, _SILENCE)
            return self.mark


class _Answers(BaseHTTPRequestHandler):
    """`/` is the page, `/events` tells the mark of the newest one."""

    server: Live

    def do_GET(self) -> None:
        # A page may be private: a site whose name was made to point here gets nothing.
        if self.headers["Host"] not in {self.server.host, f"localhost:{self.server.server_port}"}:
            self.send_error(403)
        elif self.path == "/":
            html = self.server.html
            self._head("text/html; charset=utf-8")
            self.wfile.write(html)
        elif self.path == "/events":
            self._head("text/event-stream")
            self._tell()
        else:
            self.send_error(404)

    def _head(self, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Cache-Control", "no-store")
        self.end_headers()

    def _tell(self) -> None:
        mark = ""
        try:
            while True:
                mark = self.server.newer(mark)
                self.wfile.write(f"data: {mark}\n\n".encode())
        except OSError:
            return  # the page was closed

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the terminal is for faults."""


@contextmanager
def served(previews: Previewed) -> Iterator[Live]:
    """The one page of `previews`, served until the end of the block."""
    with Live(previews) as live:
        Thread(target=live.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
        try:
            yield live
        finally:
            live.shutdown()


#: When each file of a project was saved, and its size.
Saved = dict[Path, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a save led to: a page, or what stood in its way. `began`: as `time.perf_counter`."""

    made: Previewed | None
    trouble: PrepdeckError | None
    began: float


def rebuilt(root: Path, live: Live, last_saved: Saved) -> Iterator[Rebuilt]:
    """Waits for saves, for ever, and serves what each save leads to.

    `last_saved`: the state of the files that the page served now is made of.
    """
    while True:
        time.sleep(_LOOK)
        now = saved(root)
        if now == last_saved:
            continue
        began = time.perf_counter()
        while (still := saved(root)) != now:  # half of several files
            now = still
            time.sleep(_LOOK / 2)
        last_saved = now
        yield _rebuilt(root, live, began)
        # Off while a command runs; one that runs for hours clears up between the saves.
        gc.collect()


def _rebuilt(root: Path, live: Live, began: float) -> Rebuilt:
    try:
        previews = previewed(root, (live.role,))
        page: Preview = previews.pages[0]
        live.show(page.html)
        write(page)
    except PrepdeckError as trouble:
        live.show(_TROUBLE.format(escape(str(trouble)), escape(trouble.help)))
        return Rebuilt(None, trouble, began)
    return Rebuilt(previews, None, began)


def saved(root: Path) -> Saved:
    """The state of every file that a page is made of, but those of the wheel."""
    paths = [root / "decks" / "deck.yaml", *(path for path, _ in yaml_files(root))]
    paths += (root / "templates").rglob("*.*")
    state = {}
    for path in paths:
        try:
            stat = path.stat()
        except OSError:  # gone between two looks
            continue
        state[path] = (stat.st_mtime_ns, stat.st_size)
    return state
