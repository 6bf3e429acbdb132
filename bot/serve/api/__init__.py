"""The HTTP API under `/v1`, and the OpenAPI document that describes it."""
