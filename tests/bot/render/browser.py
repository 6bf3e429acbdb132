"""Pages as a real browser shows them: Chromium without a window, at any width.

The page is shown in a frame of the width asked for, from a server on the loopback interface, so
that one program without further parts can look into it: `--dump-dom` gives back what was measured.
"""

import html
import json
import re
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
_SECONDS = 120
_FRAME = """<!DOCTYPE html><meta charset="utf-8">
<style>body {{ margin: 0 }} iframe {{ border: 0; width: {width}px; height: {height}px }}</style>
<iframe src="{address}" onload="told.textContent = JSON.stringify(look(this.contentWindow))">
</iframe><pre id="told" hidden></pre>
<script>const look = (view) => {{ const page = view.document; {script} }}</script>
"""
_TOLD = re.compile(r'<pre id="told"[^>]*>(.*?)</pre>', re.DOTALL)


def program() -> str | None:
    """Return the browser that is installed, if one is."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


class Browser:
    """A browser that shows the pages of one folder."""

    def __init__(self, program: str, folder: Path, address: str) -> None:
        self._program = program
        self._folder = folder
        self._address = address

    def measure(self, page: str, width: int, script: str) -> Any:
        """Return what a script returns that has `view` and `page`, the window and document."""
        self._frame(page, width, 800, script)
        shown = self._run("--dump-dom", f"{self._address}/frame.html").decode("utf-8")
        told = _TOLD.search(shown)
        assert told, shown[-500:]
        return json.loads(html.unescape(told[1]))

    def picture(
        self, page: str, width: int, height: int, file: Path, *, dark: bool = False
    ) -> None:
        """Take a picture of a page."""
        self._frame(page, width, height, "return null")
        scheme = ["--blink-settings=preferredColorScheme=0"] if dark else []
        self._run(
            *scheme,
            "--hide-scrollbars",
            f"--window-size={width},{height}",
            f"--screenshot={file}",
            f"{self._address}/frame.html",
        )

    def _frame(self, page: str, width: int, height: int, script: str) -> None:
        frame = _FRAME.format(width=width, height=height, address=html.escape(page), script=script)
        (self._folder / "frame.html").write_text(frame, "utf-8")

    def _run(self, *arguments: str) -> bytes:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
            command = [self._program, "--headless", "--no-sandbox", "--disable-gpu"]
            command += ["--no-first-run", f"--user-data-dir={profile}", *arguments]
            ran = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=True)
        return ran.stdout


@contextmanager
def browser(program: str, folder: Path) -> Iterator[Browser]:
    """Open the pages of a folder in a browser; a file `frame.html` is put beside them."""
    handler = partial(_Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        serving = threading.Thread(target=server.serve_forever, daemon=True)
        serving.start()
        try:
            yield Browser(program, folder, f"http://127.0.0.1:{server.server_address[1]}")
        finally:
            server.shutdown()
            serving.join()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing of what was asked for."""
