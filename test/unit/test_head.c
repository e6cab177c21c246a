/* SPDX-License-Identifier: Apache-2.0 */
/* test_head.c - heads of answers that are none. */
#include "head.h"

#include <string.h>

#include "tap.h"

#define H "HTTP/1.1 200 OK\r\n"
#define CL "Content-Length: "
#define TE "Transfer-Encoding: "
#define STATUS "its status is not one from 100 to 599"
#define NUMBER "its Content-Length is no number"
#define TWO "it has two lengths"
#define BOTH "it has Content-Length and Transfer-Encoding"
#define CODING "its Transfer-Encoding is not chunked"

/* want NULL: it is over in good order */
static const struct { const char *head, *want; } rows[] = {
    { H "\r\n", NULL }, { "\r\n" H "\r\n", NULL },
    { "HTTP/1.1 200 OK\n\n", NULL }, { "HTTP/1.0 200\r\n\r\n", NULL },
    { "HTTP/1.1 599 \r\n\r\n", NULL }, { "HTTP/1.1 100\r\n\r\n" H "\r\n",
                                         NULL },
    { "HTTP/1.1 103 Hints\r\n" CL "5\r\n\r\n" H CL "6\r\n\r\n", NULL },
    { "garbage\r\n", NULL }, { "http/1.1 200 OK\r\n", NULL },
    { "HTTP/1.1 099 X\r\n", STATUS }, { "HTTP/1.1 000 X\r\n", STATUS },
    { "HTTP/1.1 600 X\r\n", STATUS }, { "HTTP/1.1 999 X\r\n", STATUS },
    { "HTTP/1.1 1000 X\r\n", STATUS }, { "HTTP/1.1 2000\r\n", STATUS },
    { "HTTP/1.1 200.5 X\r\n", STATUS }, { "HTTP/1.1 20x X\r\n", STATUS },
    { "HTTP/1.1 200OK\r\n", STATUS }, { "HTTP/1.1 -20 X\r\n", STATUS },
    { "HTTP/1.1 100 X\r\n\r\nHTTP/1.1 700 X\r\n", STATUS },
    { H CL "0\r\n\r\n", NULL }, { H "content-length:5\n\n", NULL },
    { H CL " \t5 \t\r\n\r\n", NULL }, { H CL "5\r\n" CL "5\r\n\r\n", NULL },
    { H CL "5\r\n" CL "05\r\n\r\n", NULL },
    { H CL "5\r\nX: y\r\n" CL "6\r\n", TWO },
    { H CL "5\r\ncontent-length : 6\r\n", TWO },
    { H CL "5\r\nCONTENT-LENGTH\t:6\r\n", TWO },
    { H CL "\r\n", NUMBER }, { H CL "x\r\n", NUMBER },
    { H CL "-1\r\n", NUMBER }, { H CL "+5\r\n", NUMBER },
    { H CL "5, 5\r\n", NUMBER }, { H CL "5 5\r\n", NUMBER },
    { H CL "0x10\r\n", NUMBER }, { H CL "1e3\r\n", NUMBER },
    { H CL "99999999999999999999\r\n", NUMBER },
    { H TE "chunked\r\n\r\n", NULL }, { H TE " Chunked \r\n\r\n", NULL },
    { H TE "chunked\r\n" CL "5\r\n", BOTH },
    { H CL "5\r\n" TE "chunked\r\n", BOTH },
    { H "transfer-encoding : chunked\r\n" CL "5\r\n", BOTH },
    { H TE "identity\r\n", CODING }, { H TE "gzip, chunked\r\n", CODING },
    { H TE "xchunked\r\n", CODING }, { H TE "chunked\r\n" TE "chunked\r\n",
                                       CODING },
    { H TE "\r\n", CODING }, { H "Content-Length-X: a\r\n\r\n", NULL },
    { H "X-Content-Length: a\r\n\r\n", NULL }, { H "C\r\n\r\n", NULL },
    { H "Content-Length\r\n\r\n", NULL },
    { H CL "                                                           5\r\n",
      NUMBER },
    { H TE "chunked                                                      x\r\n",
      CODING }
};

/* Line by line, each in parts of at most so many bytes. */
static const char *read_head(gw_head_t *head, const char *text,
                             apr_size_t most)
{
    const char *wrong = NULL;

    gw_head_start(head);
    while (*text != '\0' && wrong == NULL && head->at != GW_HEAD_OVER) {
        apr_size_t n = strcspn(text, "\n") + 1;

        if (n > most)
            n = most;
        wrong = gw_head_feed(head, text, n);
        text += n;
    }
    return wrong;
}

static void test_row(const char *text, const char *want, unsigned i)
{
    static const apr_size_t parts[] = { 1, 2, 3, 7, 16, 1000 };
    gw_head_t head;
    unsigned k;

    for (k = 0; k < GW_COUNT(parts); k++) {
        const char *wrong = read_head(&head, text, parts[k]);

        if (want == NULL)
            ok(wrong == NULL && head.at == GW_HEAD_OVER, "row %u, in %u", i,
               (unsigned)parts[k]);
        else
            is_str(wrong ? wrong : "", want, "row %u, in %u", i,
                   (unsigned)parts[k]);
    }
}

int main(void)
{
    gw_head_t head;
    char longest[300];
    unsigned i;

    for (i = 0; i < GW_COUNT(rows); i++)
        test_row(rows[i].head, rows[i].want, i);
    /* what looks like a field inside of a long one is none */
    memset(longest, 0, sizeof(longest));
    strcpy(longest, H "X: ");
    memset(longest + strlen(longest), 'a', 100 - 3);
    strcat(longest, CL "x\r\n\r\n");
    ok(read_head(&head, longest, 100) == NULL && head.at == GW_HEAD_OVER,
       "a long line");
    return tap_end();
}
