"""How updates arrive: by polling or by webhook, into the inbox."""
