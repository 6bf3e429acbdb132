"""Ranking features of a question and a passage, their weights, and answerability."""
