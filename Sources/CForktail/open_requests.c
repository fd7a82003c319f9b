#include "CForktail.h"

#include <sys/mman.h>

static size_t size(size_t count) {
    return sizeof(struct forktail_open_requests) + count * sizeof(struct forktail_open_request);
}

struct forktail_open_requests *forktail_open_requests_make(size_t count) {
    return forktail_share(size(count));
}

struct forktail_open_requests *forktail_open_requests_map(size_t count, int *descriptor) {
    return forktail_share_file("forktail", size(count), descriptor);
}

struct forktail_open_request *forktail_open_request_at(
    struct forktail_open_requests *requests, size_t index) {
    return &requests->entries[index];
}

void forktail_open_requests_free(struct forktail_open_requests *requests, size_t count) {
    munmap(requests, size(count));
}
