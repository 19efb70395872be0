/* Rows of force constants: the change of every function's gradient when an atom is displaced, exact
 * second derivatives by forward mode (one_particle.h, graph.h). */

#include "lib/ace/row_workspace.h"
#include "lib/base/memory.h"

#include <string.h>

/* How the neighbours of site i move as seen from it when an atom, with all its images, is displaced
 * by a unit vector. False when they do not. */
static bool set_motion(const ff_ace_row_workspace *w, const ff_displacement *displacement, size_t i)
{
    size_t first = w->list.offset[i], count = w->list.offset[i + 1] - first;
    bool moves = false;
    for (size_t p = 0; p < count; p++) {
        int change =
            (w->list.neighbour[first + p] == displacement->atom) -
            (i == displacement->atom); /* the vector goes from the centre to the neighbour */
        for (size_t a = 0; a < 3; a++)
            w->motion[3 * p + a] = change * displacement->direction[a];
        moves |= change != 0;
    }
    return moves;
}

/* Subtracts the sum over the neighbours of a block from the centre's rows. */
FF_VECTORISE
static void subtract_sums(const ff_lanes (*restrict changes)[3], size_t count,
                          double *restrict rows, size_t columns)
{
    for (size_t k = 0; k < count; k++)
        for (size_t a = 0; a < 3; a++)
            rows[a * columns + k] -= ff_lane_sum(changes[k][a]);
}

/* Rows of one displacement. */
static void add_response(ff_ace_row_workspace *w, size_t i, size_t first, size_t count,
                         double *rows)
{
    ff_ace_workspace *site = w->site;
    size_t columns = ff_ace_basis_size(site->basis), column = site->basis->first[site->site.centre];
    ff_ace_workspace_move(site, w->motion);
    ff_ace_site_jacobian_change(site);
    for (size_t b = 0; b < site->site.blocks; b++) {
        ff_ace_site_one_particle(site, b);
        ff_ace_site_one_particle_change(site, b);
        for (size_t k = first; k < first + count; k += FF_ROW_CHUNK) {
            size_t part = first + count - k < FF_ROW_CHUNK ? first + count - k : FF_ROW_CHUNK;
            ff_ace_site_gradient_changes(site, b, k, part, w->gradients);
            ff_ace_add_gradients(w, i, b, part, 1.0, rows + column + k, columns);
            subtract_sums((const ff_lanes(*)[3])w->gradients, part,
                          rows + 3 * i * columns + column + k, columns);
        }
    }
}

int ff_ace_add_force_constants(ff_ace_row_workspace *w, const ff_frame *frame, size_t i,
                               size_t first, size_t count, double *rows, ff_error *err)
{
    size_t neighbours = w->list.offset[i + 1] - w->list.offset[i];
    size_t stride = 3 * frame->atoms * ff_ace_basis_size(w->site->basis);
    int status =
        ff_reserve(&w->motion, &w->motion_capacity, 3 * neighbours, sizeof *w->motion, err);
    for (size_t d = 0; d < frame->displacements && status == FF_OK; d++)
        if (set_motion(w, &frame->displacement[d], i))
            add_response(w, i, first, count, rows + d * stride);
    return status;
}
