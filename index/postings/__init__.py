"""BM25 over segments of postings that are mapped from disk and pruned as they are read.

model           the formula, in whole numbers, so that a sum is the same in any order
segment         a segment: terms in order, postings in chunks of 65,536 passages, bounds
writer          a segment written batch after batch
invert          texts, given as their terms, to a segment, in bounded memory
merge           several segments to one
search          several segments as one collection: the best k passages, exactly
term_at_a_time  the same by NumPy alone, where the kernel was not compiled
kernel/         the loops that search and invert, in C
store           a folder of segments: edits, deletions, crashes
compaction      which segments to merge, and merging them while others read and edit
"""
