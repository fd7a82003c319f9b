// The measure of the benchmark over TLS: the least that an event loop with OpenSSL can do.
//
// As epoll-loop.c, with one SSL_read and one SSL_write per request and record; a FILE is answered
// from memory. The context is made before the fork, with tickets, and sessions are not cached.
//
// Usage: tls-loop PORT PROCESSES CERTFILE KEYFILE [FILE]...; it runs until SIGTERM.

#define _GNU_SOURCE
#include "bare.h"
#include <errno.h>
#include <fcntl.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/stat.h>

enum { most_files = 8, most_connections = 1 << 17, accepts_per_turn = 16, most_events = 256 };

static const char response[] = FIELDS("text/plain; charset=utf-8")
    "Content-Length: 14\r\n\r\nHello, World!\n";
static const char last_response[] = FIELDS("text/plain; charset=utf-8")
    "Content-Length: 14\r\nConnection: close\r\n\r\nHello, World!\n";

struct file {
    char request_line[64];
    size_t request_line_length;
    char head[256];
    size_t head_length;
    const char *content;
    size_t size;
};

struct connection {
    SSL *ssl;
    const struct file *file;
    size_t offset;
    int is_last;
};

static struct file files[most_files];
static int file_count;
static struct connection connections[most_connections];  // by descriptor
static SSL_CTX *context;
static int epoll;

static void open_file(const char *path) {
    struct file *file = &files[file_count++];
    struct stat status;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0 || fstat(descriptor, &status) < 0) err(69, "%s", path);
    file->size = (size_t)status.st_size;
    file->content = mmap(NULL, file->size, PROT_READ, MAP_SHARED, descriptor, 0);
    file->request_line_length = (size_t)snprintf(file->request_line, sizeof file->request_line,
                                                 "GET /files/%s ", basename(path));
    file->head_length = (size_t)snprintf(
        file->head, sizeof file->head,
        FIELDS("application/octet-stream") "Content-Length: %zu\r\n\r\n", file->size);
}

static const struct file *wanted_file(const char *request) {
    for (int index = 0; index < file_count; index++)
        if (memcmp(request, files[index].request_line, files[index].request_line_length) == 0)
            return &files[index];
    return NULL;
}

static void add(int descriptor, unsigned events) {
    struct epoll_event event = {.events = events, .data.fd = descriptor};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) < 0) err(71, "epoll_ctl");
}

static void finish(int client) {
    SSL_shutdown(connections[client].ssl);
    SSL_free(connections[client].ssl);
    connections[client] = (struct connection){0};
    close(client);
}

static void continue_file(int client) {
    struct connection *connection = &connections[client];
    while (connection->offset < connection->file->size) {
        size_t written, rest = connection->file->size - connection->offset;
        const char *next = connection->file->content + connection->offset;
        if (SSL_write_ex(connection->ssl, next, rest < 16384 ? rest : 16384, &written) != 1) return;
        connection->offset += written;
    }
    connection->file = NULL;
    if (connection->is_last) finish(client);
}

static void answer(int client, const char *request, size_t length) {
    struct connection *connection = &connections[client];
    size_t written;
    if (memmem(request, length, "\r\nConnection: close\r\n", 21) != NULL) connection->is_last = 1;
    connection->file = wanted_file(request);
    if (connection->file != NULL) {
        connection->offset = 0;
        SSL_write_ex(connection->ssl, connection->file->head, connection->file->head_length, &written);
        continue_file(client);
    } else if (connection->is_last) {
        SSL_write_ex(connection->ssl, last_response, sizeof last_response - 1, &written);
        finish(client);
    } else {
        SSL_write_ex(connection->ssl, response, sizeof response - 1, &written);
    }
}

// Takes all that is there: OpenSSL may hold what epoll has reported already.
static void receive(int client) {
    static char request[16384];
    while (connections[client].ssl != NULL && connections[client].file == NULL) {
        size_t length;
        int result = SSL_read_ex(connections[client].ssl, request, sizeof request, &length);
        if (result != 1) {
            if (SSL_get_error(connections[client].ssl, result) != SSL_ERROR_WANT_READ) finish(client);
            return;
        }
        answer(client, request, length);
    }
}

static void accept_one(int listener) {
    static int accepts;
    int client = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (client < 0) return;
    if (client >= most_connections) return (void)close(client);
    if (++accepts % accepts_per_turn == 0) {
        epoll_ctl(epoll, EPOLL_CTL_DEL, listener, NULL);
        add(listener, EPOLLIN | EPOLLEXCLUSIVE);
    }
    connections[client].ssl = SSL_new(context);
    SSL_set_fd(connections[client].ssl, client);
    SSL_set_accept_state(connections[client].ssl);
    add(client, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET);
}

static void serve(int listener) {
    struct epoll_event events[most_events];
    epoll = epoll_create1(EPOLL_CLOEXEC);
    if (epoll < 0) err(71, "epoll_create1");
    signal(SIGPIPE, SIG_IGN);
    add(listener, EPOLLIN | EPOLLEXCLUSIVE);
    for (;;) {
        int count = epoll_wait(epoll, events, most_events, -1);
        for (int index = 0; index < count; index++) {
            int client = events[index].data.fd;
            if (client == listener)
                accept_one(listener);
            else if (connections[client].file != NULL)
                continue_file(client);
            else
                receive(client);
        }
    }
}

int main(int count, char **arguments) {
    if (count < 5 || count > 5 + most_files)
        errx(64, "usage: tls-loop PORT PROCESSES CERTFILE KEYFILE [FILE]...");
    for (int index = 5; index < count; index++) open_file(arguments[index]);
    context = SSL_CTX_new(TLS_server_method());
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER
                                  | SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_ciphersuites(context, "TLS_AES_128_GCM_SHA256");
    if (SSL_CTX_use_certificate_chain_file(context, arguments[3]) != 1
        || SSL_CTX_use_PrivateKey_file(context, arguments[4], SSL_FILETYPE_PEM) != 1)
        errx(78, "no certificate");
    run_workers(atoi(arguments[2]), make_listener(atoi(arguments[1]), SOCK_NONBLOCK), serve);
}
