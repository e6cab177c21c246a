/* SPDX-License-Identifier: Apache-2.0 */
/* name.c - see name.h; the ranges are those of Unicode 15.1. */
#include "name.h"

#include "utf8.h"

typedef struct range_t {
    apr_uint32_t first, last;
    const char *why;
} range_t;

static const char control[] = "must not hold control characters";
static const char blank[] = "must not hold blanks other than the plain space";
static const char unseen[] = "must not hold characters that are invisible or "
    "change the direction of text (such as U+200B, U+202E, U+FEFF)";
static const char no_text[] = "must not hold code points that are no "
    "characters (private use, noncharacters, U+FFFD)";

static const range_t ranges[] = {       /* ascending */
    { 0x0000, 0x001f, control }, { 0x007f, 0x009f, control },
    { 0x00a0, 0x00a0, blank }, { 0x00ad, 0x00ad, unseen },
    { 0x034f, 0x034f, unseen }, { 0x0600, 0x0605, unseen },
    { 0x061c, 0x061c, unseen }, { 0x06dd, 0x06dd, unseen },
    { 0x070f, 0x070f, unseen }, { 0x0890, 0x0891, unseen },
    { 0x08e2, 0x08e2, unseen }, { 0x115f, 0x1160, unseen },
    { 0x1680, 0x1680, blank }, { 0x17b4, 0x17b5, unseen },
    { 0x180b, 0x180f, unseen }, { 0x2000, 0x200a, blank },
    { 0x200b, 0x200f, unseen }, { 0x2028, 0x202e, unseen },
    { 0x202f, 0x202f, blank }, { 0x205f, 0x205f, blank },
    { 0x2060, 0x206f, unseen }, { 0x2800, 0x2800, blank },
    { 0x3000, 0x3000, blank }, { 0x3164, 0x3164, unseen },
    { 0xd800, 0xdfff, no_text }, { 0xe000, 0xf8ff, no_text },
    { 0xfdd0, 0xfdef, no_text }, { 0xfe00, 0xfe0f, unseen },
    { 0xfeff, 0xfeff, unseen }, { 0xffa0, 0xffa0, unseen },
    { 0xfff0, 0xfffb, unseen }, { 0xfffc, 0xffff, no_text },
    { 0x110bd, 0x110bd, unseen }, { 0x110cd, 0x110cd, unseen },
    { 0x13430, 0x1343f, unseen }, { 0x1bca0, 0x1bca3, unseen },
    { 0x1d173, 0x1d17a, unseen }, { 0xe0000, 0xe0fff, unseen },
    { 0xf0000, 0x10ffff, no_text }
};

static const char *character_wrong(apr_uint32_t c)
{
    unsigned i;

    for (i = 0; i < GW_COUNT(ranges) && c >= ranges[i].first; i++) {
        if (c <= ranges[i].last)
            return ranges[i].why;
    }
    return (c & 0xfffe) == 0xfffe ? no_text : NULL;
}

/* Between slashes, and at both ends. */
static int is_part(const char *p, apr_size_t n)
{
    return n > 2 || (n == 2 && (p[0] != '.' || p[1] != '.'))
           || (n == 1 && p[0] != '.');
}

static const char *id_wrong(gw_str_t text)
{
    apr_size_t i, start = 0;

    for (i = 0; i <= text.n; i++) {
        if (i == text.n || text.p[i] == '/') {
            if (!is_part(text.p + start, i - start))
                return "must not begin or end with a slash, nor have an "
                       "empty part or one of '.' and '..' between slashes: "
                       "no URL could spell it";
            start = i + 1;
        }
        else if (strchr("*?%#\"\\", text.p[i]) != NULL) {
            return "must not hold any of * ? % # \" \\, which mean something "
                   "else in patterns, URLs and JSON";
        }
    }
    return NULL;
}

const char *gw_name_wrong(gw_str_t text, gw_name_t kind)
{
    const char *why;
    apr_uint32_t c;
    apr_size_t i, n;

    if (text.n == 0)
        return "must not be empty";
    for (i = 0; i < text.n; i += n) {
        n = gw_utf8_char(&c, text.p + i, text.n - i);
        why = n > 0 ? character_wrong(c) : "must be UTF-8";
        if (why != NULL)
            return why;
    }
    if (text.p[0] == ' ' || text.p[text.n - 1] == ' ')
        return "must not begin or end with a blank";
    return kind == GW_NAME_ID ? id_wrong(text) : NULL;
}
