// The plain loop that Forktail's parser of request heads is compared with: it looks at each byte
// once, notes where names and values lie, and checks nothing but the characters of names and values.
#include "head-loop.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct field {
    uint32_t name_start, name_end, value_start, value_end;
};

// Somewhere outside, so that the compiler can't leave the work out.
struct field scanned_fields[100];

static int is_token(unsigned char byte) {
    return byte > ' ' && byte < 0x7f && !strchr("\"(),/:;<=>?@[\\]{}", byte);
}

static unsigned char token[256];

__attribute__((constructor)) static void fill(void) {
    for (int byte = 1; byte < 256; byte++) token[byte] = is_token((unsigned char)byte);
}

size_t scan_head(const unsigned char *bytes, size_t count) {
    size_t fields = 0, at = 0;
    while (at < count && bytes[at] != '\n') at++;
    at++;
    while (at < count && bytes[at] != '\r') {
        struct field *field = &scanned_fields[fields];
        field->name_start = (uint32_t)at;
        while (at < count && token[bytes[at]]) at++;
        if (at == count || bytes[at] != ':') return 0;
        field->name_end = (uint32_t)at++;
        while (at < count && (bytes[at] == ' ' || bytes[at] == '\t')) at++;
        field->value_start = (uint32_t)at;
        while (at < count && (bytes[at] >= ' ' || bytes[at] == '\t') && bytes[at] != 0x7f) at++;
        if (at + 1 >= count || bytes[at] != '\r' || bytes[at + 1] != '\n') return 0;
        field->value_end = (uint32_t)at;
        at += 2;
        if (++fields == 100) return 0;
    }
    return at + 2 == count ? fields : 0;
}

// The C library's allocator with a count: what Swift's runtime asks for comes through here.
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *memory, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

static size_t requests;

size_t heap_requests(void) {
    return requests;
}

void *malloc(size_t size) {
    requests++;
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
    requests++;
    return __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size) {
    requests++;
    return __libc_realloc(memory, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    requests++;
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size) {
    requests++;
    *memory = __libc_memalign(alignment, size);
    return *memory ? 0 : 12;
}
