/* Where terms stand in the dictionaries, what given passages score, and what they hold. */
#include <string.h>

#include "part.h"

static int compare(const uint8_t *a, int64_t a_size, const uint8_t *b, int64_t b_size) {
    int order = memcmp(a, b, MIN(a_size, b_size));
    return order ? order : (a_size > b_size) - (a_size < b_size);
}

/* Narrow down between which places of the dictionary a term can be. */
static void narrow(const part_t *p, const uint8_t *text, int64_t size, int64_t *from, int64_t *to) {
    uint64_t start = 0;
    for (int64_t i = 0; i < 8; i++) start = start << 8 | (i < size ? text[i] : 0);
    int64_t first = 0, last = (p->terms + SAMPLE - 1) / SAMPLE, most = last;
    while (first < last) { /* the samples below it */
        int64_t middle = (first + last) >> 1;
        if (p->samples[middle] < start)
            first = middle + 1;
        else
            last = middle;
    }
    for (; last < most && p->samples[last] == start; last++) {}
    *from = MAX(first - 1, 0) * SAMPLE;
    *to = MIN(last * SAMPLE, p->terms);
}

/* Fill in each term's place by part, or -1, and how many passages hold it.
 *
 * Terms are given as UTF-8 with a nil byte after each.
 */
void postings_locate(const part_t *parts, int64_t n_parts, const uint8_t *text, int64_t n_terms,
                     int64_t *places, int64_t *frequency) {
    for (int64_t t = 0; t < n_terms; t++) {
        int64_t size = strlen((const char *)text);
        frequency[t] = 0;
        for (int64_t i = 0; i < n_parts; i++) {
            const part_t *p = &parts[i];
            int64_t first, last, found = -1;
            narrow(p, text, size, &first, &last);
            while (first < last && found < 0) {
                int64_t middle = (first + last) >> 1;
                int64_t start = clamp(p->term_ends[middle], p->text);
                int64_t end = clamp(p->term_ends[middle + 1], p->text);
                int order = compare(p->term_bytes + start, MAX(end - start, 0), text, size);
                if (order == 0)
                    found = middle;
                else if (order < 0)
                    first = middle + 1;
                else
                    last = middle;
            }
            places[i * n_terms + t] = found;
            if (found < 0) continue;
            int64_t lost = find_number(p->lost_term, p->losses, found);
            frequency[t] += held(p, found);
            if (lost < p->losses && p->lost_term[lost] == found) frequency[t] -= p->lost[lost];
        }
        text += size + 1;
    }
}

/* Fill in what some passages of a segment score. */
void postings_score(const part_t *p, const int64_t *passages, int64_t count, const int64_t *places,
                    const double *weights, const int64_t *firsts, int64_t n, int64_t *scores) {
    for (int64_t i = 0; i < count; i++) {
        scores[i] = 0;
        for (int64_t c = 0; c < n; c++) {
            int64_t most = 0;
            for (int64_t t = firsts[c]; t < firsts[c + 1]; t++) {
                if (places[t] < 0 || !(weights[t] > 0)) continue;
                int64_t first = clamp(p->first_chunk[places[t]], p->chunks);
                int64_t last = clamp(p->first_chunk[places[t] + 1], p->chunks);
                int64_t chunk = find(p->chunk_base, first, last, passages[i] / CHUNK);
                if (chunk >= last || p->chunk_base[chunk] != passages[i] / CHUNK) continue;
                int64_t end = clamp(p->chunk_start[chunk + 1], p->postings);
                int64_t at = clamp(p->chunk_start[chunk], p->postings);
                at = find(p->low, at, end, passages[i] % CHUNK);
                if (at < end && p->low[at] == passages[i] % CHUNK)
                    most = MAX(most, value(p, weights[t], at, passages[i]));
            }
            scores[i] += most;
        }
    }
}

/* Add to each term's count how many of the chosen passages hold it.
 *
 * Both are by place: `chosen` has a byte for each passage, `bases` one for each 65,536 of them,
 * nil where none is chosen.
 */
void postings_count(const part_t *p, const uint8_t *chosen, const uint8_t *bases,
                    int64_t *counts) {
    for (int64_t t = 0; t < p->terms; t++) {
        int64_t last = clamp(p->first_chunk[t + 1], p->chunks);
        for (int64_t chunk = p->first_chunk[t]; chunk < last; chunk++) {
            int64_t base = p->chunk_base[chunk], here = p->passages - base * CHUNK;
            if (here <= 0 || !bases[base]) continue;
            int64_t end = clamp(p->chunk_start[chunk + 1], p->postings);
            for (int64_t at = p->chunk_start[chunk]; at < end; at++)
                if (p->low[at] < here) counts[t] += chosen[base * CHUNK + p->low[at]];
        }
    }
}
