#include "CForktail.h"

struct forktail_score *forktail_scoreboard_make(size_t count, int *descriptor) {
    return forktail_share_file(count * sizeof(struct forktail_score), descriptor);
}
