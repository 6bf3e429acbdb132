"""Which function carries out which method."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from .decode import Method
from .errors import violation
from .state import State

HANDLERS: dict[str, Callable[[State, Any], object]] = {}

Call = TypeVar("Call", bound=Method)
Handler = Callable[[State, Call], object]


def handles(model: type[Call]) -> Callable[[Handler[Call]], Handler[Call]]:
    """Register a function that takes the state and a call and returns the call's result."""

    def register(handler: Handler[Call]) -> Handler[Call]:
        HANDLERS[model.__api_method__] = handler
        return handler

    return register


def perform(state: State, call: Method) -> object:
    """Carry out a call; returns the result, raises `Refusal`."""
    name = call.__api_method__
    if name not in HANDLERS:
        raise violation(f"the emulator does not know {name}")
    return HANDLERS[name](state, call)
