/* SPDX-License-Identifier: Apache-2.0 */
/* tap_form.c - see tap_form.h. */
#include "tap_form.h"

#include "gw.h"

/* Does an event stream begin here?  GW_FORM_OPEN: it may. */
static gw_form_t field_form(const char *p, apr_size_t n)
{
    static const char *const fields[] = {
        "data:", "event:", "id:", "retry:", ":"
    };
    unsigned i;

    for (i = 0; i < GW_COUNT(fields); i++) {
        apr_size_t all = strlen(fields[i]);

        if (memcmp(p, fields[i], n < all ? n : all) == 0)
            return n < all ? GW_FORM_OPEN : GW_FORM_STREAM;
    }
    return GW_FORM_OTHER;
}

gw_form_t gw_form_of(const char *p, apr_size_t n)
{
    static const char mark[] = "\xef\xbb\xbf";     /* byte order mark */

    if (n > 0 && memcmp(p, mark, n < 3 ? n : 3) == 0) {
        if (n < 3)
            return GW_FORM_OPEN;
        p += 3;
        n -= 3;
    }
    while (n > 0 && (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t')) {
        p++;
        n--;
    }
    if (n == 0)
        return GW_FORM_OPEN;
    if (*p == '{' || *p == '[' || *p == '<')
        return GW_FORM_DOCUMENT;
    return field_form(p, n);
}

int gw_form_is_stream(const request_rec *r, gw_form_t form)
{
    const char *type = r->content_type;

    if (form == GW_FORM_STREAM || form == GW_FORM_DOCUMENT)
        return form == GW_FORM_STREAM;
    return type != NULL && ap_cstr_casecmpn(type, "text/event-stream", 17) == 0;
}

static int is_encoded(const request_rec *r)
{
    const char *encoding = apr_table_get(r->headers_out, "Content-Encoding");

    return (encoding != NULL && ap_cstr_casecmp(encoding, "identity") != 0)
           || r->content_encoding != NULL;
}

int gw_form_matters(const request_rec *r)
{
    return r->status >= 200 && r->status < 300 && !is_encoded(r);
}
