// OpenSSL 3, loaded at run time (tls.c, tls_certificates.c): contexts, connections, certificates.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Room for a reason, with its NUL.
enum { FORKTAIL_TLS_REASON_ROOM = 256 };

/// Loads libssl.so.3 and finds the functions that are needed; does nothing the second time.
/// On failure the reason, in the words of dlerror(3), is in `reason`.
bool forktail_tls_load(char reason[FORKTAIL_TLS_REASON_ROOM]);
/// Whether its memory is forktail's own, which no core file gets; not where the process has used the
/// library before.
bool forktail_tls_owns_memory(void);
/// The version of the library that was loaded, as in "OpenSSL 3.0.19 27 Jan 2026".
const char *forktail_tls_version(void);

// MARK: certificates

struct forktail_tls_certificate;

/// Why a certificate can't be used.
enum {
    FORKTAIL_TLS_CHAIN_UNREADABLE, // no certificate in PEM
    FORKTAIL_TLS_KEY_UNREADABLE,   // no private key in PEM
    FORKTAIL_TLS_KEY_ENCRYPTED,    // the key needs a passphrase
    FORKTAIL_TLS_KEY_MISMATCH,     // the key is of another certificate
};

/// Reads a chain and the key of its first certificate, both in PEM. NULL on failure, with one of the
/// numbers above in `fault` and OpenSSL's words in `reason`.
struct forktail_tls_certificate *forktail_tls_certificate_read(const void *chain,
    size_t chain_length, const void *key, size_t key_length, int *fault,
    char reason[FORKTAIL_TLS_REASON_ROOM]);
void forktail_tls_certificate_free(struct forktail_tls_certificate *certificate);

/// What a certificate says. The seconds count from 1970; the names are DNS names in lower case.
int64_t forktail_tls_certificate_start(const struct forktail_tls_certificate *certificate);
int64_t forktail_tls_certificate_end(const struct forktail_tls_certificate *certificate);
size_t forktail_tls_certificate_name_count(const struct forktail_tls_certificate *certificate);
const char *forktail_tls_certificate_name(
    const struct forktail_tls_certificate *certificate, size_t index);
/// The kind of key, a number of OpenSSL; two certificates for one name need different ones.
int forktail_tls_certificate_key_kind(const struct forktail_tls_certificate *certificate);
/// The position in the chain of the first certificate that did not issue the one before it; 0 for
/// none.
size_t forktail_tls_certificate_misplaced(const struct forktail_tls_certificate *certificate);
/// Whether the first certificate may identify a server: its key usage.
bool forktail_tls_certificate_is_for_servers(const struct forktail_tls_certificate *certificate);
/// The subject of a certificate of the chain, as RFC 2253 writes it.
void forktail_tls_certificate_subject(const struct forktail_tls_certificate *certificate,
    size_t position, char subject[FORKTAIL_TLS_REASON_ROOM]);

/// Makes a key of P-256 and a certificate for it that is its own issuer, in PEM. The lengths are
/// those that were written; false on failure.
bool forktail_tls_make_self_signed(const char *common_name, const char *alternative_names,
    int64_t lifetime_seconds, char *certificate, size_t *certificate_length, char *key,
    size_t *key_length, char reason[FORKTAIL_TLS_REASON_ROOM]);

// MARK: contexts

struct forktail_tls_context;

struct forktail_tls_settings {
    int lowest_version;       // 0x303 for TLS 1.2, 0x304 for TLS 1.3
    const char *ciphers;      // of TLS 1.2, in OpenSSL's notation
    const char *suites;       // of TLS 1.3
    const char *groups;
    int client_certificates;  // one of FORKTAIL_TLS_CLIENTS_…
    const void *authorities;  // of client certificates, in PEM
    size_t authorities_length;
};

enum {
    FORKTAIL_TLS_CLIENTS_OFF,      // none is asked for
    FORKTAIL_TLS_CLIENTS_OPTIONAL, // shown with its verification result
    FORKTAIL_TLS_CLIENTS_REQUIRED, // a handshake without a valid one fails
};

/// What a setting of a context was refused for.
enum {
    FORKTAIL_TLS_REFUSED_CIPHERS,
    FORKTAIL_TLS_REFUSED_SUITES,
    FORKTAIL_TLS_REFUSED_GROUPS,
    FORKTAIL_TLS_REFUSED_AUTHORITIES,
    FORKTAIL_TLS_REFUSED_CERTIFICATE,
};

/// Whether OpenSSL has a suite or a group of this name; the list is one of the first three above.
bool forktail_tls_has_name(int list, const char *name);

/// Makes a context without names. NULL on failure, with one of the numbers above in `fault`.
struct forktail_tls_context *forktail_tls_context_make(
    const struct forktail_tls_settings *settings, int *fault, char reason[FORKTAIL_TLS_REASON_ROOM]);
/// Adds certificates of different key kinds for a name; NULL for clients that name no known one.
bool forktail_tls_context_add(struct forktail_tls_context *context, const char *name,
    struct forktail_tls_certificate *const *certificates, size_t count,
    char reason[FORKTAIL_TLS_REASON_ROOM]);
/// Sorts the names; the context is ready.
void forktail_tls_context_finish(struct forktail_tls_context *context);
void forktail_tls_context_free(struct forktail_tls_context *context);

// MARK: session tickets

/// Makes the memory of the ticket keys, or maps that of another process by its memfd. The number of
/// the memfd; -1 on failure. A key is made where there is none.
int forktail_tls_tickets_open(int inherited);
/// Replaces the current key by a new one if it was made `lifetime_seconds` ago or earlier; the one
/// before it still opens tickets. `now` is a time of CLOCK_MONOTONIC in seconds.
bool forktail_tls_tickets_rotate(int64_t now, int64_t lifetime_seconds);
/// When the current key was made.
int64_t forktail_tls_tickets_made(void);
/// Makes the keys read-only in this process.
void forktail_tls_tickets_protect(void);

// MARK: connections

struct forktail_tls;

/// Makes the server's side of a connection; NULL without memory.
struct forktail_tls *forktail_tls_open(struct forktail_tls_context *context, int descriptor);
void forktail_tls_free(struct forktail_tls *tls);

/// The results of calls that are not a number of bytes.
enum {
    FORKTAIL_TLS_WANTS_INPUT = -1,
    FORKTAIL_TLS_WANTS_ROOM = -2,
    FORKTAIL_TLS_ENDED = -3,  // the client has ended its side
    FORKTAIL_TLS_FAILED = -4, // see forktail_tls_error and forktail_tls_reason
};

/// Gives it bytes that were received before the handshake.
bool forktail_tls_prepend(struct forktail_tls *tls, const void *bytes, size_t count);
/// Continues the handshake: 1 once it is complete.
int forktail_tls_accept(struct forktail_tls *tls);
/// Receives. With `waits` the socket is waited for once.
ptrdiff_t forktail_tls_read(struct forktail_tls *tls, void *room, size_t size, bool waits);
/// Writes one record at most. After WANTS_ROOM the same bytes must be written again.
ptrdiff_t forktail_tls_write(struct forktail_tls *tls, const void *bytes, size_t count, bool more);
/// Sends close_notify, if the connection is in a state for it and the socket takes it.
void forktail_tls_end(struct forktail_tls *tls);
/// Whether a read may return something without another event of the socket.
bool forktail_tls_may_have_input(const struct forktail_tls *tls);
/// Notes that the socket may have input.
void forktail_tls_expect_input(struct forktail_tls *tls);
/// Whether received bytes lie in the library.
bool forktail_tls_has_pending(const struct forktail_tls *tls);
/// errno of the call that failed; 0 where the protocol failed.
int forktail_tls_error(const struct forktail_tls *tls);
/// OpenSSL's words for what failed.
const char *forktail_tls_reason(const struct forktail_tls *tls);

// What a handshake agreed on.
const char *forktail_tls_protocol(const struct forktail_tls *tls);
const char *forktail_tls_suite(const struct forktail_tls *tls);
/// The name that the client asked for; NULL for none.
const char *forktail_tls_server_name(const struct forktail_tls *tls);
bool forktail_tls_is_resumed(const struct forktail_tls *tls);

/// The certificate of a client.
struct forktail_tls_peer {
    char subject[FORKTAIL_TLS_REASON_ROOM];
    char issuer[FORKTAIL_TLS_REASON_ROOM];
    char serial[128];      // hexadecimal
    char fingerprint[65];  // SHA-256, hexadecimal
    const char *failure;   // NULL where it was verified
};
/// False where the client has shown none.
bool forktail_tls_get_peer(const struct forktail_tls *tls, struct forktail_tls_peer *peer);

// MARK: crashes (for crash_handler.c)

/// What the crash handler can do with a connection.
enum {
    FORKTAIL_TLS_CRASH_NOTHING, // no input: nothing is owed
    FORKTAIL_TLS_CRASH_INPUT,   // a request has arrived; the first bytes are in `start`
    FORKTAIL_TLS_CRASH_UNSAFE,  // it can't be used any more: reset it
};
/// Takes the connection from its threads and makes OpenSSL use memory of its own; false where that
/// is not safe.
bool forktail_tls_crash_begin(struct forktail_tls *tls);
int forktail_tls_crash_look(struct forktail_tls *tls, char *start, size_t *count);
/// Sends a head and a body. How many bytes of the body were sent, or -1.
ptrdiff_t forktail_tls_crash_send(
    struct forktail_tls *tls, const char *head, const char *body);
