// The client of a crashing worker gets an answer.
//
// The handler runs in a process of which nothing is known to be in order: it uses what was prepared,
// system calls, and its own stack. Then the signal takes the way that it would have taken without it,
// so that the process dies of it, and Swift's backtrace is printed where it was asked for.
#include "CForktail.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { STACK_SIZE = 64 * 1024, DRAIN_ROUNDS = 20, DRAIN_WAIT = 10 };

static const int crash_signals[] = {SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT};
enum { CRASH_SIGNALS = sizeof crash_signals / sizeof *crash_signals };
static struct sigaction previous[CRASH_SIGNALS];

static volatile sig_atomic_t armed = -1;
static volatile sig_atomic_t is_head;
static volatile sig_atomic_t has_begun;

struct answer {
    const char *head;
    const char *body;
};

#define FIELDS                                                                                     \
    "Content-Type: text/plain; charset=utf-8\r\nConnection: close\r\nServer: forktail\r\n"
static const struct answer crashed = {
    "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 22\r\n" FIELDS "\r\n",
    "Internal Server Error\n",
};
static const struct answer timed_out = {
    "HTTP/1.1 504 Gateway Timeout\r\nContent-Length: 16\r\n" FIELDS "\r\n",
    "Gateway Timeout\n",
};

// Lets the client read the answer although it may still be sending.
static void end_connection(int connection) {
    shutdown(connection, SHUT_WR);
    char forgotten[4096];
    for (int round = 0; round < DRAIN_ROUNDS; round++) {
        struct pollfd entry = {connection, POLLIN, 0};
        if (poll(&entry, 1, DRAIN_WAIT) < 1
            || recv(connection, forgotten, sizeof forgotten, MSG_DONTWAIT) <= 0) {
            return;
        }
    }
}

static void send_answer(int connection, struct answer answer) {
    size_t length = strlen(answer.head);
    if (send(connection, answer.head, length, MSG_NOSIGNAL | MSG_DONTWAIT) != (ssize_t)length) {
        return;
    }
    if (!is_head) {
        send(connection, answer.body, strlen(answer.body), MSG_NOSIGNAL | MSG_DONTWAIT);
    }
    end_connection(connection);
}

// A reset is the only end that no client takes for that of a whole answer.
static void cut(int connection) {
    struct linger at_once = {1, 0};
    setsockopt(connection, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

static void restore(int number) {
    for (int i = 0; i < CRASH_SIGNALS; i++) {
        if (crash_signals[i] == number) {
            sigaction(number, &previous[i], NULL);
        }
    }
}

static void crash(int number, siginfo_t *info, void *context) {
    (void)context;
    int saved = errno;
    int connection = armed;
    armed = -1;
    // Whatever goes wrong from here on takes its ordinary way.
    restore(number);
    bool is_queued = info->si_code == SI_QUEUE;
    if (connection >= 0 && has_begun) {
        cut(connection);
    } else if (connection >= 0) {
        bool late = is_queued && info->si_value.sival_int == FORKTAIL_PAYLOAD_TIMEOUT;
        send_answer(connection, late ? timed_out : crashed);
    }
    errno = saved;
    // A fault happens again when the handler returns; a signal that was sent has to be sent again,
    // and so does a trap, behind which the program would go on.
    if (info->si_code <= 0 || number == SIGTRAP) {
        raise(number);
    }
}

int forktail_crash_install(void) {
    stack_t stack = {.ss_sp = malloc(STACK_SIZE), .ss_size = STACK_SIZE};
    if (!stack.ss_sp || sigaltstack(&stack, NULL) != 0) {
        return -1;
    }
    struct sigaction action = {.sa_sigaction = crash, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigfillset(&action.sa_mask);
    // A second fault, in the handler itself, must not wait for the first.
    for (int i = 0; i < CRASH_SIGNALS; i++) {
        sigdelset(&action.sa_mask, crash_signals[i]);
    }
    for (int i = 0; i < CRASH_SIGNALS; i++) {
        if (sigaction(crash_signals[i], &action, &previous[i]) != 0) {
            return -1;
        }
    }
    return 0;
}

void forktail_crash_arm(int connection) {
    is_head = 0;
    has_begun = 0;
    armed = connection;
}

void forktail_crash_expect_head(void) { is_head = 1; }

void forktail_crash_answer_begins(void) { has_begun = 1; }

void forktail_crash_disarm(void) { armed = -1; }
