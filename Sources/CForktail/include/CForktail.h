// What Swift cannot express: signal handlers, variadic and GNU-only calls, macros.
// Every function returns what the call it wraps returns and leaves errno alone.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "forktail_python.h"
#include "forktail_tls.h"

struct sockaddr;
struct pollfd;

// MARK: signals of the arbiter (arbiter_signals.c)

/// One caught signal, as it is written into the signal pipe.
struct forktail_signal {
    int32_t number;
    int32_t code;   // si_code: SI_KERNEL from the terminal, SI_USER from kill(2)
    int32_t sender; // si_pid
};

/// Sets the non-blocking pipe that the handlers of `forktail_signal_record` write into.
void forktail_signal_pipe(int write_end);

/// Catches `number` with the handler that records it in the signal pipe.
int forktail_signal_record(int number);

// MARK: signals of a worker (worker_signals.c)

enum {
    FORKTAIL_STOP_NONE = 0,
    FORKTAIL_STOP_RETIRE = 1, // TERM: finish the request and leave
    FORKTAIL_STOP_DRAIN = 2,  // TERM queued by the arbiter: empty the accept queue as well
    FORKTAIL_STOP_QUICK = 3,  // INT, QUIT: leave the request unfinished
};

/// What the handlers need. When a stop is requested, they write to `wake` (an eventfd) and replace
/// `listener` by `dead_socket`, so that accept() fails at once; -1 for a worker that only polls.
struct forktail_worker_signals {
    int dead_socket;
    int listener;
    int wake;
    int parent;            // the arbiter's pid; once it is gone, `orphan_seconds` limit a stop
    unsigned orphan_seconds;
};

/// Ignores the signals that are not for workers and records USR1. TERM, INT and QUIT still kill a
/// worker that boots.
int forktail_worker_signals_prepare(void);

/// Installs the handlers for TERM, INT and QUIT of a worker that has booted.
int forktail_worker_signals_install(struct forktail_worker_signals settings);

/// Closes, in a child of the worker, what the handlers write to and replace.
void forktail_worker_signals_forget(void);

/// One of FORKTAIL_STOP_…: the most urgent stop requested so far.
int forktail_worker_stop_requested(void);

/// Requests a stop from within the process, like TERM.
void forktail_worker_request_stop(void);

/// Whether USR1 came since the last call.
bool forktail_worker_take_reopen(void);

/// The payload of a TERM that asks a worker to drain, for `forktail_queue_signal`.
enum { FORKTAIL_PAYLOAD_DRAIN = 1 };

/// sigqueue(3) with an integer payload.
int forktail_queue_signal(int pid, int number, int payload);

// MARK: crashes of a worker (crash_handler.c)

/// The payload of an ABRT with which the arbiter ends a worker that exceeded its timeout.
enum { FORKTAIL_PAYLOAD_TIMEOUT = 2 };

struct forktail_score;
struct forktail_crash_site;
struct forktail_open_request;

/// Installs the crash handler, on a stack of its own, in front of earlier handlers. It copies the
/// crashed thread's request into `score`, where the arbiter reads it.
int forktail_crash_install(struct forktail_score *score);

/// Gives the calling thread a stack for the handler; this thread notes its request in `score`.
int forktail_crash_enter_thread(struct forktail_score *score);
/// Frees the stack and forgets the entry, before the thread ends.
void forktail_crash_leave_thread(void);

/// Whether a thread has crashed: no other thread should start new work.
bool forktail_crash_is_under_way(void);

/// Connections are named by tickets, small numbers that outlive their descriptors.
enum { FORKTAIL_MOST_TICKETS = 1 << 20 };

/// Registers an open connection with its ticket and descriptor. If the process crashes, its client
/// gets an answer if it has sent something that was not received.
void forktail_crash_open(int ticket, int descriptor);
/// The connection is being closed; its descriptor number may be reused.
void forktail_crash_close(int ticket);

/// Says whether the client of a connection speaks TLS, and its state once the handshake has begun.
void forktail_crash_secure(int ticket, bool is_secure, struct forktail_tls *tls);

/// Names the request of a connection that is not logged, whose status the handler notes; NULL for
/// none.
void forktail_crash_request(int ticket, struct forktail_open_request *request);

/// Lets go, in a child of the worker, of the connections and the crash signals.
void forktail_crash_forget(void);

/// What a crash does with a connection.
enum {
    FORKTAIL_MARK_IDLE,        // nothing, unless input has arrived that was not received
    FORKTAIL_MARK_ANSWER,      // an answer
    FORKTAIL_MARK_ANSWER_HEAD, // an answer without a body
    FORKTAIL_MARK_RESET,       // a reset, because a response has begun
};
/// Sets the mark of a connection. False for FORKTAIL_MARK_RESET where another thread has begun a
/// response already, or a crash is under way: then nothing may be sent.
bool forktail_crash_mark(int ticket, int mark);

/// Sets the connection whose request the calling thread handles, and clears it.
void forktail_crash_enter(int ticket);
void forktail_crash_leave(void);
// The descriptor of that connection; -1 without one.
int forktail_crash_descriptor(void);

// MARK: the stack of a crash (crash_site.c)

/// Finds the code of the program's own executable, before a first crash.
void forktail_crash_find_program(void);
/// Finds the bounds of the calling thread's stack, before a crash of it.
void forktail_crash_find_stack(void);
/// Notes that the calling thread is about to trap because a descriptor is not open.
void forktail_crash_note_closed_descriptor(void);
/// Notes where the calling thread crashed; `info` and `context` are those of its signal handler.
void forktail_crash_note_site(struct forktail_crash_site *site, const void *info, const void *context);

/// How far the program's executable lies from the addresses that its file names.
uint64_t forktail_load_bias(void);
/// The readable form of a Swift symbol, to be freed; NULL where it is none.
char *forktail_demangled(const char *symbol);

// MARK: children (fork.c)

/// fork(2), after which locks of Swift work in the child.
int forktail_fork(void);
/// The same for a child of another fork(2), by the thread `parent`.
void forktail_renew_thread(int parent);

// MARK: memory of several processes (shared_memory.c)

/// Maps memory that children share. NULL on failure.
void *forktail_share(size_t size);
/// The same with a memfd, by which a program that a child becomes maps it as well. It is made where
/// `descriptor` is -1; else it must have that size, and can only be read where the descriptor only
/// reads. NULL on failure.
void *forktail_share_file(const char *name, size_t size, int *descriptor);
/// memfd_create(2) of an empty file that is closed by exec.
int forktail_memory_file(const char *name, bool can_be_sealed);
/// Makes such a file read-only for ever, fcntl(2) F_ADD_SEALS, and its mode that of a secret.
int forktail_seal(int file);
/// Maps a whole file to read it, in memory that no core file gets; NULL on failure.
void *forktail_map_secret(int file, size_t *size);
/// munmap(2).
void forktail_unmap(void *start, size_t size);

// MARK: changes in folders (folder_watch.c)

/// inotify_init1(2): a descriptor that is read without waiting.
int forktail_watch_open(void);
/// Watches a folder for files that were written, made, removed or renamed.
int forktail_watch_add(int watch, const char *folder);
/// Takes all that has happened: how much. Sets `is_lost` where a folder is gone from its place.
int forktail_watch_take(int watch, bool *is_lost);

// MARK: the scoreboard (scoreboard.c)

enum {
    FORKTAIL_METHOD_ROOM = 24,
    FORKTAIL_TARGET_ROOM = 256,
    FORKTAIL_ID_ROOM = 128,
    FORKTAIL_LATENCY_BUCKETS = 112,
    FORKTAIL_FAILURE_ROOM = 512,
    FORKTAIL_FRAME_ROOM = 32,
    FORKTAIL_MOST_RUNNING = 16,
};

/// Where a thread crashed, as the crash handler found it.
struct forktail_crash_site {
    uint32_t signal;         // 0 without a crash
    uint32_t count;          // of the addresses below
    uint32_t is_stack_used_up;
    uint32_t is_fault;       // an access to memory failed, and was not only said to by kill(2)
    uint32_t is_descriptor_closed; // a call has failed with EBADF
    uint64_t fault;          // the address of that access
    uint64_t addresses[FORKTAIL_FRAME_ROOM]; // of the instruction, then of each return
};

/// What was answered: counters that only grow.
struct forktail_work {
    uint64_t requests;      // answered so far
    uint64_t bytes_in;
    uint64_t bytes_out;
    uint64_t microseconds;  // that the answers took together
    uint64_t answers[6];    // by class of status: [1] for 1xx … [5] for 5xx, [0] for none
    uint64_t latencies[FORKTAIL_LATENCY_BUCKETS]; // by LatencyBucket of ForktailValues
    uint64_t handshakes[3]; // of TLS: new sessions, resumed ones, failures
};

/// Counts a handshake of TLS by its place above.
static inline void forktail_count_handshake(struct forktail_work *work, unsigned place) {
    work->handshakes[place]++;
}

/// Counts an answer. Swift would copy the counters to reach one of them.
static inline void forktail_count_answer(struct forktail_work *work, unsigned status_class,
    unsigned bucket, uint64_t bytes_in, uint64_t bytes_out, uint64_t microseconds) {
    work->requests++;
    work->bytes_in += bytes_in;
    work->bytes_out += bytes_out;
    work->microseconds += microseconds;
    work->answers[status_class < 6 ? status_class : 0]++;
    work->latencies[bucket < FORKTAIL_LATENCY_BUCKETS ? bucket : FORKTAIL_LATENCY_BUCKETS - 1]++;
}

/// What occupies a worker.
enum forktail_occupation {
    FORKTAIL_UNOCCUPIED,
    FORKTAIL_ANSWERING, // a request, whose method and target stand in the entry
    FORKTAIL_RECEIVING, // the body of a request, and nothing else meanwhile
};

/// A request that is not finished.
struct forktail_request {
    int64_t since;          // CLOCK_MONOTONIC in nanoseconds
    uint32_t thread;        // that has it, from 1 on; 0 for the only one
    uint32_t method_length;
    uint32_t target_length; // as received; the text below is cut to its room
    uint32_t id_length;     // 0 where it has none
    char method[FORKTAIL_METHOD_ROOM];
    char target[FORKTAIL_TARGET_ROOM];
    char id[FORKTAIL_ID_ROOM];
};

/// Notes the thread of a request; several threads may call it.
static inline void forktail_note_thread(struct forktail_request *request, uint32_t thread) {
    __atomic_store_n(&request->thread, thread, __ATOMIC_RELAXED);
}

/// What one worker is doing and has done, in memory that it shares with the arbiter.
///
/// The worker is the only writer, except of `is_used`, `is_stopping` and `log_level`, which the arbiter
/// writes.
/// A reader may find it half written or, after a crash, full of garbage: it copies the entry,
/// checks every length, and follows no pointer or offset in it.
struct forktail_score {
    uint32_t is_used;       // now or earlier; used entries come before unused ones
    uint32_t is_stopping;
    uint32_t load;          // connections + 1 while it accepts more, else 0
    uint32_t occupation;    // forktail_occupation
    uint32_t waiting;       // requests that have arrived and wait for the loop or for a thread
    uint32_t log_level;     // LogLevel's place + 1 while it prevails over the settings, else 0
    uint32_t connections;   // that are open; known of the class event only
    uint32_t running;       // requests that are not finished; the class event tells it once a beat
    struct forktail_work work;
    struct forktail_request request; // that occupies it
    uint32_t failure_length; // why it can't boot, as the lengths of a request
    char failure[FORKTAIL_FAILURE_ROOM];
    struct forktail_crash_site crash;
};

/// Makes room for `count` entries, or maps those of another process, by `forktail_share_file`.
struct forktail_score *forktail_scoreboard_make(size_t count, int *descriptor);

/// The FORKTAIL_MOST_RUNNING requests of entry `number` that began first, behind the entries.
struct forktail_request *forktail_running_of(
    struct forktail_score *entries, size_t count, size_t number);

// MARK: the board (board.c)

enum {
    FORKTAIL_BOARD_TEXT_ROOM = 508,
    FORKTAIL_BOARD_WORKERS = 4096,
    FORKTAIL_BOARD_LISTENERS = 64,
    FORKTAIL_BOARD_COUNTERS = 40,
    FORKTAIL_BOARD_COMMANDS = 64,
    FORKTAIL_BOARD_EVENTS = 1000,
};

/// A text that may be cut to its room.
struct forktail_board_text {
    uint32_t length;
    char bytes[FORKTAIL_BOARD_TEXT_ROOM];
};

/// A live worker as its arbiter knows it.
struct forktail_board_worker {
    int32_t process;
    uint32_t slot;
    uint32_t generation;
    uint32_t stage;
    uint32_t score;       // the number of its entry on the scoreboard
    uint32_t is_program;
    int64_t started;      // CLOCK_MONOTONIC in nanoseconds
};

struct forktail_board_listener {
    int32_t queue; // connections that wait to be accepted; -1 where it is not known
    int32_t limit; // of the queue; -1 where it is not known
    struct forktail_board_text url;
};

/// A command of the control socket.
struct forktail_board_command {
    uint64_t ticket;
    uint32_t state;
    struct forktail_board_text message;
};

/// A line of the log about the life of the service.
struct forktail_board_event {
    uint64_t number;       // counted from 1
    int64_t milliseconds;  // since 1970
    uint32_t level;
    uint32_t name_length;
    char name[40];
    struct forktail_board_text message;
};

/// What the arbiter publishes. It is the only writer; a reader copies what it needs, checks every
/// value, and reads again where `sequence` was odd or has changed meanwhile.
struct forktail_board {
    uint64_t sequence;
    int64_t published;     // times are CLOCK_MONOTONIC in nanoseconds
    int64_t started;
    int64_t reloaded;      // 0: never
    int64_t certificate_end; // of the one that ends first, in seconds since 1970; 0 without HTTPS
    int32_t process;
    int32_t other_process; // of the arbiter that serves beside this one; 0 for none
    uint32_t phase;
    uint32_t wanted;
    uint32_t minimum;      // the bounds of scaling by load; 0 without
    uint32_t maximum;
    uint32_t scaled_from;  // the last step of it
    uint32_t scaled_to;
    int64_t scaled;        // 0: never
    int64_t memory_limit;  // of all workers in bytes, for scaling by load; 0 without
    uint32_t is_held;      // it keeps the load from adding workers
    uint32_t ready;
    uint32_t booting;
    uint32_t leaving;
    uint32_t generation;
    uint32_t reloading;    // the generation that a reload puts in force; 0 for none
    uint32_t reload_failed;
    uint32_t log_level;
    uint32_t has_left;     // the arbiter has ended in good order
    uint32_t worker_count;
    uint32_t listener_count;
    uint64_t event_count;
    uint64_t command_count;
    uint64_t counters[FORKTAIL_BOARD_COUNTERS];
    struct forktail_work ended; // what workers did that are gone
    struct forktail_board_text title;
    struct forktail_board_text file;
    struct forktail_board_text reload_failure;
    struct forktail_board_text scaling_reason;
};

/// Makes the board, shared with all processes forked later; NULL on failure.
struct forktail_board *forktail_board_make(void);
void forktail_board_free(struct forktail_board *board);
/// Begins and ends a change.
void forktail_board_begin(struct forktail_board *board);
void forktail_board_end(struct forktail_board *board);
/// The number of the last change, for a reader; what is read after it is not older.
uint64_t forktail_board_sequence(const struct forktail_board *board);

struct forktail_board_worker *forktail_board_worker_at(struct forktail_board *board, size_t index);
struct forktail_board_listener *forktail_board_listener_at(
    struct forktail_board *board, size_t index);
struct forktail_board_command *forktail_board_command_at(
    struct forktail_board *board, size_t index);
struct forktail_board_event *forktail_board_event_at(struct forktail_board *board, size_t index);

/// A command on its way from the observer to the arbiter.
struct forktail_command {
    uint64_t ticket;
    uint32_t kind;
    int32_t argument;
    int32_t process; // of the client
    uint32_t user;
};

// MARK: programs that run as workers (programs.c)

/// Makes this process the parent of its orphaned descendants: prctl(2) PR_SET_CHILD_SUBREAPER.
int forktail_become_subreaper(void);
/// Marks all descriptors from `first` on to be closed by exec(3): close_range(2).
int forktail_close_on_exec_from(unsigned first);
/// A datagram socket with an abstract name, without the zero byte, that learns of the credentials
/// of senders: unix(7).
int forktail_notify_socket(const char *name);
/// Receives a datagram without waiting, and sets the user of its sender; descriptors that come with
/// it are closed.
long forktail_receive_notification(int descriptor, void *buffer, size_t size, unsigned *user);

/// What a system call waits for.
enum {
    FORKTAIL_CALL_OTHER,
    FORKTAIL_CALL_ACCEPT, // a connection; the descriptor is the first argument
    FORKTAIL_CALL_POLL,   // an array of pollfd, and its length
    FORKTAIL_CALL_SELECT, // a number of descriptors, and the set to read from
};
/// What the call with this number, by the table of this architecture, waits for.
int forktail_waiting_call(long number);

// MARK: open requests (open_requests.c)

enum { FORKTAIL_OPEN_TEXT_ROOM = 992 };

/// A request that a worker has begun to serve and has not logged, in memory that it shares with the
/// arbiter. The worker is the only writer; as with the scoreboard, a reader believes nothing in it.
struct forktail_open_request {
    uint32_t is_open;
    uint32_t status;      // of the response that has begun, or that the crash handler sent; 0 for none
    uint64_t sent;        // bytes of the response's body
    int64_t started;      // CLOCK_MONOTONIC in nanoseconds
    uint32_t text_length;
    char text[FORKTAIL_OPEN_TEXT_ROOM]; // its line in the access log, with marks for what is not known
};

/// The open requests of one worker.
struct forktail_open_requests {
    uint32_t used; // the entries from the first one on that were ever in use
    struct forktail_open_request entries[];
};

/// Makes room for `count` requests, shared with a worker that is forked later; NULL on failure.
struct forktail_open_requests *forktail_open_requests_make(size_t count);
/// The same by `forktail_share_file`, for a worker that becomes another program.
struct forktail_open_requests *forktail_open_requests_map(size_t count, int *descriptor);
struct forktail_open_request *forktail_open_request_at(
    struct forktail_open_requests *requests, size_t index);
void forktail_open_requests_free(struct forktail_open_requests *requests, size_t count);

// MARK: calls (calls.c)

int forktail_accept4(int listener, struct sockaddr *address, unsigned *length, int flags);
int forktail_pipe2(int ends[2], int flags);
int forktail_dup3(int from, int to, int flags);
/// ppoll(2); a negative timeout waits without limit. The mask is a sigset_t; null changes nothing.
int forktail_ppoll(struct pollfd *entries, unsigned long count, int64_t timeout_nanoseconds,
                   const void *mask);
/// Whether the peer of a connection has ended its side, or it is broken: poll(2) POLLRDHUP.
bool forktail_peer_has_ended(int connection);
/// Makes a listening TCP socket drop each segment with SYN, so that no new handshake begins:
/// socket(7) SO_ATTACH_FILTER.
int forktail_drop_handshakes(int listener);
/// How many connections wait in the accept queue of a TCP socket, tcp(7) TCP_INFO; -1 on failure.
int forktail_queue_length(int listener);
/// How many may wait there; -1 on failure.
int forktail_queue_limit(int listener);
/// The process and the user that have connected a Unix-domain socket: unix(7) SO_PEERCRED.
int forktail_peer(int socket, int *process, unsigned *user);
/// Two connected sockets for records that wait for neither side: SOCK_SEQPACKET.
int forktail_record_pair(int ends[2]);
/// recv(2) and send(2) of one record, without waiting and without SIGPIPE.
ptrdiff_t forktail_receive_record(int socket, void *record, size_t size);
ptrdiff_t forktail_send_record(int socket, const void *record, size_t size);
/// Opens a directory of `directory` to start other calls in it, openat(2) O_PATH.
int forktail_open_directory(int directory, const char *name, bool follows_link);
/// Opens a name without opening the file, and without following a link: openat(2) O_PATH.
int forktail_open_place(int directory, const char *name);
/// Sets the owner and the group of a file that may be open with O_PATH, fchownat(2); ~0 keeps one.
int forktail_set_owner(int file, unsigned user, unsigned group);
/// Sets the mode of a file that may be open with O_PATH: fchmodat2(2), before Linux 6.6 chmod(2) in
/// /proc.
int forktail_set_mode(int file, unsigned mode);
/// Whether a directory is one of proc(5), fstatfs(2).
bool forktail_is_process_information(int directory);
int forktail_openat2(int directory, const char *path, uint64_t flags, uint64_t resolve);
int forktail_set_parent_death_signal(int number);
int forktail_set_thread_name(const char *name);
/// How many processors the affinity mask leaves; -1 on failure.
int forktail_processor_count(void);
int forktail_eventfd(void);
/// The name of a signal without its prefix, as in "HUP"; NULL where it has none.
const char *forktail_signal_name(int number);

/// The pid of the process that has made a pair of connected Unix-domain stream sockets, of which
/// this is one: unix(7) SO_PEERCRED; -1 on failure, also for any other descriptor.
int forktail_socket_maker(int socket);

/// Sends `count` descriptors (3 at most) with one byte, sendmsg(2) SCM_RIGHTS.
int forktail_send_descriptors(int socket, const int *descriptors, size_t count);
/// Receives up to 3 descriptors, close-on-exec: how many came, or -1.
int forktail_receive_descriptors(int socket, int *descriptors);

/// Sends a message with up to 200 descriptors, sendmsg(2), without waiting.
int forktail_send_message(
    int socket, const uint8_t *bytes, size_t count, const int *descriptors, size_t number);
/// Receives a message and its descriptors, of which there may be 200, close-on-exec; 0 at the end. The
/// descriptors that the process may not open are missing.
ptrdiff_t forktail_receive_message(
    int socket, uint8_t *bytes, size_t room, int *descriptors, size_t *number, bool waits);

/// setresuid(2), setresgid(2) with all three ids, and prctl(2) PR_SET_NO_NEW_PRIVS.
int forktail_set_user(unsigned user);
int forktail_set_group(unsigned group);
int forktail_set_no_new_privileges(void);

int forktail_epoll_create(void);
/// What is waited for on a descriptor.
enum {
    FORKTAIL_POLL_INPUT,     // EPOLLIN
    FORKTAIL_POLL_EXCLUSIVE, // EPOLLIN, one waiting process is enough: EPOLLEXCLUSIVE
    FORKTAIL_POLL_EDGES,     // each time that more arrives or the peer ends its side: EPOLLET
    FORKTAIL_POLL_ROOM,      // the same, and each time that there is room to send
};
/// `key` comes back with each event of the descriptor.
int forktail_epoll_add(int epoll, int descriptor, int interest, uint64_t key);
int forktail_epoll_modify(int epoll, int descriptor, int interest, uint64_t key);
int forktail_epoll_remove(int epoll, int descriptor);

/// A descriptor that is ready.
struct forktail_ready {
    uint64_t key;
    bool readable; // also when it has ended
    bool writable; // also when the connection failed
    bool ended;    // the peer has ended its side, or the connection failed
};
enum { FORKTAIL_READY_ROOM = 128 };
/// Waits for descriptors that are ready: their number, `room` at most; 0 after the timeout; -1.
int forktail_epoll_wait(
    int epoll, struct forktail_ready *ready, int room, int timeout_milliseconds);

/// A child that has ended.
struct forktail_ended_child {
    int pid;
    /// The exit code, or the number of the signal that killed it.
    int status;
    bool signaled;
    bool core_dumped;
};
/// Finds the next child that has ended, without reaping it: waitid(2) with WNOWAIT.
bool forktail_next_ended_child(struct forktail_ended_child *child);
/// Whether a process is a child of this one, also where it has ended: waitid(2) with WNOWAIT.
bool forktail_is_child(int process);

/// Writes what can be written without waiting, however the open file is set: pwritev2(2) with
/// RWF_NOWAIT. EOPNOTSUPP where the kernel can't do that with a file of this kind.
ptrdiff_t forktail_write_without_waiting(int descriptor, const void *bytes, size_t count);

/// Returns freed memory to the system: malloc_trim(3).
void forktail_release_memory(void);
/// Unmaps the pages of the executable's code that are not changed (code_pages.c).
void forktail_release_code(void);

bool forktail_is_pipe(unsigned mode);
bool forktail_is_socket(unsigned mode);
bool forktail_is_regular(unsigned mode);
bool forktail_is_directory(unsigned mode);
bool forktail_is_symbolic_link(unsigned mode);

// MARK: loops of tasks (task_loops.c)

/// The loop that runs tasks on this thread; null for none.
void *forktail_task_loop(void);
void forktail_set_task_loop(void *loop);
bool forktail_is_main_thread(void);
/// The eventfd(2) that counts when libdispatch's main queue has something to do; -1 without
/// libdispatch.
int forktail_main_queue(void);
/// Runs what the main queue has; only the main thread calls it.
void forktail_drain_main_queue(int queue);

// MARK: the command line (arguments.c)

/// How many arguments the process was started with, the program's name included.
int forktail_argument_count(void);
/// The arguments, in the memory where the kernel has laid them out.
char **forktail_arguments(void);

// MARK: process title (process_title.c)

/// Moves the environment to other memory, so that the title may use its place after the arguments.
/// Call it once, before the first title.
void forktail_title_prepare(void);

/// Sets the title that ps(1) shows, cut to the room that arguments and environment had at the
/// start.
void forktail_title_set(const char *title);

/// Shows a request behind the title, ` [busy GET /x]`, and no more; only the main thread calls it.
void forktail_title_show(
    const char *method, size_t method_length, const char *target, size_t target_length);
void forktail_title_hide(void);
