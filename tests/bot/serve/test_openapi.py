"""The OpenAPI document: it is one, and the server does as it says."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis import GenerationMode

from tests.bot.serve.conftest import Served
from wuzhen.bot.serve.api.openapi import document

OPERATIONS = [
    (method.upper(), path, mode)
    for path, operations in document()["paths"].items()
    for method, operation in operations.items()
    for mode in GenerationMode
    # Of parameters alone hardly anything wrong can be generated; `test_api` has what is.
    if mode is GenerationMode.POSITIVE or "requestBody" in operation
]


def test_the_document_is_valid_and_served(served: Served) -> None:
    told = served.get("/openapi.json").json()
    OpenAPIV31SpecValidator(told).validate()
    assert told == document()


@pytest.mark.parametrize(("method", "path", "mode"), OPERATIONS)
def test_an_operation_does_as_the_document_says(
    served: Served, method: str, path: str, mode: GenerationMode
) -> None:
    """Right and wrong requests get the statuses and shapes that it lists, and no 5xx."""
    operation = schemathesis.openapi.from_dict(document())[path][method]

    @settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode))
    def check(case: Any) -> None:
        case.call_and_validate(base_url=served.address)

    check()
