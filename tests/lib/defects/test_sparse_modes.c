/* The modes that a raised diagonal hides: against a dense eigenproblem, and the inverse they
 * restore. */

#include "lib/defects/sparse_modes.h"

#include "lib/defects/minimise.h"

#include <lapacke.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/defects/near.h"

enum { SITES = 12, ORDER = 3 * SITES };

/* H with eigenvalues of both signs, and F = H + shift D, factorised. */
typedef struct sample {
    double matrix[ORDER * ORDER], raised[ORDER * ORDER], factor[ORDER * ORDER];
    bool core[SITES];
    ff_shifted_matrix shifted;
} sample;

static void solve(void *context, double *vector)
{
    const sample *s = context;
    assert_int_equal(
        LAPACKE_dpotrs(LAPACK_COL_MAJOR, 'U', ORDER, 1, s->factor, ORDER, vector, ORDER), 0);
}

/* A chain with springs to the ground that are repulsive at `unstable` sites in its middle. */
static void set_up(sample *s, size_t unstable, double shift, bool all)
{
    memset(s, 0, sizeof *s);
    for (size_t i = 0; i < ORDER; i++) {
        bool middle = i / 3 >= 4 && i / 3 < 4 + unstable;
        s->core[i / 3] = i / 3 >= 3 && i / 3 < 9;
        s->matrix[i * ORDER + i] = (middle ? -1.5 : 1.0) + 0.1 * (double)(i % 5);
        for (size_t j = 0; j < ORDER; j++)
            if (i + 1 == j || j + 1 == i)
                s->matrix[i * ORDER + j] = -0.3;
    }
    memcpy(s->raised, s->matrix, sizeof s->matrix);
    for (size_t i = 0; i < ORDER; i++)
        if (all || s->core[i / 3])
            s->raised[i * ORDER + i] += shift;
    memcpy(s->factor, s->raised, sizeof s->raised);
    assert_int_equal(LAPACKE_dpotrf(LAPACK_COL_MAJOR, 'U', ORDER, s->factor, ORDER), 0);
    s->shifted = (ff_shifted_matrix){.solve = solve,
                                     .context = s,
                                     .order = ORDER,
                                     .shift = shift,
                                     .raised = all ? NULL : s->core};
}

static double quadratic(const double *matrix, const double *a, const double *b)
{
    double sum = 0.0;
    for (size_t i = 0; i < ORDER; i++)
        for (size_t j = 0; j < ORDER; j++)
            sum += a[i] * matrix[i * ORDER + j] * b[j];
    return sum;
}

static void agrees_with_the_dense_eigenproblem(void **state)
{
    (void)state;
    sample *s = malloc(sizeof *s);
    double left[ORDER * ORDER], right[ORDER * ORDER], ratio[ORDER];
    ff_sparse_modes modes;
    set_up(s, 2, 4.0, false);
    memcpy(left, s->matrix, sizeof left);
    memcpy(right, s->raised, sizeof right);
    assert_int_equal(
        LAPACKE_dsygv(LAPACK_COL_MAJOR, 1, 'V', 'U', ORDER, left, ORDER, right, ORDER, ratio), 0);
    assert_int_equal(ff_sparse_modes_find(&modes, &s->shifted, NULL), FF_OK);
    assert_true(modes.count >= 6 && modes.ratio[5] < 0.0 && modes.ratio[6] > 0.0);
    for (size_t m = 0; m < modes.count; m++) {
        assert_near(modes.ratio[m], ratio[m], 1e-9);
        for (size_t n = 0; n <= m; n++)
            assert_near(quadratic(s->raised, modes.vector + m * ORDER, modes.vector + n * ORDER),
                        m == n, 1e-9);
    }
    assert_true(ratio[modes.count] >= 0.5 - 1e-9);
    ff_sparse_modes_clear(&modes);
    free(s);
}

/* All modes are soft beside so large a shift: with their own stiffness it is the inverse. */
static void gives_the_inverse_back(void **state)
{
    (void)state;
    sample *s = malloc(sizeof *s);
    double force[ORDER], displacement[ORDER];
    ff_sparse_modes modes;
    set_up(s, 0, 20.0, true);
    for (size_t i = 0; i < ORDER; i++)
        displacement[i] = force[i] = sin(1.3 * (double)i);
    solve(s, displacement);
    assert_int_equal(ff_sparse_modes_find(&modes, &s->shifted, NULL), FF_OK);
    assert_int_equal(modes.count, ORDER);
    ff_sparse_modes_correct(&modes, force, displacement);
    for (size_t i = 0; i < ORDER; i++) {
        double product = 0.0;
        for (size_t j = 0; j < ORDER; j++)
            product += s->matrix[i * ORDER + j] * displacement[j];
        assert_near(product, force[i], 1e-9);
    }
    ff_sparse_modes_clear(&modes);
    free(s);
}

/* Downhill along an unstable mode, as far as its modulus says; not at all if rounding is all that
 * would send it there. */
static void goes_down_unstable_modes(void **state)
{
    (void)state;
    for (int symmetric = 0; symmetric < 2; symmetric++) {
        sample *s = malloc(sizeof *s);
        double force[ORDER], displacement[ORDER];
        ff_sparse_modes modes;
        set_up(s, 1, 4.0, false);
        assert_int_equal(ff_sparse_modes_find(&modes, &s->shifted, NULL), FF_OK);
        assert_true(modes.ratio[0] < 0.0);
        for (size_t i = 0; i < ORDER; i++)
            force[i] = sin(1.3 * (double)i);
        const double *v = modes.vector;
        double along = ff_dot(v, force, ORDER), wanted = symmetric ? 1e-9 : 1.0;
        for (size_t i = 0; i < ORDER; i++)
            for (size_t j = 0; j < ORDER; j++)
                force[i] += (wanted - along) * s->raised[i * ORDER + j] * v[j];
        memcpy(displacement, force, sizeof force);
        solve(s, displacement);
        ff_sparse_modes_correct(&modes, force, displacement);
        double amount = quadratic(s->raised, v, displacement);
        assert_near(amount, symmetric ? 0.0 : 1.0 / fabs(modes.ratio[0]),
                    1e-12 + 1e-9 * !symmetric);
        assert_true(ff_dot(force, displacement, ORDER) > 0.0);
        ff_sparse_modes_clear(&modes);
        free(s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_the_dense_eigenproblem),
        cmocka_unit_test(gives_the_inverse_back),
        cmocka_unit_test(goes_down_unstable_modes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
