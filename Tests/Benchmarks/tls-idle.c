// Holds connections over TLS, each of which has made one request: the memory that a server needs.
//
// Usage: tls-idle PORT COUNT; it prints "ready" and waits for SIGTERM.

#include <arpa/inet.h>
#include <err.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

static const char request[] = "GET /plain HTTP/1.1\r\nHost: localhost\r\n\r\n";

static void connect_one(SSL_CTX *context, int port) {
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons((unsigned short)port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    char answer[4096];
    int socket_number = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(socket_number, (struct sockaddr *)&address, sizeof address) < 0) err(69, "connect");
    SSL *ssl = SSL_new(context);
    SSL_set_fd(ssl, socket_number);
    if (SSL_connect(ssl) != 1) errx(69, "SSL_connect");
    if (SSL_write(ssl, request, sizeof request - 1) <= 0) errx(69, "SSL_write");
    if (SSL_read(ssl, answer, sizeof answer) <= 0) errx(69, "SSL_read");
}

int main(int count, char **arguments) {
    struct rlimit limit;
    if (count != 3) errx(64, "usage: tls-idle PORT COUNT");
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    for (int index = 0; index < atoi(arguments[2]); index++)
        connect_one(context, atoi(arguments[1]));
    puts("ready");
    fflush(stdout);
    pause();
}
