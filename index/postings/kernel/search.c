/* The best k passages by MaxScore over windows of passages.
 *
 * MaxScore: Turtle and Flood, "Query Evaluation: Strategies and Optimizations" (1995). Bounds by
 * block: Ding and Suel, "Faster Top-k Document Retrieval Using Block-Max Indexes" (2011). In each
 * window the concepts whose bounds together cannot lift a passage into the best k are only looked
 * up for the passages that the others bring; those are added up posting by posting. A concept's
 * bound is the greatest of its terms' bounds, for it counts only the best of them in a passage.
 */
#include <stdlib.h>
#include <string.h>

#include "part.h"

#define TIE_BITS 24 /* scores are compared without them */
#define WINDOW 4096
#define FIRST_WINDOW 1024 /* until there are k, so that the threshold rises early */
#define RARE 500
#define LARGE (1 << 18) /* passages; a first look costs more than it saves in fewer */
#define SHARE 9         /* a list is read through, not searched, up to 16 postings a passage */

typedef struct {
    int64_t place, chunk, last_chunk, begin, cursor, end, bound;
    double weight;
} term_t;

typedef struct {
    int64_t first, last, bound;
    int rare;
} concept_t;

typedef struct {
    int64_t k, size;
    int64_t *scores, *numbers;
} heap_t;

/* What passages of a window hold; nil between calls. */
typedef struct {
    int64_t total[WINDOW], best[WINDOW];
    uint32_t touched[WINDOW + 1]; /* one is written before it is known to count */
} window_t;

static _Thread_local window_t of_thread;

static inline int worse(int64_t score, int64_t number, int64_t other, int64_t than) {
    return score < other || (score == other && number > than);
}

/* Put a passage where the worst was, and the worst of all on top again. */
static void replace_worst(heap_t *h, int64_t score, int64_t number) {
    int64_t *s = h->scores, *n = h->numbers, at = 0;
    for (int64_t down; (down = 2 * at + 1) < h->size; at = down) {
        if (down + 1 < h->size && worse(s[down + 1], n[down + 1], s[down], n[down])) down++;
        if (worse(score, number, s[down], n[down])) break;
        s[at] = s[down], n[at] = n[down];
    }
    s[at] = score, n[at] = number;
}

/* Keep a passage if it is among the best; equal scores go to the lower number. */
static void push(heap_t *h, int64_t score, int64_t number) {
    int64_t *s = h->scores, *n = h->numbers, at;
    if (h->size == h->k) {
        if (!worse(score, number, s[0], n[0])) replace_worst(h, score, number);
        return;
    }
    for (at = h->size++; at > 0; at = (at - 1) >> 1) {
        int64_t up = (at - 1) >> 1;
        if (!worse(score, number, s[up], n[up])) break;
        s[at] = s[up], n[at] = n[up];
    }
    s[at] = score, n[at] = number;
}

/* Drop the touched passages whose total is below the least that can still win. */
static int64_t keep(window_t *w, int64_t count, int64_t least) {
    int64_t kept = 0;
    for (int64_t i = 0; i < count; i++) {
        uint32_t d = w->touched[i];
        int64_t stays = w->total[d] >= least;
        w->touched[kept] = d;
        kept += stays;
        w->total[d] &= -stays;
    }
    return kept;
}

/* Add up what the postings of a window hold. Returns how many passages are touched. */
static int64_t add_all(const part_t *p, window_t *w, term_t *t, int several, int64_t offset, uint32_t span,
                       uint32_t window, int64_t count) {
    int64_t at = t->cursor;
    for (uint32_t d; at < t->end && (d = (uint32_t)p->low[at] - window) < span; at++) {
        int64_t gained = value(p, t->weight, at, offset + window + d);
        w->touched[count] = d;
        count += w->total[d] == 0;
        if (!several) {
            w->total[d] += gained;
        } else if (gained > w->best[d]) {
            w->total[d] += gained - w->best[d];
            w->best[d] = gained;
        }
    }
    t->cursor = at;
    return count;
}

static inline void add_one(const part_t *p, window_t *w, const term_t *t, int several, int64_t offset,
                           uint32_t window, uint32_t d, int64_t at) {
    int64_t gained = value(p, t->weight, at, offset + window + d);
    if (!several) {
        w->total[d] += gained;
    } else if (gained > w->best[d]) {
        w->total[d] += gained - w->best[d];
        w->best[d] = gained;
    }
}

/* Add what a term gives to the passages that are touched already. */
static void add_to_touched(const part_t *p, window_t *w, term_t *t, int several, int64_t offset, uint32_t span,
                           uint32_t window, int64_t count) {
    if ((t->end - t->begin) >> SHARE > count) {
        for (int64_t i = 0; i < count; i++) {
            uint32_t d = w->touched[i];
            int64_t at = find(p->low, t->begin, t->end, window + d);
            if (at < t->end && p->low[at] == window + d) {
                add_one(p, w, t, several, offset, window, d, at);
            }
        }
        return;
    }
    int64_t at = find(p->low, t->cursor, t->end, window);
    for (uint32_t d; at < t->end && (d = (uint32_t)p->low[at] - window) < span; at++) {
        if (w->total[d] > 0) add_one(p, w, t, several, offset, window, d, at);
    }
    t->cursor = at;
}

/* Go to the postings and bounds of a chunk of 65,536 passages. */
static void enter(const part_t *p, term_t *terms, concept_t *concepts, int64_t n, int64_t base) {
    for (concept_t *c = concepts; c < concepts + n; c++) {
        c->bound = 0;
        for (int64_t i = c->first; i < c->last; i++) {
            term_t *t = &terms[i];
            t->begin = t->end = t->bound = 0;
            if (t->chunk < t->last_chunk && p->chunk_base[t->chunk] == base) {
                t->begin = clamp(p->chunk_start[t->chunk], p->postings);
                t->end = clamp(p->chunk_start[t->chunk + 1], p->postings);
                double bound = p->chunk_bound[t->chunk] * BOUND_STEP;
                t->bound = (int64_t)(t->weight * bound * p->drift) + 2;
                t->chunk++;
            }
            t->cursor = t->begin;
            c->bound = MAX(c->bound, t->bound);
        }
    }
}

/* Order concepts by their bounds, those that bring passages last. */
static void sort(concept_t **order, concept_t *concepts, int64_t n) {
    for (int64_t i = 0; i < n; i++) {
        concept_t *c = &concepts[i];
        int64_t at = i;
        for (; at > 0; at--) {
            concept_t *o = order[at - 1];
            if (c->rare != o->rare ? c->rare : c->bound >= o->bound) break;
            order[at] = o;
        }
        order[at] = c;
    }
}

/* Look through a segment. In a first look only the concepts marked rare bring passages. */
static void look(const part_t *p, term_t *terms, concept_t *concepts, concept_t **order,
                 int64_t *below, int64_t n, heap_t *heap, int64_t least, int64_t rares) {
    for (int64_t i = concepts[0].first; i < concepts[n - 1].last; i++) {
        term_t *t = &terms[i];
        t->chunk = t->last_chunk = 0;
        if (t->place >= 0 && t->weight > 0) {
            t->chunk = clamp(p->first_chunk[t->place], p->chunks);
            t->last_chunk = clamp(p->first_chunk[t->place + 1], p->chunks);
        }
    }
    window_t *volatile own = &of_thread; /* looked up once: it takes a call */
    window_t *w = own;
    int64_t threshold = least;
    if (heap->size == heap->k) threshold = MAX(threshold, heap->scores[0] << TIE_BITS);
    for (int64_t offset = 0; offset < p->passages; offset += CHUNK) {
        enter(p, terms, concepts, n, offset / CHUNK);
        sort(order, concepts, n);
        below[0] = 0;
        for (int64_t i = 0; i < n; i++) below[i + 1] = below[i] + order[i]->bound;
        int64_t optional = rares ? n - rares : 0;
        int64_t here = MIN(CHUNK, p->passages - offset);
        for (int64_t window = 0; window < here;) {
            while (optional < n && below[optional + 1] < threshold) optional++;
            if (optional == n) break;
            /* Windows that none of the needed concepts reaches are passed over in one step. */
            int64_t nearest = here;
            for (int64_t o = optional; o < n; o++) {
                for (term_t *t = terms + order[o]->first; t < terms + order[o]->last; t++) {
                    if (t->cursor < t->end && p->low[t->cursor] < window)
                        t->cursor = find(p->low, t->cursor, t->end, (uint32_t)window);
                    if (t->cursor < t->end && p->low[t->cursor] >= window)
                        nearest = MIN(nearest, p->low[t->cursor]);
                }
            }
            if (nearest == here) break;
            int64_t span = heap->size == heap->k ? WINDOW : FIRST_WINDOW;
            window = nearest & ~(span - 1);
            span = MIN(span, here - window);
            int64_t count = 0;
            for (int64_t o = optional; o < n; o++) {
                concept_t *c = order[o];
                int several = c->last - c->first > 1;
                for (term_t *t = terms + c->first; t < terms + c->last; t++)
                    count = add_all(p, w, t, several, offset, span, window, count);
                for (int64_t i = 0; several && i < count; i++) w->best[w->touched[i]] = 0;
            }
            count = keep(w, count, threshold - below[optional]);
            for (int64_t o = optional - 1; o >= 0 && count; o--) {
                concept_t *c = order[o];
                int several = c->last - c->first > 1;
                for (term_t *t = terms + c->first; t < terms + c->last; t++)
                    add_to_touched(p, w, t, several, offset, span, window, count);
                for (int64_t i = 0; several && i < count; i++) w->best[w->touched[i]] = 0;
                count = keep(w, count, threshold - below[o]);
            }
            for (int64_t i = 0; i < count; i++) {
                uint32_t d = w->touched[i];
                int64_t score = w->total[d] >> TIE_BITS, passage = offset + window + d;
                w->total[d] = 0;
                if (p->deleted && p->deleted[passage]) continue;
                push(heap, score, p->numbers ? p->numbers[passage] : p->base + passage);
            }
            if (heap->size == heap->k) threshold = MAX(threshold, heap->scores[0] << TIE_BITS);
            window += span;
        }
    }
}

/* Mark the concepts of greatest weight that k passages hold, if few do; returns how many. */
static int64_t mark_rare(const part_t *p, const term_t *terms, concept_t *concepts, int64_t n,
                         int64_t k) {
    int64_t marked = 0, count = 0;
    while (count < 2 * k && marked < n) {
        concept_t *found = NULL;
        double heaviest = 0;
        for (concept_t *c = concepts; c < concepts + n; c++) {
            for (int64_t i = c->first; i < c->last && !c->rare; i++) {
                if (terms[i].place >= 0 && terms[i].weight > heaviest) {
                    heaviest = terms[i].weight;
                    found = c;
                }
            }
        }
        if (!found) break;
        found->rare = 1;
        marked++;
        for (int64_t i = found->first; i < found->last; i++) {
            if (terms[i].place >= 0 && terms[i].weight > 0) count += held(p, terms[i].place);
        }
    }
    return count <= RARE ? marked : 0;
}

/* What the passages of the rarest concepts score shows early what the best k must reach. */
static int64_t first_look(const part_t *p, term_t *terms, concept_t *concepts, concept_t **order,
                          int64_t *below, int64_t n, const heap_t *heap, int64_t *spare) {
    int64_t rares = mark_rare(p, terms, concepts, n, heap->k), least = 1;
    if (rares > 0 && rares < n) {
        heap_t copy = {heap->k, heap->size, spare, spare + heap->k};
        memcpy(copy.scores, heap->scores, heap->size * sizeof *spare);
        memcpy(copy.numbers, heap->numbers, heap->size * sizeof *spare);
        look(p, terms, concepts, order, below, n, &copy, 1, rares);
        if (copy.size == copy.k) least = MAX(1, copy.scores[0] << TIE_BITS);
    }
    for (int64_t i = 0; i < n; i++) concepts[i].rare = 0;
    return least;
}

/* Fill in the best k, best first. Returns how many there are, or -1 when memory does not suffice.
 *
 * Term `i` is at `places[part][i]` of the dictionary, or -1; concept `c` has the terms from
 * `firsts[c]` to `firsts[c + 1]`.
 */
int64_t postings_search(const part_t *parts, int64_t n_parts, const int64_t *places,
                        const double *weights, const int64_t *firsts, int64_t n, int64_t k,
                        int64_t *scores, int64_t *numbers) {
    int64_t n_terms = firsts[n];
    heap_t heap = {k, 0, scores, numbers};
    char *memory = malloc(n_terms * sizeof(term_t) + n * (sizeof(concept_t) + sizeof(concept_t *)) +
                          (n + 1 + 2 * k) * sizeof(int64_t));
    if (!memory) return -1;
    term_t *terms = (term_t *)memory;
    concept_t *concepts = (concept_t *)(terms + n_terms);
    concept_t **order = (concept_t **)(concepts + n);
    int64_t *below = (int64_t *)(order + n), *spare = below + n + 1;
    for (int64_t i = 0; i < n; i++) concepts[i] = (concept_t){firsts[i], firsts[i + 1], 0, 0};
    for (int64_t i = 0; i < n_parts; i++, places += n_terms) {
        const part_t *p = &parts[i];
        for (int64_t t = 0; t < n_terms; t++)
            terms[t] = (term_t){.place = places[t], .weight = weights[t]};
        int64_t least = 1;
        if (heap.size < k && p->passages >= LARGE)
            least = first_look(p, terms, concepts, order, below, n, &heap, spare);
        look(p, terms, concepts, order, below, n, &heap, least, 0);
    }
    free(memory);
    int64_t size = heap.size;
    while (heap.size > 1) { /* the worst goes to the end */
        int64_t last = --heap.size, score = scores[last], number = numbers[last];
        scores[last] = scores[0], numbers[last] = numbers[0];
        replace_worst(&heap, score, number);
    }
    return size;
}
