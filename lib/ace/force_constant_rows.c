/* Rows of force constants: the change of every function's gradient when an atom is displaced, exact
 * second derivatives by forward mode (one_particle.h, graph.h). */

#include "lib/ace/row_workspace.h"
#include "lib/base/memory.h"

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

/* Rows of one displacement. */
static int add_response(ff_ace_row_workspace *w, size_t i, const ff_ace_part *part, double *rows,
                        ff_error *err)
{
    ff_ace_workspace *site = w->site;
    ff_ace_workspace_move(site, w->motion);
    int status = ff_ace_site_derivative_changes(site, err);
    if (status != FF_OK)
        return status;
    for (size_t pack = 0; pack < 2 * site->site.blocks; pack++) {
        if (pack % 2 >= ff_block_packs(&site->site.block[pack / 2]))
            continue;
        ff_slice_target target = ff_ace_neighbour_rows(w, i, pack, rows, 1.0);
        ff_ace_site_add_gradient_changes(site, pack, part, &target);
    }
    ff_slice_target target = ff_ace_centre_rows(w, i, rows, NULL, 1.0);
    for (int z = 0; z < site->basis->graph.shape.species_count; z++)
        ff_ace_site_add_moment_changes(site, z, part, &target);
    return FF_OK;
}

int ff_ace_add_force_constants(ff_ace_row_workspace *w, const ff_frame *frame, size_t i,
                               const ff_ace_part *part, double *rows, ff_error *err)
{
    size_t neighbours = w->list.offset[i + 1] - w->list.offset[i];
    size_t stride = 3 * frame->atoms * ff_ace_basis_size(w->site->basis);
    int status =
        ff_reserve(&w->motion, &w->motion_capacity, 3 * neighbours, sizeof *w->motion, err);
    for (size_t d = 0; d < frame->displacements && status == FF_OK; d++)
        if (set_motion(w, &frame->displacement[d], i))
            status = add_response(w, i, part, rows + d * stride, err);
    return status;
}
