// Answers the clients of a crashing worker.
//
// The process may be damaged in any way, and its other threads may still run. So the handler uses
// only prepared memory, system calls and its own stack. A thread marks a connection before it
// begins to answer, so that two threads never write to one connection. Afterwards the signal has
// its usual effect: the process dies of it, and Swift prints its backtrace where that was asked
// for.
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

// The state of a connection, by its ticket: flags.
//
// WAITS: a request has arrived. IS_HEAD: its method is HEAD. HAS_BEGUN: a part of the response was
// sent. IS_CRASHING: the handler has looked at it. IS_TOLD: the handler has answered.
enum { WAITS = 1, IS_HEAD = 2, HAS_BEGUN = 4, IS_CRASHING = 8, IS_OPEN = 16, IS_TOLD = 32 };
struct connection {
    _Atomic unsigned char state;
    int descriptor;
    struct forktail_open_request *request;
    bool is_secure;           // its client speaks TLS
    bool is_taken;            // from its threads, by the handler
    struct forktail_tls *tls; // once the handshake has begun
};
static struct connection *connections;
static size_t connection_room;
static atomic_int highest = -1;

// The thread that crashed first; 0 if none has.
static atomic_int crasher;

// The ticket of the connection whose request this thread handles, and the thread's scoreboard
// entry.
#define PER_THREAD static _Thread_local __attribute__((tls_model("initial-exec")))
PER_THREAD volatile sig_atomic_t own = -1;
PER_THREAD struct forktail_score *own_score;
static struct forktail_score *shared_score;

struct answer {
    uint32_t status;
    const char *head;
    const char *body;
};

#define FIELDS                                                                                     \
    "Content-Type: text/plain; charset=utf-8\r\nConnection: close\r\nServer: forktail\r\n"
static const struct answer crashed = {
    500,
    "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 22\r\n" FIELDS "\r\n",
    "Internal Server Error\n",
};
static const struct answer timed_out = {
    504,
    "HTTP/1.1 504 Gateway Timeout\r\nContent-Length: 16\r\n" FIELDS "\r\n",
    "Gateway Timeout\n",
};
static const struct answer bystander = {
    503,
    "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 20\r\nRetry-After: 1\r\n" FIELDS "\r\n",
    "Service Unavailable\n",
};

// Drops input for a moment: a close with unread input would send a reset, which can destroy the
// answer before the client has read it.
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

// Returns how many bytes of the body were sent.
static size_t send_answer(int connection, struct answer answer, bool is_head) {
    size_t length = strlen(answer.head);
    if (send(connection, answer.head, length, MSG_NOSIGNAL | MSG_DONTWAIT) != (ssize_t)length) {
        return 0;
    }
    ssize_t sent = 0;
    if (!is_head) {
        sent = send(connection, answer.body, strlen(answer.body), MSG_NOSIGNAL | MSG_DONTWAIT);
    }
    shutdown(connection, SHUT_WR);
    return sent < 0 ? 0 : (size_t)sent;
}

// Makes the close send a reset: a client can take any other end for the end of a complete answer.
static void cut(int connection) {
    struct linger at_once = {1, 0};
    setsockopt(connection, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

// The flags of a request that has arrived but was not received.
static unsigned char look(int connection) {
    char start[5];
    ssize_t count = recv(connection, start, sizeof start, MSG_PEEK | MSG_DONTWAIT);
    if (count <= 0) {
        return 0;
    }
    bool is_head = count == sizeof start && memcmp(start, "HEAD ", sizeof start) == 0;
    return is_head ? WAITS | IS_HEAD : WAITS;
}

// Drops the input that has arrived: the kernel sends a reset when a socket with unread input is
// closed.
static void forget_input(int connection) {
    char forgotten[4096];
    for (int round = 0; round < DRAIN_ROUNDS; round++) {
        if (recv(connection, forgotten, sizeof forgotten, MSG_DONTWAIT) <= 0) {
            return;
        }
    }
}

static void uncut(int connection) {
    struct linger never = {0, 0};
    setsockopt(connection, SOL_SOCKET, SO_LINGER, &never, sizeof never);
}

// The signal that ends the process, should the library never return.
static int crash_number;

static void give_up(int number) {
    (void)number;
    signal(crash_number, SIG_DFL);
    sigset_t all;
    sigemptyset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    raise(crash_number);
    _exit(128 + crash_number);
}

// Bounds the time that the handler spends in OpenSSL, which is not made for it.
static void guard(void) {
    static bool is_guarded;
    if (is_guarded) {
        return;
    }
    is_guarded = true;
    struct sigaction action = {.sa_handler = give_up};
    sigset_t alone;
    sigemptyset(&alone);
    sigaddset(&alone, SIGALRM);
    sigaction(SIGALRM, &action, NULL);
    sigprocmask(SIG_UNBLOCK, &alone, NULL);
    alarm(1);
}

static bool has_raw_input(int connection) {
    char byte;
    return recv(connection, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

static bool can_use(struct connection *connection) {
    if (!connection->is_taken) {
        connection->is_taken = connection->tls && forktail_tls_crash_begin(connection->tls);
    }
    return connection->is_taken;
}

// The same as `end_connection` through TLS. Whatever goes wrong meanwhile, the close is a reset.
static void end_secure_connection(
    struct connection *connection, unsigned char state, struct answer answer) {
    int descriptor = connection->descriptor;
    if (state & IS_TOLD) {
        forget_input(descriptor);
        return;
    }
    if (!(state & (WAITS | HAS_BEGUN)) && !connection->tls && !has_raw_input(descriptor)) {
        return;
    }
    cut(descriptor);
    if (state & HAS_BEGUN || !can_use(connection)) {
        return;
    }
    guard();
    if (!(state & WAITS)) {
        char start[5];
        size_t count = sizeof start;
        switch (forktail_tls_crash_look(connection->tls, start, &count)) {
        case FORKTAIL_TLS_CRASH_NOTHING: uncut(descriptor); return;
        case FORKTAIL_TLS_CRASH_INPUT: break;
        default: return;
        }
        state |= count == sizeof start && memcmp(start, "HEAD ", sizeof start) == 0 ? IS_HEAD : 0;
    }
    ptrdiff_t sent = forktail_tls_crash_send(
        connection->tls, answer.head, state & IS_HEAD ? "" : answer.body);
    if (sent < 0) {
        return;
    }
    atomic_fetch_or(&connection->state, WAITS | IS_TOLD);
    uncut(descriptor);
    shutdown(descriptor, SHUT_WR);
    if (connection->request) {
        connection->request->status = answer.status;
        connection->request->sent = (size_t)sent;
    }
    forget_input(descriptor);
}

// Answers a connection that waits, once, or resets one whose response has begun.
static void end_connection(int ticket, struct answer answer) {
    struct connection *connection = &connections[ticket];
    int descriptor = connection->descriptor;
    unsigned char state = atomic_fetch_or(&connection->state, IS_CRASHING);
    if (connection->is_secure) {
        if (state & IS_OPEN) {
            end_secure_connection(connection, state, answer);
        }
        return;
    }
    if (state & IS_OPEN && !(state & WAITS)) {
        state |= look(descriptor);
    }
    if (state & HAS_BEGUN) {
        cut(descriptor);
    } else if (state & WAITS) {
        if (!(state & IS_TOLD)) {
            atomic_fetch_or(&connection->state, WAITS | IS_TOLD);
            size_t sent = send_answer(descriptor, answer, state & IS_HEAD);
            if (connection->request) {
                connection->request->status = answer.status;
                connection->request->sent = sent;
            }
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
        // A second round, for requests that arrive meanwhile, for the end of those that were
        // answered, and for connections that the loop accepted in its last turn. The process must
        // end soon after it: a request that arrives later gets no answer.
        poll(NULL, 0, DRAIN_WAIT);
        end_others(mine);
    }
}

static void report_request(void) {
    if (own_score && shared_score) {
        shared_score->request = own_score->request;
        shared_score->occupation = own_score->occupation;
    }
}

// Gives the signal the effect that it would have had without this handler.
//
// A fault happens again when the handler returns. A signal that was sent must be raised again, and
// so must a trap, because the program would continue after it. An earlier handler, such as that of
// Swift's runtime, which prints a backtrace, is called first; it returns and expects the fault to
// end the process.
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

// Returns true in the first thread that crashes, which ends the process; blocks any other forever.
//
// Returns false when the first thread crashes again: then the handler itself has crashed.
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
        crash_number = number;
        report_request();
        bool is_queued = info->si_code == SI_QUEUE;
        end_connections(is_queued && info->si_value.sival_int == FORKTAIL_PAYLOAD_TIMEOUT);
        // A backtrace may take longer.
        alarm(0);
        // The loop may have named another request before it saw that it must do nothing more.
        report_request();
        // The clients have their answers: a damaged stack can cost nothing more.
        if (shared_score) {
            forktail_crash_note_site(&shared_score->crash, info, context);
        }
    }
    pass_on(number, info, context);
    errno = saved;
}

static int give_stack(void) {
    forktail_crash_find_stack();
    stack_t stack = {.ss_sp = malloc(STACK_SIZE), .ss_size = STACK_SIZE};
    return stack.ss_sp ? sigaltstack(&stack, NULL) : -1;
}

static int make_room(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return -1;
    }
    connection_room = limit.rlim_max < FORKTAIL_MOST_TICKETS ? limit.rlim_max : FORKTAIL_MOST_TICKETS;
    // Pages that are never written use no memory.
    void *room = mmap(NULL, connection_room * sizeof *connections, PROT_READ | PROT_WRITE,
        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    connections = room;
    return room == MAP_FAILED ? -1 : 0;
}

int forktail_crash_install(struct forktail_score *score) {
    shared_score = score;
    forktail_crash_find_program();
    if (make_room() != 0 || give_stack() != 0) {
        return -1;
    }
    struct sigaction action = {.sa_sigaction = crash, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigfillset(&action.sa_mask);
    // A fault in the handler itself must be delivered at once.
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

void forktail_crash_forget(void) {
    for (int i = 0; i < CRASH_SIGNALS; i++) {
        sigaction(crash_signals[i], &previous[i], NULL);
    }
    for (int ticket = 0; ticket <= highest; ticket++) {
        if (connections[ticket].state & IS_OPEN) {
            close(connections[ticket].descriptor);
            connections[ticket].state = 0;
        }
    }
    highest = -1;
    own = -1;
}

bool forktail_crash_is_under_way(void) { return crasher != 0; }

void forktail_crash_open(int ticket, int descriptor) {
    if ((size_t)ticket < connection_room) {
        connections[ticket].descriptor = descriptor;
        connections[ticket].request = NULL;
        connections[ticket].is_secure = false;
        connections[ticket].tls = NULL;
        connections[ticket].state = IS_OPEN;
        if (ticket > highest) {
            highest = ticket;
        }
    }
}

void forktail_crash_close(int ticket) {
    // Once the handler of another thread has looked at it, nothing of it may be freed.
    if ((size_t)ticket < connection_room
        && atomic_exchange(&connections[ticket].state, 0) & IS_CRASHING) {
        while (crasher != gettid()) {
            pause();
        }
    }
}

void forktail_crash_secure(int ticket, bool is_secure, struct forktail_tls *tls) {
    if ((size_t)ticket < connection_room) {
        connections[ticket].tls = tls;
        connections[ticket].is_secure = is_secure;
    }
}

void forktail_crash_request(int ticket, struct forktail_open_request *request) {
    if ((size_t)ticket < connection_room) {
        connections[ticket].request = request;
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

int forktail_crash_descriptor(void) { return own < 0 ? -1 : connections[own].descriptor; }
