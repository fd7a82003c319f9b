// Certificates and keys: reads them, says what they hold, makes one for development.
#include "CForktail.h"
#include "tls_library.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SUBJECT_ALT_NAME = 85, BASIC_CONSTRAINTS = 87, KEY_USAGE = 83, EXTENDED_KEY_USAGE = 126 };
enum { NAME_IS_DNS = 2, PURPOSE_SERVER = 2 };

static int refuse_password(char *room, int size, int encrypts, void *argument) {
    (void)room, (void)size, (void)encrypts;
    *(bool *)argument = true;
    return -1;
}

static bool read_chain(struct forktail_tls_certificate *certificate, const void *bytes, size_t length) {
    BIO *bio = tls_bytes(bytes, length, false);
    X509 *next;
    while (bio && (next = tls.PEM_read_bio_X509(bio, NULL, NULL, NULL))) {
        size_t count = certificate->chain_length;
        X509 **chain = realloc(certificate->chain, (count + 1) * sizeof *chain);
        if (!chain) {
            tls.X509_free(next);
            break;
        }
        chain[count] = next;
        certificate->chain = chain;
        certificate->chain_length = count + 1;
    }
    tls.BIO_free(bio);
    return certificate->chain_length > 0;
}

static bool read_key(
    struct forktail_tls_certificate *certificate, const void *bytes, size_t length, bool *asked) {
    BIO *bio = tls_bytes(bytes, length, true);
    certificate->key = bio ? tls.PEM_read_bio_PrivateKey(bio, NULL, refuse_password, asked) : NULL;
    tls.BIO_free(bio);
    return certificate->key != NULL;
}

static void add_name(struct forktail_tls_certificate *certificate, const unsigned char *text, int length) {
    char **names = realloc(certificate->names, (certificate->name_count + 1) * sizeof *names);
    char *name = malloc((size_t)length + 1);
    if (names) {
        certificate->names = names;
    }
    // A name with a NUL inside is none.
    if (!names || !name || memchr(text, 0, (size_t)length)) {
        free(name);
        return;
    }
    for (int i = 0; i < length; i++) {
        name[i] = (char)tolower(text[i]);
    }
    name[length] = 0;
    names[certificate->name_count++] = name;
}

static void read_names(struct forktail_tls_certificate *certificate) {
    void *list = tls.X509_get_ext_d2i(certificate->chain[0], SUBJECT_ALT_NAME, NULL, NULL);
    for (int i = 0; list && i < tls.OPENSSL_sk_num(list); i++) {
        int kind;
        const ASN1_STRING *value = tls.GENERAL_NAME_get0_value(tls.OPENSSL_sk_value(list, i), &kind);
        if (kind == NAME_IS_DNS) {
            add_name(certificate, tls.ASN1_STRING_get0_data(value), tls.ASN1_STRING_length(value));
        }
    }
    if (list) {
        tls.GENERAL_NAMES_free(list);
    }
}

struct forktail_tls_certificate *forktail_tls_certificate_read(const void *chain,
    size_t chain_length, const void *key, size_t key_length, int *fault,
    char reason[FORKTAIL_TLS_REASON_ROOM]) {
    struct forktail_tls_certificate *certificate = calloc(1, sizeof *certificate);
    bool asked = false;
    tls.ERR_clear_error();
    if (!certificate || !read_chain(certificate, chain, chain_length)) {
        *fault = FORKTAIL_TLS_CHAIN_UNREADABLE;
    } else if (tls.ERR_clear_error(), !read_key(certificate, key, key_length, &asked)) {
        *fault = asked ? FORKTAIL_TLS_KEY_ENCRYPTED : FORKTAIL_TLS_KEY_UNREADABLE;
    } else if (tls.X509_check_private_key(certificate->chain[0], certificate->key) != 1) {
        *fault = FORKTAIL_TLS_KEY_MISMATCH;
    } else {
        read_names(certificate);
        tls.ERR_clear_error();
        return certificate;
    }
    tls_take_reason(reason);
    forktail_tls_certificate_free(certificate);
    return NULL;
}

void forktail_tls_certificate_free(struct forktail_tls_certificate *certificate) {
    if (!certificate) {
        return;
    }
    for (size_t i = 0; i < certificate->chain_length; i++) {
        tls.X509_free(certificate->chain[i]);
    }
    for (size_t i = 0; i < certificate->name_count; i++) {
        free(certificate->names[i]);
    }
    tls.EVP_PKEY_free(certificate->key);
    free(certificate->chain);
    free(certificate->names);
    free(certificate);
}

static int64_t seconds(const ASN1_STRING *time) {
    struct tm parts;
    return tls.ASN1_TIME_to_tm(time, &parts) == 1 ? (int64_t)timegm(&parts) : 0;
}

int64_t forktail_tls_certificate_start(const struct forktail_tls_certificate *certificate) {
    return seconds(tls.X509_get0_notBefore(certificate->chain[0]));
}

int64_t forktail_tls_certificate_end(const struct forktail_tls_certificate *certificate) {
    return seconds(tls.X509_get0_notAfter(certificate->chain[0]));
}

size_t forktail_tls_certificate_name_count(const struct forktail_tls_certificate *certificate) {
    return certificate->name_count;
}

const char *forktail_tls_certificate_name(
    const struct forktail_tls_certificate *certificate, size_t index) {
    return certificate->names[index];
}

int forktail_tls_certificate_key_kind(const struct forktail_tls_certificate *certificate) {
    return tls.EVP_PKEY_get_base_id(certificate->key);
}

size_t forktail_tls_certificate_misplaced(const struct forktail_tls_certificate *certificate) {
    for (size_t i = 0; i + 1 < certificate->chain_length; i++) {
        if (tls.X509_check_issued(certificate->chain[i + 1], certificate->chain[i]) != 0) {
            return i + 1;
        }
    }
    return 0;
}

bool forktail_tls_certificate_is_for_servers(const struct forktail_tls_certificate *certificate) {
    return tls.X509_check_purpose(certificate->chain[0], PURPOSE_SERVER, 0) == 1;
}

void forktail_tls_certificate_subject(const struct forktail_tls_certificate *certificate,
    size_t position, char subject[FORKTAIL_TLS_REASON_ROOM]) {
    tls_print_name(tls.X509_get_subject_name(certificate->chain[position]), subject);
}

// MARK: a certificate for development

static bool add_extension(X509 *certificate, int number, const char *value) {
    struct tls_extension_context context = {{NULL}};
    X509_EXTENSION *extension = tls.X509V3_EXT_conf_nid(NULL, &context, number, value);
    bool is_added = extension && tls.X509_add_ext(certificate, extension, -1) == 1;
    if (extension) {
        tls.X509_EXTENSION_free(extension);
    }
    return is_added;
}

static bool fill(X509 *certificate, EVP_PKEY *key, const char *name, const char *names, long lifetime) {
    enum { VERSION_3 = 2, ASCII = 0x1001, FIVE_MINUTES = 300 };
    uint64_t serial = 0;
    X509_NAME *subject = tls.X509_get_subject_name(certificate);
    return tls.RAND_bytes((unsigned char *)&serial, sizeof serial) == 1
        && tls.X509_set_version(certificate, VERSION_3) == 1
        && tls.ASN1_INTEGER_set_uint64(tls.X509_get_serialNumber(certificate), serial >> 1) == 1
        && tls.X509_gmtime_adj(tls.X509_getm_notBefore(certificate), -FIVE_MINUTES)
        && tls.X509_gmtime_adj(tls.X509_getm_notAfter(certificate), lifetime)
        && tls.X509_set_pubkey(certificate, key) == 1
        && tls.X509_NAME_add_entry_by_txt(
               subject, "CN", ASCII, (const unsigned char *)name, -1, -1, 0) == 1
        && tls.X509_set_issuer_name(certificate, subject) == 1
        && add_extension(certificate, SUBJECT_ALT_NAME, names)
        && add_extension(certificate, BASIC_CONSTRAINTS, "critical,CA:FALSE")
        && add_extension(certificate, KEY_USAGE, "critical,digitalSignature")
        && add_extension(certificate, EXTENDED_KEY_USAGE, "serverAuth")
        && tls.X509_sign(certificate, key, tls.EVP_sha256()) > 0;
}

static bool copy_out(BIO *bio, char *room, size_t *length) {
    int count = tls.BIO_read(bio, room, (int)*length);
    *length = count > 0 ? (size_t)count : 0;
    return count > 0;
}

bool forktail_tls_make_self_signed(const char *common_name, const char *alternative_names,
    int64_t lifetime_seconds, char *certificate, size_t *certificate_length, char *key,
    size_t *key_length, char reason[FORKTAIL_TLS_REASON_ROOM]) {
    tls.ERR_clear_error();
    EVP_PKEY *pair = tls.EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
    X509 *made = tls.X509_new();
    BIO *chain = tls.BIO_new(tls.BIO_s_mem());
    BIO *secret = tls.BIO_new(tls.BIO_s_secmem());
    bool is_made = pair && made && chain && secret
        && fill(made, pair, common_name, alternative_names, (long)lifetime_seconds)
        && tls.PEM_write_bio_X509(chain, made) == 1
        && tls.PEM_write_bio_PrivateKey(secret, pair, NULL, NULL, 0, NULL, NULL) == 1
        && copy_out(chain, certificate, certificate_length) && copy_out(secret, key, key_length);
    if (!is_made) {
        tls_take_reason(reason);
    }
    tls.BIO_free(chain);
    tls.BIO_free(secret);
    tls.X509_free(made);
    tls.EVP_PKEY_free(pair);
    return is_made;
}
