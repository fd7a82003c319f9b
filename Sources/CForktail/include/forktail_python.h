// Python's C API, found by dlsym(3) in the interpreter that has loaded this library.
//
// Only functions that exist from 3.9 on, and none that depends on the layout of an object, so that
// one build serves all versions. An object is a `void *` here; "new" means that the caller owns a
// reference. Every function but the first two needs the GIL.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Finds the functions. The name of one that is missing; NULL where all are there.
const char *forktail_py_load(void);
/// The version as text, such as `3.11.2 (main, …)`.
const char *forktail_py_version(void);

/// Takes the GIL, in any thread; calls may be nested. A thread stays known to Python, so that what its
/// code keeps for a thread, such as a database connection, is there for the next request.
void forktail_py_enter(void);
void forktail_py_leave(void);
/// Gives the GIL up in the thread in which Python has called, which is to call `forktail_py_enter`.
void forktail_py_park(void);
/// Gives the GIL up, and takes it again, within a call of Python's.
void *forktail_py_release(void);
void forktail_py_retake(void *thread);

void forktail_py_keep(void *object);
void forktail_py_drop(void *object);
bool forktail_py_is_none(void *object);

/// Runs a module's text in a new namespace, which it returns, with one function put in before for each
/// entry of `functions`; NULL with an exception set.
void *forktail_py_run(const char *text, const char *file, void *names);
/// Makes a function of Python's; `definition` stays in use. New.
void *forktail_py_function(
    const char *name, void *(*call)(void *self, void *arguments));
/// Makes a function one of `sys`.
void forktail_py_publish(const char *name, void *function);
/// Calls a callable with up to four arguments, whose references it takes; NULL ends them. New, or
/// NULL with an exception set.
void *forktail_py_call(void *callable, void *first, void *second, void *third, void *fourth);
/// A tuple of two objects, whose references it takes. New.
void *forktail_py_pair(void *first, void *second);
/// The element of a tuple, or NULL; not new.
void *forktail_py_element(void *tuple, size_t index);

void *forktail_py_none(void);
void *forktail_py_number(long number);
void *forktail_py_true(bool value);
void *forktail_py_latin1(const uint8_t *bytes, size_t count);
/// Text of UTF-8, with U+FFFD for other bytes.
void *forktail_py_text(const uint8_t *bytes, size_t count);
void *forktail_py_bytes(const uint8_t *bytes, size_t count);
long forktail_py_long(void *number);
/// The bytes of an object; NULL where it is of another type.
const uint8_t *forktail_py_bytes_of(void *object, size_t *count);
/// The UTF-8 of a text; NULL where it is no text.
const uint8_t *forktail_py_text_of(void *object, size_t *count);

void *forktail_py_dictionary(void);
void *forktail_py_copy(void *dictionary);
/// The value of a key, not new; NULL where there is none.
void *forktail_py_get(void *dictionary, const char *key);
/// An attribute, new; NULL with an exception set.
void *forktail_py_attribute(void *object, const char *name);
/// Takes a reference to the value.
void forktail_py_put(void *dictionary, const char *key, void *value);
/// Puts text of ISO 8859-1 at a key that is an object.
void forktail_py_put_latin1(void *dictionary, void *key, const uint8_t *bytes, size_t count);
/// Puts the value of a request field at its name in CGI's form, behind one that is there already with
/// a separator between. `name` is ISO 8859-1.
void forktail_py_put_field(void *dictionary, const uint8_t *name, size_t name_count,
    const uint8_t *value, size_t count, const char *separator);

/// Wraps a pointer, which `destroy` gets when the object goes. New.
void *forktail_py_wrap(void *pointer, void (*destroy)(void *pointer));
/// The pointer; NULL where the object wraps none of these.
void *forktail_py_unwrap(void *object);

/// Raises an exception of a class, which is an object, or of ImportError where it is NULL.
void forktail_py_raise(void *class, const char *text);
/// The exception that is raised as text, which it clears; to be freed.
char *forktail_py_take_error(void);

/// What the calling thread keeps.
void *forktail_thread_value(void);
void forktail_thread_keep(void *value);
