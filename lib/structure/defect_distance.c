#include "lib/structure/defect_distance.h"

#include "lib/structure/lattice.h"

#include <math.h>
#include <string.h>

/* Replaces vector by the shortest of vector + integers . cell over -1, 0, 1 of the periodic cell
 * vectors; false when that is vector itself. */
static bool shorten(double vector[3], const double cell[9], const bool periodic[3])
{
    double least = ff_vector_dot(vector, vector), best[3];
    int most[3];
    for (int k = 0; k < 3; k++) {
        most[k] = periodic[k] ? 1 : 0;
        best[k] = vector[k];
    }
    for (int x = -most[0]; x <= most[0]; x++)
        for (int y = -most[1]; y <= most[1]; y++)
            for (int z = -most[2]; z <= most[2]; z++) {
                const double shift[3] = {x, y, z};
                double image[3];
                ff_row_times_matrix(image, shift, cell);
                for (int k = 0; k < 3; k++)
                    image[k] += vector[k];
                if (ff_vector_dot(image, image) < least * (1 - 1e-12)) {
                    least = ff_vector_dot(image, image);
                    memcpy(best, image, sizeof best);
                }
            }
    bool shorter = memcmp(best, vector, sizeof best) != 0;
    memcpy(vector, best, sizeof best);
    return shorter;
}

/* With a reduced cell, a vector that no such step shortens is the shortest of its images. */
static double image_distance(double vector[3], const double cell[9], const double inverse[9],
                             const bool periodic[3])
{
    double fraction[3];
    ff_row_times_matrix(fraction, vector, inverse);
    for (int k = 0; k < 3; k++)
        fraction[k] -= periodic[k] ? round(fraction[k]) : 0;
    ff_row_times_matrix(vector, fraction, cell);
    while (shorten(vector, cell, periodic))
        continue;
    return sqrt(ff_vector_dot(vector, vector));
}

void ff_defect_distances(double *distance, const ff_frame *frame)
{
    double cell[9], inverse[9] = {0};
    int64_t transform[9];
    bool any = frame->periodic[0] || frame->periodic[1] || frame->periodic[2];
    memcpy(cell, frame->cell, sizeof cell);
    if (any) {
        (void)ff_lattice_reduce(cell, transform, frame->periodic);
        ff_lattice_inverse(inverse, cell);
    }
    for (size_t i = 0; i < frame->atoms; i++) {
        double vector[3];
        for (size_t k = 0; k < 3; k++)
            vector[k] = frame->positions[3 * i + k] - frame->centre[k];
        if (isnan(frame->centre[0]))
            distance[i] = NAN;
        else
            distance[i] = any ? image_distance(vector, cell, inverse, frame->periodic)
                              : sqrt(ff_vector_dot(vector, vector));
    }
}
