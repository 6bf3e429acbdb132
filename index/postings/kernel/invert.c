/* Tokens to postings: a hash table gives each term a number as it comes, and a counting sort the
 * postings of each term in the order of passages.
 */
#include <stdlib.h>
#include <string.h>

#include "part.h"

#define NO_MEMORY (-1)
#define AT_ONCE 64
#define NOT_AS_MANY (-2) /* terms as the lengths of the texts say: one holds a nil byte */

typedef struct {
    uint64_t start; /* of its bytes */
    uint64_t head;  /* the first eight of them */
    uint32_t size, postings, last;
} entry_t;

typedef struct {
    uint64_t seed, mask, *slots; /* a slot: upper half of the hash, number of the term + 1 */
    entry_t *entries;
    uint8_t *bytes;
    uint32_t *tokens, *lengths;
    int64_t terms, used, n_tokens, texts, postings;
    int64_t terms_room, bytes_room, tokens_room, texts_room;
} inverter_t;

static inline uint64_t load(const uint8_t *bytes, int64_t size) {
    uint64_t word = 0;
    if (size == 8) {
        memcpy(&word, bytes, 8);
    } else if (size >= 4) { /* two words that overlap, shifted so that every byte counts once */
        uint32_t first, last;
        memcpy(&first, bytes, 4);
        memcpy(&last, bytes + size - 4, 4);
        word = first | (uint64_t)last << (8 * (size - 4));
    } else {
        for (int64_t i = 0; i < size; i++) word |= (uint64_t)bytes[i] << (8 * i);
    }
    return word;
}

static uint64_t mix(uint64_t hash, uint64_t word) {
    hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
    return hash ^ (hash >> 29);
}

static uint64_t digest(uint64_t hash, const uint8_t *bytes, int64_t size) {
    hash ^= (uint64_t)size;
    for (; size > 8; bytes += 8, size -= 8) hash = mix(hash, load(bytes, 8));
    return mix(mix(hash, load(bytes, size)), 0);
}

/* See that an array has room for so many elements; false when memory does not suffice. */
#define RESERVE(array, room, wanted) \
    ((wanted) <= (room) || grow((void *)&(array), &(room), (wanted), sizeof *(array)))

static int grow(char *pointer, int64_t *room, int64_t wanted, int64_t size) {
    void *array;
    int64_t more = MAX(wanted, *room * 2);
    memcpy(&array, pointer, sizeof array);
    if (!(array = realloc(array, more * size))) return 0;
    memcpy(pointer, &array, sizeof array);
    *room = more;
    return 1;
}

void inverter_free(inverter_t *v) {
    free(v->slots), free(v->entries), free(v->bytes);
    free(v->tokens), free(v->lengths);
    free(v);
}

inverter_t *inverter_new(uint64_t seed) {
    inverter_t *v = calloc(1, sizeof *v);
    if (!v) return NULL;
    v->seed = seed;
    v->mask = (1 << 14) - 1;
    v->slots = calloc(v->mask + 1, sizeof *v->slots);
    if (v->slots) return v;
    inverter_free(v);
    return NULL;
}

static int widen(inverter_t *v) {
    uint64_t mask = v->mask * 2 + 1, *slots = calloc(mask + 1, sizeof *slots);
    if (!slots) return 0;
    for (int64_t i = 0; i < v->terms; i++) {
        const entry_t *e = &v->entries[i];
        uint64_t hash = digest(v->seed, v->bytes + e->start, e->size), at = hash & mask;
        while (slots[at]) at = (at + 1) & mask;
        slots[at] = (hash & 0xffffffff00000000u) | (uint64_t)(i + 1);
    }
    free(v->slots);
    v->slots = slots;
    v->mask = mask;
    return 1;
}

/* Return a term's number, or -1 when memory does not suffice. */
static int64_t number(inverter_t *v, const uint8_t *term, int64_t size, uint64_t hash) {
    uint64_t at = hash & v->mask, head = load(term, MIN(size, 8));
    for (; v->slots[at]; at = (at + 1) & v->mask) {
        if ((v->slots[at] ^ hash) >> 32) continue;
        int64_t found = (int64_t)(v->slots[at] & 0xffffffff) - 1;
        const entry_t *e = &v->entries[found];
        if (e->size != size || e->head != head) continue;
        if (size <= 8 || memcmp(v->bytes + e->start + 8, term + 8, size - 8) == 0) return found;
    }
    if (!RESERVE(v->entries, v->terms_room, v->terms + 1)) return -1;
    if (!RESERVE(v->bytes, v->bytes_room, v->used + size)) return -1;
    memcpy(v->bytes + v->used, term, size);
    v->entries[v->terms] = (entry_t){v->used, head, (uint32_t)size, 0, UINT32_MAX};
    v->slots[at] = (hash & 0xffffffff00000000u) | (uint64_t)(v->terms + 1);
    v->used += size;
    if (++v->terms * 2 > (int64_t)v->mask && !widen(v)) return -1;
    return v->terms - 1;
}

/* Add some texts, given as their terms with a nil byte after each, and how many each has. */
int64_t inverter_add(inverter_t *v, const uint8_t *text, int64_t size, const uint32_t *lengths,
                     int64_t texts) {
    const uint8_t *end = text + size;
    if (!RESERVE(v->lengths, v->texts_room, v->texts + texts)) return NO_MEMORY;
    for (int64_t i = 0; i < texts; i++) {
        if (!RESERVE(v->tokens, v->tokens_room, v->n_tokens + lengths[i])) return NO_MEMORY;
        for (uint32_t done = 0; done < lengths[i];) {
            /* The table is far larger than a cache, so that many slots are asked for at once. */
            const uint8_t *starts[AT_ONCE + 1];
            uint64_t hashes[AT_ONCE];
            uint32_t some = MIN(AT_ONCE, lengths[i] - done);
            for (uint32_t n = 0; n < some; n++) {
                const uint8_t *stop = text < end ? memchr(text, 0, end - text) : NULL;
                if (!stop) return NOT_AS_MANY;
                starts[n] = text;
                hashes[n] = digest(v->seed, text, stop - text);
                __builtin_prefetch(&v->slots[hashes[n] & v->mask]);
                text = stop + 1;
            }
            starts[some] = text;
            for (uint32_t n = 0; n < some; n++) {
                int64_t term = number(v, starts[n], starts[n + 1] - starts[n] - 1, hashes[n]);
                if (term < 0) return NO_MEMORY;
                v->tokens[v->n_tokens++] = (uint32_t)term;
                entry_t *e = &v->entries[term];
                if (e->last != (uint32_t)v->texts) {
                    e->last = (uint32_t)v->texts;
                    e->postings++;
                    v->postings++;
                }
            }
            done += some;
        }
        v->lengths[v->texts++] = lengths[i];
    }
    return text == end ? 0 : NOT_AS_MANY;
}

/* Fill in how many terms, bytes of terms, postings and texts there are. */
void inverter_sizes(const inverter_t *v, int64_t *sizes) {
    sizes[0] = v->terms, sizes[1] = v->used, sizes[2] = v->postings, sizes[3] = v->texts;
}

typedef struct {
    uint64_t start; /* its first eight bytes as a number that sorts as they do */
    const uint8_t *term;
    uint32_t size, number;
} sorted_t;

static int by_bytes(const void *left, const void *right) {
    const sorted_t *a = left, *b = right;
    if (a->start != b->start) return a->start < b->start ? -1 : 1;
    int order = memcmp(a->term, b->term, MIN(a->size, b->size));
    return order ? order : (a->size > b->size) - (a->size < b->size);
}

/* Fill in the terms in order, the postings of each, and the lengths of the texts. */
int64_t inverter_fill(inverter_t *v, uint8_t *bytes, int64_t *sizes, int64_t *counts,
                      uint32_t *passages, uint32_t *tf, uint32_t *lengths) {
    sorted_t *sorted = malloc((v->terms + 1) * sizeof *sorted);
    int64_t *next = malloc((v->terms + 1) * sizeof *next);
    if (!sorted || !next) {
        free(sorted), free(next);
        return NO_MEMORY;
    }
    for (int64_t i = 0; i < v->terms; i++) {
        const entry_t *e = &v->entries[i];
        uint64_t start = 0;
        for (uint32_t b = 0; b < 8; b++)
            start = start << 8 | (b < e->size ? v->bytes[e->start + b] : 0);
        sorted[i] = (sorted_t){start, v->bytes + e->start, e->size, (uint32_t)i};
    }
    qsort(sorted, v->terms, sizeof *sorted, by_bytes);
    for (int64_t i = 0, at = 0; i < v->terms; i++) {
        const sorted_t *s = &sorted[i];
        memcpy(bytes, s->term, s->size);
        bytes += s->size;
        sizes[i] = s->size;
        counts[i] = v->entries[s->number].postings;
        next[s->number] = at;
        at += counts[i];
        v->entries[s->number].last = UINT32_MAX;
    }
    const uint32_t *token = v->tokens;
    for (int64_t text = 0; text < v->texts; text++) {
        for (uint32_t n = 0; n < v->lengths[text]; n++) {
            entry_t *e = &v->entries[*token];
            int64_t *at = &next[*token++];
            if (e->last == (uint32_t)text) {
                tf[*at - 1]++;
            } else {
                e->last = (uint32_t)text;
                passages[*at] = (uint32_t)text;
                tf[(*at)++] = 1;
            }
        }
    }
    if (v->texts) memcpy(lengths, v->lengths, v->texts * 4);
    free(sorted), free(next);
    return 0;
}
