"""How answers look outside Telegram."""
