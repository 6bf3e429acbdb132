"""The web page to ask in: it works without JavaScript, and better with it."""
