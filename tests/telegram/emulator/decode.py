"""Requests decoded into aiogram's method models, strictly.

The models are generated from the Bot API's specification by another project, so a call that
passes here is right by a second party's reading. They keep unknown fields as extras; here every
extra, however deep, is a violation.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, get_args

import aiogram.methods
from aiogram.client.default import Default
from aiogram.methods.base import TelegramMethod
from aiogram.types import BufferedInputFile, InputFile
from aiohttp import web
from pydantic import BaseModel, ValidationError

from .errors import violation

Method = TelegramMethod[Any]

METHODS: dict[str, type[Method]] = {
    model.__api_method__.lower(): model
    for model in vars(aiogram.methods).values()
    if isinstance(model, type) and issubclass(model, TelegramMethod) and model is not TelegramMethod
}
"""Model of each Bot API method; method names are case-insensitive, hence lower case."""

Files = dict[str, BufferedInputFile]


async def read_request(request: web.Request) -> tuple[dict[str, Any], Files]:
    """Fields (strings, or JSON values where the body was JSON) and uploads of a request."""
    fields: dict[str, Any] = dict(request.query)
    files: Files = {}
    if request.content_type == "application/json":
        try:
            body = json.loads(await request.read() or b"{}")
        except ValueError as error:
            raise violation("can't parse the request as JSON") from error
        if not isinstance(body, dict):
            raise violation("expected a JSON object")
        fields |= body
    elif request.method == "POST":
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                files[name] = BufferedInputFile(value.file.read(), filename=value.filename)
            elif isinstance(value, str):
                fields[name] = value
            else:
                files[name] = BufferedInputFile(bytes(value), filename=name)
    return fields, files


def decode(model: type[Method], fields: dict[str, Any], files: Files) -> Method:
    """The call that `fields` and `files` make; raises `Violation` if the model refuses it."""
    values: dict[str, Any] = {}
    used: set[str] = set()
    for name, value in fields.items():
        field = model.model_fields.get(name)
        if field is not None and isinstance(value, str):
            values[name] = _parse(name, value, set(_kinds(field.annotation)))
        else:
            values[name] = value
    for name, value in values.items():
        for attached in _attachments(value):
            if attached not in files:
                raise violation(f"there is no file for attach://{attached}")
            used.add(attached)
        if isinstance(value, str) and value.startswith("attach://"):
            values[name] = files[value.removeprefix("attach://")]
    values |= {name: upload for name, upload in files.items() if name not in used}
    _check_unicode(values)
    try:
        call = model.model_validate(values)
    except ValidationError as error:
        faults = (f"{_path(one['loc'])}: {one['msg']}" for one in error.errors())
        raise violation(f"{model.__api_method__}: {'; '.join(faults)}") from error
    if unknown := list(_extras(call)):
        raise violation(f"{model.__api_method__}: unknown field {', '.join(unknown)}")
    for name in model.model_fields:
        if isinstance(getattr(call, name), Default):
            setattr(call, name, None)
    return call


def _parse(name: str, value: str, kinds: set[object]) -> object:
    """A form value in the field's own type: everything but a String is JSON."""
    if str in kinds:
        is_id = int in kinds and re.fullmatch(r"-?\d+", value)
        return int(value) if is_id else value
    if InputFile in kinds:
        return value
    try:
        return json.loads(value)
    except ValueError as error:
        raise violation(f"can't parse {name} JSON object") from error


def _kinds(annotation: object) -> Iterator[object]:
    yield annotation
    yield from get_args(annotation)


def _attachments(value: object) -> Iterator[str]:
    match value:
        case str() if value.startswith("attach://"):
            yield value.removeprefix("attach://")
        case dict():
            for item in value.values():
                yield from _attachments(item)
        case list():
            for item in value:
                yield from _attachments(item)


def _check_unicode(value: object) -> None:
    match value:
        case str():
            if any("\ud800" <= character <= "\udfff" for character in value):
                raise violation("strings must be encoded in UTF-8")
        case dict():
            for item in value.values():
                _check_unicode(item)
        case list():
            for item in value:
                _check_unicode(item)


def _extras(value: object, path: str = "") -> Iterator[str]:
    match value:
        case BaseModel():
            for name in value.model_extra or {}:
                yield f"{path}{name}"
            for name in type(value).model_fields:
                yield from _extras(getattr(value, name), f"{path}{name}.")
        case list():
            for number, item in enumerate(value):
                yield from _extras(item, f"{path}{number}.")


def _path(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in location)
