/* SPDX-License-Identifier: Apache-2.0 */
/* crypto.c - see crypto.h. */
#include "crypto.h"

#include <stdlib.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#define NONCE 12
#define TAG 16

static EVP_MD *sha256;          /* fetched once: a fetch costs microseconds */
static EVP_CIPHER *gcm;

apr_status_t gw_crypto_init(void)
{
    if (sha256 == NULL)
        sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    if (gcm == NULL)
        gcm = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
    return sha256 != NULL && gcm != NULL ? APR_SUCCESS : APR_EGENERAL;
}

void gw_sha256(unsigned char *out, const void *bytes, apr_size_t n)
{
    /* a context costs more than the hash: each thread keeps one */
    static __thread EVP_MD_CTX *ctx;
    unsigned length = GW_SHA256;

    if (ctx == NULL)
        ctx = EVP_MD_CTX_new();
    if (ctx == NULL || !EVP_DigestInit_ex2(ctx, sha256, NULL)
        || !EVP_DigestUpdate(ctx, bytes, n)
        || !EVP_DigestFinal_ex(ctx, out, &length))
        abort();                /* out of memory: nothing may be hashed wrong */
}

apr_status_t gw_random(unsigned char *out, apr_size_t n)
{
    return RAND_bytes(out, (int)n) == 1 ? APR_SUCCESS : APR_EGENERAL;
}

static int seal_with(EVP_CIPHER_CTX *ctx, unsigned char *out,
                     const unsigned char *master, gw_str_t text,
                     const char *about)
{
    unsigned char *body = out + NONCE;
    int n = 0;

    return EVP_EncryptInit_ex2(ctx, gcm, master, out, NULL)
           && EVP_EncryptUpdate(ctx, NULL, &n, (const unsigned char *)about,
                                (int)strlen(about))
           && EVP_EncryptUpdate(ctx, body, &n, (const unsigned char *)text.p,
                                (int)text.n)
           && EVP_EncryptFinal_ex(ctx, body + n, &n)
           && EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, TAG,
                                  body + text.n);
}

apr_status_t gw_seal(unsigned char *out, const unsigned char *master,
                     gw_str_t text, const char *about)
{
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    apr_status_t rv = APR_EGENERAL;

    if (ctx != NULL && gw_random(out, NONCE) == APR_SUCCESS
        && seal_with(ctx, out, master, text, about))
        rv = APR_SUCCESS;
    EVP_CIPHER_CTX_free(ctx);
    return rv;
}

static int unseal_with(EVP_CIPHER_CTX *ctx, char *text,
                       const unsigned char *master,
                       const unsigned char *sealed, int length,
                       const char *about)
{
    unsigned char tag[TAG];
    int n = 0;

    memcpy(tag, sealed + NONCE + length, TAG);
    return EVP_DecryptInit_ex2(ctx, gcm, master, sealed, NULL)
           && EVP_DecryptUpdate(ctx, NULL, &n, (const unsigned char *)about,
                                (int)strlen(about))
           && EVP_DecryptUpdate(ctx, (unsigned char *)text, &n,
                                sealed + NONCE, length)
           && EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, TAG, tag)
           && EVP_DecryptFinal_ex(ctx, (unsigned char *)text + n, &n) > 0;
}

apr_status_t gw_unseal(const char **text, const unsigned char *master,
                       const unsigned char *sealed, apr_size_t n,
                       const char *about, apr_pool_t *pool)
{
    EVP_CIPHER_CTX *ctx;
    apr_status_t rv = APR_EINVAL;
    apr_size_t length;
    char *out;

    if (n < GW_SEAL_OVERHEAD)
        return APR_EINVAL;
    length = n - GW_SEAL_OVERHEAD;
    out = apr_palloc(pool, length + 1);
    out[length] = '\0';
    ctx = EVP_CIPHER_CTX_new();
    if (ctx != NULL
        && unseal_with(ctx, out, master, sealed, (int)length, about)) {
        *text = out;
        rv = APR_SUCCESS;
    }
    EVP_CIPHER_CTX_free(ctx);
    return rv;
}

void gw_wipe(void *p, apr_size_t n)
{
    OPENSSL_cleanse(p, n);
}
