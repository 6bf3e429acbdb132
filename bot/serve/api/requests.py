"""Reading requests: what does not fit its model is a problem that names each wrong member."""

from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from starlette.requests import Request

from wuzhen.bot.language import language_of_locale
from wuzhen.bot.phrases import Language
from wuzhen.bot.serve.access.guard import TOKEN
from wuzhen.bot.serve.problems import Problem

Model = TypeVar("Model", bound=BaseModel)

_JSON = "application/json"


async def body(request: Request, model: type[Model]) -> Model:
    """Return the body as a model; raises `Problem`."""
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != _JSON:
        raise Problem(415, f"the body must be of the type {_JSON}; say so in Content-Type")
    try:
        return model.model_validate_json(await request.body())
    except ValidationError as error:
        raise _problem(error, "#/") from None


def query(request: Request, model: type[Model]) -> Model:
    """Return the query parameters as a model; raises `Problem`."""
    try:
        return model.model_validate(dict(request.query_params))
    except ValidationError as error:
        raise _problem(error, "") from None


def token(request: Request) -> str:
    """Return the name of the token that a request came with, or nothing."""
    name: str = request.scope.get(TOKEN, "")
    return name


def language(request: Request, environment: dict[str, str]) -> Language:
    """Return the language for what is in none: the client's, or else that of our locale."""
    for tag in accepted(request.headers.get("accept-language", "")):
        if tag.partition("-")[0] in ("zh", "en", "yue"):
            return language_of_locale({"LANG": tag})
    return language_of_locale(environment)


def accepted(header: str) -> list[str]:
    """Return the language tags of an Accept-Language header, most wanted first (RFC 9110)."""
    weighed: list[tuple[float, str]] = []
    for entry in header.split(",")[:20]:
        tag, _, weight = entry.partition(";")
        try:
            quality = float(weight.strip().removeprefix("q=") or 1)
        except ValueError:
            continue
        if tag.strip() and quality > 0:
            weighed.append((quality, tag.strip().lower()))
    return [tag for _, tag in sorted(weighed, key=lambda pair: -pair[0])]


def _problem(error: ValidationError, before: str) -> Problem:
    found = error.errors(include_url=False, include_context=False, include_input=False)
    if found[0]["type"] == "json_invalid":
        return Problem(400, f"the body is not valid JSON: {found[0]['msg']}")
    errors = [{"pointer": _pointer(one, before), "detail": one["msg"]} for one in found[:20]]
    first = errors[0]
    return Problem(422, f"{first['pointer']}: {first['detail']}", errors=errors)


def _pointer(error: ErrorDetails, before: str) -> str:
    return before + "/".join(
        str(part).replace("~", "~0").replace("/", "~1") for part in error["loc"]
    )
