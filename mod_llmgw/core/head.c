/* SPDX-License-Identifier: Apache-2.0 */
/* head.c - see head.h. */
#include "head.h"

#include <string.h>

#include <apr_cstr.h>

void gw_head_start(gw_head_t *head)
{
    memset(head, 0, sizeof(*head));
    head->length = -1;
}

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* "HTTP/1.1 200 OK"; mod_proxy looks at the first three digits only. */
static const char *status_line(gw_head_t *head, const char *p, apr_size_t n)
{
    if (n > 0 && (*p == '\r' || *p == '\n'))
        return NULL;            /* a stray line end before it */
    if (n < 12 || memcmp(p, "HTTP/1.", 7) != 0 || p[8] != ' ') {
        head->at = GW_HEAD_OVER;
        return NULL;
    }
    if (p[9] < '1' || p[9] > '5' || !is_digit(p[10]) || !is_digit(p[11])
        || (n > 12 && !is_blank(p[12])))
        return "its status is not one from 100 to 599";
    head->interim = p[9] == '1';
    head->at = GW_HEAD_FIELDS;
    return NULL;
}

/* What stands behind the colon, without blanks around it. */
static gw_str_t value_of(const char *p, apr_size_t n, apr_size_t name)
{
    gw_str_t value = { p + name + 1, n - name - 1 };

    while (value.n > 0 && is_blank(*value.p)) {
        value.p++;
        value.n--;
    }
    while (value.n > 0 && is_blank(value.p[value.n - 1]))
        value.n--;
    return value;
}

static const char *content_length(gw_head_t *head, gw_str_t value)
{
    apr_int64_t length = 0;
    apr_size_t i;

    if (head->coding)
        return "it has Content-Length and Transfer-Encoding";
    if (value.n == 0 || value.n > 18)
        return "its Content-Length is no number";
    for (i = 0; i < value.n; i++) {
        if (!is_digit(value.p[i]))
            return "its Content-Length is no number";
        length = length * 10 + (value.p[i] - '0');
    }
    if (head->length >= 0 && head->length != length)
        return "it has two lengths";
    head->length = length;
    return NULL;
}

static const char *transfer_encoding(gw_head_t *head, gw_str_t value)
{
    if (head->length >= 0)
        return "it has Content-Length and Transfer-Encoding";
    if (head->coding || value.n != 7
        || apr_cstr_casecmpn(value.p, "chunked", 7) != 0)
        return "its Transfer-Encoding is not chunked";
    head->coding = 1;
    return NULL;
}

/* Is the field's name this one?  Blanks before the colon are none of it, but
 * some readers take them so. */
static int is_field(const char *p, apr_size_t n, const char *name,
                    apr_size_t *end)
{
    apr_size_t length = strlen(name);

    if (n <= length || (memcmp(p, name, length) != 0
                        && apr_cstr_casecmpn(p, name, length) != 0))
        return 0;
    while (length < n && (p[length] == ' ' || p[length] == '\t'))
        length++;
    *end = length;
    return length < n && p[length] == ':';
}

static const char *field(gw_head_t *head, const char *p, apr_size_t n)
{
    apr_size_t end;

    switch (*p | 0x20) {
    case 'c':                   /* quickly past Content-Type */
        return n > 8 && (p[8] | 0x20) == 'l'
               && is_field(p, n, "Content-Length", &end)
               ? content_length(head, value_of(p, n, end)) : NULL;
    case 't':
        return is_field(p, n, "Transfer-Encoding", &end)
               ? transfer_encoding(head, value_of(p, n, end)) : NULL;
    default:
        return NULL;
    }
}

static void end_of_head(gw_head_t *head)
{
    if (head->interim)
        gw_head_start(head);
    else
        head->at = GW_HEAD_OVER;
}

/* By the first letter of a field: neither of ours, nor the end. */
static int is_of_no_interest(char c)
{
    return (c | 0x20) != 'c' && (c | 0x20) != 't' && c != '\r' && c != '\n';
}

static const char *whole_line(gw_head_t *head, const char *p, apr_size_t n)
{
    if (head->at == GW_HEAD_STATUS)
        return status_line(head, p, n);
    if (*p == '\n' || (*p == '\r' && n == 2)) {
        end_of_head(head);
        return NULL;
    }
    return field(head, p, n);
}

/* A line that comes in parts, or is longer than any that counts. */
static const char *part_of_line(gw_head_t *head, const char *p, apr_size_t n)
{
    apr_size_t room = head->n < GW_HEAD_LINE ? GW_HEAD_LINE - head->n : 0;
    const char *wrong = NULL;

    if (!head->skip && room > 0)
        memcpy(head->line + head->n, p, n < room ? n : room);
    head->n += n;
    if (p[n - 1] != '\n')
        return NULL;
    if (head->n > GW_HEAD_LINE) {       /* no value that counts is so long */
        head->n = GW_HEAD_LINE;
        head->line[GW_HEAD_LINE - 1] = '?';
    }
    if (!head->skip)
        wrong = whole_line(head, head->line, head->n);
    head->n = 0;
    return wrong;
}

const char *gw_head_feed(gw_head_t *head, const char *p, apr_size_t n)
{
    if (n == 0)
        return NULL;
    if (head->n > 0)
        return part_of_line(head, p, n);
    head->skip = head->at == GW_HEAD_FIELDS && is_of_no_interest(*p);
    if (p[n - 1] != '\n' || n > GW_HEAD_LINE)
        return part_of_line(head, p, n);
    return head->skip ? NULL : whole_line(head, p, n);
}
