#include "lib/structure/site_index.h"

#include "lib/base/memory.h"
#include "lib/structure/lattice.h"

#include <math.h>
#include <stdlib.h>

void ff_site_index_init(ff_site_index *index)
{
    *index = (ff_site_index){0};
}

void ff_site_index_clear(ff_site_index *index)
{
    free(index->start);
    free(index->atom);
    free(index->fraction);
    ff_site_index_init(index);
}

/* Into [0, 1); a tiny negative number would come out as 1. */
static double wrap(double fraction)
{
    double wrapped = fraction - floor(fraction);
    return wrapped < 1 ? wrapped : 0;
}

static int box_along(const ff_site_index *index, int k, double fraction)
{
    int box = (int)(fraction * index->boxes[k]);
    return box < index->boxes[k] ? box : index->boxes[k] - 1;
}

static size_t box_number(const ff_site_index *index, const int box[3])
{
    return ((size_t)box[0] * (size_t)index->boxes[1] + (size_t)box[1]) * (size_t)index->boxes[2] +
           (size_t)box[2];
}

static size_t box_of_atom(const ff_site_index *index, size_t atom)
{
    int box[3];
    for (int k = 0; k < 3; k++)
        box[k] = box_along(index, k, index->fraction[3 * atom + (size_t)k]);
    return box_number(index, box);
}

/* Counting sort. */
static void sort_atoms(ff_site_index *index, size_t boxes)
{
    const size_t atoms = index->frame->atoms;
    for (size_t i = 0; i < atoms; i++)
        index->start[box_of_atom(index, i) + 1]++;
    for (size_t b = 0; b < boxes; b++)
        index->start[b + 1] += index->start[b];
    for (size_t i = atoms; i-- > 0;) /* backwards, from the ends of the boxes */
        index->atom[--index->start[box_of_atom(index, i) + 1]] = (uint32_t)i;
    for (size_t b = 0; b < boxes; b++) /* each end has become the beginning: shift back */
        index->start[b] = index->start[b + 1];
    index->start[boxes] = atoms;
}

/* About one atom a box. The points at a distance t from another reach |reciprocal vector| t in
 * fractions, which must stay below a box. */
static void choose_boxes(ff_site_index *index)
{
    const int most = (int)cbrt((double)index->frame->atoms) + 1;
    for (int k = 0; k < 3; k++) {
        const double *inverse = index->inverse + k;
        double reciprocal =
            sqrt(inverse[0] * inverse[0] + inverse[3] * inverse[3] + inverse[6] * inverse[6]);
        double widest = 1 / (2 * reciprocal * index->tolerance);
        index->boxes[k] = widest < most ? (widest > 1 ? (int)widest : 1) : most;
        index->margin[k] = reciprocal * index->tolerance * index->boxes[k];
    }
}

int ff_site_index_build(ff_site_index *index, const ff_frame *frame, double tolerance,
                        ff_error *err)
{
    ff_site_index_init(index);
    index->frame = frame;
    index->tolerance = tolerance;
    ff_lattice_inverse(index->inverse, frame->cell);
    choose_boxes(index);
    size_t boxes = (size_t)index->boxes[0] * (size_t)index->boxes[1] * (size_t)index->boxes[2];
    index->start = ff_new_array(boxes + 1, sizeof *index->start, err);
    index->atom = ff_new_array(frame->atoms, sizeof *index->atom, err);
    index->fraction = ff_new_array(3 * frame->atoms, sizeof *index->fraction, err);
    if (!index->start || !index->atom || !index->fraction) {
        ff_site_index_clear(index);
        return FF_E_NOMEM;
    }
    for (size_t i = 0; i < frame->atoms; i++) {
        double *fraction = index->fraction + 3 * i;
        ff_row_times_matrix(fraction, frame->positions + 3 * i, index->inverse);
        for (int k = 0; k < 3; k++)
            fraction[k] = wrap(fraction[k]);
    }
    sort_atoms(index, boxes);
    return FF_OK;
}

/* Square of the distance between two points modulo the cell; right when it is small. */
static double square_between(const ff_site_index *index, const double a[3], const double b[3])
{
    double apart[3], vector[3];
    for (int k = 0; k < 3; k++) {
        apart[k] = a[k] - b[k];
        apart[k] -= nearbyint(apart[k]);
    }
    ff_row_times_matrix(vector, apart, index->frame->cell);
    return ff_vector_dot(vector, vector);
}

/* The nearest so far, with its distance. */
typedef struct nearest_site {
    size_t atom;
    double square;
} nearest_site;

static void look_in_box(nearest_site *nearest, const ff_site_index *index, size_t box,
                        const double fraction[3], int species)
{
    for (size_t e = index->start[box]; e < index->start[box + 1]; e++) {
        const size_t atom = index->atom[e];
        if (index->frame->species[atom] != species)
            continue;
        double square = square_between(index, fraction, index->fraction + 3 * atom);
        if (square <= nearest->square) {
            nearest->square = square;
            nearest->atom = atom;
        }
    }
}

/* Boxes along one vector that the tolerance reaches: the point's own and perhaps one beside it. */
static int boxes_along(int boxes[2], const ff_site_index *index, int k, double fraction)
{
    const int own = box_along(index, k, fraction), all = index->boxes[k];
    const double place = fraction * all - own;
    boxes[0] = own;
    if (all == 1)
        return 1;
    if (place < index->margin[k])
        boxes[1] = (own + all - 1) % all;
    else if (place > 1 - index->margin[k])
        boxes[1] = (own + 1) % all;
    else
        return 1;
    return 2;
}

size_t ff_site_index_find(const ff_site_index *index, const double fraction[3], int species)
{
    double wrapped[3];
    int boxes[3][2], count[3];
    nearest_site nearest = {SIZE_MAX, index->tolerance * index->tolerance};
    for (int k = 0; k < 3; k++) {
        wrapped[k] = wrap(fraction[k]);
        count[k] = boxes_along(boxes[k], index, k, wrapped[k]);
    }
    for (int c = 0; c < count[0] * count[1] * count[2]; c++) {
        const int box[3] = {boxes[0][c % count[0]], boxes[1][c / count[0] % count[1]],
                            boxes[2][c / count[0] / count[1]]};
        look_in_box(&nearest, index, box_number(index, box), wrapped, species);
    }
    return nearest.atom;
}
