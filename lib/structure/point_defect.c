#include "lib/structure/point_defect.h"

#include "lib/base/memory.h"
#include "lib/structure/defect_draft.h"
#include "lib/structure/elements.h"
#include "lib/structure/host_neighbours.h"
#include "lib/structure/lattice.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An interstitial of some crystals. Places are in fractions of the crystal's own cell, from its
 * first atom, which is what is removed. Extra atoms sit at centre + offset and, for a dumbbell, at
 * centre - offset: two extra atoms share the place of the removed one. */
typedef struct interstitial {
    const char *name, *crystals; /* separated by blanks */
    bool removes;
    int adds;
    double centre[3], offset[3];
} interstitial;

/* Lengths of dumbbells are starting points for relaxation, near what is found for metals
 * (0.7 lattice constants in bcc, 0.6 in fcc) and silicon (2.45 A, and 0.5 A below the site, away
 * from the two neighbours that the pair points at). A crowdion is an extra atom between two
 * neighbours of a close-packed row. In hcp the octahedral sites are those of the third stacking
 * position; "basal" ones lie in the plane of atoms. */
static const interstitial interstitials[] = {
    {"interstitial-tetrahedral", "diamond b3", false, 1, {0.5, 0.5, 0.5}, {0, 0, 0}},
    {"interstitial-tetrahedral", "bcc b2", false, 1, {0.5, 0.25, 0}, {0, 0, 0}},
    {"interstitial-tetrahedral", "fcc l1_2 b1", false, 1, {0.25, 0.25, 0.25}, {0, 0, 0}},
    {"interstitial-tetrahedral", "hcp", false, 1, {0, 0, 0.375}, {0, 0, 0}},
    {"interstitial-octahedral", "bcc b2", false, 1, {0.5, 0.5, 0}, {0, 0, 0}},
    {"interstitial-octahedral", "fcc l1_2", false, 1, {0.5, 0.5, 0.5}, {0, 0, 0}},
    {"interstitial-octahedral", "hcp", false, 1, {2.0 / 3, 1.0 / 3, 0.25}, {0, 0, 0}},
    {"interstitial-basal-octahedral", "hcp", false, 1, {2.0 / 3, 1.0 / 3, 0}, {0, 0, 0}},
    {"interstitial-basal-tetrahedral", "hcp", false, 1, {0, 0, 0.5}, {0, 0, 0}},
    {"interstitial-cubic", "sc", false, 1, {0.5, 0.5, 0.5}, {0, 0, 0}},
    {"interstitial-hexagonal", "diamond b3", false, 1, {0.625, 0.375, 0.375}, {0, 0, 0}},
    {"interstitial-bond", "diamond b3", false, 1, {0.125, 0.125, 0.125}, {0, 0, 0}},
    {"interstitial-hollow", "triangular", false, 1, {2.0 / 3, 1.0 / 3, 0}, {0, 0, 0}},
    {"crowdion", "bcc", false, 1, {0.25, 0.25, 0.25}, {0, 0, 0}},
    {"crowdion", "fcc", false, 1, {0.25, 0.25, 0}, {0, 0, 0}},
    {"crowdion", "hcp triangular sc", false, 1, {0.5, 0, 0}, {0, 0, 0}},
    {"dumbbell-100", "bcc b2", true, 2, {0, 0, 0}, {0.35, 0, 0}},
    {"dumbbell-110", "bcc b2", true, 2, {0, 0, 0}, {0.25, 0.25, 0}},
    {"dumbbell-111", "bcc b2", true, 2, {0, 0, 0}, {0.2, 0.2, 0.2}},
    {"dumbbell-100", "fcc l1_2", true, 2, {0, 0, 0}, {0.3, 0, 0}},
    {"dumbbell-110", "fcc l1_2", true, 2, {0, 0, 0}, {0.21, 0.21, 0}},
    {"dumbbell-111", "fcc l1_2", true, 2, {0, 0, 0}, {0.17, 0.17, 0.17}},
    {"dumbbell-110", "diamond b3", true, 2, {0, 0, -0.1}, {0.16, 0.16, 0}},
    {"split-110", "diamond b3", true, 2, {0, 0, -0.1}, {0.16, 0.16, 0}},
    {"dumbbell-0001", "hcp", true, 2, {0, 0, 0}, {0, 0, 0.2}},
    {"dumbbell-1120", "hcp", true, 2, {0, 0, 0}, {0.3, 0, 0}},
    {"dumbbell-10", "triangular", true, 2, {0, 0, 0}, {0.3, 0, 0}},
};

enum { INTERSTITIALS = sizeof interstitials / sizeof *interstitials };

/* A defect being made. */
typedef struct request {
    ff_defect_draft *draft;
    const ff_host *host;
    const char *name, *rest; /* of the name, after what says the kind of defect */
} request;

/* Names and species. */

static bool has_word(const char *words, const char *word)
{
    size_t length = strlen(word);
    for (const char *w = words; w; w = strchr(w, ' ')) {
        w += *w == ' ';
        if (strncmp(w, word, length) == 0 && (w[length] == ' ' || !w[length]))
            return true;
    }
    return false;
}

static bool fits(const interstitial *d, const ff_host *host)
{
    return host->type && has_word(d->crystals, host->type->name);
}

static bool is_element(const ff_host *host)
{
    for (size_t b = 1; b < host->unit.atoms; b++)
        if (host->unit.species[b] != host->unit.species[0])
            return false;
    return true;
}

static int unknown_defect(const request *r, ff_error *err)
{
    char known[256] = "none, vacancy, divacancy-1nn, vacancy-cluster-3, substitutional-X";
    size_t used = strlen(known);
    if (!is_element(r->host))
        used += (size_t)snprintf(known + used, sizeof known - used, ", antisite-B-A");
    for (size_t k = 0; k < INTERSTITIALS; k++) {
        const char *name = interstitials[k].name;
        if (fits(&interstitials[k], r->host) && used + strlen(name) + 3 < sizeof known)
            used += (size_t)snprintf(known + used, sizeof known - used, ", %s", name);
    }
    return ff_fail(err, FF_E_USAGE, "unknown defect '%s' in %s, expected one of: %s", r->name,
                   r->host->name, known);
}

/* Reads "-Al" off the beginning of *text; 0 where there is nothing. */
static int take_species(int *species, const char **text, const request *r, ff_error *err)
{
    *species = 0;
    if (!**text)
        return FF_OK;
    const char *symbol = *text + 1;
    size_t length = strcspn(symbol, "-");
    if (**text != '-' || !(*species = ff_element_number(symbol, length)))
        return unknown_defect(r, err);
    *text = symbol + length;
    return FF_OK;
}

/* The first atom of the unit cell of a species; of the only one when it is 0. */
static int find_basis(size_t *basis, int species, const request *r, ff_error *err)
{
    const ff_frame *unit = &r->host->unit;
    *basis = 0;
    if (species == 0 && is_element(r->host))
        return FF_OK;
    if (species == 0)
        return ff_fail(err, FF_E_USAGE,
                       "'%s' in a crystal of several species: of which, as in %s-%s?", r->name,
                       r->name, ff_element_symbol(unit->species[0]));
    while (*basis < unit->atoms && unit->species[*basis] != species)
        ++*basis;
    if (*basis == unit->atoms)
        return ff_fail(err, FF_E_USAGE, "'%s': there is no %s in the crystal", r->name,
                       ff_element_symbol(species));
    return FF_OK;
}

/* The rest of the name is "" or "-A", a species of the crystal. */
static int last_basis(size_t *basis, const char *rest, const request *r, ff_error *err)
{
    int species;
    int status = take_species(&species, &rest, r, err);
    if (status == FF_OK && *rest)
        status = unknown_defect(r, err);
    return status == FF_OK ? find_basis(basis, species, r, err) : status;
}

static int take_count(int *count, const char **text, const request *r, ff_error *err)
{
    char *end;
    long value = **text >= '1' && **text <= '9' ? strtol(*text, &end, 10) : 0;
    if (value < 1 || value > 1000000)
        return unknown_defect(r, err);
    *count = (int)value;
    *text = end;
    return FF_OK;
}

/* Kinds of defect. */

static int make_none(const request *r, ff_error *err)
{
    return *r->rest ? unknown_defect(r, err) : FF_OK;
}

/* Empties some sites; the defect's centre is in their middle. */
static int empty_sites(const request *r, const ff_host_neighbour *sites, int count, size_t basis,
                       ff_error *err)
{
    int status = FF_OK;
    ff_host_site_position(r->draft->centre, r->host, ff_host_middle_site(r->host, basis));
    for (int c = 0; c < count && status == FF_OK; c++) {
        for (int k = 0; k < 3; k++)
            r->draft->centre[k] += sites[c].vector[k] / count;
        status = ff_defect_draft_empty(r->draft, sites[c].site, err);
    }
    return status;
}

static int make_cluster_of(const request *r, int count, size_t basis, ff_error *err)
{
    ff_host_neighbour *cluster = ff_new_array((size_t)count, sizeof *cluster, err);
    int status = cluster ? ff_host_cluster(cluster, r->host, basis, count, err) : FF_E_NOMEM;
    if (status == FF_OK)
        status = empty_sites(r, cluster, count, basis, err);
    free(cluster);
    return status;
}

static int make_vacancy(const request *r, ff_error *err)
{
    size_t basis;
    int status = last_basis(&basis, r->rest, r, err);
    return status == FF_OK ? make_cluster_of(r, 1, basis, err) : status;
}

static int make_cluster(const request *r, ff_error *err)
{
    int count = 0;
    size_t basis;
    const char *rest = r->rest;
    int status = take_count(&count, &rest, r, err);
    if (status == FF_OK)
        status = last_basis(&basis, rest, r, err);
    return status == FF_OK ? make_cluster_of(r, count, basis, err) : status;
}

static int make_divacancy(const request *r, ff_error *err)
{
    int shell = 0;
    size_t basis = 0;
    const char *rest = r->rest;
    ff_host_neighbour pair[2] = {{0}};
    int status = take_count(&shell, &rest, r, err);
    if (status == FF_OK && strncmp(rest, "nn", 2) != 0)
        status = unknown_defect(r, err);
    if (status == FF_OK)
        status = last_basis(&basis, rest + 2, r, err);
    if (status == FF_OK)
        status = ff_host_shell(&pair[1], r->host, basis, shell, err);
    pair[0].site = ff_host_middle_site(r->host, basis);
    return status == FF_OK ? empty_sites(r, pair, 2, basis, err) : status;
}

static int substitute(const request *r, int species, int removed, ff_error *err)
{
    size_t basis;
    int status = find_basis(&basis, removed, r, err);
    if (status != FF_OK)
        return status;
    size_t site = ff_host_middle_site(r->host, basis);
    if (r->draft->sites.species[site] == species)
        return ff_fail(err, FF_E_USAGE, "'%s': there is a %s already", r->name,
                       ff_element_symbol(species));
    ff_host_site_position(r->draft->centre, r->host, site);
    r->draft->sites.species[site] = species;
    return FF_OK;
}

static int make_substitutional(const request *r, ff_error *err)
{
    int species, removed = 0;
    const char *rest = r->rest;
    int status = take_species(&species, &rest, r, err);
    if (status == FF_OK && species)
        status = take_species(&removed, &rest, r, err);
    if (status == FF_OK && (!species || *rest))
        status = unknown_defect(r, err);
    return status == FF_OK ? substitute(r, species, removed, err) : status;
}

static int make_antisite(const request *r, ff_error *err)
{
    int species, removed = 0;
    size_t basis;
    const char *rest = r->rest;
    int status = take_species(&species, &rest, r, err);
    if (status == FF_OK && species)
        status = take_species(&removed, &rest, r, err);
    if (status == FF_OK && (!removed || *rest))
        status = unknown_defect(r, err);
    if (status == FF_OK)
        status = find_basis(&basis, species, r, err);
    return status == FF_OK ? substitute(r, species, removed, err) : status;
}

static int add_extra(const request *r, const interstitial *d, int extra, int species, ff_error *err)
{
    double offset[3], position[3];
    ff_row_times_matrix(offset, d->offset, r->host->axes);
    for (int k = 0; k < 3; k++)
        position[k] = r->draft->centre[k] + (extra ? -offset[k] : offset[k]);
    return ff_defect_draft_add(r->draft, species, position, err);
}

static int make_interstitial(const request *r, const interstitial *d, ff_error *err)
{
    int species;
    size_t basis = 0, middle = ff_host_middle_site(r->host, 0);
    const int own = r->draft->sites.species[middle];
    const char *rest = r->rest;
    double place[3];
    int status = take_species(&species, &rest, r, err);
    if (status == FF_OK && *rest)
        status = unknown_defect(r, err);
    if (status == FF_OK && species == 0)
        status = find_basis(&basis, 0, r, err); /* an element's, or the question of which */
    if (status == FF_OK && d->removes)
        status = ff_defect_draft_empty(r->draft, middle, err);
    ff_row_times_matrix(place, d->centre, r->host->axes);
    for (int k = 0; k < 3; k++)
        r->draft->centre[k] += place[k];
    for (int extra = 0; extra < d->adds && status == FF_OK; extra++)
        status = add_extra(r, d, extra, extra == 0 && species ? species : own, err);
    return status;
}

/* Where the name goes on after a beginning; NULL when it begins otherwise. */
static const char *after(const char *name, const char *beginning)
{
    size_t length = strlen(beginning);
    return strncmp(name, beginning, length) == 0 ? name + length : NULL;
}

/* Kinds whose names begin alike: the longer first. */
static const struct kind {
    const char *beginning;
    int (*make)(const request *r, ff_error *err);
} kinds[] = {{"none", make_none},
             {"vacancy-cluster-", make_cluster},
             {"vacancy", make_vacancy},
             {"divacancy-", make_divacancy},
             {"substitutional", make_substitutional},
             {"antisite", make_antisite}};

static int make(request *r, ff_error *err)
{
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        if ((r->rest = after(r->name, kinds[k].beginning)))
            return kinds[k].make(r, err);
    for (size_t k = 0; k < INTERSTITIALS; k++) {
        r->rest = after(r->name, interstitials[k].name);
        if (r->rest && (!*r->rest || *r->rest == '-') && fits(&interstitials[k], r->host))
            return make_interstitial(r, &interstitials[k], err);
    }
    return unknown_defect(r, err);
}

int ff_point_defect(ff_frame *frame, int64_t **site, double centre[3], const ff_host *host,
                    const char *defect, ff_error *err)
{
    ff_defect_draft draft;
    *frame = (ff_frame){0};
    *site = NULL;
    int status = ff_defect_draft_init(&draft, host, err);
    if (status == FF_OK)
        status = make(&(request){.draft = &draft, .host = host, .name = defect}, err);
    if (status == FF_OK)
        status = ff_defect_draft_finish(frame, site, &draft, err);
    memcpy(centre, draft.centre, sizeof draft.centre);
    ff_defect_draft_clear(&draft);
    return status;
}
