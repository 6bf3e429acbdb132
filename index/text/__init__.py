"""What a text says by rule: folding, numerals, dates, words, lines, sentences."""
