#include "CForktail.h"

enum { RUNNING_SIZE = FORKTAIL_MOST_RUNNING * sizeof(struct forktail_request) };

struct forktail_score *forktail_scoreboard_make(size_t count, int *descriptor) {
    return forktail_share_file(
        "forktail", count * (sizeof(struct forktail_score) + RUNNING_SIZE), descriptor);
}

struct forktail_request *forktail_running_of(
    struct forktail_score *entries, size_t count, size_t number) {
    return (struct forktail_request *)(entries + count) + number * FORKTAIL_MOST_RUNNING;
}
