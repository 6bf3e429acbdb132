"""What is taken out of a PDF file on a machine without fonts, held against what is here."""

import base64
import shutil
import subprocess
import sys
from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.bot.conftest import ROOT
from tests.index.sources.printed import Sheet, pdf
from tests.index.writing import words
from wuzhen.index.sources.pdf.reader import read_pdf

# In a namespace of its own, where the folders that PDFium looks into hold nothing.
BARE = """
for folder in /usr/share/fonts /usr/share/X11/fonts /usr/local/share/fonts; do
    test ! -d "$folder" || mount -t tmpfs none "$folder" || exit 1
done
exec "$@"
"""
READER = """
import base64, sys
from wuzhen.index.sources.pdf.reader import read_pdf
print("ready", flush=True)
for line in sys.stdin:
    print(ascii(read_pdf("a.pdf", base64.b64decode(line))), flush=True)
"""


@pytest.fixture(scope="module")
def fontless() -> Iterator["subprocess.Popen[str]"]:
    if shutil.which("unshare") is None:
        pytest.skip("no namespaces here")
    command = ["unshare", "--mount", "--map-root-user", "sh", "-c", BARE, "sh"]
    with subprocess.Popen(
        [*command, sys.executable, "-c", READER],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        if process.stdout.readline() != "ready\n":
            pytest.skip("no namespace can be made here")
        yield process
        process.stdin.close()


@example(["夏夏夏夏，夏夏夏夏夏夏，夏夏夏夏夏夏"], 20)
@example(["The lake is wide", "湖", ""], 40)
@given(
    st.lists(st.lists(words, min_size=1, max_size=4).map("，".join), min_size=1, max_size=4),
    st.integers(6, 30),
)
def test_the_fonts_of_the_machine_change_nothing(
    fontless: "subprocess.Popen[str]", paragraphs: list[str], width: int
) -> None:
    sheet = Sheet()
    y = 780.0
    for one in paragraphs:
        y = sheet.paragraph(60, y, f"{one}。", width)
    data = pdf(sheet)
    assert fontless.stdin is not None
    assert fontless.stdout is not None
    fontless.stdin.write(base64.b64encode(data).decode() + "\n")
    fontless.stdin.flush()
    document = read_pdf("a.pdf", data)
    assert fontless.stdout.readline() == ascii(document) + "\n"
    printed = "".join(f"{one}。" for one in paragraphs)
    assert "".join(document.text.split()) == "".join(printed.split())
