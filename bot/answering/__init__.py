"""The librarian: from a question to quotes or a refusal."""
