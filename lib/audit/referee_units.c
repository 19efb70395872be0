/* Units and signs: which reading of the labels lets one potential explain them all. */

#include "lib/audit/referee_verdict.h"

#include "lib/base/units.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Another reading is believed when it leaves less than a share 1 / least_gain of what the labels as
 * they are leave unexplained, and the difference is more than noise. On labels that are right the
 * gain stays below 1.1 (data of Si, Ti-Al, Ta from density functional theory). */
static const double least_gain = 2, least_difference = 0.01;
static const double most_rest = 0.4; /* of what must be explained then */

/* A ratio this near 1 is no unit and no sign. */
static const double near_one = 1.3;

/* A mistake must do clearly better than a commoner one. */
static const double clearly = 0.85;

/* Of what is left unexplained: kinds that differ by less do equally well. */
static const double noise = 0.01;

enum { PER_DECADE = 8, DECADES = 5, LEAST_FRAMES = 4 };

/* A reading of one kind and how well it does. */
typedef struct candidate {
    ff_referee_reading_of how;
    int kind;
    double total;
} candidate;

/* What is being tried: the reading of a kind in one group, or in all that are not known better. */
typedef struct trial {
    ff_referee_case *c;
    ff_referee_problem problem;
    int kind;
    size_t group; /* SIZE_MAX: all */
} trial;

static int total_of(ff_referee_case *c, const ff_referee_problem *problem, double *total,
                    ff_error *err)
{
    ff_referee_rest rest;
    ff_error why = {0};
    int status = ff_referee_fit(c->referee, problem, &rest, &why);
    *total = status == FF_OK ? rest.total : INFINITY;
    if (status == FF_OK || status == FF_E_NUMERIC)
        return FF_OK;
    if (err)
        *err = why;
    return status;
}

static void set_reading(ff_referee_problem *problem, const ff_referee_case *c, int kind,
                        size_t group, ff_referee_reading_of how)
{
    for (size_t g = 0; g < c->rows->groups; g++)
        if (group == g || (group == SIZE_MAX && !c->found_in[kind][g]))
            problem->of[kind][g] = how;
}

/* Keeps the reading when it is the best. */
static int try_reading(trial *t, int reading, double ratio, candidate *best, ff_error *err)
{
    const ff_referee_reading_of how = {ratio, reading};
    double total;
    set_reading(&t->problem, t->c, t->kind, t->group, how);
    int status = total_of(t->c, &t->problem, &total, err);
    if (status == FF_OK && total < best->total) {
        best->total = total;
        best->how = how;
    }
    return status;
}

/* Ratios of both signs over ten decades, then closer and closer around the best. */
static int scan(trial *t, candidate *best, ff_error *err)
{
    int status = FF_OK;
    double step = pow(10, 1.0 / PER_DECADE);
    for (int sign = 1; sign >= -1; sign -= 2)
        for (int k = -DECADES * PER_DECADE; k <= DECADES * PER_DECADE && status == FF_OK; k++)
            status = try_reading(t, FF_REFEREE_AS_IS, sign * pow(step, k), best, err);
    for (int round = 0; round < 8 && status == FF_OK && isfinite(best->total); round++) {
        const double middle = best->how.ratio;
        step = sqrt(step);
        status = try_reading(t, FF_REFEREE_AS_IS, middle * step, best, err);
        if (status == FF_OK)
            status = try_reading(t, FF_REFEREE_AS_IS, middle / step, best, err);
    }
    return status;
}

/* A ratio that some mistake has goes before one that fits a little better. */

/* Mistakes from the simplest to those of two things at once. */
static const struct mistake {
    int reading, sign;
    bool units; /* with a wrong unit as well */
} mistakes[] = {{FF_REFEREE_AS_IS, -1, false},       {FF_REFEREE_PER_ATOM, 1, false},
                {FF_REFEREE_AS_IS, 1, true},         {FF_REFEREE_TIMES_VOLUME, -1, false},
                {FF_REFEREE_OVER_VOLUME, -1, false}, {FF_REFEREE_TIMES_VOLUME, -1, true},
                {FF_REFEREE_AS_IS, -1, true},        {FF_REFEREE_TIMES_VOLUME, 1, false},
                {FF_REFEREE_OVER_VOLUME, 1, false},  {FF_REFEREE_TIMES_VOLUME, 1, true}};
enum { MISTAKES = sizeof mistakes / sizeof mistakes[0], MOST_RATIOS = 32 };

/* Ratios of units that a kind's labels can be off by. */
static size_t ratios_of(int kind, double ratio[MOST_RATIOS])
{
    const char *quantity = kind == FF_KIND_ENERGY  ? "energy"
                           : kind == FF_KIND_FORCE ? "force"
                                                   : "stress";
    size_t count = ff_units_confusions(quantity, ratio, MOST_RATIOS);
    if (kind == FF_KIND_VIRIAL) /* those that were converted as energies */
        count += ff_units_confusions("energy", ratio + count, MOST_RATIOS - count);
    return count;
}

/* Replaces the best reading by the simplest mistake that does about as well. */
static int name_mistake(trial *t, candidate *best, ff_error *err)
{
    const ff_referee_kind *kind = &t->c->rows->kind[t->kind];
    double ratio[MOST_RATIOS] = {0};
    const size_t ratios = ratios_of(t->kind, ratio);
    const double good = 1.5 * best->total + 0.002;
    candidate named = {.kind = t->kind, .total = INFINITY};
    int status = FF_OK;
    for (int m = 0; m < MISTAKES && status == FF_OK; m++) {
        if (!kind->target[mistakes[m].reading])
            continue;
        for (size_t r = 0; r < (mistakes[m].units ? ratios : 1) && status == FF_OK; r++) {
            candidate own = {.kind = t->kind, .total = INFINITY};
            status = try_reading(t, mistakes[m].reading,
                                 mistakes[m].sign * (mistakes[m].units ? ratio[r] : 1), &own, err);
            if (own.total < good && own.total < clearly * named.total)
                named = own;
        }
    }
    if (isfinite(named.total))
        *best = named;
    return status;
}

/* The best reading of the kind on trial: any ratio, another order of components, or a mistake that
 * has a name. */
static int best_reading(trial *t, candidate *best, ff_error *err)
{
    const ff_referee_kind *kind = &t->c->rows->kind[t->kind];
    *best = (candidate){.kind = t->kind, .total = INFINITY};
    int status = scan(t, best, err);
    for (int reading = FF_REFEREE_ORDERS; reading < FF_REFEREE_READINGS && status == FF_OK;
         reading++) {
        if (kind->target[reading])
            status = try_reading(t, reading, 1, best, err);
        if (kind->target[reading] && status == FF_OK)
            status = try_reading(t, reading, -1, best, err);
    }
    return status == FF_OK && isfinite(best->total) ? name_mistake(t, best, err) : status;
}

static bool is_wrong(const candidate *best, double as_is)
{
    const double size = fabs(best->how.ratio);
    const bool plain = best->how.reading == FF_REFEREE_AS_IS && best->how.ratio > 0 &&
                       size < near_one && size > 1 / near_one;
    return !plain && as_is > least_gain * best->total && as_is - best->total > least_difference &&
           best->total < most_rest;
}

/* Reports. */

static int power_of(int reading)
{
    return reading == FF_REFEREE_OVER_VOLUME                                      ? 1
           : reading == FF_REFEREE_TIMES_VOLUME || reading == FF_REFEREE_PER_ATOM ? -1
                                                                                  : 0;
}

/* "xx yy zz xy xz yz": what the label's six numbers are, when read as xx yy zz yz xz xy. */
static void explain_order(int reading, ff_audit_words *words)
{
    static const char *const names[3] = {"yz", "xz", "xy"};
    const int *order = ff_referee_orders[reading - FF_REFEREE_ORDERS];
    const char *found[3] = {"", "", ""};
    for (int k = 0; k < 3; k++) /* component 3 + k of the truth stands at place order[k] */
        found[order[k] - 3] = names[k];
    const bool vasp = order[0] == 4 && order[1] == 5, lammps = order[0] == 5 && order[1] == 4;
    (void)snprintf(words->what, sizeof words->what,
                   "shear components in the order %s %s %s, read as yz xz xy", found[0], found[1],
                   found[2]);
    (void)snprintf(words->mend, sizeof words->mend, "%s",
                   vasp     ? "--tensor-order vasp"
                   : lammps ? "--tensor-order lammps"
                            : "write nine numbers, or the order xx yy zz yz xz xy");
}

/* Fills ratio, what, how sure and how to mend. rivals: other kinds that would do as well. */
static void describe(ff_audit_finding *finding, const candidate *best, double as_is,
                     const char *rivals)
{
    ff_audit_words words;
    const bool order = best->how.reading >= FF_REFEREE_ORDERS;
    const ff_audit_ratio ratio = {
        .kind = best->kind, .ratio = best->how.ratio, .power = power_of(best->how.reading)};
    if (order)
        explain_order(best->how.reading, &words);
    else
        ff_audit_explain_ratio(&ratio, &words);
    finding->ratio = order ? NAN : best->how.ratio;
    (void)snprintf(finding->what, sizeof finding->what, "%s: %s", ff_audit_kind_names[best->kind],
                   words.what);
    (void)snprintf(finding->mend, sizeof finding->mend, "%s", words.mend);
    (void)snprintf(finding->sure, sizeof finding->sure,
                   "one potential leaves %.2g of all labels unexplained as they are, %.2g so: %.3g "
                   "times less%s",
                   as_is, best->total, as_is / fmax(best->total, 1e-12), rivals);
}

/* Adds what energy differences alone have said of the same labels. */
static void add_series(const ff_audit_work *work, ff_audit_finding *finding, int kind, size_t group)
{
    const ff_audit_series *series = &work->series[group];
    if (kind == FF_KIND_ENERGY || !series->has[kind])
        return;
    const double slope = series->slope[kind];
    const size_t used = strlen(finding->sure);
    finding->uncertainty = series->uncertainty[kind] / (slope * slope);
    (void)snprintf(finding->sure + used, sizeof finding->sure - used,
                   "; energy differences of %zu pairs say %.4g +- %.2g", series->pairs, 1 / slope,
                   finding->uncertainty);
}

static int frames_with(const ff_referee_case *c, int kind, size_t group, ff_audit_frames *set,
                       ff_error *err)
{
    const ff_audit_work *work = c->work;
    int status = FF_OK;
    for (size_t i = 0; i < work->dataset->count && status == FF_OK; i++)
        if ((work->good[i] & (1u << kind)) && (group == SIZE_MAX || work->group[i] == group))
            status = ff_audit_frames_add(set, i, err);
    return status;
}

static int report(ff_referee_case *c, const candidate *best, double as_is, size_t group,
                  const char *rivals, ff_error *err)
{
    ff_audit_frames set = {0};
    ff_audit_finding *finding;
    int status = frames_with(c, best->kind, group, &set, err);
    if (status == FF_OK)
        status =
            ff_audit_add_finding(c->work, FF_AUDIT_WRONG, "units and signs", &set, &finding, err);
    ff_audit_frames_clear(&set);
    if (status != FF_OK)
        return status;
    for (size_t g = 0; g < c->work->groups; g++)
        if (group == SIZE_MAX || group == g)
            c->work->wrong[g] |= 1u << best->kind;
    describe(finding, best, as_is, rivals);
    if (group != SIZE_MAX || c->work->groups == 1)
        add_series(c->work, finding, best->kind, group == SIZE_MAX ? 0 : group);
    return FF_OK;
}

/* Kinds throughout. */

/* Names the kinds whose own best reading is about as good: then which one is wrong is not certain.
 */
static void name_rivals(char *text, size_t size, const candidate *candidates, const candidate *best)
{
    text[0] = '\0';
    for (int k = 0; k < FF_REFEREE_KINDS; k++) {
        const candidate *other = &candidates[k];
        const size_t used = strlen(text);
        if (other == best || !(other->total < 1.25 * best->total + noise) ||
            !isfinite(other->total))
            continue;
        (void)snprintf(text + used, size - used, "; or %s are off by %.4g", ff_audit_kind_names[k],
                       other->how.ratio);
    }
}

/* How often a mistake is made: 0 is the commonest. Stresses have the most units and signs; units of
 * energy are mistaken for energies rather than for virials. */
static int rarity(const candidate *c)
{
    char text[64];
    const double size = fabs(c->how.ratio);
    const bool plain = c->how.reading == FF_REFEREE_AS_IS && fabs(size - 1) > 1e-6;
    const bool of_energy = plain && ff_units_confused(text, sizeof text, "energy", size) &&
                           !ff_units_confused(text, sizeof text, "stress", size);
    if (c->kind == FF_KIND_VIRIAL)
        return of_energy ? 3 : 0;
    if (c->kind == FF_KIND_FORCE)
        return 2;
    return of_energy || c->how.reading == FF_REFEREE_PER_ATOM ? 1 : 4;
}

static bool is_better(const candidate *a, const candidate *b)
{
    const double left = a->total + noise, right = b->total + noise;
    return left < 0.8 * right || (left < right / 0.8 && rarity(a) < rarity(b));
}

/* The kind whose other reading explains most; of those that do as well, the commonest mistake. */
static int judge_kinds(ff_referee_case *c, bool *again, ff_error *err)
{
    candidate candidates[FF_REFEREE_KINDS];
    double as_is;
    char rivals[120];
    *again = false;
    int status = total_of(c, &c->problem, &as_is, err);
    int best = -1;
    for (int k = FF_REFEREE_KINDS - 1; k >= 0 && status == FF_OK; k--) {
        trial t = {.c = c, .problem = c->problem, .kind = k, .group = SIZE_MAX};
        candidates[k] = (candidate){.kind = k, .total = INFINITY};
        if (!ff_referee_has(c->referee, k) || c->found[k])
            continue;
        status = best_reading(&t, &candidates[k], err);
        if (status == FF_OK && (best < 0 || is_better(&candidates[k], &candidates[best])))
            best = k;
    }
    if (status != FF_OK || best < 0 || !is_wrong(&candidates[best], as_is))
        return status;
    name_rivals(rivals, sizeof rivals, candidates, &candidates[best]);
    status = report(c, &candidates[best], as_is, SIZE_MAX, rivals, err);
    set_reading(&c->problem, c, best, SIZE_MAX, candidates[best].how);
    c->found[best] = *again = true;
    return status;
}

/* Single groups. */

static int judge_group(ff_referee_case *c, size_t group, int kind, const ff_referee_rest *as_is,
                       ff_error *err)
{
    trial t = {.c = c, .problem = c->problem, .kind = kind, .group = group};
    ff_referee_rest rest;
    candidate best;
    int status = best_reading(&t, &best, err);
    if (status != FF_OK || !isfinite(best.total))
        return status;
    set_reading(&t.problem, c, kind, group, best.how);
    status = ff_referee_fit(c->referee, &t.problem, &rest, err);
    if (status != FF_OK)
        return status;
    /* What the group leaves, since a small one hardly weighs in the total. */
    best.total = rest.group[group];
    if (!is_wrong(&best, as_is->group[group]))
        return FF_OK;
    status = report(c, &best, as_is->group[group], group, "", err);
    set_reading(&c->problem, c, kind, group, best.how);
    c->found_in[kind][group] = true;
    return status;
}

static int judge_groups(ff_referee_case *c, ff_error *err)
{
    static const double well_explained = 0.1;
    ff_referee_rest as_is;
    int status = FF_OK;
    if (c->rows->groups < 2 || c->rows->groups >= FF_REFEREE_MOST_GROUPS)
        return FF_OK;
    for (size_t g = 0; g < c->rows->groups && status == FF_OK; g++)
        for (int k = FF_REFEREE_KINDS - 1; k > FF_KIND_ENERGY && status == FF_OK; k--) {
            if (!ff_referee_has(c->referee, k))
                continue;
            status = ff_referee_fit(c->referee, &c->problem, &as_is, err);
            if (status == FF_OK && as_is.group[g] > well_explained)
                status = judge_group(c, g, k, &as_is, err);
        }
    return status;
}

int ff_referee_judge_units(ff_referee_case *c, ff_error *err)
{
    int kinds = 0, status = FF_OK;
    for (int k = 0; k < FF_REFEREE_KINDS; k++)
        kinds += ff_referee_has(c->referee, k);
    if (kinds < 2 || c->rows->frames < LEAST_FRAMES)
        return FF_OK;
    for (bool again = true; again && status == FF_OK;)
        status = judge_kinds(c, &again, err);
    return status == FF_OK ? judge_groups(c, err) : status;
}
