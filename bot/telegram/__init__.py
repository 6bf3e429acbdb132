"""The bot in Telegram: the only part that knows the messenger."""
