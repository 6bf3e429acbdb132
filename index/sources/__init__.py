"""Readers of the kinds of files that a knowledge folder may hold."""
