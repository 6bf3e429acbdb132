"""Measurements, each run by one command; see the Makefile."""
