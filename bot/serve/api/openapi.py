"""The OpenAPI 3.1 document of the HTTP API (https://spec.openapis.org/oas/v3.1.1)."""

from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from wuzhen import __version__
from wuzhen.bot.serve.api import schemas
from wuzhen.bot.serve.problems import MEDIA_TYPE

_MODELS: tuple[type[BaseModel], ...] = (
    schemas.AskRequest,
    schemas.Answer,
    schemas.ChatCompletion,
    schemas.ChatRequest,
    schemas.Health,
    schemas.Models,
    schemas.PassageInContext,
    schemas.ProblemDetails,
    schemas.ReferenceUses,
    schemas.Schedule,
    schemas.SearchResults,
    schemas.Sections,
)
_PROBLEMS = {
    "400": "The body is not valid JSON",
    "401": "A valid token is needed",
    "404": "There is no such passage, reference or day",
    "408": "The body came too slowly",
    "413": "The body is too large",
    "415": "The body is not declared as JSON",
    "421": "The server does not answer for this host",
    "422": "The request does not fit its schema",
    "429": "Too many requests",
    "431": "The headers are too large",
    "503": "The server is busy",
}
_ALWAYS = ("401", "413", "421", "429", "431", "503")
_BODY = ("400", "408", "415", "422")


@cache
def document() -> dict[str, Any]:
    """Return the document."""
    _, definitions = models_json_schema(
        [(model, "validation") for model in _MODELS], ref_template="#/components/schemas/{model}"
    )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "烏鎮問答",
            "version": __version__,
            "summary": "Answers questions about documents by quoting them verbatim.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{}, {"bearer": []}, {"basic": []}],
        "paths": _paths(),
        "components": {
            "schemas": definitions["$defs"],
            "responses": {status: _problem(said) for status, said in _PROBLEMS.items()},
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "basic": {"type": "http", "scheme": "basic"},
            },
        },
    }


def _paths() -> dict[str, Any]:
    chat = _operation(
        "completeChat",
        "Answer in the shape of OpenAI's chat completions",
        schemas.ChatCompletion,
        body=schemas.ChatRequest,
    )
    chat["responses"]["200"]["content"]["text/event-stream"] = {}
    return {
        "/v1/ask": {
            "post": _operation("ask", "Answer a question", schemas.Answer, body=schemas.AskRequest)
        },
        "/v1/search": {
            "get": _operation(
                "search",
                "Find passages, those that answer the query first",
                schemas.SearchResults,
                query=schemas.SearchQuery,
            )
        },
        "/v1/passages/{id}": {
            "get": _operation(
                "getPassage",
                "A passage among its neighbours",
                schemas.PassageInContext,
                query=schemas.ContextQuery,
                path={"id": "The id of the passage"},
            )
        },
        "/v1/references/{number}": {
            "get": _operation(
                "getReference",
                "What a reference number supports",
                schemas.ReferenceUses,
                path={"number": "The number, as the document writes it"},
            )
        },
        "/v1/sections": {"get": _operation("listSections", "All sections", schemas.Sections)},
        "/v1/schedule": {
            "get": _operation(
                "getSchedule",
                "The timetable, or a day of it",
                schemas.Schedule,
                query=schemas.ScheduleQuery,
                missing=True,
            )
        },
        "/v1/chat/completions": {"post": chat},
        "/v1/models": {
            "get": _operation("listModels", "The one model of chat completions", schemas.Models)
        },
        "/health": {"get": _operation("health", "Whether the process works", schemas.Health)},
        "/ready": {"get": _operation("ready", "Whether it can answer", schemas.Health)},
        "/metrics": {"get": _operation("metrics", "Figures for Prometheus", None)},
    }


def _operation(
    id: str,
    summary: str,
    answer: type[BaseModel] | None,
    *,
    body: type[BaseModel] | None = None,
    query: type[BaseModel] | None = None,
    path: dict[str, str] | None = None,
    missing: bool = False,
) -> dict[str, Any]:
    """Return an operation; without a model of its answer it answers in plain text."""
    content = (
        {"application/json": {"schema": _ref(answer)}}
        if answer
        else {"text/plain": {"schema": {"type": "string"}}}
    )
    problems = {*_ALWAYS, *(_BODY if body else ()), *(("422",) if query else ())}
    if path or missing:
        problems.add("404")
    responses: dict[str, Any] = {"200": {"description": summary, "content": content}}
    responses |= {one: {"$ref": f"#/components/responses/{one}"} for one in sorted(problems)}
    operation: dict[str, Any] = {"operationId": id, "summary": summary, "responses": responses}
    parameters = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "description": said,
            "schema": {"type": "string", "minLength": 1},
        }
        for name, said in (path or {}).items()
    ]
    if query:
        parameters += _query(query)
    if parameters:
        operation["parameters"] = parameters
    if body:
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": _ref(body)}},
        }
    return operation


def _query(model: type[BaseModel]) -> list[dict[str, Any]]:
    schema = model.model_json_schema()
    required = schema.get("required", [])
    return [
        {"name": name, "in": "query", "required": name in required, "schema": _given(about)}
        for name, about in schema["properties"].items()
    ]


def _given(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a parameter that is given: one that may be left out is not null."""
    options = [one for one in schema.get("anyOf", []) if one != {"type": "null"}]
    if not options:
        return schema
    rest = {key: value for key, value in schema.items() if key not in ("anyOf", "default")}
    return {**options[0], **rest}


def _problem(said: str) -> dict[str, Any]:
    return {
        "description": said,
        "content": {MEDIA_TYPE: {"schema": _ref(schemas.ProblemDetails)}},
    }


def _ref(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{model.__name__}"}
