"""`preview --watch`: serves the page on this computer, and makes it again when a file is saved."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Condition, Thread

from builder import inside
from builder.commands.preview.run import Previews, make_previews, write
from builder.findings import PrepdeckError
from builder.load.files import yaml_files

#: How often to look for saved files, in seconds.
_LOOK = 0.1
#: The longest time without an event to a browser that listens, in seconds.
_SILENCE = 10.0

#: Served while no page can be made at all. Like every page, it waits for a newer one.
_ERROR_PAGE = """<!doctype html>
<meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>prepdeck</title>
<body style="max-width: 40rem; margin: 15vh auto; padding: 0 1rem; font: 18px/1.5 system-ui">
<p><strong>{}</strong></p><p>{}</p>
<script>new EventSource("/events").onmessage = (event) => {{
  if (event.data !== document.body.dataset.mark) location.reload();
}};</script>
</body>
"""


class Live(ThreadingHTTPServer):
    """A server of the newest page on a port of its own. Browsers wait at it for a newer page."""

    daemon_threads = True

    def __init__(self, previews: Previews) -> None:
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
        """Serves this page from now on. Only a served page has a mark, and asks for a newer one."""
        self.mark = sha256(html.encode()).hexdigest()[:16]
        with self._changed:
            self.html = html.replace("<body", f'<body data-mark="{self.mark}"', 1).encode()
            self._changed.notify_all()

    def newer(self, mark: str) -> str:
        """The mark of the page, once it is not `mark` any more; `mark` again after a silence."""
        with self._changed:
            self._changed.wait_for(lambda: self.mark != mark, _SILENCE)
            return self.mark


class _Answers(BaseHTTPRequestHandler):
    """`/` is the page, `/events` a stream of the newest page's mark."""

    server: Live

    def do_GET(self) -> None:
        # A page may be private: a web site whose name was made to point here gets nothing.
        if self.headers["Host"] not in {self.server.host, f"localhost:{self.server.server_port}"}:
            self.send_error(403)
        elif self.path == "/":
            html = self.server.html
            self._head("text/html; charset=utf-8")
            self.wfile.write(html)
        elif self.path == "/events":
            self._head("text/event-stream")
            self._send_marks()
        else:
            self.send_error(404)

    def _head(self, content_type: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", content_type)
        self.send_header("Cache-Control", "no-store")
        self.end_headers()

    def _send_marks(self) -> None:
        mark = ""
        try:
            while True:
                mark = self.server.newer(mark)
                self.wfile.write(f"data: {mark}\n\n".encode())
        except OSError:
            return  # the browser has closed the page

    def log_message(self, format: str, *args: object) -> None:
        """Logs nothing: the terminal shows faults."""


@contextmanager
def served(previews: Previews) -> Iterator[Live]:
    """Serves the one page of `previews` until the end of the block."""
    with Live(previews) as live:
        Thread(target=live.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
        try:
            yield live
        finally:
            live.shutdown()


#: When each file of a project was saved, in nanoseconds since 1970, and its size in bytes.
Snapshot = dict[Path, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """The outcome of a save: pages, or the error. `began`: seconds of `time.perf_counter`."""

    previews: Previews | None
    error: PrepdeckError | None
    began: float


def rebuilt(root: Path, live: Live, before: Snapshot) -> Iterator[Rebuilt]:
    """Waits for saves, for ever, and serves the outcome of each.

    `before`: the files that the page served now is made of.
    """
    while True:
        time.sleep(_LOOK)
        current_snapshot = snapshot(root)
        if current_snapshot == before:
            continue
        began = time.perf_counter()
        # An editor may still be saving several files.
        while (later_snapshot := snapshot(root)) != current_snapshot:
            current_snapshot = later_snapshot
            time.sleep(_LOOK / 2)
        before = current_snapshot
        yield _rebuilt(root, live, began)
        # The command line turns garbage collection off; this command runs for hours.
        gc.collect()


def _rebuilt(root: Path, live: Live, began: float) -> Rebuilt:
    try:
        previews = make_previews(root, (live.role,))
        (page,) = previews.pages
        live.show(page.html)
        write(page)
    except PrepdeckError as error:
        live.show(_ERROR_PAGE.format(escape(str(error)), escape(error.help)))
        return Rebuilt(None, error, began)
    return Rebuilt(previews, None, began)


def _is_visible(entry: os.DirEntry[str]) -> bool:
    return not entry.name.startswith(".")


def snapshot(root: Path) -> Snapshot:
    """The state of every file of the project that a page is made of."""
    paths = [root / "decks" / "deck.yaml", *(path for path, _ in yaml_files(root))]
    paths += (Path(entry.path) for entry in inside.walk(root, root / "templates", _is_visible))
    state_by_path = {}
    for path in paths:
        try:
            file_stat = path.stat()
        except OSError:  # deleted since it was listed
            continue
        state_by_path[path] = (file_stat.st_mtime_ns, file_stat.st_size)
    return state_by_path
