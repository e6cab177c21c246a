/* SPDX-License-Identifier: Apache-2.0 */
/* price_table.c - see price_table.h. */
#include "price_table.h"

#include <apr_strings.h>

#include "html_text.h"
#include "rfc3339.h"

static const char *const titles[GW_RATES] = {
    [GW_INPUT] = "Input",
    [GW_INPUT_AUDIO] = "Input, audio",
    [GW_INPUT_IMAGE] = "Input, images",
    [GW_INPUT_VIDEO] = "Input, video",
    [GW_CACHE_READ] = "Cached input",
    [GW_CACHE_READ_EXPLICIT] = "Cached input, by a marker",
    [GW_CACHE_WRITE_5M] = "Into the cache, 5 minutes",
    [GW_CACHE_WRITE_1H] = "Into the cache, 1 hour",
    [GW_OUTPUT] = "Output",
    [GW_OUTPUT_AUDIO] = "Output, audio",
    [GW_RATE_OUTPUT_THINKING] = "Output, when it thinks",
    [GW_RATE_PER_REQUEST] = "Each request"
};

const char *gw_price_count(apr_int64_t n, apr_pool_t *pool)
{
    char *digits = apr_psprintf(pool, "%" APR_INT64_T_FMT, n);
    apr_size_t left = strlen(digits);
    char *out = apr_palloc(pool, 2 * left + 1), *o = out;

    for (; left > 0; left--) {
        *o++ = *digits++;
        if (left > 1 && left % 3 == 1)
            *o++ = ',';
    }
    *o = '\0';
    return out;
}

/* Which rates one of the tiers names, and those that all have. */
static unsigned named(const gw_price_t *price)
{
    unsigned mask = 1u << GW_INPUT | 1u << GW_OUTPUT, i;

    for (i = 0; i < price->tiers; i++)
        mask |= price->tier[i].given;
    return mask;
}

static int by_output(const gw_price_t *price)
{
    unsigned i;

    for (i = 0; i < price->tiers; i++) {
        if (price->tier[i].output_up_to != GW_NO_BOUND)
            return 1;
    }
    return 0;
}

/* What lies above one bound and up to another. */
static const char *between(apr_int64_t above, apr_int64_t up_to,
                           apr_pool_t *pool)
{
    if (up_to == GW_NO_BOUND)
        return above == 0 ? "any" : apr_pstrcat(pool, "above ",
                                        gw_price_count(above, pool), NULL);
    if (above == 0)
        return apr_pstrcat(pool, "up to ", gw_price_count(up_to, pool), NULL);
    return apr_pstrcat(pool, gw_price_count(above + 1, pool), " to ",
                       gw_price_count(up_to, pool), NULL);
}

/* The bound that a tier begins above: of the tiers before it, the last that
 * ends elsewhere; and within that the last of the output. */
static void lower_bounds(apr_int64_t *prompt, apr_int64_t *output,
                         const gw_price_t *price, unsigned i)
{
    apr_int64_t up_to = price->tier[i].up_to;

    *prompt = *output = 0;
    if (i > 0 && price->tier[i - 1].up_to == up_to)
        *output = price->tier[i - 1].output_up_to;
    while (i > 0 && price->tier[i - 1].up_to == up_to)
        i--;
    if (i > 0)
        *prompt = price->tier[i - 1].up_to;
}

static void tier_line(gw_buffer_t *b, const gw_price_t *price, unsigned i,
                      apr_pool_t *pool)
{
    const gw_tier_t *t = &price->tier[i];
    unsigned mask = named(price), k;
    apr_int64_t prompt, output;
    char rate[GW_MONEY_TEXT];

    lower_bounds(&prompt, &output, price, i);
    gw_buffer_puts(b, "<tr>");
    gw_html_element(b, "th scope=\"row\"", between(prompt, t->up_to, pool));
    if (by_output(price))
        gw_html_element(b, "td class=\"n\"",
                        between(output, t->output_up_to, pool));
    for (k = 0; k < GW_RATES; k++) {
        if (mask & 1u << k)
            gw_html_element(b, "td class=\"n\"",
                            gw_rate_text(rate, t->rate[k]));
    }
    gw_buffer_puts(b, "</tr>\n");
}

static void head_line(gw_buffer_t *b, const gw_price_t *price)
{
    unsigned mask = named(price), k;

    gw_buffer_puts(b, "<thead><tr><th>Prompt, tokens</th>");
    if (by_output(price))
        gw_buffer_puts(b, "<th>Answer, tokens</th>");
    for (k = 0; k < GW_RATES; k++) {
        if (mask & 1u << k)
            gw_html_element(b, "th", titles[k]);
    }
    gw_buffer_puts(b, "</tr></thead>\n<tbody>\n");
}

void gw_price_table(gw_buffer_t *b, const gw_admin_t *a, const gw_model_t *m,
                    unsigned i)
{
    const gw_price_t *price = &m->prices[i];
    char from[GW_RFC3339_TEXT];
    unsigned k;

    gw_rfc3339_text(from, price->from_ms);
    if (m->free[i]) {
        gw_html_element(b, "p", apr_pstrcat(a->pool, "Free of charge since ",
                                            from, ".", NULL));
        return;
    }
    gw_buffer_puts(b, "<div class=\"wide\">\n<table>\n");
    gw_html_element(b, "caption", apr_pstrcat(a->pool,
                    gw_catalog_currency(a->call->snapshot->catalog,
                                        price->currency),
                    " for 1,000,000 tokens, from ", from, " on", NULL));
    head_line(b, price);
    for (k = 0; k < price->tiers; k++)
        tier_line(b, price, k, a->pool);
    gw_buffer_puts(b, "</tbody>\n</table>\n</div>\n");
}

static const char *span(const gw_price_t *price, unsigned rate,
                        const char *currency, apr_pool_t *pool)
{
    char low_text[GW_MONEY_TEXT], high_text[GW_MONEY_TEXT];
    apr_int64_t low = price->tier[0].rate[rate], high = low;
    unsigned i;

    for (i = 1; i < price->tiers; i++) {
        apr_int64_t r = price->tier[i].rate[rate];

        low = r < low ? r : low;
        high = r > high ? r : high;
    }
    gw_rate_text(low_text, low);
    if (low == high)
        return apr_pstrcat(pool, low_text, " ", currency, NULL);
    return apr_pstrcat(pool, low_text, " to ", gw_rate_text(high_text, high),
                       " ", currency, NULL);
}

void gw_price_cells(gw_buffer_t *b, const gw_admin_t *a, const gw_model_t *m,
                    unsigned i)
{
    const gw_price_t *price = &m->prices[i];
    const char *currency = gw_catalog_currency(a->call->snapshot->catalog,
                                               price->currency);

    gw_html_element(b, "td class=\"n\"", m->free[i] ? "free"
                    : span(price, GW_INPUT, currency, a->pool));
    gw_html_element(b, "td class=\"n\"", m->free[i] ? "free"
                    : span(price, GW_OUTPUT, currency, a->pool));
}
