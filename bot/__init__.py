"""Turn a person's question into an answer of quotes, and deliver it."""
