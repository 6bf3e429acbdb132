"""One question by every way in: each gives the quote that the command line gives."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlencode

import openai
import pytest
from mcp.client import Client
from selenium.webdriver.common.by import By

from tests.bot.conftest import COLLECTIONS, KNOWLEDGE
from tests.bot.serve.conftest import Served, environment
from tests.bot.serve.test_chat import rendered
from tests.bot.serve.test_page_browser import opened

QUESTIONS = COLLECTIONS / "conference" / "questions.jsonl"


def printed(index: Path, question: str) -> bytes:
    """What the command line prints."""
    command = [sys.executable, "-m", "wuzhen", "ask", "--json", "--knowledge", str(KNOWLEDGE)]
    command += ["--index", str(index), question]
    ran = subprocess.run(command, capture_output=True, env=environment(), check=False, timeout=300)
    assert ran.returncode in (0, 1), ran.stderr  # 1: refused
    return ran.stdout


def fetched(served: Served, question: str) -> bytes:
    """What curl fetches."""
    sent = json.dumps({"question": question})
    command = ["curl", "-s", "-H", "Content-Type: application/json", "-d", sent]
    command.append(f"{served.address}/v1/ask")
    return subprocess.run(command, capture_output=True, check=True, timeout=60).stdout


async def test_every_way_in_gives_the_same_quote(served: Served, index: Path) -> None:
    if shutil.which("curl") is None:
        pytest.skip("no curl is installed")
    question = json.loads(QUESTIONS.read_text("utf-8").splitlines()[0])["question"]
    line = printed(index, question)
    answer = json.loads(line)
    quote = answer["quotes"][0]["text"]
    assert fetched(served, question) == line

    with openai.OpenAI(base_url=f"{served.address}/v1", api_key="none", max_retries=0) as client:
        chat = client.chat.completions.create(
            model="wuzhen", messages=[{"role": "user", "content": question}]
        )
    assert quote in rendered(chat.choices[0].message.content or "")

    async with Client(f"{served.address}/mcp") as tools:
        result = await tools.call_tool("ask", {"question": question})
    assert result.structured_content == answer

    with opened() as browser:
        browser.get(f"{served.address}/?{urlencode({'q': question})}")
        assert browser.find_element(By.TAG_NAME, "blockquote").text == quote
