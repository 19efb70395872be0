/* Rows of one frame. */

#include "lib/ace/frame_rows.h"

#include "lib/ace/features.h"
#include "lib/ace/moments.h"
#include "lib/base/memory.h"
#include "lib/structure/elements.h"
#include "lib/structure/neighbour_list.h"

#include <stdlib.h>
#include <string.h>

enum { CHUNK = 32 }; /* columns whose gradients at a block of neighbours stay in the cache */

struct ff_ace_row_workspace {
    ff_ace_workspace *site;
    ff_ace_moments moments;
    ff_neighbour_list list;
    size_t species_capacity;
    int *species;             /* [..] of the neighbours of one atom */
    double *values;           /* [site size] */
    ff_moments *totals;       /* [site size] */
    ff_lanes (*gradients)[3]; /* [CHUNK] */
};

int ff_ace_row_workspace_new(ff_ace_row_workspace **out, const ff_ace_basis *basis, ff_error *err)
{
    *out = NULL;
    ff_ace_row_workspace *w = ff_new_array(1, sizeof *w, err);
    if (!w)
        return FF_E_NOMEM;
    size_t columns = ff_ace_basis_site_size(basis);
    ff_neighbour_list_init(&w->list);
    w->values = ff_new_lanes(columns, sizeof *w->values, err);
    w->totals = ff_new_lanes(columns, sizeof *w->totals, err);
    w->gradients = ff_new_lanes(CHUNK, sizeof *w->gradients, err);
    if (!w->values || !w->totals || !w->gradients ||
        ff_ace_workspace_new(&w->site, basis, err) != FF_OK ||
        ff_ace_moments_init(&w->moments, basis, err) != FF_OK) {
        ff_ace_row_workspace_free(w);
        return FF_E_NOMEM;
    }
    *out = w;
    return FF_OK;
}

void ff_ace_row_workspace_free(ff_ace_row_workspace *w)
{
    if (!w)
        return;
    ff_ace_workspace_free(w->site);
    ff_ace_moments_clear(&w->moments);
    ff_neighbour_list_clear(&w->list);
    free(w->species);
    free(w->values);
    free(w->totals);
    free(w->gradients);
    free(w);
}

/* Labels and targets. */

static double energy_target(const ff_frame *frame, const double *one_body)
{
    double energy = frame->energy;
    for (size_t i = 0; i < frame->atoms; i++)
        energy -= one_body[frame->species[i]];
    return energy;
}

static void set_row(ff_design_block *block, size_t row, double target, ff_row_label label)
{
    block->target[row] = target;
    block->label[row] = label;
}

/* The response to one displacement. */
static void set_force_constants(ff_design_block *block, size_t row, const ff_frame *frame,
                                size_t displacement, uint32_t number)
{
    const double *response = frame->force_constants + 3 * frame->atoms * displacement;
    for (size_t i = 0; i < 3 * frame->atoms; i++)
        set_row(block, row + i, response[i],
                (ff_row_label){.frame = number,
                               .atom = (uint32_t)(i / 3),
                               .displacement = (uint32_t)displacement,
                               .kind = FF_KIND_FORCE_CONSTANT,
                               .axis = (uint8_t)(i % 3)});
}

int ff_ace_frame_block(ff_design_block *block, const ff_ace_basis *basis, const ff_frame *frame,
                       uint32_t number, unsigned kinds, const double *one_body, ff_error *err)
{
    size_t rows = ff_frame_row_count(frame, kinds), row = 0;
    unsigned present = kinds & frame->labels;
    int status = ff_design_block_init(block, rows, ff_ace_basis_size(basis), err);
    if (status != FF_OK)
        return status;
    if (present & FF_LABEL_ENERGY)
        set_row(block, row++, energy_target(frame, one_body),
                (ff_row_label){.frame = number, .kind = FF_KIND_ENERGY});
    for (size_t i = 0; i < 3 * frame->atoms && present & FF_LABEL_FORCES; i++)
        set_row(block, row++, frame->forces[i],
                (ff_row_label){.frame = number,
                               .atom = (uint32_t)(i / 3),
                               .kind = FF_KIND_FORCE,
                               .axis = (uint8_t)(i % 3)});
    for (uint8_t v = 0; v < 6 && present & FF_LABEL_VIRIAL; v++)
        set_row(block, row++, frame->virial[v],
                (ff_row_label){.frame = number, .kind = FF_KIND_VIRIAL, .axis = v});
    for (size_t d = 0; d < frame->displacements && present & FF_LABEL_FORCE_CONSTANTS; d++) {
        set_force_constants(block, row, frame, d, number);
        row += 3 * frame->atoms;
    }
    return FF_OK;
}

/* Matrix. */

/* Where the rows of each kind begin; NULL when the frame has none. */
typedef struct row_places {
    double *energy, *forces, *virial;
    size_t columns; /* stride */
} row_places;

static row_places find_places(ff_design_block *block, const ff_frame *frame, unsigned kinds)
{
    unsigned present = kinds & frame->labels;
    row_places places = {.columns = block->columns};
    double *at = block->matrix;
    if (present & FF_LABEL_ENERGY) {
        places.energy = at;
        at += block->columns;
    }
    if (present & FF_LABEL_FORCES) {
        places.forces = at;
        at += 3 * frame->atoms * block->columns;
    }
    if (present & FF_LABEL_VIRIAL)
        places.virial = at;
    return places;
}

static int neighbour_too_close(const ff_ace_row_workspace *w, const ff_frame *frame, size_t i,
                               size_t entry, double inner, ff_error *err)
{
    size_t j = w->list.neighbour[entry];
    const char *centre = ff_element_symbol(frame->species[i]);
    const char *other = ff_element_symbol(frame->species[j]);
    ff_fail(err, FF_E_RANGE,
            "%s is %.4g A from %s of atom %zu, below the inner radius of the basis, %.4g A",
            centre ? centre : "it", w->list.distance[entry], other ? other : "that", j + 1, inner);
    ff_error_at_atom(err, (int64_t)i + 1);
    return FF_E_RANGE;
}

/* What atom i sees. */
static int gather(ff_ace_row_workspace *w, const ff_ace_basis *basis, const ff_frame *frame,
                  size_t i, ff_environment *environment, ff_error *err)
{
    size_t first = w->list.offset[i], count = w->list.offset[i + 1] - first;
    int status = ff_reserve(&w->species, &w->species_capacity, count, sizeof *w->species, err);
    if (status != FF_OK)
        return status;
    for (size_t p = 0; p < count; p++) {
        if (w->list.distance[first + p] < basis->options.inner)
            return neighbour_too_close(w, frame, i, first + p, basis->options.inner, err);
        w->species[p] = frame->species[w->list.neighbour[first + p]];
    }
    *environment = (ff_environment){.species = frame->species[i],
                                    .count = count,
                                    .neighbour_species = w->species,
                                    .vectors = w->list.vector + 3 * first,
                                    .distances = w->list.distance + first};
    return FF_OK;
}

/* Subtracts gradients [count][3][FF_LANES] of columns from the force rows of a block's atoms. */
FF_VECTORISE
static void subtract_gradients(double *forces, size_t columns, const ff_ace_block *block,
                               const uint32_t *neighbour, size_t count,
                               const ff_lanes (*restrict gradients)[3])
{
    for (int q = 0; q < block->count; q++) {
        double *row = forces + 3 * (size_t)neighbour[block->index[q]] * columns;
        for (int a = 0; a < 3; a++, row += columns)
            for (size_t k = 0; k < count; k++)
                row[k] -= gradients[k][a][q];
    }
}

/* Rows of the neighbours, and moments, block by block. first, count: columns of the centre. */
static void add_blocks(ff_ace_row_workspace *w, const row_places *to, size_t i, size_t first,
                       size_t count)
{
    ff_ace_workspace *site = w->site;
    size_t column = site->basis->first[site->site.centre];
    for (size_t b = 0; b < site->site.blocks; b++) {
        ff_ace_site_one_particle(site, b);
        ff_ace_moments_add(&w->moments, site, b);
        for (size_t k = first; k < first + count && to->forces; k += CHUNK) {
            size_t part = first + count - k < CHUNK ? first + count - k : CHUNK;
            ff_ace_site_gradients(site, b, k, part, w->gradients);
            subtract_gradients(to->forces + column + k, to->columns, &site->site.block[b],
                               w->list.neighbour + w->list.offset[i], part,
                               (const ff_lanes(*)[3])w->gradients);
        }
    }
}

/* The centre's own force rows and its part of the virial. */
static void add_totals(ff_ace_row_workspace *w, const row_places *to, size_t i, size_t first,
                       size_t count)
{
    size_t column = w->site->basis->first[w->site->site.centre] + first;
    ff_ace_moments_functions(&w->moments, w->site, first, count, w->totals);
    for (size_t a = 0; a < 3 && to->forces; a++) {
        double *row = to->forces + (3 * i + a) * to->columns + column;
        for (size_t k = 0; k < count; k++)
            row[k] += w->totals[k][a];
    }
    for (size_t v = 0; v < 6 && to->virial; v++) {
        double *row = to->virial + v * to->columns + column;
        for (size_t k = 0; k < count; k++)
            row[k] -= w->totals[k][3 + v];
    }
}

/* Adds what site i contributes to columns [begin, end). */
static int add_site(ff_ace_row_workspace *w, const ff_ace_basis *basis, const ff_frame *frame,
                    size_t i, const row_places *to, size_t begin, size_t end, ff_error *err)
{
    ff_environment environment;
    int status = gather(w, basis, frame, i, &environment, err);
    if (status == FF_OK)
        status = ff_ace_workspace_load(w->site, &environment, false, err);
    if (status != FF_OK)
        return status;
    size_t low = basis->first[w->site->site.centre], high = basis->first[w->site->site.centre + 1];
    size_t first = begin > low ? begin : low, last = end < high ? end : high;
    if (first >= last)
        return FF_OK;
    if (to->energy) {
        ff_ace_site_values(w->site, w->values);
        for (size_t k = first; k < last; k++)
            to->energy[k] += w->values[k - low];
    }
    if (!to->forces && !to->virial)
        return FF_OK;
    ff_ace_site_jacobian(w->site);
    ff_ace_moments_start(&w->moments, w->site);
    add_blocks(w, to, i, first - low, last - first);
    add_totals(w, to, i, first - low, last - first);
    return FF_OK;
}

int ff_ace_frame_columns(ff_design_block *block, const ff_ace_basis *basis, const ff_frame *frame,
                         unsigned kinds, size_t begin, size_t end, ff_ace_row_workspace *workspace,
                         ff_error *err)
{
    row_places places = find_places(block, frame, kinds);
    int status = ff_neighbour_list_build(&workspace->list, frame, basis->options.cutoff, err);
    for (size_t i = 0; i < frame->atoms && status == FF_OK; i++) {
        status = add_site(workspace, basis, frame, i, &places, begin, end, err);
        if (status != FF_OK)
            ff_error_at_atom(err, (int64_t)i + 1);
    }
    return status;
}

int ff_ace_frame_rows(ff_design_block *block, const ff_ace_basis *basis, const ff_frame *frame,
                      uint32_t number, unsigned kinds, const double *one_body,
                      ff_ace_row_workspace *workspace, ff_error *err)
{
    int status = ff_ace_frame_block(block, basis, frame, number, kinds, one_body, err);
    if (status == FF_OK)
        status =
            ff_ace_frame_columns(block, basis, frame, kinds, 0, block->columns, workspace, err);
    if (status != FF_OK)
        ff_design_block_clear(block);
    return status;
}
