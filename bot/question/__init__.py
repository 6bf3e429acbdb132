"""What a question asks: of what, when, where, and for which type of answer."""
