// Descriptors that travel from one process to another: unix(7), cmsg(3).
#include "CForktail.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

enum { MOST = 3 };

union control {
    char room[CMSG_SPACE(MOST * sizeof(int))];
    struct cmsghdr aligned;
};

int forktail_socket_maker(int socket) {
    int domain = 0, type = 0;
    socklen_t size = sizeof domain;
    if (getsockopt(socket, SOL_SOCKET, SO_DOMAIN, &domain, &size) != 0 ||
        getsockopt(socket, SOL_SOCKET, SO_TYPE, &type, &size) != 0) {
        return -1;
    }
    if (domain != AF_UNIX || type != SOCK_STREAM) {
        errno = EPROTOTYPE;
        return -1;
    }
    struct ucred maker;
    size = sizeof maker;
    return getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &maker, &size) == 0 ? maker.pid : -1;
}

int forktail_send_descriptors(int socket, const int *descriptors, size_t count) {
    char byte = 0;
    struct iovec data = {&byte, 1};
    union control control;
    memset(&control, 0, sizeof control);
    struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = control.room,
        .msg_controllen = CMSG_SPACE(count * sizeof(int))};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(count * sizeof(int));
    memcpy(CMSG_DATA(header), descriptors, count * sizeof(int));
    return sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT) == 1 ? 0 : -1;
}

int forktail_receive_descriptors(int socket, int *descriptors) {
    char byte;
    struct iovec data = {&byte, 1};
    union control control;
    struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = control.room,
        .msg_controllen = sizeof control.room};
    ssize_t count = recvmsg(socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (count < 1) {
        // At the end of the channel nothing will come; errno is that of an earlier call.
        errno = count == 0 ? EAGAIN : errno;
        return -1;
    }
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (!header || header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) {
        return 0;
    }
    size_t size = header->cmsg_len - CMSG_LEN(0);
    memcpy(descriptors, CMSG_DATA(header), size);
    return (int)(size / sizeof(int));
}

enum { MOST_OF_MESSAGE = 200 };

union large_control {
    char room[CMSG_SPACE(MOST_OF_MESSAGE * sizeof(int))];
    struct cmsghdr aligned;
};

int forktail_send_message(
    int socket, const uint8_t *bytes, size_t count, const int *descriptors, size_t number) {
    if (number > MOST_OF_MESSAGE) {
        errno = E2BIG;
        return -1;
    }
    struct iovec data = {(void *)bytes, count};
    union large_control control;
    memset(&control, 0, sizeof control);
    struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1};
    if (number > 0) {
        message.msg_control = control.room;
        message.msg_controllen = CMSG_SPACE(number * sizeof(int));
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(number * sizeof(int));
        memcpy(CMSG_DATA(header), descriptors, number * sizeof(int));
    }
    return sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0 ? 0 : -1;
}

ptrdiff_t forktail_receive_message(
    int socket, uint8_t *bytes, size_t room, int *descriptors, size_t *number, bool waits) {
    struct iovec data = {bytes, room};
    union large_control control;
    struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = control.room,
        .msg_controllen = sizeof control.room};
    *number = 0;
    ssize_t count;
    do {
        count = recvmsg(socket, &message, MSG_CMSG_CLOEXEC | (waits ? 0 : MSG_DONTWAIT));
    } while (count < 0 && errno == EINTR && waits);
    if (count <= 0) {
        return count;
    }
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS) {
        size_t size = header->cmsg_len - CMSG_LEN(0);
        memcpy(descriptors, CMSG_DATA(header), size);
        *number = size / sizeof(int);
    }
    return count;
}
