// What the benchmark of the head parser compares with, and how it counts.
#pragma once
#include <stddef.h>

/// Looks at each byte of a request's head once, notes where its parts lie, and returns how many
/// fields it has.
size_t scan_head(const unsigned char *bytes, size_t count);

/// How many times the heap was asked for memory so far.
size_t heap_requests(void);
