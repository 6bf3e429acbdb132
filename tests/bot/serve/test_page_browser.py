"""The page in a real browser: clicked through, with and without JavaScript, wide and narrow."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from axe_core_python.selenium import Axe
from selenium.webdriver import Chrome, ChromeOptions, ChromeService
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait

from tests.bot.render.browser import program
from tests.bot.serve.conftest import Served
from tests.bot.serve.test_api import QUESTION
from wuzhen.bot.answering.librarian import Librarian

PATHS = (
    "/",
    f"/?q={QUESTION}",
    "/?q=12月4日上午有什麼論壇",
    "/?q=紀念林一共種了幾棵樹",
    "/schedule",
)
REPORT = "return [...document.querySelectorAll('body, body *')].filter(one => {\
 const box = one.getBoundingClientRect(); return box.right > innerWidth + 1 && box.left >= 0;\
 }).map(one => one.outerHTML.slice(0, 80))"


@contextmanager
def opened(*, scripts: bool = True, dark: bool = False) -> Iterator[Chrome]:
    found, driver = program(), shutil.which("chromedriver")
    if found is None or driver is None:
        pytest.skip("no Chromium is installed: apt-get install chromium chromium-driver")
    options = ChromeOptions()
    options.binary_location = found
    for argument in ("--headless", "--no-sandbox", "--disable-gpu", "--lang=zh-TW"):
        options.add_argument(argument)
    preferences = {} if scripts else {"profile.managed_default_content_settings.javascript": 2}
    options.add_experimental_option("prefs", preferences)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    browser = Chrome(options, ChromeService(driver))
    try:
        if dark:
            scheme = [{"name": "prefers-color-scheme", "value": "dark"}]
            browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": scheme})
        yield browser
    finally:
        browser.quit()


@pytest.fixture(scope="module")
def browser() -> Iterator[Chrome]:
    with opened() as driver:
        yield driver


def width(browser: Chrome, pixels: int) -> None:
    metrics = {"width": pixels, "height": 800, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)


def ask(browser: Chrome, question: str) -> None:
    field = browser.find_element(By.ID, "q")
    field.send_keys(question, Keys.ENTER)
    shown = lambda one: one.find_element(By.ID, "asked").text == question  # noqa: E731
    waiting = WebDriverWait(browser, 60, ignored_exceptions=[Exception])
    waiting.until(shown)


def quotes(browser: Chrome) -> list[str]:
    return [one.text for one in browser.find_elements(By.TAG_NAME, "blockquote") if one.text]


def test_a_conversation_by_keys_alone(browser: Chrome, served: Served, wordwise: Librarian) -> None:
    browser.get(f"{served.address}/?lang=hant")
    browser.execute_script("window.loaded = true")
    browser.find_element(By.TAG_NAME, "body").send_keys("/")
    assert browser.switch_to.active_element.get_attribute("id") == "q"
    ask(browser, QUESTION)
    assert quotes(browser) == [wordwise.answer(QUESTION).quotes[0].text]
    assert browser.switch_to.active_element.get_attribute("id") == "answer"
    ask(browser, "他們來自哪裡")
    assert [one.text for one in browser.find_elements(By.CSS_SELECTOR, ".earlier li")] == [QUESTION]
    browser.back()
    WebDriverWait(browser, 60).until(
        lambda one: not one.find_elements(By.CSS_SELECTOR, ".earlier li")
    )
    assert QUESTION in browser.title
    assert browser.execute_script("return window.loaded"), "the page was loaded again"
    browser.find_element(By.CSS_SELECTOR, "button[value=up]").click()
    WebDriverWait(browser, 60).until(
        lambda one: one.find_elements(By.CSS_SELECTOR, "[role=status]")
    )
    assert quotes(browser) == [wordwise.answer(QUESTION).quotes[0].text]


def test_without_javascript_it_does_the_same(served: Served, wordwise: Librarian) -> None:
    with opened(scripts=False) as browser:
        browser.get(f"{served.address}/?lang=en")
        ask(browser, QUESTION)
        assert quotes(browser) == [wordwise.answer(QUESTION).quotes[0].text]
        assert not browser.find_elements(By.CSS_SELECTOR, "button.copy")
        browser.find_element(By.CSS_SELECTOR, "button[value=down]").click()
        assert browser.find_element(By.CSS_SELECTOR, "[role=status]").text
        browser.find_element(By.LINK_TEXT, "In context").click()
        assert len(quotes(browser)) > 1
        browser.find_element(By.LINK_TEXT, "简体").click()
        html = browser.find_element(By.TAG_NAME, "html")
        assert html.get_attribute("lang") == "zh-Hans"
        assert len(quotes(browser)) > 1


@pytest.mark.parametrize("path", PATHS)
def test_nothing_sticks_out_at_any_width(browser: Chrome, served: Served, path: str) -> None:
    for pixels in (320, 768, 1920):
        width(browser, pixels)
        browser.get(served.address + path)
        for details in browser.find_elements(By.TAG_NAME, "summary"):
            details.click()
        assert browser.execute_script("return document.documentElement.scrollWidth") <= pixels
        assert browser.execute_script(REPORT) == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_no_violation(served: Served, dark: bool) -> None:
    rules: dict[str, Any] = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
    with opened(dark=dark) as browser:
        for pixels in (320, 1280):
            width(browser, pixels)
            for path in PATHS:
                browser.get(served.address + path)
                told = Axe().run(browser, options=rules)
                found = [(one["id"], one["nodes"][0]["html"]) for one in told["violations"]]
                assert found == [], path


def test_nothing_is_fetched_from_elsewhere_and_the_policy_is_kept(
    browser: Chrome, served: Served
) -> None:
    browser.get_log("browser")  # type: ignore[no-untyped-call]
    for path in PATHS:
        browser.get(served.address + path)
        names = "return performance.getEntriesByType('resource').map(one => one.name)"
        fetched = browser.execute_script(names)
        assert fetched
        assert all(name.startswith(served.address) for name in fetched)
    assert browser.get_log("browser") == []  # type: ignore[no-untyped-call]
    said = browser.execute_script(
        "const one = document.createElement('script'); one.textContent = 'window.ran = true';"
        "document.body.append(one); return window.ran === undefined"
    )
    assert said is True
