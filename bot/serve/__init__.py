"""The HTTP server: one read-only core behind the JSON API and the web page."""
