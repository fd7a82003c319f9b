// A worker's signal handlers.
//
// A flag is not enough: a signal between the test of the flag and accept(2) would not end the
// accept. So the handler replaces the listener by a socket that does not listen, and accept fails
// at once.
#include "CForktail.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

static struct forktail_worker_signals settings;
// Every thread reads it.
static _Atomic int stop = FORKTAIL_STOP_NONE;
static volatile sig_atomic_t reopen;
static volatile sig_atomic_t is_orphan;

static void wake(void) {
    uint64_t one = 1;
    ssize_t written = write(settings.wake, &one, sizeof one);
    (void)written;
    if (settings.listener >= 0) {
        dup2(settings.dead_socket, settings.listener);
    }
}

static void raise_stop(int wanted) {
    if (wanted > stop) {
        stop = wanted;
    }
    wake();
}

static void request_stop(int number, siginfo_t *info, void *context) {
    (void)context;
    int saved = errno;
    if (number != SIGTERM) {
        raise_stop(FORKTAIL_STOP_QUICK);
    } else if (info->si_code == SI_QUEUE && info->si_value.sival_int == FORKTAIL_PAYLOAD_DRAIN) {
        raise_stop(FORKTAIL_STOP_DRAIN);
    } else {
        raise_stop(FORKTAIL_STOP_RETIRE);
    }
    // Without an arbiter, only this alarm ends a request that hangs. It is set at the first signal
    // only: an orphan sends itself another one at each failed heartbeat.
    if (settings.orphan_seconds > 0 && !is_orphan && getppid() != settings.parent) {
        is_orphan = 1;
        alarm(settings.orphan_seconds);
    }
    errno = saved;
}

static void request_reopen(int number) {
    (void)number;
    reopen = 1;
}

int forktail_worker_signals_prepare(void) {
    struct sigaction ignored = {.sa_handler = SIG_IGN};
    static const int ignore[] = {SIGHUP, SIGTTIN, SIGTTOU, SIGUSR2, SIGWINCH, SIGPIPE,
                                 SIGXFSZ};
    for (size_t i = 0; i < sizeof ignore / sizeof *ignore; i++) {
        if (sigaction(ignore[i], &ignored, NULL) != 0) {
            return -1;
        }
    }
    struct sigaction reopening = {.sa_handler = request_reopen};
    return sigaction(SIGUSR1, &reopening, NULL);
}

int forktail_worker_signals_install(struct forktail_worker_signals given) {
    settings = given;
    // Without SA_RESTART: accept, recv and send return, and the loop sees the flag.
    struct sigaction stopping = {.sa_sigaction = request_stop, .sa_flags = SA_SIGINFO};
    sigfillset(&stopping.sa_mask);
    return sigaction(SIGTERM, &stopping, NULL) | sigaction(SIGINT, &stopping, NULL)
        | sigaction(SIGQUIT, &stopping, NULL);
}

void forktail_worker_signals_forget(void) {
    if (settings.wake > 0) {
        close(settings.wake);
    }
    if (settings.listener > 0) {
        close(settings.listener);
        close(settings.dead_socket);
    }
    settings.listener = -1;
    settings.wake = -1;
    stop = FORKTAIL_STOP_NONE;
}

int forktail_worker_stop_requested(void) { return stop; }

// To the process: the calling thread may have the signal blocked.
void forktail_worker_request_stop(void) { kill(getpid(), SIGTERM); }

bool forktail_worker_take_reopen(void) {
    if (!reopen) {
        return false;
    }
    reopen = 0;
    return true;
}

int forktail_queue_signal(int pid, int number, int payload) {
    union sigval value = {.sival_int = payload};
    return sigqueue(pid, number, value);
}
