"""Turns documents into ranked passages; knows nothing of conversations."""
