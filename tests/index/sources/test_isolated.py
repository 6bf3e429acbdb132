"""Libraries that crash, hang, eat memory or talk, put in place of the real ones."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.index.sources import word
from wuzhen.index.sources import isolated
from wuzhen.index.sources.bounds import Unreadable
from wuzhen.index.sources.isolated import Isolated

DOCX = word.document(word.paragraph("甲。"))
Replaced = Callable[[str, str], None]


@pytest.fixture
def replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Replaced:
    def replace(name: str, code: str) -> None:
        (tmp_path / f"{name}.py").write_text(code, "utf-8")
        monkeypatch.syspath_prepend(str(tmp_path))

    return replace


def refused(reader: Isolated) -> str:
    with pytest.raises(Unreadable) as caught:
        reader.read("a.docx", DOCX)
    return str(caught.value)


def test_a_document_comes_back_as_it_was_read() -> None:
    data = '<h1>題</h1><p>甲。<a href="#n">[1]</a></p><ol><li id=n>乙書</ol>'.encode()
    with Isolated() as reader:
        ((document,), problems) = reader.read("a.html", data)
        assert reader.read("a.html", data)[0] == [document]
    assert (document.title, problems) == ("題", [])
    assert document.blocks[0].parts[0].refs == ("1",)
    assert document.references[0].title == "乙書"


def test_a_library_that_is_not_installed(replaced: Replaced) -> None:
    replaced("mammoth", "raise ImportError")
    with Isolated() as reader:
        assert refused(reader) == (
            "needs what is not there: install wuzhen with its extra [sources]"
        )


def test_a_library_that_crashes_is_started_again_for_the_next_file(replaced: Replaced) -> None:
    replaced("mammoth", "import os\nos.kill(os.getpid(), 11)")
    with Isolated() as reader:
        for _ in range(2):
            assert "damaged" in refused(reader)
            assert reader.read("a.html", b"<p>x.")[0][0].text == "x.\n"


def test_a_library_that_hangs_is_stopped(
    replaced: Replaced, monkeypatch: pytest.MonkeyPatch
) -> None:
    replaced("mammoth", "import time\nwhile True: time.sleep(60)")
    monkeypatch.setattr(isolated, "SECONDS", 0.5)
    with Isolated() as reader:
        assert refused(reader) == "takes more than 0.5 seconds to read"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("raise ValueError('a\\nb')", "damaged"),
        ("raise RecursionError", "nested too deeply"),
        ("raise MemoryError", "1024 MiB of memory"),
        ("raise SystemExit", "damaged"),
    ],
)
def test_a_library_that_fails(replaced: Replaced, code: str, reason: str) -> None:
    replaced("mammoth", f"def convert_to_html(*_, **__):\n    {code}")
    with Isolated() as reader:
        assert reason in refused(reader)


def test_memory_is_bounded(replaced: Replaced) -> None:
    pytest.importorskip("resource")
    replaced("mammoth", "def convert_to_html(*_, **__):\n    return bytearray(3 * 2**30)")
    with Isolated() as reader:
        assert "memory" in refused(reader)


def test_a_library_sees_no_secrets_and_what_it_prints_is_no_answer(
    replaced: Replaced, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "1:secret")
    replaced(
        "mammoth",
        "import os\n"
        "class Made:\n"
        "    value = '<p>' + ' '.join(os.environ) + '</p>'\n"
        "def convert_to_html(*_, **__):\n"
        "    print('{}', flush=True)\n"
        "    os.write(1, b'{}')\n"
        "    return Made\n",
    )
    with Isolated() as reader:
        ((document,), _) = reader.read("a.docx", DOCX)
    assert "TELEGRAM" not in document.text
