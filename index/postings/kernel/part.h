/* A segment as the kernel sees it: the arrays of `segment.py`, and what the collection adds.
 *
 * The numbers of elements are checked where the file is opened; that what lies in the arrays leads
 * nowhere outside them is seen to here, so that a damaged file cannot do worse than a wrong answer.
 */
#ifndef PART_H
#define PART_H

#include <stdint.h>

#define K1 1.5
#define BOUND_STEP ((K1 + 1) / 255)
#define BIG 255
#define FEW 3
#define SAMPLE 16
#define CHUNK 65536

#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))

typedef struct {
    int64_t passages, terms, text, chunks, postings, bigs, losses, length_bytes;
    const uint8_t *term_bytes;
    const uint32_t *term_ends, *first_chunk;
    const uint16_t *chunk_base;
    const uint32_t *chunk_start;
    const uint8_t *chunk_bound;
    const uint16_t *low;
    const uint8_t *tf;
    const uint32_t *big_at, *big_tf;
    const void *lengths;       /* of passages, in 1, 2 or 4 bytes each */
    const uint8_t *deleted;    /* by passage; NULL when none is */
    const uint32_t *lost_term; /* terms that deleted passages held, and how many of them */
    const uint32_t *lost;
    const uint32_t *numbers;   /* by passage; NULL when they follow on from `base` */
    int64_t base;
    double drift;
    const double *gains;       /* by frequency up to FEW and length of a passage; of 0, norms */
    int64_t longest;
    const uint64_t *samples;   /* the start of every SAMPLEth term */
} part_t;

static inline int64_t clamp(int64_t value, int64_t most) { return value < most ? value : most; }

/* Return where the first of some ascending values that is not below the wanted one is. */
static inline int64_t find(const uint16_t *low, int64_t first, int64_t last, uint32_t wanted) {
    int64_t size = last - first;
    while (size > 0) {
        int64_t half = size >> 1;
        if (low[first + half] < wanted) {
            first += half + 1;
            size -= half + 1;
        } else {
            size = half;
        }
    }
    return first;
}

static inline int64_t find_number(const uint32_t *values, int64_t size, int64_t wanted) {
    int64_t first = 0;
    while (size > 0) {
        int64_t half = size >> 1;
        if (values[first + half] < wanted) {
            first += half + 1;
            size -= half + 1;
        } else {
            size = half;
        }
    }
    return first;
}

static inline double big_tf(const part_t *p, int64_t at) {
    int64_t found = find_number(p->big_at, p->bigs, at);
    return found < p->bigs && p->big_at[found] == at ? p->big_tf[found] : BIG;
}

static inline uint32_t length(const part_t *p, int64_t passage) {
    if (p->length_bytes == 1) return ((const uint8_t *)p->lengths)[passage];
    if (p->length_bytes == 2) return ((const uint16_t *)p->lengths)[passage];
    return ((const uint32_t *)p->lengths)[passage];
}

static inline int64_t value(const part_t *p, double weight, int64_t at, int64_t passage) {
    uint32_t count = p->tf[at], size = length(p, passage);
    if (count <= FEW) return (int64_t)(weight * p->gains[count * (p->longest + 1) + size]) + 1;
    double tf = count == BIG ? big_tf(p, at) : count;
    return (int64_t)(weight * (tf * (K1 + 1) / (tf + p->gains[size]))) + 1;
}

/* Return how many passages hold a term. */
static inline int64_t held(const part_t *p, int64_t place) {
    int64_t first = clamp(p->first_chunk[place], p->chunks);
    int64_t last = clamp(p->first_chunk[place + 1], p->chunks);
    return (int64_t)p->chunk_start[last] - p->chunk_start[first];
}

#endif
