/* Reads of mapped files that were cut short under their readers.
 *
 * Such a read raises SIGBUS, which ends a process. Within the ranges that are guarded, the pages
 * that are gone are replaced by ones of zeros, and the fault is counted, so that whoever read can
 * tell. The handler calls nothing but mmap and sigaction, which are system calls.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#define MOST 4096 /* ranges at a time: a collection has a few dozen segments */

static _Atomic uintptr_t begins[MOST], ends[MOST]; /* an end of 0: no range */
static _Atomic int64_t faults;
static _Atomic int installed;
static uintptr_t page_size;
static struct sigaction former;

static void on_fault(int signal, siginfo_t *info, void *context) {
    (void)signal, (void)context;
    uintptr_t at = (uintptr_t)info->si_addr;
    for (int i = 0; i < MOST; i++) {
        uintptr_t end = ends[i], page = at & ~(page_size - 1);
        if (at < begins[i] || at >= end) continue;
        void *zeros = mmap((void *)page, end - page, PROT_READ,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
        if (zeros == MAP_FAILED) break;
        faults++;
        return;
    }
    sigaction(SIGBUS, &former, NULL); /* the read is tried again, and raises it once more */
}

/* Guard a mapped range; return what `guard_remove` takes, or -1 when there are too many. */
int64_t guard_add(void *begin, int64_t size) {
    if (!atomic_exchange(&installed, 1)) {
        struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK};
        page_size = (uintptr_t)sysconf(_SC_PAGESIZE);
        sigemptyset(&action.sa_mask);
        sigaction(SIGBUS, &action, &former);
    }
    for (int64_t i = 0; i < MOST; i++) {
        uintptr_t none = 0;
        if (!atomic_compare_exchange_strong(&begins[i], &none, (uintptr_t)begin)) continue;
        ends[i] = (uintptr_t)begin + (uintptr_t)size;
        return i;
    }
    return -1;
}

void guard_remove(int64_t at) {
    ends[at] = 0;
    begins[at] = 0;
}

/* How many faults there were since the process began. */
int64_t guard_faults(void) { return faults; }
