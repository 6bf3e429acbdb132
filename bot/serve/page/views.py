"""The pages: the one to ask in, a passage in its context, a reference, the timetable."""

import logging
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import anyio.to_thread
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from wuzhen.bot.answering.librarian import LONGEST_QUESTION, Librarian, language_for
from wuzhen.bot.render.pages import writable
from wuzhen.bot.render.pages.words import TAGS
from wuzhen.bot.serve import core
from wuzhen.bot.serve.api.endpoints import Asking
from wuzhen.bot.serve.api.requests import accepted
from wuzhen.bot.serve.page.ratings import LONGEST_REASON, keep
from wuzhen.bot.serve.page.shown import is_timetable, shown
from wuzhen.bot.serve.page.words import NAMES, words
from wuzhen.bot.serve.page.words import Shown as Language
from wuzhen.bot.serve.problems import Problem
from wuzhen.bot.settings import Settings

log = logging.getLogger(__name__)

_REMEMBERED = 6
_MOST_DOCUMENTS = 20
_MOST_ROWS = 500
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors {}"
)
_STATIC = {
    "style.css": "text/css",
    "page.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}


def routes(asking: Asking, settings: Settings) -> list[Route]:
    """Return the routes of the pages."""
    keeping = settings.wuzhen_serve_ratings

    async def ask(request: Request) -> Response:
        return await _ask(request, "/", "'none'")

    async def embed(request: Request) -> Response:
        if not settings.wuzhen_serve_embed:
            raise Problem(404, "no site may show this page in a frame; see WUZHEN_SERVE_EMBED")
        return await _ask(request, "/embed", " ".join(settings.wuzhen_serve_embed))

    async def _ask(request: Request, path: str, ancestors: str) -> Response:
        language = _language(request)
        question = request.query_params.get("q", "").strip()
        history = _history(request.query_params.getlist("h"))
        values: dict[str, Any] = {
            "question": question,
            "history": history,
            "rated": "rated" in request.query_params,
            "keeping": keeping is not None,
            "answer": None,
        }
        try:
            if question:
                answer = await asking.answer("page", question, history, language)
                values |= await asking.library.work(
                    lambda librarian: {
                        "answer": answer,
                        "quotes": [shown(librarian, one) for one in answer.quotes],
                        "related": [shown(librarian, one) for one in answer.related],
                    }
                )
            else:
                values |= await asking.library.work(_offered)
        except Problem as problem:
            return _told(request, language, path, problem, ancestors)
        asked = (*history, question)[-_REMEMBERED:] if question else history
        values["asked"] = asked
        return _page(request, language, "ask.html", path, ancestors, **values)

    async def passage(request: Request) -> Response:
        def found(librarian: Librarian) -> dict[str, Any]:
            number = core.passage(librarian, request.path_params["id"]).number
            around = librarian.context(number)
            members = [librarian.collection.passages[one] for one in around.passages]
            quotes = [shown(librarian, librarian.quote([one])) for one in members]
            return {"quotes": quotes, "centre": request.path_params["id"]}

        return await _looked_up(request, "passage.html", found)

    async def reference(request: Request) -> Response:
        def found(librarian: Librarian) -> dict[str, Any]:
            known = core.reference(librarian, request.path_params["number"])
            carrying = librarian.referring(known["number"])[: core.MOST_PASSAGES]
            quotes = [shown(librarian, librarian.quote([one])) for one in carrying]
            return {"known": known, "quotes": quotes}

        return await _looked_up(request, "reference.html", found)

    async def schedule(request: Request) -> Response:
        def found(librarian: Librarian) -> dict[str, Any]:
            rows = core.rows(librarian, None)[:_MOST_ROWS]
            return {"quotes": [shown(librarian, librarian.quote([row])) for row in rows]}

        return await _looked_up(request, "schedule.html", found)

    async def _looked_up(
        request: Request, template: str, find: Callable[[Librarian], dict[str, Any]]
    ) -> Response:
        language = _language(request)
        try:
            values = await asking.library.work(find)
        except Problem as problem:
            return _told(request, language, "/", problem, "'none'")
        return _page(request, language, template, request.url.path, "'none'", **values)

    async def rate(request: Request) -> Response:
        if not _from_here(request):
            raise Problem(403, "ratings are taken from this server's own page only")
        given = QueryParams(_fields(await request.body()))
        rating, question = given.get("rating"), given.get("q", "").strip()
        if rating not in ("up", "down") or not question:
            raise Problem(422, "a rating needs q, and rating as up or down")
        asking.metrics.ratings.labels(rating).inc()
        if keeping is not None:
            history, reason = _history(given.getlist("h")), given.get("reason", "")
            question = question[:LONGEST_QUESTION]
            try:
                await anyio.to_thread.run_sync(keep, keeping, question, history, rating, reason)
            except OSError as error:
                log.error("WUZHEN_SERVE_RATINGS cannot be written: %s", error.strerror)
        back = [("q", question), *(("h", one) for one in given.getlist("h")), ("rated", "1")]
        if "lang" in given:
            back.append(("lang", given["lang"]))
        path = "/embed" if given.get("embed") else "/"
        return RedirectResponse(f"{path}?{urlencode(back)}", 303)

    return [
        Route("/", ask),
        Route("/embed", embed),
        Route("/passages/{id}", passage),
        Route("/references/{number}", reference),
        Route("/schedule", schedule),
        Route("/ratings", rate, methods=["POST"]),
        *(Route(f"/{name}", _static(name)) for name in _STATIC),
    ]


def _offered(librarian: Librarian) -> dict[str, Any]:
    """Return what the page shows before the first question."""
    documents = list(librarian.collection.documents.values())[:_MOST_DOCUMENTS]
    return {
        "titles": [(one.title, TAGS[language_for(one.title, "hant")]) for one in documents],
        "timetable": bool(librarian.schedule.timetable.rows),
    }


def _history(questions: Iterable[str]) -> tuple[str, ...]:
    kept = [one.strip() for one in questions if one.strip()]
    return tuple(one for one in kept if len(one) <= LONGEST_QUESTION)[-_REMEMBERED:]


def _language(request: Request) -> Language:
    """Return the language to show the page in: the one chosen, or else what the browser wants."""
    chosen = request.query_params.get("lang")
    for language in NAMES:
        if chosen == language:
            return language
    for tag in accepted(request.headers.get("accept-language", "")):
        if tag.startswith(("zh-tw", "zh-hk", "zh-mo", "zh-hant", "yue")):
            return "hant"
        if tag.startswith("zh"):
            return "hans"
        if tag.startswith("en"):
            return "en"
    return "hant"


def _fields(body: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(body.decode("ascii"), max_num_fields=20, errors="replace")
    except ValueError:
        raise Problem(422, "the body is no form") from None


def _from_here(request: Request) -> bool:
    """Tell whether a form was sent from our own page, as every current browser says it."""
    origin = request.headers.get("origin")
    if origin not in (None, "null"):
        return urlsplit(origin).netloc == request.headers.get("host")
    return request.headers.get("sec-fetch-site", "none") in ("same-origin", "none")


def _told(
    request: Request, language: Language, path: str, problem: Problem, ancestors: str
) -> Response:
    said = "gone" if problem.status == 404 else "busy"
    return _page(
        request, language, "problem.html", path, ancestors, status=problem.status, said=said
    )


def _page(
    request: Request,
    language: Language,
    template: str,
    path: str,
    ancestors: str,
    *,
    status: int = 200,
    **values: Any,
) -> Response:
    def address(to: str, asked: Sequence[tuple[str, str]] = ()) -> str:
        """Return the address of a page of ours in the language of this one."""
        return f"{to}?{urlencode([*asked, ('lang', language)])}"

    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "lang"]
    languages = [
        (name, TAGS[code], f"{path}?{urlencode([*kept, ('lang', code)])}", code == language)
        for code, name in NAMES.items()
    ]
    html = (
        _environment()
        .get_template(template)
        .render(
            say=words(language),
            lang=TAGS[language],
            code=language,
            languages=languages,
            address=address,
            path=path,
            embedded=path == "/embed",
            longest=LONGEST_QUESTION,
            longest_reason=LONGEST_REASON,
            is_timetable=is_timetable,
            **values,
        )
    )
    headers = {
        "Content-Security-Policy": _POLICY.format(ancestors),
        "Cache-Control": "no-store",
        "Vary": "Accept-Language",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    return Response(html.encode("utf-8"), status, headers, "text/html; charset=utf-8")


def _static(name: str) -> Callable[[Request], Response]:
    def send(_: Request) -> Response:
        headers = {"Cache-Control": "no-cache"}
        return Response(_file(name), media_type=_STATIC[name], headers=headers)

    return send


@cache
def _file(name: str) -> bytes:
    return files(__package__ or "").joinpath("static", name).read_bytes()


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader(__package__ or ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_written,
    )


def _written(value: Any) -> Any:
    """Escape what a template puts in, and replace what no HTML can hold."""
    return value if isinstance(value, Markup) else escape(writable(str(value)))
