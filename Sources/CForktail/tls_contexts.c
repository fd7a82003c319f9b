// What the server's side of a handshake is made of: certificates by name, suites, session tickets.
//
// The arbiter makes contexts before it forks, so that all workers open each other's tickets.
#include "CForktail.h"
#include "tls_library.h"

#include <ctype.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

// Numbers of SSL_CTX_ctrl, SSL_CTX_callback_ctrl and their values: ssl.h, tls1.h.
enum {
    CTRL_MODE = 33,
    CTRL_READ_AHEAD = 41,
    CTRL_SESSION_CACHE = 44,
    CTRL_SERVER_NAME = 53,
    CTRL_SERVER_NAME_ARGUMENT = 54,
    CTRL_ADD_TO_CHAIN = 89,
    CTRL_GROUPS = 92,
    CTRL_LOWEST_VERSION = 123,
};
enum { MODE_PARTIAL_WRITE = 1, MODE_MOVING_BUFFER = 2, MODE_RELEASE_BUFFERS = 16 };
static const uint64_t no_compression = 1 << 17, no_renegotiation = 1 << 30;
enum { VERIFY_PEER = 1, FAIL_WITHOUT_CERTIFICATE = 2 };
enum { EXTENSION_OK = 0, EXTENSION_FATAL = 2, EXTENSION_UNUSED = 3 };
enum { NAME_ROOM = 256 };

struct named {
    char *name; // in lower case; "*.example" stands for all names with one label more
    SSL_CTX *context;
};

struct forktail_tls_context {
    struct forktail_tls_settings settings; // its pointers are those of copies
    char *ciphers;
    unsigned char session_context[32];
    X509 **authorities;
    size_t authority_count;
    struct named *names;
    size_t count;
    SSL_CTX *fallback;
};

// MARK: session tickets

enum { TICKET_KEYS = 3, TICKET_NAME = 16, TICKET_SECRET = 32 };
struct ticket_key {
    unsigned char name[TICKET_NAME];
    unsigned char cipher[TICKET_SECRET];
    unsigned char mac[TICKET_SECRET];
};
// Shared by the arbiter, which writes it, its workers, and the arbiter of an upgrade. The key after
// the current one is two rotations old: only that one is overwritten.
struct tickets {
    atomic_uint current; // counts up; its remainder is the place of the current key
    _Atomic int64_t made; // in seconds of CLOCK_MONOTONIC; 0 before the first key
    struct ticket_key keys[TICKET_KEYS];
};
static struct tickets *tickets;

int forktail_tls_tickets_open(int inherited) {
    int file = inherited;
    void *memory = forktail_share_file("forktail-tickets", sizeof *tickets, &file);
    if (!memory) {
        return -1;
    }
    madvise(memory, sizeof *tickets, MADV_DONTDUMP);
    tickets = memory;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (tickets->made == 0) {
        forktail_tls_tickets_rotate(now.tv_sec, 0);
    }
    return file;
}

bool forktail_tls_tickets_rotate(int64_t now, int64_t lifetime_seconds) {
    int64_t made = tickets->made;
    // Two arbiters share the keys during an upgrade: one of them changes them.
    if ((made != 0 && now - made < lifetime_seconds)
        || !atomic_compare_exchange_strong(&tickets->made, &made, now > 0 ? now : 1)) {
        return false;
    }
    unsigned next = tickets->current + 1;
    struct ticket_key *key = &tickets->keys[next % TICKET_KEYS];
    if (tls.RAND_bytes((unsigned char *)key, sizeof *key) != 1) {
        return false;
    }
    tickets->current = next;
    return true;
}

int64_t forktail_tls_tickets_made(void) { return tickets->made; }

void forktail_tls_tickets_protect(void) {
    if (tickets) {
        mprotect(tickets, sizeof *tickets, PROT_READ);
    }
}

static bool set_ticket_key(const struct ticket_key *key, const unsigned char *vector,
    EVP_CIPHER_CTX *cipher, EVP_MAC_CTX *mac, int encrypts) {
    const struct tls_param params[] = {
        {"key", PARAM_OCTETS, (void *)key->mac, TICKET_SECRET, 0},
        {"digest", PARAM_UTF8, (void *)"SHA256", 0, 0},
        {NULL, 0, NULL, 0, 0},
    };
    return tls.EVP_MAC_CTX_set_params(mac, params) == 1
        && tls.EVP_CipherInit_ex(
               cipher, tls.EVP_aes_256_cbc(), NULL, key->cipher, vector, encrypts) == 1;
}

// SSL_CTX_set_tlsext_ticket_key_evp_cb(3): 0 for an unknown key, 2 where the ticket is renewed.
static int ticket_key(SSL *ssl, unsigned char *name, unsigned char *vector, EVP_CIPHER_CTX *cipher,
    EVP_MAC_CTX *mac, int encrypts) {
    enum { VECTOR = 16, UNKNOWN = 0, OK = 1, RENEW = 2 };
    (void)ssl;
    unsigned current = tickets->current;
    const struct ticket_key *key = &tickets->keys[current % TICKET_KEYS];
    if (encrypts) {
        memcpy(name, key->name, TICKET_NAME);
        return tls.RAND_bytes(vector, VECTOR) == 1 && set_ticket_key(key, vector, cipher, mac, 1)
            ? OK : -1;
    }
    for (unsigned age = 0; age < 2 && age < current; age++) {
        key = &tickets->keys[(current - age) % TICKET_KEYS];
        if (memcmp(name, key->name, TICKET_NAME) == 0) {
            if (!set_ticket_key(key, vector, cipher, mac, 0)) {
                return -1;
            }
            return age == 0 ? OK : RENEW;
        }
    }
    return UNKNOWN;
}

// MARK: what a client asks for

static int select_protocol(SSL *ssl, const unsigned char **chosen, unsigned char *chosen_length,
    const unsigned char *offered, unsigned offered_length, void *argument) {
    static const char *const wanted[] = {"http/1.1", "http/1.0"};
    enum { LENGTH = 8 };
    (void)ssl, (void)argument;
    for (int protocol = 0; protocol < 2; protocol++) {
        for (unsigned i = 0; i < offered_length; i += 1 + offered[i]) {
            if (offered[i] == LENGTH && i + LENGTH < offered_length
                && memcmp(&offered[i + 1], wanted[protocol], LENGTH) == 0) {
                *chosen = &offered[i + 1];
                *chosen_length = LENGTH;
                return EXTENSION_OK;
            }
        }
    }
    // RFC 7301 section 3.2: no_application_protocol.
    return EXTENSION_FATAL;
}

static int compare(const void *left, const void *right) {
    return strcmp(((const struct named *)left)->name, ((const struct named *)right)->name);
}

static SSL_CTX *find(const struct forktail_tls_context *context, char *name) {
    struct named key = {name, NULL};
    struct named *found = bsearch(&key, context->names, context->count, sizeof key, compare);
    return found ? found->context : NULL;
}

// RFC 6125 section 6.4: a wildcard stands for the whole first label, and for no more.
static SSL_CTX *find_for_server(const struct forktail_tls_context *context, const char *server) {
    char name[NAME_ROOM];
    size_t length = strlen(server);
    if (length > 0 && server[length - 1] == '.') {
        length--;
    }
    if (length == 0 || length >= sizeof name) {
        return NULL;
    }
    for (size_t i = 0; i < length; i++) {
        name[i] = (char)tolower((unsigned char)server[i]);
    }
    name[length] = 0;
    SSL_CTX *found = find(context, name);
    char *point = strchr(name, '.');
    if (!found && point && point != name) {
        point[-1] = '*';
        found = find(context, point - 1);
    }
    return found;
}

static int select_certificate(SSL *ssl, int *alert, void *argument) {
    enum { HOST_NAME = 0 };
    (void)alert;
    const char *server = tls.SSL_get_servername(ssl, HOST_NAME);
    SSL_CTX *found = server ? find_for_server(argument, server) : NULL;
    if (!found) {
        return EXTENSION_UNUSED;
    }
    tls.SSL_set_SSL_CTX(ssl, found);
    return EXTENSION_OK;
}

// The handler is told of what is wrong with the certificate of a client.
static int accept_any(int is_valid, X509_STORE_CTX *store) {
    (void)is_valid, (void)store;
    return 1;
}

// MARK: making contexts

static bool read_authorities(struct forktail_tls_context *context,
    const struct forktail_tls_settings *settings) {
    BIO *bio = tls_bytes(settings->authorities, settings->authorities_length, false);
    X509 *next;
    while (bio && (next = tls.PEM_read_bio_X509(bio, NULL, NULL, NULL))) {
        size_t size = (context->authority_count + 1) * sizeof *context->authorities;
        X509 **all = realloc(context->authorities, size);
        if (!all) {
            tls.X509_free(next);
            break;
        }
        all[context->authority_count++] = next;
        context->authorities = all;
    }
    tls.BIO_free(bio);
    return context->authority_count > 0;
}

static bool admit_clients(SSL_CTX *made, const struct forktail_tls_context *context) {
    switch (context->settings.client_certificates) {
    case FORKTAIL_TLS_CLIENTS_OFF: return true;
    case FORKTAIL_TLS_CLIENTS_OPTIONAL:
        tls.SSL_CTX_set_verify(made, VERIFY_PEER, accept_any);
        break;
    default: tls.SSL_CTX_set_verify(made, VERIFY_PEER | FAIL_WITHOUT_CERTIFICATE, NULL);
    }
    for (size_t i = 0; i < context->authority_count; i++) {
        X509 *authority = context->authorities[i];
        if (tls.X509_STORE_add_cert(tls.SSL_CTX_get_cert_store(made), authority) != 1
            || tls.SSL_CTX_add_client_CA(made, authority) != 1) {
            return false;
        }
    }
    return true;
}

// Returns a context without certificates.
static SSL_CTX *make(struct forktail_tls_context *context, int *fault) {
    const struct forktail_tls_settings *settings = &context->settings;
    SSL_CTX *made = tls.SSL_CTX_new(tls.TLS_server_method());
    *fault = FORKTAIL_TLS_REFUSED_CERTIFICATE;
    if (!made) {
        return NULL;
    }
    tls.SSL_CTX_set_options(made, no_compression | no_renegotiation);
    tls.SSL_CTX_ctrl(made, CTRL_MODE,
        MODE_PARTIAL_WRITE | MODE_MOVING_BUFFER | MODE_RELEASE_BUFFERS, NULL);
    tls.SSL_CTX_ctrl(made, CTRL_READ_AHEAD, 1, NULL);
    tls.SSL_CTX_ctrl(made, CTRL_SESSION_CACHE, 0, NULL);
    tls.SSL_CTX_set_session_id_context(
        made, context->session_context, sizeof context->session_context);
    tls.SSL_CTX_set_alpn_select_cb(made, select_protocol, NULL);
    tls.SSL_CTX_set_tlsext_ticket_key_evp_cb(made, ticket_key);
    tls.SSL_CTX_callback_ctrl(made, CTRL_SERVER_NAME, (void (*)(void))select_certificate);
    tls.SSL_CTX_ctrl(made, CTRL_SERVER_NAME_ARGUMENT, 0, context);
    bool is_valid = tls.SSL_CTX_ctrl(made, CTRL_LOWEST_VERSION, settings->lowest_version, NULL) == 1;
    if (is_valid && tls.SSL_CTX_set_cipher_list(made, context->ciphers) != 1) {
        *fault = FORKTAIL_TLS_REFUSED_CIPHERS;
        is_valid = false;
    }
    if (is_valid && tls.SSL_CTX_set_ciphersuites(made, settings->suites) != 1) {
        *fault = FORKTAIL_TLS_REFUSED_SUITES;
        is_valid = false;
    }
    if (is_valid && tls.SSL_CTX_ctrl(made, CTRL_GROUPS, 0, (void *)settings->groups) != 1) {
        *fault = FORKTAIL_TLS_REFUSED_GROUPS;
        is_valid = false;
    }
    if (is_valid && !admit_clients(made, context)) {
        *fault = FORKTAIL_TLS_REFUSED_AUTHORITIES;
        is_valid = false;
    }
    if (!is_valid) {
        tls.SSL_CTX_free(made);
        return NULL;
    }
    return made;
}

// A session is resumed only under the rules for client certificates that it was made under.
static void hash_rules(struct forktail_tls_context *context,
    const struct forktail_tls_settings *settings) {
    size_t length = settings->authorities_length + 1;
    unsigned char *text = malloc(length);
    unsigned size = 0;
    if (text) {
        text[0] = (unsigned char)settings->client_certificates;
        if (length > 1) {
            memcpy(text + 1, settings->authorities, length - 1);
        }
        tls.EVP_Digest(text, length, context->session_context, &size, tls.EVP_sha256(), NULL);
        free(text);
    }
}

// Only suites whose records need no random number are safe in a crash handler; they are the good ones.
static char *only_authenticated(const char *ciphers) {
    static const char end[] = ":!SHA1:!SHA256:!SHA384:!MD5:!aNULL:!eNULL";
    char *text = malloc(strlen(ciphers) + sizeof end);
    if (text) {
        strcpy(text, ciphers);
        strcat(text, end);
    }
    return text;
}

bool forktail_tls_has_name(int list, const char *name) {
    SSL_CTX *made = tls.SSL_CTX_new(tls.TLS_server_method());
    bool is_known = false;
    if (!made) {
        return true; // without memory nothing is known of it
    }
    switch (list) {
    case FORKTAIL_TLS_REFUSED_CIPHERS: is_known = tls.SSL_CTX_set_cipher_list(made, name) == 1; break;
    case FORKTAIL_TLS_REFUSED_SUITES: is_known = tls.SSL_CTX_set_ciphersuites(made, name) == 1; break;
    case FORKTAIL_TLS_REFUSED_GROUPS:
        is_known = tls.SSL_CTX_ctrl(made, CTRL_GROUPS, 0, (void *)name) == 1;
        break;
    default: break;
    }
    tls.SSL_CTX_free(made);
    tls.ERR_clear_error();
    return is_known;
}

struct forktail_tls_context *forktail_tls_context_make(
    const struct forktail_tls_settings *settings, int *fault,
    char reason[FORKTAIL_TLS_REASON_ROOM]) {
    struct forktail_tls_context *context = calloc(1, sizeof *context);
    tls.ERR_clear_error();
    if (!context) {
        return NULL;
    }
    context->settings = (struct forktail_tls_settings){
        .lowest_version = settings->lowest_version,
        .client_certificates = settings->client_certificates,
        .suites = strdup(settings->suites),
        .groups = strdup(settings->groups),
    };
    context->ciphers = only_authenticated(settings->ciphers);
    hash_rules(context, settings);
    bool needs_authorities = settings->client_certificates != FORKTAIL_TLS_CLIENTS_OFF;
    if (needs_authorities && !read_authorities(context, settings)) {
        *fault = FORKTAIL_TLS_REFUSED_AUTHORITIES;
        tls_take_reason(reason);
        forktail_tls_context_free(context);
        return NULL;
    }
    tls.ERR_clear_error();
    SSL_CTX *trial = make(context, fault);
    if (!trial) {
        tls_take_reason(reason);
        forktail_tls_context_free(context);
        return NULL;
    }
    tls.SSL_CTX_free(trial);
    return context;
}

static bool use(SSL_CTX *made, const struct forktail_tls_certificate *certificate) {
    if (tls.SSL_CTX_use_certificate(made, certificate->chain[0]) != 1
        || tls.SSL_CTX_use_PrivateKey(made, certificate->key) != 1) {
        return false;
    }
    for (size_t i = 1; i < certificate->chain_length; i++) {
        if (tls.SSL_CTX_ctrl(made, CTRL_ADD_TO_CHAIN, 1, certificate->chain[i]) != 1) {
            return false;
        }
    }
    return true;
}

bool forktail_tls_context_add(struct forktail_tls_context *context, const char *name,
    struct forktail_tls_certificate *const *certificates, size_t count,
    char reason[FORKTAIL_TLS_REASON_ROOM]) {
    int fault;
    tls.ERR_clear_error();
    SSL_CTX *made = make(context, &fault);
    bool is_valid = made != NULL;
    for (size_t i = 0; is_valid && i < count; i++) {
        is_valid = use(made, certificates[i]);
    }
    struct named *names = NULL;
    if (is_valid && name) {
        names = realloc(context->names, (context->count + 1) * sizeof *names);
        is_valid = names != NULL;
        context->names = names ? names : context->names;
    }
    if (!is_valid) {
        tls_take_reason(reason);
        if (made) {
            tls.SSL_CTX_free(made);
        }
        return false;
    }
    if (name) {
        names[context->count++] = (struct named){strdup(name), made};
    } else {
        context->fallback = made;
    }
    return true;
}

void forktail_tls_context_finish(struct forktail_tls_context *context) {
    if (context->count > 0) {
        qsort(context->names, context->count, sizeof *context->names, compare);
    }
}

void forktail_tls_context_free(struct forktail_tls_context *context) {
    for (size_t i = 0; i < context->count; i++) {
        tls.SSL_CTX_free(context->names[i].context);
        free(context->names[i].name);
    }
    for (size_t i = 0; i < context->authority_count; i++) {
        tls.X509_free(context->authorities[i]);
    }
    if (context->fallback) {
        tls.SSL_CTX_free(context->fallback);
    }
    free(context->names);
    free(context->authorities);
    free(context->ciphers);
    free((void *)context->settings.suites);
    free((void *)context->settings.groups);
    free(context);
}

SSL_CTX *tls_default_context(const struct forktail_tls_context *context) {
    return context->fallback;
}
