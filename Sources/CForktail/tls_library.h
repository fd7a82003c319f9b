// The functions of OpenSSL 3 that forktail calls, as pointers: no header of OpenSSL is needed to
// build forktail, and no library to run it without HTTPS.
//
// The types and the numbers are those of OpenSSL's headers, which every 3.x keeps. A function that is
// a macro there (SSL_CTX_set_mode) is a call of SSL_CTX_ctrl with its number here.
#pragma once

#include "forktail_tls.h"

#include <time.h>

typedef struct ssl_st SSL;
typedef struct ssl_ctx_st SSL_CTX;
typedef struct ssl_method_st SSL_METHOD;
typedef struct ssl_cipher_st SSL_CIPHER;
typedef struct bio_st BIO;
typedef struct bio_method_st BIO_METHOD;
typedef struct x509_st X509;
typedef struct X509_name_st X509_NAME;
typedef struct x509_store_st X509_STORE;
typedef struct x509_store_ctx_st X509_STORE_CTX;
typedef struct evp_pkey_st EVP_PKEY;
typedef struct evp_cipher_st EVP_CIPHER;
typedef struct evp_cipher_ctx_st EVP_CIPHER_CTX;
typedef struct evp_mac_ctx_st EVP_MAC_CTX;
typedef struct evp_md_st EVP_MD;
typedef struct asn1_string_st ASN1_STRING;
typedef struct bignum_st BIGNUM;
typedef struct stack_st OPENSSL_STACK;
typedef struct x509_extension_st X509_EXTENSION;

/// ossl_param_st, core.h.
struct tls_param {
    const char *key;
    unsigned type;
    void *data;
    size_t size;
    size_t returned;
};
enum { PARAM_UTF8 = 4, PARAM_OCTETS = 5 };

/// v3_ext_ctx, x509v3.h: what X509V3_EXT_conf_nid needs may be all zero.
struct tls_extension_context {
    void *fields[16];
};

typedef int tls_alpn_select(SSL *ssl, const unsigned char **chosen, unsigned char *chosen_length,
    const unsigned char *offered, unsigned offered_length, void *argument);
typedef int tls_ticket_key(SSL *ssl, unsigned char *name, unsigned char *vector,
    EVP_CIPHER_CTX *cipher, EVP_MAC_CTX *mac, int encrypts);
typedef int tls_verify(int is_valid, X509_STORE_CTX *store);
typedef int tls_password(char *room, int size, int encrypts, void *argument);

#define TLS_FUNCTIONS(F)                                                                           \
    F(unsigned long, OpenSSL_version_num, (void))                                                  \
    F(const char *, OpenSSL_version, (int))                                                        \
    F(int, CRYPTO_set_mem_functions,                                                               \
        (void *(*)(size_t, const char *, int), void *(*)(void *, size_t, const char *, int),       \
            void (*)(void *, const char *, int)))                                                  \
    F(int, CRYPTO_secure_malloc_init, (size_t, size_t))                                            \
    F(void, CRYPTO_free, (void *, const char *, int))                                              \
    F(int, OPENSSL_init_ssl, (uint64_t, const void *))                                             \
    F(int, OPENSSL_sk_num, (const OPENSSL_STACK *))                                                \
    F(void *, OPENSSL_sk_value, (const OPENSSL_STACK *, int))                                      \
    F(unsigned long, ERR_get_error, (void))                                                        \
    F(unsigned long, ERR_peek_error, (void))                                                       \
    F(void, ERR_clear_error, (void))                                                               \
    F(const char *, ERR_reason_error_string, (unsigned long))                                      \
    F(int, RAND_bytes, (unsigned char *, int))                                                     \
    F(BIO *, BIO_new, (const BIO_METHOD *))                                                        \
    F(int, BIO_free, (BIO *))                                                                      \
    F(const BIO_METHOD *, BIO_s_mem, (void))                                                       \
    F(const BIO_METHOD *, BIO_s_secmem, (void))                                                    \
    F(int, BIO_write, (BIO *, const void *, int))                                                  \
    F(int, BIO_read, (BIO *, void *, int))                                                         \
    F(long, BIO_ctrl, (BIO *, int, long, void *))                                                  \
    F(int, BIO_get_new_index, (void))                                                              \
    F(BIO_METHOD *, BIO_meth_new, (int, const char *))                                             \
    F(int, BIO_meth_set_write, (BIO_METHOD *, int (*)(BIO *, const char *, int)))                  \
    F(int, BIO_meth_set_read, (BIO_METHOD *, int (*)(BIO *, char *, int)))                         \
    F(int, BIO_meth_set_ctrl, (BIO_METHOD *, long (*)(BIO *, int, long, void *)))                  \
    F(void, BIO_set_data, (BIO *, void *))                                                         \
    F(void *, BIO_get_data, (BIO *))                                                               \
    F(void, BIO_set_init, (BIO *, int))                                                            \
    F(void, BIO_set_flags, (BIO *, int))                                                           \
    F(void, BIO_clear_flags, (BIO *, int))                                                         \
    F(X509 *, PEM_read_bio_X509, (BIO *, X509 **, tls_password *, void *))                         \
    F(EVP_PKEY *, PEM_read_bio_PrivateKey, (BIO *, EVP_PKEY **, tls_password *, void *))           \
    F(int, PEM_write_bio_X509, (BIO *, const X509 *))                                              \
    F(int, PEM_write_bio_PrivateKey,                                                               \
        (BIO *, const EVP_PKEY *, const EVP_CIPHER *, const unsigned char *, int, tls_password *,  \
            void *))                                                                               \
    F(void, EVP_PKEY_free, (EVP_PKEY *))                                                           \
    F(int, EVP_PKEY_get_base_id, (const EVP_PKEY *))                                               \
    F(EVP_PKEY *, EVP_PKEY_Q_keygen, (void *, const char *, const char *, ...))                    \
    F(const EVP_MD *, EVP_sha256, (void))                                                          \
    F(int, EVP_Digest,                                                                             \
        (const void *, size_t, unsigned char *, unsigned *, const EVP_MD *, void *))               \
    F(const EVP_CIPHER *, EVP_aes_256_cbc, (void))                                                 \
    F(int, EVP_CipherInit_ex,                                                                      \
        (EVP_CIPHER_CTX *, const EVP_CIPHER *, void *, const unsigned char *,                      \
            const unsigned char *, int))                                                           \
    F(int, EVP_MAC_CTX_set_params, (EVP_MAC_CTX *, const struct tls_param *))                      \
    F(X509 *, X509_new, (void))                                                                    \
    F(void, X509_free, (X509 *))                                                                   \
    F(int, X509_up_ref, (X509 *))                                                                  \
    F(int, X509_check_private_key, (const X509 *, const EVP_PKEY *))                               \
    F(int, X509_check_issued, (X509 *, X509 *))                                                    \
    F(int, X509_check_purpose, (X509 *, int, int))                                                 \
    F(const ASN1_STRING *, X509_get0_notBefore, (const X509 *))                                    \
    F(const ASN1_STRING *, X509_get0_notAfter, (const X509 *))                                     \
    F(int, ASN1_TIME_to_tm, (const ASN1_STRING *, struct tm *))                                    \
    F(void *, X509_get_ext_d2i, (const X509 *, int, int *, int *))                                 \
    F(void *, GENERAL_NAME_get0_value, (const void *, int *))                                      \
    F(void, GENERAL_NAMES_free, (void *))                                                          \
    F(const unsigned char *, ASN1_STRING_get0_data, (const ASN1_STRING *))                         \
    F(int, ASN1_STRING_length, (const ASN1_STRING *))                                              \
    F(X509_NAME *, X509_get_subject_name, (const X509 *))                                          \
    F(X509_NAME *, X509_get_issuer_name, (const X509 *))                                           \
    F(int, X509_NAME_print_ex, (BIO *, const X509_NAME *, int, unsigned long))                     \
    F(int, X509_NAME_add_entry_by_txt,                                                             \
        (X509_NAME *, const char *, int, const unsigned char *, int, int, int))                    \
    F(ASN1_STRING *, X509_get_serialNumber, (X509 *))                                              \
    F(int, ASN1_INTEGER_set_uint64, (ASN1_STRING *, uint64_t))                                     \
    F(BIGNUM *, ASN1_INTEGER_to_BN, (const ASN1_STRING *, BIGNUM *))                               \
    F(char *, BN_bn2hex, (const BIGNUM *))                                                         \
    F(void, BN_free, (BIGNUM *))                                                                   \
    F(int, X509_digest, (const X509 *, const EVP_MD *, unsigned char *, unsigned *))               \
    F(int, X509_set_version, (X509 *, long))                                                       \
    F(ASN1_STRING *, X509_getm_notBefore, (const X509 *))                                          \
    F(ASN1_STRING *, X509_getm_notAfter, (const X509 *))                                           \
    F(ASN1_STRING *, X509_gmtime_adj, (ASN1_STRING *, long))                                       \
    F(int, X509_set_pubkey, (X509 *, EVP_PKEY *))                                                  \
    F(int, X509_set_issuer_name, (X509 *, const X509_NAME *))                                      \
    F(X509_EXTENSION *, X509V3_EXT_conf_nid, (void *, void *, int, const char *))                  \
    F(int, X509_add_ext, (X509 *, X509_EXTENSION *, int))                                          \
    F(void, X509_EXTENSION_free, (X509_EXTENSION *))                                               \
    F(int, X509_sign, (X509 *, EVP_PKEY *, const EVP_MD *))                                        \
    F(int, X509_STORE_add_cert, (X509_STORE *, X509 *))                                            \
    F(const char *, X509_verify_cert_error_string, (long))                                         \
    F(const SSL_METHOD *, TLS_server_method, (void))                                               \
    F(SSL_CTX *, SSL_CTX_new, (const SSL_METHOD *))                                                \
    F(void, SSL_CTX_free, (SSL_CTX *))                                                             \
    F(long, SSL_CTX_ctrl, (SSL_CTX *, int, long, void *))                                          \
    F(long, SSL_CTX_callback_ctrl, (SSL_CTX *, int, void (*)(void)))                               \
    F(uint64_t, SSL_CTX_set_options, (SSL_CTX *, uint64_t))                                        \
    F(int, SSL_CTX_set_cipher_list, (SSL_CTX *, const char *))                                     \
    F(int, SSL_CTX_set_ciphersuites, (SSL_CTX *, const char *))                                    \
    F(int, SSL_CTX_use_certificate, (SSL_CTX *, X509 *))                                           \
    F(int, SSL_CTX_use_PrivateKey, (SSL_CTX *, EVP_PKEY *))                                        \
    F(int, SSL_CTX_set_session_id_context, (SSL_CTX *, const unsigned char *, unsigned))           \
    F(void, SSL_CTX_set_alpn_select_cb, (SSL_CTX *, tls_alpn_select *, void *))                    \
    F(int, SSL_CTX_set_tlsext_ticket_key_evp_cb, (SSL_CTX *, tls_ticket_key *))                    \
    F(void, SSL_CTX_set_verify, (SSL_CTX *, int, tls_verify *))                                    \
    F(X509_STORE *, SSL_CTX_get_cert_store, (const SSL_CTX *))                                     \
    F(int, SSL_CTX_add_client_CA, (SSL_CTX *, X509 *))                                             \
    F(SSL *, SSL_new, (SSL_CTX *))                                                                 \
    F(void, SSL_free, (SSL *))                                                                     \
    F(void, SSL_set_bio, (SSL *, BIO *, BIO *))                                                    \
    F(void, SSL_set_accept_state, (SSL *))                                                         \
    F(SSL_CTX *, SSL_set_SSL_CTX, (SSL *, SSL_CTX *))                                              \
    F(int, SSL_do_handshake, (SSL *))                                                              \
    F(int, SSL_read_ex, (SSL *, void *, size_t, size_t *))                                         \
    F(int, SSL_peek_ex, (SSL *, void *, size_t, size_t *))                                         \
    F(int, SSL_write_ex, (SSL *, const void *, size_t, size_t *))                                  \
    F(int, SSL_shutdown, (SSL *))                                                                  \
    F(int, SSL_get_error, (const SSL *, int))                                                      \
    F(int, SSL_has_pending, (const SSL *))                                                         \
    F(const char *, SSL_get_version, (const SSL *))                                                \
    F(const SSL_CIPHER *, SSL_get_current_cipher, (const SSL *))                                   \
    F(const char *, SSL_CIPHER_standard_name, (const SSL_CIPHER *))                                \
    F(const char *, SSL_get_servername, (const SSL *, int))                                        \
    F(int, SSL_session_reused, (const SSL *))                                                      \
    F(X509 *, SSL_get1_peer_certificate, (const SSL *))                                            \
    F(long, SSL_get_verify_result, (const SSL *))

#define TLS_POINTER(result, name, arguments) result(*name) arguments;
/// The functions, once `forktail_tls_load` has found them.
struct tls_library {
    TLS_FUNCTIONS(TLS_POINTER)
};
#undef TLS_POINTER
extern struct tls_library tls;

/// Copies OpenSSL's words for the first error of this thread, and forgets all of them.
void tls_take_reason(char reason[FORKTAIL_TLS_REASON_ROOM]);
/// Returns OpenSSL's words for the first error of this thread, and forgets all of them.
const char *tls_reason(void);
/// Writes a name as RFC 2253 does.
void tls_print_name(const X509_NAME *name, char text[FORKTAIL_TLS_REASON_ROOM]);
/// A BIO that holds bytes; `is_secret` for those of a key.
BIO *tls_bytes(const void *bytes, size_t length, bool is_secret);

/// A chain and its key.
struct forktail_tls_certificate {
    X509 **chain;
    size_t chain_length;
    EVP_PKEY *key;
    char **names;
    size_t name_count;
};

/// The context for clients that name a server, or for those that name no known one.
SSL_CTX *tls_default_context(const struct forktail_tls_context *context);

/// Whether all of OpenSSL's memory comes from functions that a crash handler may call.
extern bool tls_owns_memory;
/// Gives OpenSSL memory that core files do not get; call it before any other function of OpenSSL.
void tls_own_memory(void);
/// Makes OpenSSL use memory of the crash handler from here on.
void tls_use_arena(void);
