// The server's side of TLS connections.
//
// OpenSSL reads and writes through functions of this file, which know whether the socket is empty.
// They never let OpenSSL see the end of the client's side, which it takes
// for a fatal error: a client that has ended its side still gets its response.
//
// Invariant: one thread at a time is inside OpenSSL for a connection. `is_busy` keeps out the crash
// handler, which takes it and never gives it back.
#include "CForktail.h"
#include "tls_library.h"

#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct forktail_tls {
    SSL *ssl;
    int descriptor;
    atomic_bool is_busy;
    bool is_complete;  // the handshake is
    bool has_failed;   // fatally: nothing may be sent any more
    bool is_unsent;    // a record is sent in part, or not at all
    bool sends_more;
    bool has_ended;    // the client's side of the socket
    bool is_drained;   // the socket had nothing more when it was last read
    int error;
    const char *reason;
    unsigned char *early; // bytes that were received before the handshake
    size_t early_length, early_taken;
};

// MARK: what OpenSSL reads from and writes to

enum { BIO_READS = 1, BIO_WRITES = 2, BIO_SPECIAL = 4, BIO_RETRIES = 8 };
enum { BIO_SOURCE_SINK = 0x400, BIO_FLUSH = 11 };

static int take_early(struct forktail_tls *connection, char *room, int size) {
    size_t count = connection->early_length - connection->early_taken;
    if (count > (size_t)size) {
        count = (size_t)size;
    }
    memcpy(room, connection->early + connection->early_taken, count);
    connection->early_taken += count;
    if (connection->early_taken == connection->early_length) {
        free(connection->early);
        connection->early = NULL;
    }
    return (int)count;
}

static int bio_read(BIO *bio, char *room, int size) {
    struct forktail_tls *connection = tls.BIO_get_data(bio);
    tls.BIO_clear_flags(bio, BIO_READS | BIO_WRITES | BIO_SPECIAL | BIO_RETRIES);
    if (connection->early) {
        return take_early(connection, room, size);
    }
    ssize_t count = recv(connection->descriptor, room, (size_t)size, MSG_DONTWAIT);
    if (count > 0) {
        // Less than there was room for is all there was.
        connection->is_drained = count < size;
        return (int)count;
    }
    connection->is_drained = true;
    if (count == 0) {
        connection->has_ended = true;
    } else if (errno != EAGAIN && errno != EINTR) {
        connection->error = errno;
        return -1;
    }
    tls.BIO_set_flags(bio, BIO_READS | BIO_RETRIES);
    return -1;
}

static int bio_write(BIO *bio, const char *bytes, int size) {
    struct forktail_tls *connection = tls.BIO_get_data(bio);
    tls.BIO_clear_flags(bio, BIO_READS | BIO_WRITES | BIO_SPECIAL | BIO_RETRIES);
    int flags = MSG_NOSIGNAL | (connection->sends_more ? MSG_MORE : 0);
    ssize_t count = send(connection->descriptor, bytes, (size_t)size, flags);
    if (count >= 0) {
        return (int)count;
    }
    if (errno == EAGAIN || errno == EINTR) {
        tls.BIO_set_flags(bio, BIO_WRITES | BIO_RETRIES);
    } else {
        connection->error = errno;
    }
    return -1;
}

static long bio_control(BIO *bio, int command, long number, void *pointer) {
    (void)bio, (void)number, (void)pointer;
    return command == BIO_FLUSH;
}

static BIO_METHOD *method(void) {
    static BIO_METHOD *made;
    if (!made) {
        BIO_METHOD *method = tls.BIO_meth_new(tls.BIO_get_new_index() | BIO_SOURCE_SINK, "forktail");
        if (method && tls.BIO_meth_set_read(method, bio_read) == 1
            && tls.BIO_meth_set_write(method, bio_write) == 1
            && tls.BIO_meth_set_ctrl(method, bio_control) == 1) {
            made = method;
        }
    }
    return made;
}

// MARK: a connection

struct forktail_tls *forktail_tls_open(struct forktail_tls_context *context, int descriptor) {
    struct forktail_tls *connection = calloc(1, sizeof *connection);
    SSL *ssl = tls.SSL_new(tls_default_context(context));
    BIO *bio = method() ? tls.BIO_new(method()) : NULL;
    if (!connection || !ssl || !bio) {
        tls.BIO_free(bio);
        tls.SSL_free(ssl);
        tls.ERR_clear_error();
        free(connection);
        return NULL;
    }
    connection->ssl = ssl;
    connection->descriptor = descriptor;
    connection->reason = "";
    tls.BIO_set_data(bio, connection);
    tls.BIO_set_init(bio, 1);
    tls.SSL_set_bio(ssl, bio, bio);
    tls.SSL_set_accept_state(ssl);
    return connection;
}

static void enter(struct forktail_tls *connection);

void forktail_tls_free(struct forktail_tls *connection) {
    enter(connection);
    tls.SSL_free(connection->ssl);
    free(connection->early);
    free(connection);
}

// Keeps the crash handler of another thread out; blocks forever once it has the connection.
static void enter(struct forktail_tls *connection) {
    while (atomic_exchange(&connection->is_busy, true)) {
        poll(NULL, 0, 1000);
    }
    connection->error = 0;
    tls.ERR_clear_error();
}

static void leave(struct forktail_tls *connection) { connection->is_busy = false; }

// What a call means that returned no success; `is_busy` is still set.
static int outcome(struct forktail_tls *connection, int result) {
    enum { WANTS_READ = 2, WANTS_WRITE = 3, SYSCALL = 5, ZERO_RETURN = 6 };
    switch (tls.SSL_get_error(connection->ssl, result)) {
    case WANTS_READ: return connection->has_ended ? FORKTAIL_TLS_ENDED : FORKTAIL_TLS_WANTS_INPUT;
    case WANTS_WRITE: return FORKTAIL_TLS_WANTS_ROOM;
    case ZERO_RETURN: return FORKTAIL_TLS_ENDED;
    case SYSCALL: break;
    default: connection->reason = tls_reason();
    }
    connection->has_failed = true;
    return FORKTAIL_TLS_FAILED;
}

bool forktail_tls_prepend(struct forktail_tls *connection, const void *bytes, size_t count) {
    if (count == 0) {
        return true;
    }
    connection->early = malloc(count);
    if (!connection->early) {
        return false;
    }
    memcpy(connection->early, bytes, count);
    connection->early_length = count;
    connection->early_taken = 0;
    return true;
}

// Waits for input outside of OpenSSL, so that a crash of another thread finds the connection unused,
// and a client that sends a record byte by byte holds the thread in no call.
static void await_input(struct forktail_tls *connection) {
    char byte;
    if (!connection->has_ended && !forktail_tls_has_pending(connection)) {
        recv(connection->descriptor, &byte, 1, MSG_PEEK);
    }
}

int forktail_tls_accept(struct forktail_tls *connection) {
    enter(connection);
    int result = tls.SSL_do_handshake(connection->ssl);
    if (result == 1) {
        connection->is_complete = true;
    } else {
        result = outcome(connection, result);
    }
    leave(connection);
    return result;
}

ptrdiff_t forktail_tls_read(struct forktail_tls *connection, void *room, size_t size, bool waits) {
    size_t count = 0;
    if (waits) {
        await_input(connection);
    }
    enter(connection);
    int result = tls.SSL_read_ex(connection->ssl, room, size, &count);
    ptrdiff_t value = result == 1 ? (ptrdiff_t)count : outcome(connection, result);
    leave(connection);
    return value;
}

ptrdiff_t forktail_tls_write(
    struct forktail_tls *connection, const void *bytes, size_t count, bool more) {
    size_t written = 0;
    enter(connection);
    connection->sends_more = more;
    int result = tls.SSL_write_ex(connection->ssl, bytes, count, &written);
    ptrdiff_t value = result == 1 ? (ptrdiff_t)written : outcome(connection, result);
    connection->is_unsent = value == FORKTAIL_TLS_WANTS_ROOM;
    leave(connection);
    return value;
}

void forktail_tls_end(struct forktail_tls *connection) {
    if (!connection->is_complete || connection->has_failed || connection->is_unsent) {
        return;
    }
    enter(connection);
    connection->sends_more = false;
    tls.SSL_shutdown(connection->ssl);
    leave(connection);
}

bool forktail_tls_may_have_input(const struct forktail_tls *connection) {
    return !connection->is_drained || connection->has_ended || connection->early
        || tls.SSL_has_pending(connection->ssl);
}

void forktail_tls_expect_input(struct forktail_tls *connection) {
    connection->is_drained = false;
}

bool forktail_tls_has_pending(const struct forktail_tls *connection) {
    return connection->early || tls.SSL_has_pending(connection->ssl);
}

int forktail_tls_error(const struct forktail_tls *connection) { return connection->error; }

const char *forktail_tls_reason(const struct forktail_tls *connection) {
    return connection->reason;
}

// MARK: what was agreed on

const char *forktail_tls_protocol(const struct forktail_tls *connection) {
    return tls.SSL_get_version(connection->ssl);
}

const char *forktail_tls_suite(const struct forktail_tls *connection) {
    return tls.SSL_CIPHER_standard_name(tls.SSL_get_current_cipher(connection->ssl));
}

const char *forktail_tls_server_name(const struct forktail_tls *connection) {
    return tls.SSL_get_servername(connection->ssl, 0);
}

bool forktail_tls_is_resumed(const struct forktail_tls *connection) {
    return tls.SSL_session_reused(connection->ssl) == 1;
}

static void print_serial(X509 *certificate, char text[128]) {
    BIGNUM *number = tls.ASN1_INTEGER_to_BN(tls.X509_get_serialNumber(certificate), NULL);
    char *digits = number ? tls.BN_bn2hex(number) : NULL;
    snprintf(text, 128, "%s", digits ? digits : "");
    tls.CRYPTO_free(digits, "", 0);
    tls.BN_free(number);
}

static void print_fingerprint(const X509 *certificate, char text[65]) {
    unsigned char digest[32];
    unsigned length = 0;
    text[0] = 0;
    if (tls.X509_digest(certificate, tls.EVP_sha256(), digest, &length) == 1) {
        for (unsigned i = 0; i < sizeof digest; i++) {
            snprintf(text + 2 * i, 3, "%02x", digest[i]);
        }
    }
}

bool forktail_tls_get_peer(const struct forktail_tls *connection, struct forktail_tls_peer *peer) {
    X509 *certificate = tls.SSL_get1_peer_certificate(connection->ssl);
    if (!certificate) {
        return false;
    }
    tls_print_name(tls.X509_get_subject_name(certificate), peer->subject);
    tls_print_name(tls.X509_get_issuer_name(certificate), peer->issuer);
    print_serial(certificate, peer->serial);
    print_fingerprint(certificate, peer->fingerprint);
    long result = tls.SSL_get_verify_result(connection->ssl);
    peer->failure = result == 0 ? NULL : tls.X509_verify_cert_error_string(result);
    tls.X509_free(certificate);
    return true;
}

// MARK: crashes

bool forktail_tls_crash_begin(struct forktail_tls *connection) {
    if (!tls_owns_memory || atomic_exchange(&connection->is_busy, true)) {
        return false;
    }
    tls_use_arena();
    return connection->is_complete && !connection->has_failed && !connection->is_unsent;
}

int forktail_tls_crash_look(struct forktail_tls *connection, char *start, size_t *count) {
    size_t room = *count;
    int result = tls.SSL_peek_ex(connection->ssl, start, room, count);
    if (result == 1) {
        return FORKTAIL_TLS_CRASH_INPUT;
    }
    int reason = outcome(connection, result);
    return reason == FORKTAIL_TLS_FAILED ? FORKTAIL_TLS_CRASH_UNSAFE : FORKTAIL_TLS_CRASH_NOTHING;
}

ptrdiff_t forktail_tls_crash_send(
    struct forktail_tls *connection, const char *head, const char *body) {
    size_t sent = 0;
    connection->sends_more = false;
    if (tls.SSL_write_ex(connection->ssl, head, strlen(head), &sent) != 1 || sent != strlen(head)) {
        return -1;
    }
    sent = 0;
    if (*body && tls.SSL_write_ex(connection->ssl, body, strlen(body), &sent) != 1) {
        return -1;
    }
    tls.SSL_shutdown(connection->ssl);
    return (ptrdiff_t)sent;
}
