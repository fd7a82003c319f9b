// Calls that Glibc's Swift overlay does not offer: GNU extensions, variadic ones, macros.
#include "CForktail.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <malloc.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

int forktail_accept4(int listener, struct sockaddr *address, unsigned *length, int flags) {
    return accept4(listener, address, length, flags);
}

int forktail_pipe2(int ends[2], int flags) { return pipe2(ends, flags); }

int forktail_dup3(int from, int to, int flags) { return dup3(from, to, flags); }

int forktail_ppoll(struct pollfd *entries, unsigned long count, int64_t timeout_nanoseconds,
                   const void *mask) {
    struct timespec limit = {timeout_nanoseconds / 1000000000, timeout_nanoseconds % 1000000000};
    return ppoll(entries, count, timeout_nanoseconds < 0 ? NULL : &limit, mask);
}

ptrdiff_t forktail_write_without_waiting(int descriptor, const void *bytes, size_t count) {
    struct iovec piece = {(void *)bytes, count};
    return pwritev2(descriptor, &piece, 1, -1, RWF_NOWAIT);
}

bool forktail_peer_has_ended(int connection) {
    struct pollfd entry = {connection, POLLRDHUP, 0};
    return poll(&entry, 1, 0) > 0;
}

int forktail_drop_handshakes(int listener) {
    // What a filter of a TCP socket sees begins with the header of RFC 9293; its flags are byte 13.
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 13),
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, TH_SYN, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, 0),
        BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
    };
    struct sock_fprog program = {sizeof code / sizeof *code, code};
    return setsockopt(listener, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program);
}

int forktail_queue_length(int listener) {
    struct tcp_info info;
    socklen_t size = sizeof info;
    if (getsockopt(listener, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) {
        return -1;
    }
    // For a listening socket this field is the length of the queue.
    return (int)info.tcpi_unacked;
}

int forktail_queue_limit(int listener) {
    struct tcp_info info;
    socklen_t size = sizeof info;
    if (getsockopt(listener, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) {
        return -1;
    }
    // For a listening socket this field is the limit of the queue.
    return (int)info.tcpi_sacked;
}

int forktail_peer(int socket, int *process, unsigned *user) {
    struct ucred peer;
    socklen_t size = sizeof peer;
    if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) {
        return -1;
    }
    *process = peer.pid;
    *user = peer.uid;
    return 0;
}

int forktail_record_pair(int ends[2]) {
    return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends);
}

ptrdiff_t forktail_receive_record(int socket, void *record, size_t size) {
    return recv(socket, record, size, MSG_DONTWAIT | MSG_TRUNC);
}

ptrdiff_t forktail_send_record(int socket, const void *record, size_t size) {
    return send(socket, record, size, MSG_DONTWAIT | MSG_NOSIGNAL);
}

int forktail_open_directory(int directory, const char *name, bool follows_link) {
    int flags = O_PATH | O_DIRECTORY | O_CLOEXEC | (follows_link ? 0 : O_NOFOLLOW);
    return openat(directory, name, flags);
}

int forktail_open_place(int directory, const char *name) {
    return openat(directory, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
}

int forktail_set_owner(int file, unsigned user, unsigned group) {
    return fchownat(file, "", user, group, AT_EMPTY_PATH);
}

int forktail_set_mode(int file, unsigned mode) {
    enum { FCHMODAT2 = 452 }; // younger than the headers of many systems
    long result = syscall(FCHMODAT2, file, "", mode, AT_EMPTY_PATH);
    // A seccomp filter that does not know the call answers EPERM.
    if (result == 0 || (errno != ENOSYS && errno != EPERM)) {
        return (int)result;
    }
    char path[32];
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    return chmod(path, mode);
}

bool forktail_is_process_information(int directory) {
    struct statfs status;
    return fstatfs(directory, &status) == 0 && status.f_type == PROC_SUPER_MAGIC;
}

int forktail_openat2(int directory, const char *path, uint64_t flags, uint64_t resolve) {
    struct open_how how = {.flags = flags, .resolve = resolve};
    return (int)syscall(SYS_openat2, directory, path, &how, sizeof how);
}

int forktail_set_parent_death_signal(int number) {
    return prctl(PR_SET_PDEATHSIG, (unsigned long)number, 0, 0, 0);
}

int forktail_set_thread_name(const char *name) { return prctl(PR_SET_NAME, name, 0, 0, 0); }

int forktail_processor_count(void) {
    cpu_set_t set;
    return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : -1;
}

int forktail_set_user(unsigned user) { return setresuid(user, user, user); }

int forktail_set_group(unsigned group) { return setresgid(group, group, group); }

int forktail_set_no_new_privileges(void) { return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); }

int forktail_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

const char *forktail_signal_name(int number) { return sigabbrev_np(number); }

int forktail_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

static int control(int epoll, int operation, int descriptor, int interest, uint64_t key) {
    static const uint32_t events[] = {
        [FORKTAIL_POLL_INPUT] = EPOLLIN,
        [FORKTAIL_POLL_EXCLUSIVE] = EPOLLIN | EPOLLEXCLUSIVE,
        [FORKTAIL_POLL_EDGES] = EPOLLIN | EPOLLRDHUP | EPOLLET,
        [FORKTAIL_POLL_ROOM] = EPOLLIN | EPOLLRDHUP | EPOLLOUT | EPOLLET,
    };
    struct epoll_event event = {.events = events[interest], .data.u64 = key};
    return epoll_ctl(epoll, operation, descriptor, &event);
}

int forktail_epoll_add(int epoll, int descriptor, int interest, uint64_t key) {
    return control(epoll, EPOLL_CTL_ADD, descriptor, interest, key);
}

int forktail_epoll_modify(int epoll, int descriptor, int interest, uint64_t key) {
    return control(epoll, EPOLL_CTL_MOD, descriptor, interest, key);
}

int forktail_epoll_remove(int epoll, int descriptor) {
    return epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, NULL);
}

int forktail_epoll_wait(
    int epoll, struct forktail_ready *ready, int room, int timeout_milliseconds) {
    struct epoll_event events[FORKTAIL_READY_ROOM];
    int limit = room < FORKTAIL_READY_ROOM ? room : FORKTAIL_READY_ROOM;
    int count = epoll_wait(epoll, events, limit, timeout_milliseconds);
    for (int i = 0; i < count; i++) {
        uint32_t seen = events[i].events;
        ready[i].key = events[i].data.u64;
        ready[i].readable = seen & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR);
        ready[i].writable = seen & (EPOLLOUT | EPOLLHUP | EPOLLERR);
        ready[i].ended = seen & (EPOLLRDHUP | EPOLLHUP | EPOLLERR);
    }
    return count;
}

bool forktail_next_ended_child(struct forktail_ended_child *child) {
    siginfo_t info = {.si_pid = 0};
    if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == 0) {
        return false;
    }
    child->pid = info.si_pid;
    child->status = info.si_status;
    child->signaled = info.si_code != CLD_EXITED;
    child->core_dumped = info.si_code == CLD_DUMPED;
    return true;
}

bool forktail_is_child(int process) {
    siginfo_t info = {.si_pid = 0};
    return waitid(P_PID, (id_t)process, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

void forktail_release_memory(void) { malloc_trim(0); }

bool forktail_is_socket(unsigned mode) { return S_ISSOCK(mode); }
bool forktail_is_regular(unsigned mode) { return S_ISREG(mode); }
bool forktail_is_directory(unsigned mode) { return S_ISDIR(mode); }
bool forktail_is_pipe(unsigned mode) { return S_ISFIFO(mode); }

bool forktail_is_symbolic_link(unsigned mode) { return S_ISLNK(mode); }
