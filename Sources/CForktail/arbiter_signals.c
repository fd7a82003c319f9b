// The arbiter's handler: one write(2) into a pipe, so that signals are counted, keep their order and
// are acted on in the arbiter's loop, never here.
#include "CForktail.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

static volatile sig_atomic_t signal_pipe = -1;

void forktail_signal_pipe(int write_end) { signal_pipe = write_end; }

static void record(int number, siginfo_t *info, void *context) {
    (void)context;
    int saved = errno;
    struct forktail_signal caught = {number, info->si_code, info->si_pid};
    // A full pipe drops the signal: thousands of earlier ones are still in it.
    ssize_t written = write(signal_pipe, &caught, sizeof caught);
    (void)written;
    errno = saved;
}

int forktail_signal_record(int number) {
    struct sigaction action = {.sa_sigaction = record, .sa_flags = SA_SIGINFO | SA_RESTART};
    sigfillset(&action.sa_mask);
    return sigaction(number, &action, NULL);
}
