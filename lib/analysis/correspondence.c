#include "lib/analysis/correspondence.h"

#include "lib/base/memory.h"
#include "lib/structure/lattice.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* In nearest-neighbour distances. */
static const double site_reach = 1.2, relaxed_reach = 1.6;
static const double least_cosine = 0.89100652418836786; /* 27 degrees, as Hartley and Mishin */
static const double length_change = 0.3;

void ff_correspondence_init(ff_correspondence *correspondence)
{
    *correspondence = (ff_correspondence){0};
    ff_neighbour_list_init(&correspondence->relaxed);
    ff_neighbour_list_init(&correspondence->perfect);
}

void ff_correspondence_clear(ff_correspondence *correspondence)
{
    ff_neighbour_list_clear(&correspondence->relaxed);
    ff_neighbour_list_clear(&correspondence->perfect);
    free(correspondence->offset);
    free(correspondence->pair);
    ff_correspondence_init(correspondence);
}

/* Whether a relaxed neighbour may stand for one of the site's: in about its direction and about as
 * far away. *off: the sine and the relative change of length together. */
static bool may_stand_in(double *off, const double relaxed[3], const double wanted[3])
{
    double along = ff_vector_dot(relaxed, wanted), far = ff_vector_dot(relaxed, relaxed);
    double far_wanted = ff_vector_dot(wanted, wanted);
    double ratio = sqrt(far / far_wanted), cosine = along / sqrt(far * far_wanted);
    *off = (ratio - 1.0) * (ratio - 1.0) + 1.0 - cosine * cosine;
    return cosine > least_cosine && fabs(ratio - 1.0) < length_change;
}

/* The relaxed neighbour of an atom that agrees best with a neighbour of its site; SIZE_MAX when
 * none does. Extra atoms stand for nothing. */
static size_t stand_in(const ff_correspondence *c, const ff_relaxation *relaxation, size_t atom,
                       const double wanted[3])
{
    size_t found = SIZE_MAX;
    double least = INFINITY, off;
    for (size_t p = c->relaxed.offset[atom]; p < c->relaxed.offset[atom + 1]; p++)
        if (relaxation->site[c->relaxed.neighbour[p]] >= 0 &&
            may_stand_in(&off, c->relaxed.vector + 3 * p, wanted) && off < least) {
            least = off;
            found = p;
        }
    return found;
}

static int match(ff_correspondence *c, const ff_relaxation *relaxation, ff_error *err)
{
    const size_t basis = relaxation->unit.atoms;
    size_t capacity = 0, count = 0;
    int status = FF_OK;
    if (!(c->offset = ff_new_array(c->atoms + 1, sizeof *c->offset, err)))
        return FF_E_NOMEM;
    for (size_t i = 0; i < c->atoms && status == FF_OK; i++) {
        c->offset[i + 1] = count;
        if (relaxation->site[i] < 0)
            continue;
        const size_t b = (size_t)relaxation->site[i] % basis;
        const size_t end = c->perfect.offset[b + 1];
        status = ff_reserve(&c->pair, &capacity, count + end - c->perfect.offset[b],
                            sizeof *c->pair, err);
        for (size_t q = c->perfect.offset[b]; q < end && status == FF_OK; q++) {
            size_t p = stand_in(c, relaxation, i, c->perfect.vector + 3 * q);
            if (p != SIZE_MAX) {
                c->pair[count].entry = p;
                c->pair[count++].site_entry = q;
            }
        }
        c->offset[i + 1] = count;
    }
    return status;
}

int ff_correspondence_find(ff_correspondence *correspondence, const ff_relaxation *relaxation,
                           ff_error *err)
{
    ff_frame frame = {0};
    ff_correspondence_init(correspondence);
    correspondence->atoms = relaxation->reference.atoms;
    int status = ff_relaxation_frame(relaxation, &frame, err);
    if (status == FF_OK)
        status = ff_neighbour_list_build(&correspondence->relaxed, &frame,
                                         relaxed_reach * relaxation->nearest, err);
    if (status == FF_OK)
        status = ff_neighbour_list_build(&correspondence->perfect, &relaxation->unit,
                                         site_reach * relaxation->nearest, err);
    if (status == FF_OK)
        status = match(correspondence, relaxation, err);
    ff_frame_clear(&frame);
    if (status != FF_OK)
        ff_correspondence_clear(correspondence);
    return status;
}

/* inverse of a symmetric positive matrix; false when it is singular against its own size. */
static bool invert(double inverse[9], const double matrix[9])
{
    double trace = matrix[0] + matrix[4] + matrix[8];
    if (!(fabs(ff_lattice_determinant(matrix)) > 1e-6 * trace * trace * trace))
        return false;
    ff_lattice_inverse(inverse, matrix);
    return true;
}

/* out = a . b */
static void multiply(double out[9], const double a[9], const double b[9])
{
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            out[3 * i + j] = a[3 * i] * b[j] + a[3 * i + 1] * b[3 + j] + a[3 * i + 2] * b[6 + j];
}

static void unknown(double *values, size_t count)
{
    for (size_t k = 0; k < count; k++)
        values[k] = NAN;
}

static void add_product(double matrix[9], const double a[3], const double b[3])
{
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            matrix[3 * i + j] += a[i] * b[j];
}

void ff_correspondence_deformation(double deformation[9], const ff_correspondence *correspondence,
                                   size_t atom)
{
    const ff_correspondence *c = correspondence;
    double both[9] = {0.0}, squares[9] = {0.0}, inverse[9];
    for (size_t n = c->offset[atom]; n < c->offset[atom + 1]; n++) {
        const double *p = c->relaxed.vector + 3 * c->pair[n].entry;
        const double *q = c->perfect.vector + 3 * c->pair[n].site_entry;
        add_product(both, p, q);
        add_product(squares, q, q);
    }
    if (invert(inverse, squares))
        multiply(deformation, both, inverse);
    else
        unknown(deformation, 9);
}

void ff_green_lagrange(double strain[6], const double deformation[9])
{
    static const int row[6] = {0, 1, 2, 1, 0, 0}, column[6] = {0, 1, 2, 2, 2, 1};
    for (int k = 0; k < 6; k++) {
        double product = 0.0;
        for (int m = 0; m < 3; m++)
            product += deformation[3 * m + row[k]] * deformation[3 * m + column[k]];
        strain[k] = 0.5 * (product - (row[k] == column[k] ? 1.0 : 0.0));
    }
}

double ff_volumetric_strain(const double strain[6])
{
    return (strain[0] + strain[1] + strain[2]) / 3.0;
}

double ff_von_mises_strain(const double strain[6])
{
    double shear = 0.0, normal = 0.0;
    for (int k = 0; k < 3; k++) {
        double apart = strain[k] - strain[(k + 1) % 3];
        shear += strain[3 + k] * strain[3 + k];
        normal += apart * apart;
    }
    return sqrt(shear + normal / 6.0);
}

/* The Nye tensor. */

/* G of an atom, and the pseudo-inverse's left factor (P^T P)^-1; false when it has none. */
static bool correspondence_tensor(double tensor[9], double inverse[9], const ff_correspondence *c,
                                  size_t atom)
{
    double both[9] = {0.0}, squares[9] = {0.0};
    for (size_t n = c->offset[atom]; n < c->offset[atom + 1]; n++) {
        const double *p = c->relaxed.vector + 3 * c->pair[n].entry;
        add_product(both, p, c->perfect.vector + 3 * c->pair[n].site_entry);
        add_product(squares, p, p);
    }
    if (!invert(inverse, squares))
        return false;
    multiply(tensor, inverse, both);
    return true;
}

/* gradient[i][m][k] = d_i G_mk at an atom, over the neighbours whose G is known. */
static bool gradient_at(double gradient[3][9], const ff_correspondence *c, const double *tensors,
                        size_t atom)
{
    double squares[9] = {0.0}, inverse[9], right[3][9] = {{0.0}};
    for (size_t n = c->offset[atom]; n < c->offset[atom + 1]; n++) {
        const double *p = c->relaxed.vector + 3 * c->pair[n].entry;
        const double *there = tensors + 9 * (size_t)c->relaxed.neighbour[c->pair[n].entry];
        if (isnan(there[0]))
            continue;
        add_product(squares, p, p);
        for (int i = 0; i < 3; i++)
            for (size_t k = 0; k < 9; k++)
                right[i][k] += p[i] * (there[k] - tensors[9 * atom + k]);
    }
    if (isnan(tensors[9 * atom]) || !invert(inverse, squares))
        return false;
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 9; k++)
            gradient[i][k] = inverse[3 * i] * right[0][k] + inverse[3 * i + 1] * right[1][k] +
                             inverse[3 * i + 2] * right[2][k];
    return true;
}

int ff_nye_tensor(double *nye, const ff_correspondence *correspondence, ff_error *err)
{
    const size_t atoms = correspondence->atoms;
    double *tensors = ff_new_array(atoms, 9 * sizeof *tensors, err);
    if (!tensors)
        return FF_E_NOMEM;
    for (size_t i = 0; i < atoms; i++) {
        double inverse[9];
        if (!correspondence_tensor(tensors + 9 * i, inverse, correspondence, i))
            unknown(tensors + 9 * i, 9);
    }
    for (size_t i = 0; i < atoms; i++) {
        double gradient[3][9];
        if (!gradient_at(gradient, correspondence, tensors, i)) {
            unknown(nye + 9 * i, 9);
            continue;
        }
        for (size_t j = 0; j < 3; j++)
            for (size_t k = 0; k < 3; k++) {
                const size_t a = (j + 1) % 3, b = (j + 2) % 3; /* e_jab = 1 */
                nye[9 * i + 3 * j + k] = gradient[b][3 * a + k] - gradient[a][3 * b + k];
            }
    }
    free(tensors);
    return FF_OK;
}
