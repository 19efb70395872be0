#include "lib/defects/core_hessian.h"

#include "lib/base/memory.h"
#include "lib/base/parallel.h"
#include "lib/defects/site_hessian.h"
#include "lib/structure/lattice.h"
#include "lib/structure/neighbour_list.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SITES_AT_ONCE = 64 }; /* whose Hessians are kept together */

static const double room = 0.5;  /* A, for atoms to move */
static const double step = 1e-3; /* A, of differences where the potential needs them */

struct ff_core_hessian {
    size_t count;
    size_t *atom;     /* [count] */
    ff_frame cluster; /* not periodic, or the whole structure */
    size_t *origin;   /* [cluster.atoms] atom of the structure */
    double *shift;    /* [cluster.atoms][3] A: of the image that belongs to the cluster */
    int64_t *row;     /* [cluster.atoms] its (or its image's) number in the core; -1: none */
    size_t origin_capacity, shift_capacity;
    const ff_potential *potential;
    ff_neighbour_list list; /* of the cluster */
    size_t most;            /* neighbours of any atom */
    int *species;           /* [entries] of the neighbours */
    size_t species_capacity;
    ff_site_hessian **work; /* [threads] */
    double **columns;       /* [threads][9 most] */
    double *block;          /* Hessians of a batch's sites between their members */
    size_t block_capacity;
    size_t products;
};

/* Sites whose energies depend on the core: their members are the atoms of the core among the
 * neighbours and, last, the site's own atom if it is one. */
typedef struct batch {
    ff_core_hessian *core;
    size_t count;
    size_t site[SITES_AT_ONCE], members[SITES_AT_ONCE];
    size_t first[SITES_AT_ONCE + 1]; /* of a site's numbers in the block */
    size_t *row;                     /* [most + 1] scratch */
} batch;

/* Making. */

static int add_to_cluster(ff_core_hessian *core, size_t *atoms, size_t origin,
                          const double shift[3], ff_error *err)
{
    int status = ff_reserve(&core->origin, &core->origin_capacity, *atoms + 1, sizeof(size_t), err);
    if (status == FF_OK)
        status =
            ff_reserve(&core->shift, &core->shift_capacity, *atoms + 1, 3 * sizeof(double), err);
    if (status != FF_OK)
        return status;
    core->origin[*atoms] = origin;
    memcpy(core->shift + 3 * *atoms, shift, 3 * sizeof(double));
    (*atoms)++;
    return FF_OK;
}

/* A ball: its middle, and a radius for the images of atoms in it. */
typedef struct ball {
    double middle[3], radius;
    double inverse[9]; /* of the cell */
    double reach[3];   /* the radius in units of the cell's planes; 0 where not periodic */
} ball;

/* Adds the images of an atom that are in the ball. */
static int add_images(ff_core_hessian *core, size_t *atoms, const ff_frame *frame, size_t atom,
                      const ball *b, ff_error *err)
{
    double from[3], fraction[3];
    int least[3], most[3];
    for (int k = 0; k < 3; k++)
        from[k] = frame->positions[3 * atom + (size_t)k] - b->middle[k];
    ff_row_times_matrix(fraction, from, b->inverse);
    for (int k = 0; k < 3; k++) {
        least[k] = frame->periodic[k] ? (int)ceil(-fraction[k] - b->reach[k]) : 0;
        most[k] = frame->periodic[k] ? (int)floor(-fraction[k] + b->reach[k]) : 0;
    }
    for (int x = least[0]; x <= most[0]; x++)
        for (int y = least[1]; y <= most[1]; y++)
            for (int z = least[2]; z <= most[2]; z++) {
                const double image[3] = {x, y, z};
                double shift[3], square = 0.0;
                ff_row_times_matrix(shift, image, frame->cell);
                for (int k = 0; k < 3; k++)
                    square += (from[k] + shift[k]) * (from[k] + shift[k]);
                if (square > b->radius * b->radius)
                    continue;
                int status = add_to_cluster(core, atoms, atom, shift, err);
                if (status != FF_OK)
                    return status;
            }
    return FF_OK;
}

/* place[3] = the image of an atom that is nearest to another. */
static void nearest_image(double place[3], const ff_frame *frame, const double inverse[9],
                          size_t atom, size_t other)
{
    const double *here = frame->positions + 3 * atom, *there = frame->positions + 3 * other;
    double from[3], fraction[3];
    for (int k = 0; k < 3; k++)
        from[k] = here[k] - there[k];
    ff_row_times_matrix(fraction, from, inverse);
    for (int k = 0; k < 3; k++)
        fraction[k] = frame->periodic[k] ? -round(fraction[k]) : 0.0;
    ff_row_times_matrix(from, fraction, frame->cell);
    for (int k = 0; k < 3; k++)
        place[k] = here[k] + from[k];
}

/* The ball about the middle of the core's atoms (their images nearest to the first) that holds
 * whatever the derivatives of their forces depend on. */
static void find_ball(ball *b, const ff_core_hessian *core, const ff_frame *frame, double cutoff)
{
    double place[3], largest = 0.0;
    memset(b->middle, 0, sizeof b->middle);
    ff_lattice_inverse(b->inverse, frame->cell);
    for (size_t i = 0; i < core->count; i++) {
        nearest_image(place, frame, b->inverse, core->atom[i], core->atom[0]);
        for (int k = 0; k < 3; k++)
            b->middle[k] += place[k] / (double)core->count;
    }
    for (size_t i = 0; i < core->count; i++) {
        nearest_image(place, frame, b->inverse, core->atom[i], core->atom[0]);
        for (int k = 0; k < 3; k++)
            place[k] -= b->middle[k];
        largest = fmax(largest, sqrt(ff_vector_dot(place, place)));
    }
    b->radius = largest + 2.0 * (cutoff + room);
    for (size_t k = 0; k < 3; k++)
        b->reach[k] =
            b->radius * sqrt(b->inverse[k] * b->inverse[k] + b->inverse[k + 3] * b->inverse[k + 3] +
                             b->inverse[k + 6] * b->inverse[k + 6]);
}

/* The cluster's atoms: those of the ball, or the whole structure if that is smaller. */
static int collect(ff_core_hessian *core, const ff_frame *frame, const ball *b, ff_error *err)
{
    static const double none[3] = {0};
    size_t atoms = 0;
    int status = FF_OK;
    for (size_t i = 0; status == FF_OK && i < frame->atoms; i++)
        status = add_images(core, &atoms, frame, i, b, err);
    bool whole = atoms >= frame->atoms;
    if (whole)
        atoms = 0;
    for (size_t i = 0; whole && status == FF_OK && i < frame->atoms; i++)
        status = add_to_cluster(core, &atoms, i, none, err);
    if (status == FF_OK)
        status = ff_frame_init(&core->cluster, atoms, err);
    if (status != FF_OK)
        return status;
    for (size_t i = 0; i < atoms; i++)
        core->cluster.species[i] = frame->species[core->origin[i]];
    if (whole) {
        memcpy(core->cluster.cell, frame->cell, sizeof frame->cell);
        memcpy(core->cluster.periodic, frame->periodic, sizeof frame->periodic);
    }
    return FF_OK;
}

/* Which places of the cluster belong to the core or to images of it. */
static int find_rows(ff_core_hessian *core, const ff_frame *frame, ff_error *err)
{
    size_t atoms = core->cluster.atoms;
    int64_t *number = ff_new_array(frame->atoms, sizeof *number, err);
    core->row = ff_new_array(atoms, sizeof *core->row, err);
    for (size_t i = 0; number && core->row && i < core->count; i++)
        number[core->atom[i]] = (int64_t)i + 1;
    for (size_t i = 0; number && core->row && i < atoms; i++)
        core->row[i] = number[core->origin[i]] - 1;
    free(number);
    return number && core->row ? FF_OK : FF_E_NOMEM;
}

int ff_core_hessian_new(ff_core_hessian **out, const ff_potential *potential, const ff_frame *frame,
                        const size_t *atom, size_t count, ff_error *err)
{
    *out = NULL;
    ball b = {0};
    ff_core_hessian *core = ff_new_array(1, sizeof *core, err);
    if (!core)
        return FF_E_NOMEM;
    size_t threads = (size_t)ff_threads();
    core->potential = potential;
    core->count = count;
    int status = FF_OK;
    if (!(core->atom = ff_copy_array(atom, count, sizeof *atom, err)) ||
        !(core->work = ff_new_array(threads, sizeof *core->work, err)) ||
        !(core->columns = ff_new_array(threads, sizeof *core->columns, err)))
        status = FF_E_NOMEM;
    if (status == FF_OK) {
        find_ball(&b, core, frame, potential->cutoff);
        status = collect(core, frame, &b, err);
    }
    if (status == FF_OK)
        status = find_rows(core, frame, err);
    if (status == FF_OK)
        *out = core;
    else
        ff_core_hessian_free(core);
    return status;
}

static void free_work(ff_core_hessian *core)
{
    for (int t = 0; t < ff_threads(); t++) {
        if (core->work)
            ff_site_hessian_free(core->work[t]);
        if (core->columns)
            free(core->columns[t]);
        if (core->work)
            core->work[t] = NULL;
        if (core->columns)
            core->columns[t] = NULL;
    }
}

void ff_core_hessian_free(ff_core_hessian *core)
{
    if (!core)
        return;
    free_work(core);
    free(core->work);
    free(core->columns);
    ff_neighbour_list_clear(&core->list);
    ff_frame_clear(&core->cluster);
    free(core->atom);
    free(core->origin);
    free(core->shift);
    free(core->row);
    free(core->species);
    free(core->block);
    free(core);
}

size_t ff_core_hessian_cost(const ff_core_hessian *core)
{
    return core->products;
}

/* Computing. */

/* Puts the cluster where the frame is, and lists its neighbours. */
static int update_cluster(ff_core_hessian *core, const ff_frame *frame, ff_error *err)
{
    double cutoff = core->potential->cutoff;
    cutoff += core->potential->class_->hessian_products ? 0.0 : 2.0 * step;
    for (size_t i = 0; i < 3 * core->cluster.atoms; i++)
        core->cluster.positions[i] =
            frame->positions[3 * core->origin[i / 3] + i % 3] + core->shift[i];
    int status = ff_neighbour_list_build(&core->list, &core->cluster, cutoff, err);
    size_t entries = status == FF_OK ? core->list.offset[core->cluster.atoms] : 0, most = 0;
    if (status == FF_OK)
        status = ff_reserve(&core->species, &core->species_capacity, entries, sizeof(int), err);
    for (size_t p = 0; status == FF_OK && p < entries; p++)
        core->species[p] = core->cluster.species[core->list.neighbour[p]];
    for (size_t i = 0; status == FF_OK && i < core->cluster.atoms; i++) {
        size_t count = core->list.offset[i + 1] - core->list.offset[i];
        most = count > most ? count : most;
    }
    if (status == FF_OK && most > core->most) {
        free_work(core);
        core->most = most;
    }
    return status;
}

/* How many neighbours of a site (and the site itself) belong to the core. */
static size_t members(const ff_core_hessian *core, size_t site)
{
    size_t count = core->row[site] >= 0;
    for (size_t p = core->list.offset[site]; p < core->list.offset[site + 1]; p++)
        count += core->row[core->list.neighbour[p]] >= 0;
    return count;
}

/* The next sites that have members, and where the Hessians between these are kept. Sites that come
 * after those of a batch are found from *next on. */
static bool find_batch(const ff_core_hessian *core, batch *b, size_t *next)
{
    b->count = 0;
    b->first[0] = 0;
    for (; *next < core->cluster.atoms && b->count < SITES_AT_ONCE; (*next)++) {
        size_t count = members(core, *next);
        if (count == 0)
            continue;
        b->site[b->count] = *next;
        b->members[b->count] = count;
        b->first[b->count + 1] = b->first[b->count] + 9 * count * count;
        b->count++;
    }
    return b->count > 0;
}

/* Adds a column of a site's Hessian, value[3 count] for its neighbours, to those of the block's
 * column: its rows are the members among the neighbours, and last the site itself, which moves
 * against all of them. */
static void add_column(const ff_core_hessian *core, size_t site, const double *value, double sign,
                       double *block_column)
{
    size_t first = core->list.offset[site], last = core->list.offset[site + 1], m = 0;
    double own[3] = {0};
    for (size_t p = first; p < last; p++) {
        bool member = core->row[core->list.neighbour[p]] >= 0;
        for (size_t k = 0; k < 3; k++) {
            double v = sign * value[3 * (p - first) + k];
            own[k] -= v;
            if (member)
                block_column[3 * m + k] += v;
        }
        m += member;
    }
    for (size_t k = 0; core->row[site] >= 0 && k < 3; k++)
        block_column[3 * m + k] += own[k];
}

/* Hessian of one site's energy between its members. */
static int site_block(size_t item, int thread, void *context, ff_error *err)
{
    batch *b = context;
    ff_core_hessian *core = b->core;
    size_t site = b->site[item], size = 3 * b->members[item], first = core->list.offset[site];
    double *block = core->block + b->first[item], difference;
    ff_environment environment = {.species = core->cluster.species[site],
                                  .count = core->list.offset[site + 1] - first,
                                  .neighbour_species = core->species + first,
                                  .vectors = core->list.vector + 3 * first,
                                  .distances = core->list.distance + first};
    bool own = core->row[site] >= 0;
    memset(block, 0, size * size * sizeof(double));
    if (!core->work[thread]) {
        int status = ff_site_hessian_new(&core->work[thread], core->potential, core->most, err);
        if (status != FF_OK)
            return status;
        if (!(core->columns[thread] = ff_new_array(core->most, 9 * sizeof(double), err)))
            return FF_E_NOMEM;
    }
    bool exact = core->potential->class_->hessian_products != NULL;
    double *columns = core->columns[thread];
    if (own && exact) {
        int status = ff_site_hessian_own_columns(core->work[thread], &environment, columns, err);
        if (status != FF_OK)
            return status;
        for (size_t k = 0; k < 3; k++)
            add_column(core, site, columns + 3 * k * environment.count, 1.0,
                       block + (size - 3 + k) * size);
    }
    for (size_t q = 0, m = 0; q < environment.count; q++) {
        bool member = core->row[core->list.neighbour[first + q]] >= 0;
        if (!member && (!own || exact))
            continue;
        int status = ff_site_hessian_columns(core->work[thread], &environment, q, step, columns,
                                             &difference, err);
        if (status != FF_OK)
            return status;
        for (size_t k = 0; k < 3; k++) {
            const double *value = columns + 3 * k * environment.count;
            if (member)
                add_column(core, site, value, 1.0, block + (3 * m + k) * size);
            if (own && !exact)
                add_column(core, site, value, -1.0, block + (size - 3 + k) * size);
        }
        m += member;
    }
    return FF_OK;
}

/* Adds a batch's Hessians to the matrix, in the order of the sites. */
static void add_batch(const batch *b, double *matrix)
{
    const ff_core_hessian *core = b->core;
    for (size_t item = 0; item < b->count; item++) {
        size_t site = b->site[item], count = b->members[item], m = 0;
        const double *block = core->block + b->first[item];
        size_t *row = b->row;
        for (size_t p = core->list.offset[site]; p < core->list.offset[site + 1]; p++)
            if (core->row[core->list.neighbour[p]] >= 0)
                row[m++] = (size_t)core->row[core->list.neighbour[p]];
        if (core->row[site] >= 0)
            row[m] = (size_t)core->row[site];
        for (size_t i = 0; i < 3 * count; i++)
            for (size_t j = 0; j < 3 * count; j++)
                matrix[(3 * row[i / 3] + i % 3) * 3 * core->count + 3 * row[j / 3] + j % 3] +=
                    block[i * 3 * count + j];
    }
}

/* How many columns of a site's Hessian were taken. */
static size_t site_products(const ff_core_hessian *core, const batch *b, size_t item)
{
    size_t site = b->site[item];
    bool all = core->row[site] >= 0 && !core->potential->class_->hessian_products;
    return 3 * (all ? core->list.offset[site + 1] - core->list.offset[site] : b->members[item]);
}

int ff_core_hessian_compute(ff_core_hessian *core, const ff_frame *frame, double *matrix,
                            ff_error *err)
{
    size_t order = 3 * core->count, next = 0;
    batch b = {.core = core};
    int status = update_cluster(core, frame, err);
    if (status == FF_OK && !(b.row = ff_new_array(core->most + 1, sizeof *b.row, err)))
        status = FF_E_NOMEM;
    memset(matrix, 0, order * order * sizeof(double));
    while (status == FF_OK && find_batch(core, &b, &next)) {
        status =
            ff_reserve(&core->block, &core->block_capacity, b.first[b.count], sizeof(double), err);
        if (status == FF_OK)
            status = ff_parallel_for(b.count, site_block, &b, NULL, err);
        if (status == FF_OK)
            add_batch(&b, matrix);
        for (size_t i = 0; i < b.count; i++)
            core->products += site_products(core, &b, i);
    }
    free(b.row);
    for (size_t i = 0; i < order; i++)
        for (size_t j = 0; j < i; j++)
            matrix[i * order + j] = matrix[j * order + i] =
                0.5 * (matrix[i * order + j] + matrix[j * order + i]);
    return status;
}
