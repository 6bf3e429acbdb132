"""The HTTP server: one read-only core behind the JSON API, the web page and MCP."""
