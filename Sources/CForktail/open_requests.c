#include "CForktail.h"

#include <sys/mman.h>

static size_t size(size_t count) {
    return sizeof(struct forktail_open_requests) + count * sizeof(struct forktail_open_request);
}

struct forktail_open_requests *forktail_open_requests_make(size_t count) {
    // Pages that are never written use no memory.
    void *room = mmap(NULL, size(count), PROT_READ | PROT_WRITE,
        MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return room == MAP_FAILED ? NULL : room;
}

struct forktail_open_request *forktail_open_request_at(
    struct forktail_open_requests *requests, size_t index) {
    return &requests->entries[index];
}

void forktail_open_requests_free(struct forktail_open_requests *requests, size_t count) {
    munmap(requests, size(count));
}
