"""A real browser, without a screen: Chromium, driven over a pipe in its own DevTools protocol.

The standard library is enough for that; no driver, no server, no port. A page records what went
wrong in it: script errors, and every request that it tried, none of which leaves the machine.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

#: What it is called on Debian, elsewhere, and from its maker.
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
CHROMIUM = next((path for name in NAMES if (path := shutil.which(name))), None)

needs_browser = pytest.mark.skipif(
    CHROMIUM is None, reason=f"no browser on PATH: none of {', '.join(NAMES)}"
)

_FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--hide-scrollbars"),
    *("--no-first-run", "--disable-sync", "--disable-component-update"),
    *("--disable-background-networking", "--disable-dev-shm-usage", "--remote-debugging-pipe"),
)

#: Chromium reads its commands from descriptor 3 and answers on 4; it inherits them from this.
_HAND_OVER = """
import fcntl, os, sys
for place, given in zip((3, 4), [fcntl.fcntl(int(n), fcntl.F_DUPFD, 10) for n in sys.argv[1:3]]):
    os.dup2(given, place)
os.execv(sys.argv[3], sys.argv[3:])
"""


class Page:
    """A tab. `errors` and `requests` hold what happened since the page was last loaded."""

    def __init__(self, browser: Browser, session: str) -> None:
        self.browser = browser
        self.session = session
        self.errors: list[str] = []
        self.requests: list[str] = []
        self._loaded: set[str] = set()
        self._address = ""
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        self.call("Page.setLifecycleEventsEnabled", enabled=True)
        # Whatever is not this page itself is refused, and remembered.
        self.call("Fetch.enable")
        tree = self.call("Page.getFrameTree")
        self._frame = tree["frameTree"]["frame"]["id"]

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        return self.browser.call(method, self.session, **params)

    def notices(self, method: str, params: dict[str, Any]) -> None:
        """Takes an event of the browser's."""
        if method == "Page.lifecycleEvent":
            if params["name"] == "load":
                self._loaded.add(params["loaderId"])
        elif method == "Runtime.exceptionThrown":
            details = params["exceptionDetails"]
            thrown = details.get("exception", {}).get("description")
            self.errors.append(thrown or details["text"])
        elif method == "Runtime.consoleAPICalled" and params["type"] == "error":
            self.errors.append(str([arg.get("value") for arg in params["args"]]))
        elif method == "Log.entryAdded" and params["entry"]["level"] == "error":
            self.errors.append(params["entry"]["text"])
        elif method == "Fetch.requestPaused":
            url, id = params["request"]["url"], params["requestId"]
            if url == self._address or url.startswith(("data:", "blob:", "about:")):
                self.browser.send("Fetch.continueRequest", self.session, requestId=id)
            else:
                self.requests.append(url)
                reason = "BlockedByClient"
                self.browser.send(
                    "Fetch.failRequest", self.session, requestId=id, errorReason=reason
                )

    def shows(self, html: str) -> None:
        """Loads a document from its text; it has no address, and so no storage."""
        self.errors.clear()
        self.requests.clear()
        self.call("Page.setDocumentContent", frameId=self._frame, html=html)

    def opens(self, page: Path | str) -> None:
        """Loads a file or an address, and waits until it has loaded. All else is a request."""
        self.errors.clear()
        self.requests.clear()
        self._address = page if isinstance(page, str) else page.absolute().as_uri()
        loader = self.call("Page.navigate", url=self._address)["loaderId"]
        while loader not in self._loaded:
            self.browser.listen()

    def asks(self, expression: str) -> Any:
        """What a script says in the page; a promise is waited for. Raises what the script raises."""
        answer = self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in answer:
            raise AssertionError(answer["exceptionDetails"].get("exception", answer))
        return answer["result"].get("value")

    def is_wide(self, width: int, height: int = 800, *, phone: bool | None = None) -> None:
        """Gives the page the size of a window, or of a phone's screen when it is narrow."""
        mobile = width < 600 if phone is None else phone
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=2 if mobile else 1,
            mobile=mobile,
        )

    def has_scripts(self, on: bool) -> None:
        """Whether the page's own scripts run. `asks` works all the same."""
        self.call("Emulation.setScriptExecutionDisabled", value=not on)

    def presses(self, key: str) -> None:
        """A key of the keyboard: a character, or a name such as `ArrowRight`."""
        text = {"text": " " if key == "Space" else key} if len(key) == 1 or key == "Space" else {}
        named = {"Space": " "}.get(key, key)
        for type in ("keyDown", "keyUp"):
            told = text if type == "keyDown" else {}
            self.call("Input.dispatchKeyEvent", type=type, key=named, code=key, **told)

    def types(self, text: str) -> None:
        for letter in text:
            self.presses(letter)

    def clicks(self, selector: str) -> None:
        """The middle of the first element that matches, scrolled into sight; as a mouse would."""
        place = self.asks(
            f"(() => {{ const e = document.querySelector({json.dumps(selector)}); if (!e) return null;"
            "e.scrollIntoView({block: 'center', behavior: 'instant'});"
            "const r = e.getBoundingClientRect();"
            "return [r.x + r.width / 2, r.y + r.height / 2]; })()"
        )
        assert place, f"nothing on the page matches {selector}"
        for type in ("mouseMoved", "mousePressed", "mouseReleased"):
            self.call(
                "Input.dispatchMouseEvent",
                type=type,
                x=place[0],
                y=place[1],
                button="none" if type == "mouseMoved" else "left",
                clickCount=0 if type == "mouseMoved" else 1,
            )

    def pictures(self, path: Path, *, whole: bool = True) -> Path:
        """A PNG of the page: all of it, or what the window shows."""
        taken = self.call("Page.captureScreenshot", captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(taken["data"]))
        return path

    def prints(self, path: Path) -> Path:
        """A PDF, on paper of the size that the page's own print styles ask for."""
        printed = self.call("Page.printToPDF", preferCSSPageSize=True, printBackground=True)
        path.write_bytes(base64.b64decode(printed["data"]))
        return path


class Browser:
    """A running Chromium."""

    def __init__(self, process: subprocess.Popen[bytes], write: int, read: int) -> None:
        self.process = process
        self._write, self._read = write, read
        self._left = b""
        self._number = 0
        self._answers: dict[int, dict[str, Any]] = {}
        self._pages: dict[str, Page] = {}

    def send(self, method: str, session: str | None = None, **params: Any) -> int:
        """Asks for something without waiting; returns the number of the question."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        raw = json.dumps(message).encode() + b"\0"
        while raw:
            raw = raw[os.write(self._write, raw) :]
        return self._number

    def call(self, method: str, session: str | None = None, **params: Any) -> dict[str, Any]:
        """Asks for something and waits for the answer."""
        number = self.send(method, session, **params)
        while number not in self._answers:
            self.listen()
        answer = self._answers.pop(number)
        assert "error" not in answer, f"{method}: {answer['error']}"
        result: dict[str, Any] = answer["result"]
        return result

    def listen(self) -> None:
        """Takes the next message: an answer, or an event of some page."""
        while b"\0" not in self._left:
            more = os.read(self._read, 1 << 20)
            assert more, "the browser has gone"
            self._left += more
        raw, self._left = self._left.split(b"\0", 1)
        message = json.loads(raw)
        if "id" in message:
            self._answers[message["id"]] = message
        elif message.get("sessionId") in self._pages:
            self._pages[message["sessionId"]].notices(message["method"], message["params"])

    def page(self) -> Page:
        """A new tab."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        page = Page(self, attached["sessionId"])
        self._pages[page.session] = page
        return page


#: Where text breaks depends on the typeface, and `system-ui` is whichever one a machine has. Phones
#: have one about as wide as Arial; Liberation Sans has Arial's widths, and Debian's Chromium
#: recommends it.
_FONTS = Path("/usr/share/fonts/truetype/liberation")
_FONT_CONFIG = f"""<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>{_FONTS}</dir>
  <include ignore_missing="yes">/etc/fonts/conf.d</include>
  <match target="pattern">
    <edit name="family" mode="append_last"><string>Liberation Sans</string></edit>
  </match>
</fontconfig>
"""


def _environment(folder: Path) -> dict[str, str]:
    """The environment of a browser that has the tests' typefaces and no other."""
    if not _FONTS.is_dir():
        return dict(os.environ)
    config = folder / "fonts.conf"
    config.write_text(_FONT_CONFIG)
    return {**os.environ, "FONTCONFIG_FILE": str(config)}


@contextmanager
def running_browser() -> Iterator[Browser]:
    """Chromium with a profile of its own, gone afterwards."""
    assert CHROMIUM is not None
    theirs_in, ours_out = os.pipe()
    ours_in, theirs_out = os.pipe()
    with tempfile.TemporaryDirectory(
        prefix="prepdeck-browser-", ignore_cleanup_errors=True
    ) as folder:
        process = subprocess.Popen(
            [
                *(sys.executable, "-ISc", _HAND_OVER, str(theirs_in), str(theirs_out)),
                *(CHROMIUM, *_FLAGS, f"--user-data-dir={folder}"),
            ],
            env=_environment(Path(folder)),
            pass_fds=(theirs_in, theirs_out),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs_in)
        os.close(theirs_out)
        browser = Browser(process, ours_out, ours_in)
        try:
            yield browser
        finally:
            with suppress(AssertionError, OSError):
                browser.send("Browser.close")
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            os.close(ours_out)
            os.close(ours_in)
