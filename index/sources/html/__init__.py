"""HTML pages saved from the web."""
