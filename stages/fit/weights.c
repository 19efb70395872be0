/* Weights of kinds and groups, and observations to be met exactly. */

#include "stages/fit/fitting.h"

#include "lib/base/memory.h"
#include "lib/base/numbers.h"
#include "stages/cli/observations.h"

#include <stdlib.h>
#include <string.h>

/* Parses "E=30,F=1" over the weights that are there already. given[kind] is set for each kind
 * named. */
static int parse_weights(double weight[FF_KINDS], bool given[FF_KINDS], const char *option,
                         const char *text, ff_error *err)
{
    for (const char *at = text; *at;) {
        size_t length = strcspn(at, ",");
        enum ff_kind kind = FF_KIND_ENERGY;
        size_t name = ff_kind_scan(at, &kind);
        double value = 0;
        if (name == 0 || length < name + 2 || at[name] != '=' ||
            ff_double_parse(at + name + 1, length - name - 1, &value) != FF_OK || value < 0)
            return ff_fail(err, FF_E_USAGE,
                           "--%s: '%.*s' is not KIND=WEIGHT with a kind of E, F, V, FC and a "
                           "weight >= 0",
                           option, (int)length, at);
        weight[kind] = value;
        given[kind] = true;
        at += length + (at[length] == ',');
    }
    return FF_OK;
}

/* The group before the last colon of an option's value; *rest is what follows. */
static int parse_group(size_t *group, const char **rest, const char *option, const char *form,
                       const char *text, const fit_source *source, ff_error *err)
{
    const char *colon = strrchr(text, ':');
    size_t length = colon ? (size_t)(colon - text) : 0;
    if (length == 0)
        return ff_fail(err, FF_E_USAGE, "--%s: '%s' is not %s", option, text, form);
    *rest = colon + 1;
    for (*group = 0; *group < source->group_count; (*group)++)
        if (strlen(source->group_names[*group]) == length &&
            strncmp(source->group_names[*group], text, length) == 0)
            return FF_OK;
    return ff_fail(err, FF_E_USAGE, "--%s: the %s no group '%.*s' (the first of %zu is '%s')",
                   option, source->reduced ? "reduction has" : "features have", (int)length, text,
                   source->group_count, source->group_count ? source->group_names[0] : "");
}

/* "NAME:E=30,F=1"; kinds not named keep the weights of all groups. */
static int read_group_weights(fit_request *request, const ff_stage_run *stage,
                              const fit_source *source, ff_error *err)
{
    int status = FF_OK;
    for (size_t i = 0; i < ff_argument_count(stage, "group-weights") && status == FF_OK; i++) {
        bool given[FF_KINDS] = {false};
        const char *rest = NULL;
        size_t group = 0;
        double weight[FF_KINDS];
        memcpy(weight, request->default_weight, sizeof weight);
        status = parse_group(&group, &rest, "group-weights", "GROUP:KIND=WEIGHT,...",
                             ff_argument_at(stage, "group-weights", i), source, err);
        if (status == FF_OK)
            status = parse_weights(weight, given, "group-weights", rest, err);
        if (status == FF_OK)
            memcpy(request->weight + FF_KINDS * group, weight, sizeof weight);
    }
    return status;
}

/* "NAME:KINDS" */
static int read_exact(fit_request *request, const ff_stage_run *stage, const fit_source *source,
                      ff_error *err)
{
    int status = FF_OK;
    for (size_t i = 0; i < ff_argument_count(stage, "exact") && status == FF_OK; i++) {
        const char *rest = NULL;
        size_t group = 0;
        unsigned kinds = 0;
        status = parse_group(&group, &rest, "exact", "GROUP:KINDS",
                             ff_argument_at(stage, "exact", i), source, err);
        if (status == FF_OK)
            status = ff_parse_observations(&kinds, rest, err);
        if (status == FF_OK)
            request->exact[group] |= kinds;
    }
    return status;
}

int fit_request_weights(fit_request *request, const ff_stage_run *stage, const fit_source *source,
                        ff_error *err)
{
    static const double usual[FF_KINDS] = {30, 1, 1, 10}, alike[FF_KINDS] = {1, 1, 1, 1};
    const char *text = ff_argument_text(stage, "weights");
    bool given[FF_KINDS] = {false}, automatic = strcmp(text, "auto") == 0;
    int status = FF_OK;
    request->group_count = source->group_count;
    memcpy(request->default_weight, automatic ? alike : usual, sizeof usual);
    if (!automatic)
        status = parse_weights(request->default_weight, given, "weights", text, err);
    if (ff_argument_given(stage, "weights"))
        memcpy(request->weight_given, given, sizeof given);
    request->weight = ff_new_array(source->group_count, FF_KINDS * sizeof *request->weight, err);
    request->exact = ff_new_array(source->group_count, sizeof *request->exact, err);
    if (status == FF_OK && (!request->weight || !request->exact))
        status = FF_E_NOMEM;
    for (size_t i = 0; i < FF_KINDS * source->group_count && status == FF_OK; i++)
        request->weight[i] = request->default_weight[i % FF_KINDS];
    if (status == FF_OK)
        status = read_group_weights(request, stage, source, err);
    if (status == FF_OK)
        status = read_exact(request, stage, source, err);
    for (size_t i = 0; i < FF_KINDS * source->group_count && status == FF_OK; i++)
        if (!(request->kinds & ~request->exact[i / FF_KINDS] & (1u << i % FF_KINDS)))
            request->weight[i] = 0;
    return status;
}
