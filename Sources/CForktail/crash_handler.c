// The clients of a crashing worker get an answer.
//
// The handler runs in a process of which nothing is known to be in order, and other threads of which
// may still run, until the loop of an event worker sees that it is to take nothing more: it uses what
// was prepared, system calls, and its own stack. Whoever begins an answer marks it first, so that two
// never write to one connection. Then the signal takes the way that it would have taken without the
// handler, so that the process dies of it, and Swift's backtrace is printed where it was asked for.
#include "CForktail.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { STACK_SIZE = 64 * 1024, DRAIN_ROUNDS = 20, DRAIN_WAIT = 10 };

static const int crash_signals[] = {SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT};
enum { CRASH_SIGNALS = sizeof crash_signals / sizeof *crash_signals };
static struct sigaction previous[CRASH_SIGNALS];

// What is known of the connection of each ticket.
enum { WAITS = 1, IS_HEAD = 2, HAS_BEGUN = 4, IS_CRASHING = 8, IS_OPEN = 16, IS_TOLD = 32 };
struct connection {
    _Atomic unsigned char state;
    int descriptor;
};
static struct connection *connections;
static size_t connection_room;
static atomic_int highest = -1;

// The thread that has crashed first; 0 as long as none has.
static atomic_int crasher;

// The ticket of the connection whose request this thread handles, and where it notes the request.
#define PER_THREAD static _Thread_local __attribute__((tls_model("initial-exec")))
PER_THREAD volatile sig_atomic_t own = -1;
PER_THREAD struct forktail_score *own_score;
static struct forktail_score *shared_score;

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
static const struct answer bystander = {
    "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 20\r\nRetry-After: 1\r\n" FIELDS "\r\n",
    "Service Unavailable\n",
};

// Lets the client read the answer although it may still be sending.
static void drain(int connection) {
    char forgotten[4096];
    for (int round = 0; round < DRAIN_ROUNDS; round++) {
        struct pollfd entry = {connection, POLLIN, 0};
        if (poll(&entry, 1, DRAIN_WAIT) < 1
            || recv(connection, forgotten, sizeof forgotten, MSG_DONTWAIT) <= 0) {
            return;
        }
    }
}

static void send_answer(int connection, struct answer answer, bool is_head) {
    size_t length = strlen(answer.head);
    if (send(connection, answer.head, length, MSG_NOSIGNAL | MSG_DONTWAIT) != (ssize_t)length) {
        return;
    }
    if (!is_head) {
        send(connection, answer.body, strlen(answer.body), MSG_NOSIGNAL | MSG_DONTWAIT);
    }
    shutdown(connection, SHUT_WR);
}

// A reset is the only end that no client takes for that of a whole answer.
static void cut(int connection) {
    struct linger at_once = {1, 0};
    setsockopt(connection, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

// What is known of a request that has come, as far as nobody has looked yet.
static unsigned char look(int connection) {
    char start[5];
    ssize_t count = recv(connection, start, sizeof start, MSG_PEEK | MSG_DONTWAIT);
    if (count <= 0) {
        return 0;
    }
    bool is_head = count == sizeof start && memcmp(start, "HEAD ", sizeof start) == 0;
    return is_head ? WAITS | IS_HEAD : WAITS;
}

// Reads what is there: the kernel sends a reset where a socket is closed with something unread.
static void forget_input(int connection) {
    char forgotten[4096];
    for (int round = 0; round < DRAIN_ROUNDS; round++) {
        if (recv(connection, forgotten, sizeof forgotten, MSG_DONTWAIT) <= 0) {
            return;
        }
    }
}

// Ends a connection that waits for an answer or gets one, if that has not been done yet.
static void end_connection(int ticket, struct answer answer) {
    struct connection *connection = &connections[ticket];
    int descriptor = connection->descriptor;
    unsigned char state = atomic_fetch_or(&connection->state, IS_CRASHING);
    if (state & IS_OPEN && !(state & WAITS)) {
        state |= look(descriptor);
    }
    if (state & HAS_BEGUN) {
        cut(descriptor);
    } else if (state & WAITS) {
        if (!(state & IS_TOLD)) {
            atomic_fetch_or(&connection->state, WAITS | IS_TOLD);
            send_answer(descriptor, answer, state & IS_HEAD);
        }
        forget_input(descriptor);
    }
}

static void end_others(int mine) {
    for (int other = 0; other <= highest; other++) {
        if (other != mine) {
            end_connection(other, bystander);
        }
    }
}

static bool any_other_is_open(int mine) {
    for (int other = 0; other <= highest; other++) {
        if (other != mine && connections[other].state & IS_OPEN) {
            return true;
        }
    }
    return false;
}

static void end_connections(bool late) {
    int mine = own;
    own = -1;
    if (mine >= 0) {
        end_connection(mine, late ? timed_out : crashed);
    }
    end_others(mine);
    if (mine >= 0 && !(connections[mine].state & HAS_BEGUN)) {
        drain(connections[mine].descriptor);
    }
    if (any_other_is_open(mine)) {
        // For requests that are on their way, the rest of those that were answered, and connections
        // that the loop took in its last turn. Nothing that takes time may follow: who asks from
        // here on gets no answer.
        poll(NULL, 0, DRAIN_WAIT);
        end_others(mine);
    }
}

static void report_request(void) {
    if (own_score && shared_score) {
        shared_score->busy_since = own_score->busy_since;
        shared_score->method_length = own_score->method_length;
        shared_score->target_length = own_score->target_length;
        memcpy(shared_score->method, own_score->method, sizeof own_score->method);
        memcpy(shared_score->target, own_score->target, sizeof own_score->target);
        shared_score->is_busy = own_score->is_busy;
    }
}

// Has the signal do what it would have done without the handler.
//
// A fault happens again when the handler returns; a signal that was sent has to be sent again, and so
// does a trap, behind which the program would go on. Who handled these before, as Swift's runtime does
// to print a backtrace, is called first: it returns, expecting the fault to end the process.
static void pass_on(int number, siginfo_t *info, void *context) {
    bool comes_again = info->si_code > 0 && number != SIGTRAP;
    for (int i = 0; i < CRASH_SIGNALS; i++) {
        if (crash_signals[i] != number) {
            continue;
        }
        if (comes_again) {
            sigaction(number, &previous[i], NULL);
            return;
        }
        if (previous[i].sa_flags & SA_SIGINFO) {
            previous[i].sa_sigaction(number, info, context);
        } else if (previous[i].sa_handler != SIG_DFL && previous[i].sa_handler != SIG_IGN) {
            previous[i].sa_handler(number);
        }
    }
    signal(number, SIG_DFL);
    raise(number);
}

// Lets the first thread that crashes go on, and no other: the process ends with that one.
//
// Returns false in the second crash of one thread, which is one of the handler itself.
static bool is_first_crash(void) {
    int me = gettid();
    int first = 0;
    if (atomic_compare_exchange_strong(&crasher, &first, me)) {
        return true;
    }
    while (first != me) {
        pause();
    }
    return false;
}

static void crash(int number, siginfo_t *info, void *context) {
    int saved = errno;
    if (is_first_crash()) {
        report_request();
        bool is_queued = info->si_code == SI_QUEUE;
        end_connections(is_queued && info->si_value.sival_int == FORKTAIL_PAYLOAD_TIMEOUT);
    }
    pass_on(number, info, context);
    errno = saved;
}

static int give_stack(void) {
    stack_t stack = {.ss_sp = malloc(STACK_SIZE), .ss_size = STACK_SIZE};
    return stack.ss_sp ? sigaltstack(&stack, NULL) : -1;
}

static int make_room(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return -1;
    }
    connection_room = limit.rlim_max < FORKTAIL_MOST_TICKETS ? limit.rlim_max : FORKTAIL_MOST_TICKETS;
    // Pages that no connection uses cost nothing.
    void *room = mmap(NULL, connection_room * sizeof *connections, PROT_READ | PROT_WRITE,
        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    connections = room;
    return room == MAP_FAILED ? -1 : 0;
}

int forktail_crash_install(struct forktail_score *score) {
    shared_score = score;
    if (make_room() != 0 || give_stack() != 0) {
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

int forktail_crash_enter_thread(struct forktail_score *score) {
    own_score = score;
    return give_stack();
}

void forktail_crash_leave_thread(void) {
    stack_t stack = {.ss_flags = SS_DISABLE};
    stack_t former = {.ss_sp = NULL};
    own_score = NULL;
    if (sigaltstack(&stack, &former) == 0) {
        free(former.ss_sp);
    }
}

bool forktail_crash_is_under_way(void) { return crasher != 0; }

void forktail_crash_open(int ticket, int descriptor) {
    if ((size_t)ticket < connection_room) {
        connections[ticket].descriptor = descriptor;
        connections[ticket].state = IS_OPEN;
        if (ticket > highest) {
            highest = ticket;
        }
    }
}

void forktail_crash_close(int ticket) {
    if ((size_t)ticket < connection_room) {
        connections[ticket].state = 0;
    }
}

bool forktail_crash_mark(int ticket, int mark) {
    static const unsigned char marks[] = {
        [FORKTAIL_MARK_IDLE] = 0,
        [FORKTAIL_MARK_ANSWER] = WAITS,
        [FORKTAIL_MARK_ANSWER_HEAD] = WAITS | IS_HEAD,
        [FORKTAIL_MARK_RESET] = HAS_BEGUN,
    };
    if ((size_t)ticket >= connection_room) {
        return true;
    }
    _Atomic unsigned char *place = &connections[ticket].state;
    unsigned char state = *place;
    do {
        if (mark == FORKTAIL_MARK_RESET && state & (HAS_BEGUN | IS_CRASHING)) {
            return false;
        }
    } while (!atomic_compare_exchange_weak(
        place, &state, (state & (IS_OPEN | IS_CRASHING | IS_TOLD)) | marks[mark]));
    return true;
}

void forktail_crash_enter(int ticket) {
    own = (size_t)ticket < connection_room ? ticket : -1;
}

void forktail_crash_leave(void) { own = -1; }
