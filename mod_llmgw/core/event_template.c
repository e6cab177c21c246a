/* SPDX-License-Identifier: Apache-2.0 */
/* event_template.c - see event_template.h. */
#include "event_template.h"

/* ---- noting what is told -------------------------------------------- */

void gw_event_template_start(gw_event_template_t *t)
{
    memset(t, 0, offsetof(gw_event_template_t, told));
}

/* Follow what opens and closes.  Returns whether node is told of: it has a
 * slot, or may differ. */
static int is_told(gw_event_template_t *t, const gw_json_node_t *node)
{
    if (node->kind != GW_JSON_ARRAY && node->kind != GW_JSON_OBJECT)
        return t->inside == 0 && (node->slot != 0 || node->kind == GW_JSON_STR
                                  || node->kind == GW_JSON_NUM);
    if (node->end == 0) {
        if (++t->depth > GW_TEMPLATE_DEPTH)
            t->count = GW_TEMPLATE_VALUES + 1;
        if (t->inside > 0 || (node->opaque && node->slot == 0))
            t->inside++;
        return t->inside == 1 || (t->inside == 0 && node->slot != 0);
    }
    t->depth--;
    return t->inside > 0 ? --t->inside == 0 : node->slot != 0;
}

void gw_event_template_note(gw_event_template_t *t, const gw_json_node_t *node)
{
    gw_told_t *v;

    if (t->count > GW_TEMPLATE_VALUES || !is_told(t, node))
        return;
    if (t->count > 0 && t->told[t->count - 1].opaque
        && t->told[t->count - 1].end == 0) {
        t->told[t->count - 1].end = (apr_uint16_t)node->end;
        return;
    }
    if (t->count == GW_TEMPLATE_VALUES || node->start > GW_TEMPLATE_BYTES
        || node->end > GW_TEMPLATE_BYTES) {
        t->count = GW_TEMPLATE_VALUES + 1;
        return;
    }
    v = &t->told[t->count++];
    v->start = (apr_uint16_t)node->start;
    v->end = (apr_uint16_t)node->end;
    v->index = (apr_uint16_t)node->index;
    v->slot = (unsigned char)node->slot;
    v->kind = node->kind & 7;
    v->counted = node->kind == GW_JSON_STR && node->counted;
    v->opaque = t->inside == 1;
    v->differs = v->alone = 0;
}

/* ---- one value ------------------------------------------------------ */

static int find_number(gw_found_t *found, const char *p, const char *end)
{
    const char *behind = gw_json_number_end(p, end);

    if (behind == NULL)
        return 0;
    found->n = (apr_uint32_t)(behind - p);
    return 1;
}

static int find_string(gw_found_t *found, const char *p, const char *end)
{
    apr_size_t text;
    int escaped;
    const char *quote = p < end && *p == '"'
                        ? gw_json_string_measure(p + 1, end, &text, &escaped)
                        : NULL;

    if (quote == NULL)
        return 0;
    found->n = (apr_uint32_t)(quote + 1 - p);
    found->text = (apr_uint32_t)text;
    found->escaped = escaped != 0;
    return 1;
}

/* What no rule is for is read with none.  The reader stops at the first byte
 * behind it, or says that it is bad. */
static int find_opaque(gw_found_t *found, gw_json_t *reader, const char *p,
                       const char *end)
{
    static const gw_json_context_t contexts[] = { { NULL, 0 }, { NULL, 0 } };
    static const gw_json_schema_t schema = { contexts, 0 };
    apr_size_t n;

    gw_json_start(reader, &schema, GW_JSON_LENIENT, NULL, NULL);
    reader->most = GW_JSON_DEPTH - GW_TEMPLATE_DEPTH;
    (void)gw_json_feed(reader, p, (apr_size_t)(end - p));
    n = reader->offset;
    if (reader->error != GW_JSON_E_TRAILING || n == 0
        || (p[n - 1] != ']' && p[n - 1] != '}')
        || memchr(p, '\n', n) != NULL || memchr(p, '\r', n) != NULL)
        return 0;
    found->n = (apr_uint32_t)n;
    return 1;
}

static int find(gw_found_t *found, const gw_told_t *v, gw_json_t *reader,
                const char *p, const char *end)
{
    found->p = p;
    found->text = 0;
    found->escaped = 0;
    if (v->opaque)
        return find_opaque(found, reader, p, end);
    return v->kind == GW_JSON_STR ? find_string(found, p, end)
                                  : find_number(found, p, end);
}

/* ---- learning it ---------------------------------------------------- */

/* Can each string be measured?  The reader takes control bytes, too. */
static int is_measured(const gw_event_template_t *t)
{
    gw_found_t found;
    unsigned i;

    for (i = 0; i < t->count; i++) {
        const gw_told_t *v = &t->told[i];

        if (v->kind == GW_JSON_STR
            && !find_string(&found, t->bytes + v->start, t->bytes + v->end))
            return 0;
    }
    return 1;
}

/* Those values that can be told alone. */
static void list_alone(gw_event_template_t *t, apr_uint64_t alone)
{
    unsigned i;

    for (i = 0; i < t->count; i++) {
        gw_told_t *v = &t->told[i];

        if (v->slot == 0 || v->slot > 63 || !(alone >> v->slot & 1))
            continue;
        if (t->alones == GW_TEMPLATE_ALONE) {
            t->whole = 1;
            return;
        }
        v->alone = 1;
        t->alone[t->alones++] = (unsigned char)i;
    }
}

int gw_event_template_learn(gw_event_template_t *t, const char *p,
                            apr_size_t n, apr_size_t data, apr_size_t text,
                            apr_uint64_t alone)
{
    unsigned i;

    if (n > GW_TEMPLATE_BYTES || t->count > GW_TEMPLATE_VALUES)
        return 0;
    for (i = 0; i < t->count; i++) {
        t->told[i].start += (apr_uint16_t)data;
        if (t->told[i].end != 0)
            t->told[i].end += (apr_uint16_t)data;
    }
    memcpy(t->bytes, p, n);
    t->length = (apr_uint16_t)n;
    t->text = text;
    list_alone(t, alone);
    t->ready = is_measured(t) != 0;
    return t->ready;
}

/* ---- comparing ------------------------------------------------------ */

/* The value of this number may differ from now on. */
static void differs(gw_event_template_t *t, unsigned which)
{
    gw_told_t *v = &t->told[which];
    unsigned i = t->differing++;

    v->differs = 1;
    if (v->slot != 0 && !v->alone)
        t->whole = 1;
    for (; i > 0 && t->differs[i - 1] > which; i--)
        t->differs[i] = t->differs[i - 1];
    t->differs[i] = (unsigned char)which;
}

/* May the value differ in its byte `at`?  Another kind of value has another
 * first byte; a longer number has its next one behind it. */
static int may_differ(const gw_told_t *v, apr_size_t at)
{
    if (v->differs || v->end == 0)
        return 0;
    if (v->kind == GW_JSON_NUM)
        return at >= v->start && at <= v->end;
    return (v->kind == GW_JSON_STR || v->opaque) && at > v->start
           && at < v->end;
}

/* The byte `at` is another one: if it is one of a value, that differs from now
 * on. */
static int let_differ(gw_event_template_t *t, apr_size_t at)
{
    gw_found_t found;
    unsigned i = 0;

    while (i < t->count && !may_differ(&t->told[i], at))
        i++;
    if (i == t->count)
        return 0;
    if (t->told[i].counted) {
        (void)find_string(&found, t->bytes + t->told[i].start,
                          t->bytes + t->told[i].end);
        t->text -= found.text;
    }
    differs(t, i);
    return 1;
}

/* Are the n bytes of the template from `at` on what stands at p?  If not, and
 * a value may differ there from now on, *again is set. */
static int is_same(gw_event_template_t *t, apr_size_t at, apr_size_t n,
                   const char *p, const char *end, int *again)
{
    apr_size_t there = (apr_size_t)(end - p) < n ? (apr_size_t)(end - p) : n,
               i = 0;

    if (there == n && memcmp(t->bytes + at, p, n) == 0)
        return 1;
    while (i < there && t->bytes[at + i] == p[i])
        i++;
    *again = i < there && let_differ(t, at + i);
    return 0;
}

/* Find all values that may differ.  *again: one more may, try again. */
static int compare(gw_fitting_t *fitting, gw_event_template_t *t,
                   gw_json_t *reader, const char *p, const char *end,
                   int *again)
{
    const char *start = p;
    apr_size_t at = 0;
    unsigned i;

    fitting->text = t->text;
    for (i = 0; i < t->differing; i++) {
        const gw_told_t *v = &t->told[t->differs[i]];
        gw_found_t *found = &fitting->value[i];

        if (!is_same(t, at, v->start - at, p, end, again)
            || !find(found, v, reader, p + (v->start - at), end))
            return 0;
        p = found->p + found->n;
        at = v->end;
        fitting->text += v->counted ? found->text : 0;
    }
    fitting->length = (apr_size_t)(p - start) + (t->length - at);
    return is_same(t, at, t->length - at, p, end, again);
}

int gw_event_template_match(gw_fitting_t *fitting, gw_event_template_t *t,
                            gw_json_t *reader, const char *p, apr_size_t n)
{
    int again, fits;

    if (!t->ready)
        return 0;
    if (n > GW_TEMPLATE_MOST)
        n = GW_TEMPLATE_MOST;   /* one that goes on does not fit */
    do {
        again = 0;
        fits = compare(fitting, t, reader, p, p + n, &again);
    } while (again);
    return fits;
}

/* ---- telling -------------------------------------------------------- */

static void tell(const gw_told_t *v, const gw_found_t *found,
                 gw_json_visit_fn *visit, void *baton)
{
    int quotes = v->kind == GW_JSON_STR;
    gw_json_node_t node;

    memset(&node, 0, sizeof(node));
    node.slot = v->slot;
    node.kind = (gw_json_kind_t)v->kind;
    node.start = v->start;
    node.end = v->end;
    node.index = v->index;
    node.token.p = found->p + quotes;
    node.token.n = found->n - 2 * (apr_size_t)quotes;
    node.whole = node.token.n <= GW_JSON_TOKEN;
    if (!node.whole)
        node.token.n = GW_JSON_TOKEN;
    node.escaped = found->escaped;
    node.text = found->text;
    visit(baton, &node);
}

/* The value as it stands in the template. */
static void learned(const gw_event_template_t *t, const gw_told_t *v,
                    gw_found_t *found)
{
    found->p = t->bytes + v->start;
    found->n = v->kind >= GW_JSON_ARRAY ? 0     /* it has no token */
                                        : v->end - v->start;
    found->text = 0;
    found->escaped = 0;
    if (v->kind == GW_JSON_STR)
        (void)find_string(found, found->p, found->p + found->n);
}

/* The event's value of this number. */
static const gw_found_t *value_of(const gw_event_template_t *t,
                                  const gw_fitting_t *fitting, unsigned which,
                                  gw_found_t *fixed)
{
    unsigned i = 0;

    if (!t->told[which].differs) {
        learned(t, &t->told[which], fixed);
        return fixed;
    }
    while (t->differs[i] != which)
        i++;
    return &fitting->value[i];
}

void gw_event_template_tell(const gw_event_template_t *t,
                            const gw_fitting_t *fitting, int alone,
                            gw_json_visit_fn *visit, void *baton)
{
    unsigned count = alone ? t->alones : t->count, i;
    gw_found_t fixed;

    for (i = 0; i < count; i++) {
        unsigned which = alone ? t->alone[i] : i;

        if (t->told[which].slot != 0)
            tell(&t->told[which], value_of(t, fitting, which, &fixed), visit,
                 baton);
    }
}
