"""Bot API objects as the JSON that goes over the wire."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Any

from aiogram.client.default import Default
from pydantic import BaseModel


def to_json(value: object) -> Any:
    """`value` with its objects as dicts: absent fields left out, dates in seconds."""
    match value:
        case BaseModel():
            fields = type(value).model_fields
            pairs = ((field.alias or name, getattr(value, name)) for name, field in fields.items())
            return {
                name: to_json(item)
                for name, item in pairs
                if item is not None and not isinstance(item, Default)
            }
        case Enum():
            return value.value
        case datetime():
            return round(value.timestamp())
        case dict():
            return {key: to_json(item) for key, item in value.items()}
        case list() | tuple():
            return [to_json(item) for item in value]
        case _:
            return value
