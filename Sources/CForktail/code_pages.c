// The pages of the executable that the start of a process has brought into its memory.
//
// The kernel maps sixteen pages around each one that is used, so that the start alone maps half of the
// executable. They are pages of the system's cache: the few that are used again come back from there.
#include "CForktail.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <sys/mman.h>

// Each mapping in smaps begins with its addresses; the lines "Anonymous:" and "Swap:" follow.
void forktail_release_code(void) {
    FILE *mappings = fopen("/proc/self/smaps", "re");
    if (!mappings) {
        return;
    }
    uintptr_t here = (uintptr_t)forktail_release_code, start = 0, end = 0, from, to;
    unsigned long anonymous = 0, swapped;
    char line[PATH_MAX + 128];
    while (fgets(line, sizeof line, mappings)) {
        if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " ", &from, &to) == 2) {
            start = from;
            end = to;
        } else if (here < start || here >= end) {
            continue;
        } else if (sscanf(line, "Swap: %lu", &swapped) == 1) {
            // A page that a debugger or a probe has changed would be lost.
            if (anonymous + swapped == 0) {
                madvise((void *)start, end - start, MADV_DONTNEED);
            }
            break;
        } else {
            sscanf(line, "Anonymous: %lu", &anonymous);
        }
    }
    fclose(mappings);
}
