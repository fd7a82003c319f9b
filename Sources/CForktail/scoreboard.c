#include "CForktail.h"

#include <sys/mman.h>

struct forktail_score *forktail_scoreboard_make(size_t count) {
    void *room = mmap(NULL, count * sizeof(struct forktail_score), PROT_READ | PROT_WRITE,
        MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return room == MAP_FAILED ? NULL : room;
}
