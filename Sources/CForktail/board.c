#include "CForktail.h"

#include <stdatomic.h>
#include <sys/mman.h>

/// The board and what has one entry for each worker, listener, command and event.
struct whole_board {
    struct forktail_board board;
    struct forktail_board_listener listeners[FORKTAIL_BOARD_LISTENERS];
    struct forktail_board_command commands[FORKTAIL_BOARD_COMMANDS];
    struct forktail_board_worker workers[FORKTAIL_BOARD_WORKERS];
    struct forktail_board_event events[FORKTAIL_BOARD_EVENTS];
};

static struct whole_board *whole(struct forktail_board *board) {
    return (struct whole_board *)board;
}

struct forktail_board *forktail_board_make(void) {
    return forktail_share(sizeof(struct whole_board));
}

void forktail_board_free(struct forktail_board *board) {
    munmap(board, sizeof(struct whole_board));
}

void forktail_board_begin(struct forktail_board *board) {
    __atomic_store_n(&board->sequence, board->sequence | 1, __ATOMIC_RELAXED);
    atomic_thread_fence(memory_order_seq_cst);
}

void forktail_board_end(struct forktail_board *board) {
    __atomic_store_n(&board->sequence, (board->sequence | 1) + 1, __ATOMIC_RELEASE);
}

uint64_t forktail_board_sequence(const struct forktail_board *board) {
    atomic_thread_fence(memory_order_seq_cst);
    uint64_t sequence = __atomic_load_n(&board->sequence, __ATOMIC_ACQUIRE);
    return sequence;
}

struct forktail_board_worker *forktail_board_worker_at(struct forktail_board *board, size_t index) {
    return &whole(board)->workers[index];
}

struct forktail_board_listener *forktail_board_listener_at(
    struct forktail_board *board, size_t index) {
    return &whole(board)->listeners[index];
}

struct forktail_board_command *forktail_board_command_at(
    struct forktail_board *board, size_t index) {
    return &whole(board)->commands[index];
}

struct forktail_board_event *forktail_board_event_at(struct forktail_board *board, size_t index) {
    return &whole(board)->events[index];
}
