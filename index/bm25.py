"""BM25 as rank-bm25 defines it, with an inverse document frequency that is never negative.

Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009). The IDF
is `ln(1 + (N - n + 0.5) / (n + 0.5))`, as Lucene has it: rank-bm25's own is nil or negative for
a term in half of the texts, which in a collection of one or two is every term. The postings
(`index.postings`) reckon by it; `index.searching.agreement` holds them against rank-bm25 itself.
"""

import math

K1 = 1.5
B = 0.75


def idf(texts: int, frequency: int) -> float:
    """Return the inverse document frequency of a term that stands in `frequency` of the texts."""
    return math.log(1 + (texts - frequency + 0.5) / (frequency + 0.5))
