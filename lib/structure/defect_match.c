#include "lib/structure/defect_match.h"

#include "lib/base/memory.h"
#include "lib/structure/defect_draft.h"
#include "lib/structure/lattice.h"
#include "lib/structure/site_index.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double same_lattice = 1e-4; /* of integers that cell vectors are multiples by */

static int check_cell(const ff_host *host, const ff_frame *defective, ff_error *err)
{
    double inverse[9], multiples[9];
    if (memcmp(host->unit.periodic, defective->periodic, sizeof defective->periodic) != 0)
        return ff_fail(err, FF_E_RANGE,
                       "the defect's structure is not periodic along the crystal's directions");
    ff_lattice_inverse(inverse, host->cell);
    for (int i = 0; i < 3; i++) {
        ff_row_times_matrix(multiples + 3 * i, defective->cell + 3 * i, inverse);
        for (int k = 0; k < 3; k++)
            if (!(fabs(multiples[3 * i + k] - nearbyint(multiples[3 * i + k])) < same_lattice))
                return ff_fail(err, FF_E_RANGE,
                               "cell vector %d of the defect's structure, (%.6g, %.6g, %.6g), is "
                               "no period of the supercell of %d x %d x %d unit cells",
                               i + 1, defective->cell[3 * i], defective->cell[3 * i + 1],
                               defective->cell[3 * i + 2], host->cells[0], host->cells[1],
                               host->cells[2]);
    }
    double ratio = fabs(ff_lattice_determinant(multiples));
    return fabs(ratio - 1) < 0.5
               ? FF_OK
               : ff_fail(err, FF_E_RANGE,
                         "the defect's structure is %.4g times as large as the supercell", ratio);
}

/* Who is where. */
typedef struct matching {
    const ff_host *host;
    const ff_frame *defective;
    ff_frame places;     /* the sites, all of one species: which one an atom is does not matter */
    ff_site_index index; /* of the places */
    double inverse[9];   /* of the supercell */
    size_t *atom_on;     /* [sites]; SIZE_MAX: none */
    size_t *site_of;     /* [atoms]; SIZE_MAX: none */
} matching;

/* The shortest of from + vectors of the supercell; right for short ones. */
static void nearest_image(double vector[3], const matching *m)
{
    double fraction[3];
    ff_row_times_matrix(fraction, vector, m->inverse);
    for (int k = 0; k < 3; k++)
        fraction[k] -= m->defective->periodic[k] ? nearbyint(fraction[k]) : 0;
    ff_row_times_matrix(vector, fraction, m->host->cell);
}

static void from_site(double vector[3], const matching *m, size_t atom, size_t site)
{
    for (size_t k = 0; k < 3; k++)
        vector[k] = m->defective->positions[3 * atom + k] - m->places.positions[3 * site + k];
    nearest_image(vector, m);
}

static double distance(const matching *m, size_t atom, size_t site)
{
    double vector[3];
    from_site(vector, m, atom, site);
    return sqrt(ff_vector_dot(vector, vector));
}

static int matching_init(matching *m, const ff_host *host, const ff_frame *defective,
                         double tolerance, ff_error *err)
{
    *m = (matching){.host = host, .defective = defective};
    ff_site_index_init(&m->index);
    ff_lattice_inverse(m->inverse, host->cell);
    int status = ff_host_frame(&m->places, host, err);
    for (size_t s = 0; status == FF_OK && s < m->places.atoms; s++)
        m->places.species[s] = 1;
    if (status == FF_OK)
        status = ff_site_index_build(&m->index, &m->places, tolerance, err);
    if (status == FF_OK &&
        (!(m->atom_on = ff_new_array(m->places.atoms, sizeof *m->atom_on, err)) ||
         !(m->site_of = ff_new_array(defective->atoms, sizeof *m->site_of, err))))
        status = FF_E_NOMEM;
    return status;
}

static void matching_clear(matching *m)
{
    ff_site_index_clear(&m->index);
    ff_frame_clear(&m->places);
    free(m->atom_on);
    free(m->site_of);
}

/* Each site gets the nearest of the atoms that are on it. */
static void match_atoms(matching *m)
{
    for (size_t s = 0; s < m->places.atoms; s++)
        m->atom_on[s] = SIZE_MAX;
    for (size_t i = 0; i < m->defective->atoms; i++) {
        double fraction[3];
        ff_row_times_matrix(fraction, m->defective->positions + 3 * i, m->inverse);
        size_t site = ff_site_index_find(&m->index, fraction, 1);
        m->site_of[i] = SIZE_MAX;
        if (site == SIZE_MAX)
            continue;
        size_t other = m->atom_on[site];
        if (other != SIZE_MAX && distance(m, other, site) <= distance(m, i, site))
            continue;
        if (other != SIZE_MAX)
            m->site_of[other] = SIZE_MAX;
        m->site_of[i] = site;
        m->atom_on[site] = i;
    }
}

/* The defect's centre is the mean of its places, each at the image nearest to the first. */
typedef struct middle {
    size_t count;
    double first[3], sum[3];
} middle;

static void add_place(middle *mid, const double position[3], const matching *m)
{
    double from[3];
    if (mid->count++ == 0)
        memcpy(mid->first, position, sizeof mid->first);
    for (int k = 0; k < 3; k++)
        from[k] = position[k] - mid->first[k];
    nearest_image(from, m);
    for (int k = 0; k < 3; k++)
        mid->sum[k] += from[k];
}

/* What is not as in the perfect crystal goes into the draft. */
static int make_draft(ff_defect_draft *draft, ff_defect_match *found, const matching *m,
                      ff_error *err)
{
    middle mid = {0};
    int status = FF_OK;
    for (size_t s = 0; s < m->places.atoms && status == FF_OK; s++) {
        size_t atom = m->atom_on[s];
        int species = atom == SIZE_MAX ? 0 : m->defective->species[atom];
        if (species == draft->sites.species[s])
            continue;
        add_place(&mid, m->places.positions + 3 * s, m);
        found->substitutions += species != 0;
        found->vacancies += species == 0;
        if (species)
            draft->sites.species[s] = species;
        else
            status = ff_defect_draft_empty(draft, s, err);
    }
    for (size_t i = 0; i < m->defective->atoms && status == FF_OK; i++)
        if (m->site_of[i] == SIZE_MAX) {
            const double *position = m->defective->positions + 3 * i;
            add_place(&mid, position, m);
            found->extras++;
            status = ff_defect_draft_add(draft, m->defective->species[i], position, err);
        }
    for (int k = 0; k < 3 && mid.count; k++)
        draft->centre[k] = mid.first[k] + mid.sum[k] / (double)mid.count;
    return status;
}

static int check_found(const ff_defect_match *found, const matching *m, ff_error *err)
{
    const size_t on_sites = m->places.atoms - found->vacancies;
    if (2 * on_sites < m->places.atoms)
        return ff_fail(err, FF_E_RANGE,
                       "only %zu of %zu sites of the crystal have an atom within %.3g A: another "
                       "crystal, or displaced against this one",
                       on_sites, m->places.atoms, m->index.tolerance);
    if (found->vacancies + found->substitutions + found->extras == 0)
        return ff_fail(err, FF_E_RANGE, "no defect: an atom within %.3g A of every site",
                       m->index.tolerance);
    return FF_OK;
}

static int find_displacements(double **displacement, ff_defect_match *found, const matching *m,
                              const int64_t *site, size_t atoms, ff_error *err)
{
    if (!(*displacement = ff_new_array(atoms, 3 * sizeof **displacement, err)))
        return FF_E_NOMEM;
    for (size_t i = 0; i < atoms; i++) {
        if (site[i] < 0)
            continue;
        double *vector = *displacement + 3 * i;
        from_site(vector, m, m->atom_on[site[i]], (size_t)site[i]);
        found->farthest = fmax(found->farthest, sqrt(ff_vector_dot(vector, vector)));
    }
    return FF_OK;
}

int ff_defect_from_frame(ff_frame *frame, int64_t **site, double centre[3], double **displacement,
                         ff_defect_match *found, const ff_host *host, const ff_frame *defective,
                         double tolerance, ff_error *err)
{
    matching m = {0};
    ff_defect_draft draft = {0};
    *frame = (ff_frame){0};
    *site = NULL;
    *displacement = NULL;
    *found = (ff_defect_match){0};
    int status = check_cell(host, defective, err);
    if (status == FF_OK)
        status = matching_init(&m, host, defective, tolerance, err);
    if (status == FF_OK)
        status = ff_defect_draft_init(&draft, host, err);
    if (status == FF_OK) {
        match_atoms(&m);
        status = make_draft(&draft, found, &m, err);
    }
    if (status == FF_OK)
        status = check_found(found, &m, err);
    if (status == FF_OK)
        status = ff_defect_draft_finish(frame, site, &draft, err);
    if (status == FF_OK)
        status = find_displacements(displacement, found, &m, *site, frame->atoms, err);
    memcpy(centre, draft.centre, sizeof draft.centre);
    if (status != FF_OK) {
        ff_frame_clear(frame);
        free(*site);
        *site = NULL;
    }
    ff_defect_draft_clear(&draft);
    matching_clear(&m);
    return status;
}
