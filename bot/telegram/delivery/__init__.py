"""Calls of the Bot API, within its limits."""
