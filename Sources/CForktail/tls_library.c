// Loads OpenSSL.
#include "CForktail.h"
#include "tls_library.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct tls_library tls;
bool tls_owns_memory;

// OPENSSL_init_ssl: the workers leave by _exit(2), and messages are wanted.
enum { NO_ATEXIT = 0x80000, LOAD_CRYPTO_STRINGS = 2, LOAD_SSL_STRINGS = 0x200000 };
// Private keys lie in memory that no core file gets: CRYPTO_secure_malloc_init(3). There is no other
// memory for them: each connection keeps that of its handshake, up to 128 bytes, until it is closed.
// Pages that are never written use no memory.
enum { SECURE_SIZE = 8 * 1024 * 1024, SECURE_SMALLEST = 32 };

static bool find_functions(void *library, char reason[FORKTAIL_TLS_REASON_ROOM]) {
#define TLS_FIND(result, name, arguments)                                                          \
    if (!(*(void **)&tls.name = dlsym(library, #name))) {                                          \
        snprintf(reason, FORKTAIL_TLS_REASON_ROOM, "libssl.so.3 has no function " #name);          \
        return false;                                                                              \
    }
    TLS_FUNCTIONS(TLS_FIND)
#undef TLS_FIND
    return true;
}

bool forktail_tls_load(char reason[FORKTAIL_TLS_REASON_ROOM]) {
    static bool is_loaded;
    if (is_loaded) {
        return true;
    }
    void *library = dlopen("libssl.so.3", RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        const char *text = dlerror();
        snprintf(reason, FORKTAIL_TLS_REASON_ROOM, "%s", text ? text : "dlopen failed");
        return false;
    }
    if (!find_functions(library, reason)) {
        return false;
    }
    tls_own_memory();
    tls.CRYPTO_secure_malloc_init(SECURE_SIZE, SECURE_SMALLEST);
    if (tls.OPENSSL_init_ssl(NO_ATEXIT | LOAD_CRYPTO_STRINGS | LOAD_SSL_STRINGS, NULL) != 1) {
        snprintf(reason, FORKTAIL_TLS_REASON_ROOM, "OPENSSL_init_ssl failed: %s", tls_reason());
        return false;
    }
    is_loaded = true;
    return true;
}

bool forktail_tls_owns_memory(void) { return tls_owns_memory; }

const char *forktail_tls_version(void) { return tls.OpenSSL_version(0); }

const char *tls_reason(void) {
    unsigned long error = tls.ERR_get_error();
    const char *text = error ? tls.ERR_reason_error_string(error) : NULL;
    tls.ERR_clear_error();
    return text ? text : "unknown error";
}

void tls_take_reason(char reason[FORKTAIL_TLS_REASON_ROOM]) {
    snprintf(reason, FORKTAIL_TLS_REASON_ROOM, "%s", tls_reason());
}

BIO *tls_bytes(const void *bytes, size_t length, bool is_secret) {
    BIO *bio = tls.BIO_new(is_secret ? tls.BIO_s_secmem() : tls.BIO_s_mem());
    if (bio && length > 0 && tls.BIO_write(bio, bytes, (int)length) != (int)length) {
        tls.BIO_free(bio);
        return NULL;
    }
    return bio;
}

void tls_print_name(const X509_NAME *name, char text[FORKTAIL_TLS_REASON_ROOM]) {
    enum { RFC_2253 = 0x1110317 };
    text[0] = 0;
    BIO *bio = tls.BIO_new(tls.BIO_s_mem());
    if (bio && tls.X509_NAME_print_ex(bio, name, 0, RFC_2253) >= 0) {
        int count = tls.BIO_read(bio, text, FORKTAIL_TLS_REASON_ROOM - 1);
        text[count > 0 ? count : 0] = 0;
    }
    tls.BIO_free(bio);
}
