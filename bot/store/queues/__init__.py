"""Inbox and outbox: no row is lost, and each is worked once."""
