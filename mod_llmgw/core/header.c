/* SPDX-License-Identifier: Apache-2.0 */
/* header.c - see header.h. */
#include "header.h"

#include <string.h>

#include <apr_cstr.h>

#include "gw.h"

#define IS(text) (apr_cstr_casecmp(name, text) == 0)

static int is_content(const char *name)
{
    switch (strlen(name)) {
    case 12:
        return strcmp(name, "Content-Type") == 0 || IS("Content-Type");
    case 14:
        return strcmp(name, "Content-Length") == 0 || IS("Content-Length");
    case 16:
        return IS("Content-Encoding") || IS("Content-Language");
    default:
        return 0;
    }
}

/* By the first letter: most headers need no comparison at all. */
int gw_header_passes(const char *name)
{
    switch (*name | 0x20) {
    case 'a':
        return IS("anthropic-warning") || IS("anthropic-warnings");
    case 'c':
        return is_content(name);
    case 'o':
        return IS("openai-processing-ms");
    case 'r':
        return IS("Retry-After");
    default:
        return 0;
    }
}

/* A name that ends in '*' stands for all that begin so. */
static int is_one_of(const char *name, const char *const *list, unsigned n)
{
    unsigned i;

    for (i = 0; i < n; i++) {
        size_t length = strlen(list[i]);

        if (list[i][length - 1] == '*'
            ? apr_cstr_casecmpn(name, list[i], length - 1) == 0
            : apr_cstr_casecmp(name, list[i]) == 0)
            return 1;
    }
    return 0;
}

/* As RFC 9110 has it (5.6.2). */
static int is_token(const char *name)
{
    static const char others[] = "!#$%&'*+-.^_`|~";
    const char *p;

    for (p = name; *p != '\0'; p++) {
        if (!((*p >= '0' && *p <= '9') || (*p >= 'A' && *p <= 'Z')
              || (*p >= 'a' && *p <= 'z') || strchr(others, *p) != NULL))
            return 0;
    }
    return p > name;
}

const char *gw_header_refused(const char *name)
{
    static const char *const hops[] = {
        "Connection", "Keep-Alive", "Proxy-*", "TE", "Trailer",
        "Transfer-Encoding", "Upgrade", "Via"
    };
    static const char *const site[] = {
        "Set-Cookie*", "Access-Control-*", "Cross-Origin-*",
        "Content-Security-Policy*", "Strict-Transport-Security",
        "Clear-Site-Data", "Alt-Svc", "Refresh", "Location",
        "Service-Worker-Allowed", "Public-Key-Pins*", "X-Accel-*",
        "X-Sendfile*", "X-LIGHTTPD-*", "Surrogate-*"
    };
    static const char *const ours[] = {
        "x-request-id", "request-id", "x-ratelimit-*", "ratelimit*",
        "anthropic-ratelimit-*", "x-should-retry", "Cache-Control", "Vary",
        "Date", "Server", "Allow", "WWW-Authenticate",
        "Authentication-Info", "openai-organization", "openai-project",
        "anthropic-organization-id"
    };

    if (!is_token(name))
        return "is not the name of a header";
    if (is_one_of(name, hops, GW_COUNT(hops)))
        return "belongs to the connection with the upstream";
    if (is_one_of(name, site, GW_COUNT(site)))
        return "tells browsers and proxies what to do with this site, which "
               "is not for an upstream to say";
    if (is_one_of(name, ours, GW_COUNT(ours)))
        return "is the gateway's own, or about its account upstream";
    return NULL;
}
