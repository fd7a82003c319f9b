// Loads OpenSSL, and gives it its memory.
#include "CForktail.h"
#include "tls_library.h"

#include <dlfcn.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

struct tls_library tls;
bool tls_owns_memory;

// Memory of the crash handler, which must not wait for the lock of malloc(3): a record needs 34 KB.
// Pages that are never written use no memory.
enum { ARENA_SIZE = 64 * 1024 * 1024, ARENA_ALIGNMENT = 16 };
static char *arena;
static atomic_size_t arena_used;
static atomic_bool uses_arena;

static void *take_from_arena(size_t size) {
    size_t whole = (size + ARENA_ALIGNMENT - 1) & ~(size_t)(ARENA_ALIGNMENT - 1);
    if (whole < size || whole > ARENA_SIZE) {
        return NULL;
    }
    size_t start = atomic_fetch_add(&arena_used, whole);
    return start + whole <= ARENA_SIZE ? arena + start : NULL;
}

static bool is_in_arena(const void *memory) {
    return arena && (const char *)memory >= arena && (const char *)memory < arena + ARENA_SIZE;
}

static void *give(size_t size, const char *file, int line) {
    (void)file, (void)line;
    return uses_arena ? take_from_arena(size) : malloc(size);
}

static void *give_again(void *memory, size_t size, const char *file, int line) {
    if (!uses_arena) {
        return realloc(memory, size);
    }
    void *larger = give(size, file, line);
    if (larger && memory) {
        // malloc_usable_size(3) takes no lock; what lies in the arena is bounded by its end.
        size_t room = is_in_arena(memory) ? (size_t)(arena + ARENA_SIZE - (char *)memory)
                                          : malloc_usable_size(memory);
        memmove(larger, memory, room < size ? room : size);
    }
    return larger;
}

static void take_back(void *memory, const char *file, int line) {
    (void)file, (void)line;
    // The process is about to end: what can't be freed without a lock stays.
    if (!uses_arena && !is_in_arena(memory)) {
        free(memory);
    }
}

void tls_use_arena(void) { uses_arena = true; }

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
    // Fails where OpenSSL has allocated memory before, for an application that is linked with it.
    void *room = mmap(NULL, ARENA_SIZE, PROT_READ | PROT_WRITE,
        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    arena = room == MAP_FAILED ? NULL : room;
    tls_owns_memory =
        tls.CRYPTO_set_mem_functions(give, give_again, take_back) == 1 && arena;
    tls.CRYPTO_secure_malloc_init(SECURE_SIZE, SECURE_SMALLEST);
    if (tls.OPENSSL_init_ssl(NO_ATEXIT | LOAD_CRYPTO_STRINGS | LOAD_SSL_STRINGS, NULL) != 1) {
        snprintf(reason, FORKTAIL_TLS_REASON_ROOM, "OPENSSL_init_ssl failed: %s", tls_reason());
        return false;
    }
    is_loaded = true;
    return true;
}

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
