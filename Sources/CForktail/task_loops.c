// What the loops that run Swift's tasks need: a pointer of each thread, and libdispatch's main queue.
#include "CForktail.h"

#include <stdint.h>
#include <unistd.h>

static _Thread_local __attribute__((tls_model("initial-exec"))) void *own_loop;

void *forktail_task_loop(void) { return own_loop; }

void forktail_set_task_loop(void *loop) { own_loop = loop; }

bool forktail_is_main_thread(void) { return getpid() == gettid(); }

// The functions by which a run loop drains the main queue, as CoreFoundation does. They are weak, so
// that a program without libdispatch links.
int _dispatch_get_main_queue_handle_4CF(void) __attribute__((weak));
void _dispatch_main_queue_callback_4CF(void *message) __attribute__((weak));

int forktail_main_queue(void) {
    if (!_dispatch_get_main_queue_handle_4CF || !_dispatch_main_queue_callback_4CF) {
        return -1;
    }
    return _dispatch_get_main_queue_handle_4CF();
}

void forktail_drain_main_queue(int queue) {
    uint64_t count;
    // An empty counter makes the call fail, and the queue is empty then.
    if (read(queue, &count, sizeof count) == sizeof count) {
        _dispatch_main_queue_callback_4CF(NULL);
    }
}
