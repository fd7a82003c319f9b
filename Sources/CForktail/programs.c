// Calls for programs that run as workers, which Swift can't make: macros, ancillary data, numbers of
// system calls.
#include "CForktail.h"

#include <errno.h>
#include <linux/close_range.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#ifndef SO_PASSRIGHTS
#define SO_PASSRIGHTS 83
#endif

// As many descriptors as one message can have, SCM_MAX_FD: those that found no room would be closed
// by the kernel.
enum { MOST_DESCRIPTORS = 253 };

// Closes a descriptor that has come with a message, without waiting: a socket whose sender has set
// SO_LINGER would hold up its last close until its peer has read everything.
static void drop(int descriptor) {
    struct linger none = {0, 0};
    (void)setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &none, sizeof none);
    close(descriptor);
}

int forktail_become_subreaper(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }

int forktail_close_on_exec_from(unsigned first) {
    return (int)syscall(SYS_close_range, first, ~0U, CLOSE_RANGE_CLOEXEC);
}

int forktail_notify_socket(const char *name) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(name);
    // An abstract name begins with a zero byte and is not terminated by one.
    if (length >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(address.sun_path + 1, name, length);
    int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int one = 1;
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + length);
    if (descriptor < 0) {
        return -1;
    }
    // Since Linux 6.16 a message with descriptors can be refused; older kernels don't know the option.
    int zero = 0;
    (void)setsockopt(descriptor, SOL_SOCKET, SO_PASSRIGHTS, &zero, sizeof zero);
    if (setsockopt(descriptor, SOL_SOCKET, SO_PASSCRED, &one, sizeof one) != 0
        || bind(descriptor, (struct sockaddr *)&address, size) != 0) {
        int saved = errno;
        close(descriptor);
        errno = saved;
        return -1;
    }
    return descriptor;
}

long forktail_receive_notification(
    int descriptor, void *buffer, size_t size, unsigned *user) {
    char control[CMSG_SPACE(sizeof(struct ucred)) + CMSG_SPACE(MOST_DESCRIPTORS * sizeof(int))];
    struct iovec part = {buffer, size};
    struct msghdr message = {
        .msg_iov = &part,
        .msg_iovlen = 1,
        .msg_control = control,
        .msg_controllen = sizeof control,
    };
    ssize_t count = recvmsg(descriptor, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (count < 0) {
        return -1;
    }
    *user = ~0U;
    for (struct cmsghdr *entry = CMSG_FIRSTHDR(&message); entry; entry = CMSG_NXTHDR(&message, entry)) {
        if (entry->cmsg_level != SOL_SOCKET) {
            continue;
        }
        if (entry->cmsg_type == SCM_CREDENTIALS) {
            struct ucred sender;
            memcpy(&sender, CMSG_DATA(entry), sizeof sender);
            *user = sender.uid;
        } else if (entry->cmsg_type == SCM_RIGHTS) {
            // Nothing here wants descriptors, and they must not pile up.
            size_t descriptors = (entry->cmsg_len - CMSG_LEN(0)) / sizeof(int);
            for (size_t i = 0; i < descriptors; i++) {
                int number;
                memcpy(&number, CMSG_DATA(entry) + i * sizeof number, sizeof number);
                drop(number);
            }
        }
    }
    return count;
}

int forktail_waiting_call(long number) {
    switch (number) {
#ifdef SYS_accept
    case SYS_accept:
#endif
    case SYS_accept4:
        return FORKTAIL_CALL_ACCEPT;
#ifdef SYS_poll
    case SYS_poll:
#endif
    case SYS_ppoll:
        return FORKTAIL_CALL_POLL;
#ifdef SYS_select
    case SYS_select:
#endif
    case SYS_pselect6:
        return FORKTAIL_CALL_SELECT;
    default:
        return FORKTAIL_CALL_OTHER;
    }
}
