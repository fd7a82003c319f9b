#include "CForktail.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

typedef void object;
typedef ptrdiff_t size;

// What PyMethodDef has had since Python 2: the one structure of Python's that is used here.
struct method {
    const char *name;
    object *(*call)(object *, object *);
    int flags;
    const char *text;
};
enum { TAKES_TUPLE = 1, FILE_INPUT = 257 };

// Each function with its result and its parameters.
#define FUNCTIONS(F)                                                                               \
    F(int, PyGILState_Ensure, (void))                                                              \
    F(void *, PyEval_SaveThread, (void))                                                           \
    F(void, PyEval_RestoreThread, (void *))                                                        \
    F(const char *, Py_GetVersion, (void))                                                         \
    F(void, Py_IncRef, (object *))                                                                 \
    F(void, Py_DecRef, (object *))                                                                 \
    F(object *, Py_CompileString, (const char *, const char *, int))                               \
    F(object *, PyEval_EvalCode, (object *, object *, object *))                                   \
    F(object *, PyEval_GetBuiltins, (void))                                                        \
    F(object *, PyCFunction_NewEx, (struct method *, object *, object *))                          \
    F(int, PySys_SetObject, (const char *, object *))                                              \
    F(object *, PyObject_CallObject, (object *, object *))                                         \
    F(object *, PyObject_GetAttrString, (object *, const char *))                                  \
    F(object *, PyObject_Str, (object *))                                                          \
    F(object *, PyTuple_New, (size))                                                               \
    F(int, PyTuple_SetItem, (object *, size, object *))                                            \
    F(object *, PyTuple_GetItem, (object *, size))                                                 \
    F(object *, PyLong_FromLong, (long))                                                           \
    F(long, PyLong_AsLong, (object *))                                                             \
    F(object *, PyBool_FromLong, (long))                                                           \
    F(object *, PyUnicode_DecodeLatin1, (const char *, size, const char *))                        \
    F(object *, PyUnicode_DecodeUTF8, (const char *, size, const char *))                          \
    F(object *, PyUnicode_Concat, (object *, object *))                                            \
    F(const char *, PyUnicode_AsUTF8AndSize, (object *, size *))                                   \
    F(object *, PyBytes_FromStringAndSize, (const char *, size))                                   \
    F(int, PyBytes_AsStringAndSize, (object *, char **, size *))                                   \
    F(object *, PyDict_New, (void))                                                                \
    F(object *, PyDict_Copy, (object *))                                                           \
    F(object *, PyDict_GetItem, (object *, object *))                                              \
    F(object *, PyDict_GetItemString, (object *, const char *))                                    \
    F(int, PyDict_SetItem, (object *, object *, object *))                                         \
    F(int, PyDict_SetItemString, (object *, const char *, object *))                               \
    F(int, PyDict_Update, (object *, object *))                                                    \
    F(object *, PyCapsule_New, (void *, const char *, void (*)(object *)))                         \
    F(void *, PyCapsule_GetPointer, (object *, const char *))                                      \
    F(void *, PyCapsule_GetContext, (object *))                                                    \
    F(int, PyCapsule_SetContext, (object *, void *))                                               \
    F(void, PyErr_SetString, (object *, const char *))                                             \
    F(void, PyErr_Fetch, (object **, object **, object **))                                        \
    F(void, PyErr_NormalizeException, (object **, object **, object **))                           \
    F(void, PyErr_Clear, (void))

#define DECLARE(result, name, parameters) static result(*p##name) parameters;
FUNCTIONS(DECLARE)

#define PER_THREAD static _Thread_local __attribute__((tls_model("initial-exec")))
PER_THREAD void *kept;

void *forktail_thread_value(void) { return kept; }
void forktail_thread_keep(void *value) { kept = value; }

static object **import_error;
static object *none;

static const char *find(const char *name, void **place) {
    *place = dlsym(RTLD_DEFAULT, name);
    return *place ? NULL : name;
}

const char *forktail_py_load(void) {
    const char *missing = NULL;
#define FIND(result, name, parameters)                                                             \
    if (!missing) {                                                                                \
        missing = find(#name, (void **)&p##name);                                                  \
    }
    FUNCTIONS(FIND)
    if (!missing) {
        missing = find("PyExc_ImportError", (void **)&import_error);
    }
    if (!missing) {
        missing = find("_Py_NoneStruct", &none);
    }
    return missing;
}

const char *forktail_py_version(void) { return pPy_GetVersion(); }

// The state of the calling thread, while it does not have the GIL, and how often it has taken it.
PER_THREAD void *parked;
PER_THREAD int depth;

void forktail_py_enter(void) {
    if (depth++ > 0) {
        return;
    }
    if (parked) {
        pPyEval_RestoreThread(parked);
    } else {
        // It makes the state, which is never released.
        pPyGILState_Ensure();
    }
}

void forktail_py_leave(void) {
    if (--depth == 0) {
        parked = pPyEval_SaveThread();
    }
}

void forktail_py_park(void) { parked = pPyEval_SaveThread(); }
void *forktail_py_release(void) { return pPyEval_SaveThread(); }
void forktail_py_retake(void *thread) { pPyEval_RestoreThread(thread); }

void forktail_py_keep(object *it) { pPy_IncRef(it); }
void forktail_py_drop(object *it) { pPy_DecRef(it); }
bool forktail_py_is_none(object *it) { return it == none; }

object *forktail_py_run(const char *text, const char *file, object *names) {
    object *code = pPy_CompileString(text, file, FILE_INPUT);
    if (!code) {
        return NULL;
    }
    object *space = pPyDict_New();
    pPyDict_Update(space, names);
    pPyDict_SetItemString(space, "__builtins__", pPyEval_GetBuiltins());
    object *result = pPyEval_EvalCode(code, space, space);
    pPy_DecRef(code);
    if (!result) {
        pPy_DecRef(space);
        return NULL;
    }
    pPy_DecRef(result);
    return space;
}

object *forktail_py_function(const char *name, object *(*call)(object *, object *)) {
    // The function refers to it for as long as the process lives.
    struct method *method = calloc(1, sizeof *method);
    if (!method) {
        return NULL;
    }
    *method = (struct method){name, call, TAKES_TUPLE, ""};
    return pPyCFunction_NewEx(method, NULL, NULL);
}

void forktail_py_publish(const char *name, object *function) { pPySys_SetObject(name, function); }

object *forktail_py_call(
    object *callable, object *first, object *second, object *third, object *fourth) {
    object *all[] = {first, second, third, fourth};
    size count = 0;
    while (count < 4 && all[count]) {
        count++;
    }
    object *tuple = pPyTuple_New(count);
    for (size i = 0; i < count; i++) {
        pPyTuple_SetItem(tuple, i, all[i]);
    }
    object *result = pPyObject_CallObject(callable, tuple);
    pPy_DecRef(tuple);
    return result;
}

object *forktail_py_pair(object *first, object *second) {
    object *tuple = pPyTuple_New(2);
    pPyTuple_SetItem(tuple, 0, first);
    pPyTuple_SetItem(tuple, 1, second);
    return tuple;
}

object *forktail_py_element(object *tuple, size_t index) {
    object *element = pPyTuple_GetItem(tuple, (size)index);
    if (!element) {
        pPyErr_Clear();
    }
    return element;
}

object *forktail_py_none(void) {
    pPy_IncRef(none);
    return none;
}

object *forktail_py_number(long number) { return pPyLong_FromLong(number); }
object *forktail_py_true(bool value) { return pPyBool_FromLong(value); }

object *forktail_py_latin1(const uint8_t *bytes, size_t count) {
    return pPyUnicode_DecodeLatin1((const char *)bytes, (size)count, NULL);
}

object *forktail_py_text(const uint8_t *bytes, size_t count) {
    return pPyUnicode_DecodeUTF8((const char *)bytes, (size)count, "replace");
}

object *forktail_py_bytes(const uint8_t *bytes, size_t count) {
    return pPyBytes_FromStringAndSize((const char *)bytes, (size)count);
}

long forktail_py_long(object *number) {
    long value = pPyLong_AsLong(number);
    pPyErr_Clear();
    return value;
}

const uint8_t *forktail_py_bytes_of(object *it, size_t *count) {
    char *bytes = NULL;
    size length = 0;
    if (pPyBytes_AsStringAndSize(it, &bytes, &length) != 0) {
        pPyErr_Clear();
        return NULL;
    }
    *count = (size_t)length;
    return (const uint8_t *)bytes;
}

const uint8_t *forktail_py_text_of(object *it, size_t *count) {
    size length = 0;
    const char *text = pPyUnicode_AsUTF8AndSize(it, &length);
    if (!text) {
        pPyErr_Clear();
        return NULL;
    }
    *count = (size_t)length;
    return (const uint8_t *)text;
}

object *forktail_py_dictionary(void) { return pPyDict_New(); }
object *forktail_py_copy(object *dictionary) { return pPyDict_Copy(dictionary); }

object *forktail_py_get(object *dictionary, const char *key) {
    return pPyDict_GetItemString(dictionary, key);
}

object *forktail_py_attribute(object *it, const char *name) {
    return pPyObject_GetAttrString(it, name);
}

void forktail_py_put(object *dictionary, const char *key, object *value) {
    pPyDict_SetItemString(dictionary, key, value);
    pPy_DecRef(value);
}

void forktail_py_put_latin1(object *dictionary, object *key, const uint8_t *bytes, size_t count) {
    object *text = forktail_py_latin1(bytes, count);
    pPyDict_SetItem(dictionary, key, text);
    pPy_DecRef(text);
}

static char upper(uint8_t byte) {
    if (byte == '-') {
        return '_';
    }
    return (char)(byte >= 'a' && byte <= 'z' ? byte - 'a' + 'A' : byte);
}

void forktail_py_put_field(object *dictionary, const uint8_t *name, size_t name_count,
    const uint8_t *value, size_t count, const char *separator) {
    char form[256];
    static const char prefix[] = "HTTP_";
    size_t length = sizeof prefix - 1;
    if (name_count > sizeof form - length) {
        return;
    }
    memcpy(form, prefix, length);
    for (size_t i = 0; i < name_count; i++) {
        form[length++] = upper(name[i]);
    }
    const char *start = form;
    static const char type[] = "HTTP_CONTENT_TYPE";
    static const char body[] = "HTTP_CONTENT_LENGTH";
    if ((length == sizeof type - 1 && memcmp(form, type, length) == 0)
        || (length == sizeof body - 1 && memcmp(form, body, length) == 0)) {
        start += sizeof prefix - 1;
        length -= sizeof prefix - 1;
    }
    object *key = pPyUnicode_DecodeLatin1(start, (size)length, NULL);
    object *text = forktail_py_latin1(value, count);
    object *before = pPyDict_GetItem(dictionary, key);
    if (before) {
        object *between = pPyUnicode_DecodeLatin1(separator, (size)strlen(separator), NULL);
        object *front = pPyUnicode_Concat(before, between);
        object *whole = pPyUnicode_Concat(front, text);
        pPy_DecRef(between);
        pPy_DecRef(front);
        pPy_DecRef(text);
        text = whole;
    }
    pPyDict_SetItem(dictionary, key, text);
    pPy_DecRef(key);
    pPy_DecRef(text);
}

static const char capsule_name[] = "forktail";

static void destroy_capsule(object *capsule) {
    void (*destroy)(void *) = (void (*)(void *))pPyCapsule_GetContext(capsule);
    destroy(pPyCapsule_GetPointer(capsule, capsule_name));
}

object *forktail_py_wrap(void *pointer, void (*destroy)(void *)) {
    object *capsule = pPyCapsule_New(pointer, capsule_name, destroy_capsule);
    if (capsule) {
        pPyCapsule_SetContext(capsule, (void *)destroy);
    }
    return capsule;
}

void *forktail_py_unwrap(object *it) {
    void *pointer = pPyCapsule_GetPointer(it, capsule_name);
    if (!pointer) {
        pPyErr_Clear();
    }
    return pointer;
}

void forktail_py_raise(object *class, const char *text) {
    pPyErr_SetString(class ? class : *import_error, text);
}

char *forktail_py_take_error(void) {
    object *type = NULL, *value = NULL, *trace = NULL;
    pPyErr_Fetch(&type, &value, &trace);
    pPyErr_NormalizeException(&type, &value, &trace);
    object *text = value ? pPyObject_Str(value) : NULL;
    const char *words = text ? pPyUnicode_AsUTF8AndSize(text, NULL) : NULL;
    char *copy = strdup(words ? words : "an exception without a text");
    pPyErr_Clear();
    pPy_DecRef(text);
    pPy_DecRef(type);
    pPy_DecRef(value);
    pPy_DecRef(trace);
    return copy;
}
