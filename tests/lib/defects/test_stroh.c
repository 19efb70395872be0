/* Elastic fields of dislocations: closed forms (J. P. Hirth and J. Lothe, Theory of Dislocations,
 * 1982), the eigenvectors of Stroh's sextic, and what any such field must obey. */

#include "lib/defects/stroh.h"

#include "lib/structure/lattice.h"
#include "tests/lib/defects/stroh_cut.h"

#include <complex.h>
#include <lapacke.h>
#include <string.h>

#include "tests/lib/defects/near.h"

static const double pi = 3.14159265358979323846;
static const double copper[3] = {1.05, 0.76, 0.47}; /* about C11, C12, C44 in eV/A^3 */

static void cubic(double stiffness[36], const double c[3])
{
    memset(stiffness, 0, 36 * sizeof *stiffness);
    for (int i = 0; i < 3; i++) {
        for (int j = 0; j < 3; j++)
            stiffness[6 * i + j] = i == j ? c[0] : c[1];
        stiffness[7 * (i + 3)] = c[2];
    }
}

static void unit_axes(double axes[9], const int rows[9])
{
    for (int i = 0; i < 3; i++) {
        double length =
            sqrt((double)(rows[3 * i] * rows[3 * i] + rows[3 * i + 1] * rows[3 * i + 1] +
                          rows[3 * i + 2] * rows[3 * i + 2]));
        for (int k = 0; k < 3; k++)
            axes[3 * i + k] = rows[3 * i + k] / length;
    }
}

static void make(ff_stroh *field, const double c[3], const int axes[9], double b0, double b1,
                 double b2)
{
    double stiffness[36], turned[36], turn[9], burgers[3] = {b0, b1, b2};
    cubic(stiffness, c);
    unit_axes(turn, axes);
    ff_rotate_stiffness(turned, stiffness, turn);
    assert_int_equal(ff_stroh_init(field, turned, burgers, NULL), FF_OK);
}

static const int upright[9] = {1, 0, 0, 0, 1, 0, 0, 0, 1};
static const int along_110[9] = {1, -1, 2, 1, -1, -1, 1, 1, 0};
static const int along_111[9] = {1, 1, -2, -1, 1, 0, 1, 1, 1};

/* Hirth and Lothe, equations 3-45 and 3-46, up to a constant. */
static void isotropic_edge_and_screw(void **state)
{
    (void)state;
    const double mu = 0.6, nu = 0.29, lambda = 2 * mu * nu / (1 - 2 * nu), b = 2.7;
    const double c[3] = {lambda + 2 * mu, lambda, mu};
    ff_stroh edge, screw;
    double first[2] = {0};
    make(&edge, c, upright, b, 0, 0);
    make(&screw, c, along_111, 0, 0, b); /* any axes will do */
    assert_near(edge.energy[0], mu / (1 - nu), 1e-14);
    assert_near(edge.energy[4], mu / (1 - nu), 1e-14);
    assert_near(edge.energy[8], mu, 1e-14);
    for (int i = 0; i < 50; i++) {
        double angle = 6.2 * i / 50 - 3.1, r = 0.5 + 3 * i, x = r * cos(angle), y = r * sin(angle);
        double u[3], ux, uy;
        stroh_displacement_cut(u, &screw, x, y);
        assert_near(u[2], b * angle / (2 * pi), 1e-13);
        assert_near(fabs(u[0]) + fabs(u[1]), 0, 1e-13);
        stroh_displacement_cut(u, &edge, x, y);
        ux = b / (2 * pi) * (angle + x * y / (2 * (1 - nu) * r * r));
        uy =
            -b / (2 * pi) *
            ((1 - 2 * nu) / (4 * (1 - nu)) * log(r * r) + (x * x - y * y) / (4 * (1 - nu) * r * r));
        if (i == 0) {
            first[0] = u[0] - ux;
            first[1] = u[1] - uy;
        }
        assert_near(u[0] - ux, first[0], 1e-12);
        assert_near(u[1] - uy, first[1], 1e-12);
        assert_near(u[2], 0, 1e-13);
    }
}

/* A screw along <100> does not see the anisotropy; along a twofold axis it does as an ellipse. */
static void anisotropic_screw(void **state)
{
    (void)state;
    ff_stroh field;
    double u[3], b = 2.5, c = copper[2], prime = (copper[0] - copper[1]) / 2;
    make(&field, copper, upright, 0, 0, b);
    assert_near(field.energy[8], copper[2], 1e-13);
    stroh_displacement_cut(u, &field, -3.0, 4.0);
    assert_near(u[2], b * atan2(4.0, -3.0) / (2 * pi), 1e-13);
    /* Line [110], y along [001]: C55 = C' along x, C44 along y. */
    make(&field, copper, (const int[9]){1, -1, 0, 0, 0, -1, 1, 1, 0}, 0, 0, b);
    assert_near(field.energy[8], sqrt(c * prime), 1e-13);
    for (int i = 0; i < 40; i++) {
        double x = 7 * cos(0.157 * i), y = 7 * sin(0.157 * i);
        stroh_displacement_cut(u, &field, x, y);
        assert_near(u[2], b / (2 * pi) * atan2(y * sqrt(prime / c), x), 1e-12);
    }
}

/* Screw along a threefold axis, whose stress couples to that of edges (A. K. Head, Phys. Status
 * Solidi 6, 461 (1964)): with compliances s reduced for no strain along the line, K = [s11 / (s44
 * (s11 s44 - s14^2 - s15^2))]^(1/2). */
static void screw_along_a_threefold_axis(void **state)
{
    (void)state;
    ff_stroh field;
    double stiffness[36], turned[36], turn[9], s[36];
    lapack_int pivots[6];
    cubic(stiffness, copper);
    unit_axes(turn, along_111);
    ff_rotate_stiffness(turned, stiffness, turn);
    memcpy(s, turned, sizeof s);
    assert_int_equal(LAPACKE_dgetrf(LAPACK_ROW_MAJOR, 6, 6, s, 6, pivots), 0);
    assert_int_equal(LAPACKE_dgetri(LAPACK_ROW_MAJOR, 6, s, 6, pivots), 0);
    /* Reduced for no strain along the line; in a trigonal crystal S11 = S22, S44 = S55. */
    double s11 = s[0] - s[2] * s[2] / s[14], s44 = s[21];
    double s15 = s[4], s14 = s[3];
    make(&field, copper, along_111, 0, 0, 2.5);
    assert_near(field.energy[8], sqrt(s11 / (s44 * s11 - s15 * s15 - s14 * s14) / s44), 1e-12);
}

/* Hirth and Lothe, equations 13-143 on: an edge in a plane of symmetry, axes along <100>. */
static void anisotropic_edge(void **state)
{
    (void)state;
    ff_stroh field;
    double c11 = copper[0], c12 = copper[1], c66 = copper[2];
    make(&field, copper, upright, 2.5, 0, 0);
    assert_near(field.energy[0],
                (c11 + c12) * sqrt(c66 * (c11 - c12) / (c11 * (c11 + c12 + 2 * c66))), 1e-13);
    assert_near(field.energy[4], field.energy[0], 1e-13);
}

/* u by the eigenvectors a, b of N and its eigenvalues p: (1/pi) Im sum a ln(x + p y) (b . burgers)
 * with 2 a . b = 1. */
static void by_eigenvectors(double u[3], const double stiffness[36], const double burgers[3],
                            double x, double y)
{
    static const int voigt[3][3] = {{0, 5, 4}, {5, 1, 3}, {4, 3, 2}};
    double q[9], r[9], t[9], inverse[9], n[36], real[6], imaginary[6], vectors[36];
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 3; k++) {
            q[3 * i + k] = stiffness[6 * voigt[i][0] + voigt[k][0]];
            r[3 * i + k] = stiffness[6 * voigt[i][0] + voigt[k][1]];
            t[3 * i + k] = stiffness[6 * voigt[i][1] + voigt[k][1]];
        }
    ff_lattice_inverse(inverse, t);
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 3; k++) {
            double n1 = 0, n3 = -q[3 * i + k];
            for (int j = 0; j < 3; j++) {
                n1 -= inverse[3 * i + j] * r[3 * k + j];
                for (int l = 0; l < 3; l++)
                    n3 += r[3 * i + j] * inverse[3 * j + l] * r[3 * k + l];
            }
            n[6 * i + k] = n[6 * (k + 3) + i + 3] = n1;
            n[6 * i + k + 3] = inverse[3 * i + k];
            n[6 * (i + 3) + k] = n3;
        }
    assert_int_equal(
        LAPACKE_dgeev(LAPACK_ROW_MAJOR, 'N', 'V', 6, n, 6, real, imaginary, NULL, 6, vectors, 6),
        0);
    memset(u, 0, 3 * sizeof *u);
    for (int mode = 0; mode < 6; mode += 2) {
        double complex a[3], b[3], norm = 0, along = 0, root = real[mode] + I * imaginary[mode];
        assert_true(imaginary[mode] > 0);
        for (int k = 0; k < 3; k++) {
            a[k] = vectors[6 * k + mode] + I * vectors[6 * k + mode + 1];
            b[k] = vectors[6 * (k + 3) + mode] + I * vectors[6 * (k + 3) + mode + 1];
            norm += 2 * a[k] * b[k];
            along += b[k] * burgers[k];
        }
        for (int k = 0; k < 3; k++)
            u[k] += cimag(a[k] * along * clog(x + root * y) / norm) / pi;
    }
}

static void agrees_with_stroh_eigenvectors(void **state)
{
    (void)state;
    const int *axes[3] = {along_110, along_111, (const int[9]){2, -1, 0, 1, 2, -5, 5, 10, 5}};
    const double burgers[3] = {1.1, -0.4, 2.1};
    for (int i = 0; i < 3; i++) {
        double stiffness[36], turned[36], turn[9], first[3] = {0};
        ff_stroh field;
        cubic(stiffness, copper);
        unit_axes(turn, axes[i]);
        ff_rotate_stiffness(turned, stiffness, turn);
        assert_int_equal(ff_stroh_init(&field, turned, burgers, NULL), FF_OK);
        for (int p = 0; p < 30; p++) {
            double x = 20 * cos(0.2 * p), y = (5 + p) * sin(0.2 * p), u[3], expected[3];
            stroh_displacement_cut(u, &field, x, y);
            by_eigenvectors(expected, turned, burgers, x, y);
            for (int k = 0; k < 3; k++) {
                if (p == 0)
                    first[k] = u[k] - expected[k];
                assert_near(u[k] - expected[k], first[k], 1e-11);
            }
        }
    }
}

static void circuits_close_with_the_burgers_vector(void **state)
{
    (void)state;
    ff_stroh field;
    double before[3], after[3], sum[3] = {0};
    make(&field, copper, along_110, 1.1, -0.4, 2.1);
    stroh_displacement_cut(before, &field, -3, -1e-12);
    stroh_displacement_cut(after, &field, -3, 1e-12);
    for (int k = 0; k < 3; k++)
        assert_near(after[k] - before[k], field.burgers[k], 1e-11);
    /* And the gradient, integrated around. */
    for (int i = 0; i < 400; i++) {
        double angle = 2 * pi * i / 400, x = 2 * cos(angle), y = 3 * sin(angle), gradient[9];
        ff_stroh_gradient(gradient, &field, x, y);
        for (int k = 0; k < 3; k++)
            sum[k] += 2 * pi / 400 *
                      (gradient[3 * k] * -2 * sin(angle) + gradient[3 * k + 1] * 3 * cos(angle));
    }
    for (int k = 0; k < 3; k++)
        assert_near(sum[k], field.burgers[k], 1e-11);
}

static void stress_at(double stress[6], const double stiffness[36], const ff_stroh *field, double x,
                      double y)
{
    double g[9];
    ff_stroh_gradient(g, field, x, y);
    const double strain[6] = {g[0], g[4], g[8], g[5] + g[7], g[2] + g[6], g[1] + g[3]};
    for (int i = 0; i < 6; i++) {
        stress[i] = 0;
        for (int j = 0; j < 6; j++)
            stress[i] += stiffness[6 * i + j] * strain[j];
    }
}

/* d(stress_i1)/dx + d(stress_i2)/dy = 0, and the gradient is that of the displacement. */
static void stresses_balance(void **state)
{
    (void)state;
    static const int voigt[3][3] = {{0, 5, 4}, {5, 1, 3}, {4, 3, 2}};
    double stiffness[36], turned[36], turn[9], h = 1e-4;
    const double burgers[3] = {1.1, -0.4, 2.1};
    ff_stroh field;
    cubic(stiffness, copper);
    unit_axes(turn, along_110);
    ff_rotate_stiffness(turned, stiffness, turn);
    assert_int_equal(ff_stroh_init(&field, turned, burgers, NULL), FF_OK);
    for (int p = 0; p < 30; p++) {
        double x = 2 * cos(0.2 * p), y = 2 * sin(0.2 * p), s[4][6], u[4][3], g[9];
        for (int k = 0; k < 4; k++) {
            double dx = k == 0 ? h : k == 1 ? -h : 0, dy = k == 2 ? h : k == 3 ? -h : 0;
            stress_at(s[k], turned, &field, x + dx, y + dy);
            ff_stroh_displacement(u[k], &field, x + dx, y + dy,
                                  0.2 * p + remainder(atan2(y + dy, x + dx) - 0.2 * p, 2 * pi));
        }
        ff_stroh_gradient(g, &field, x, y);
        for (int i = 0; i < 3; i++) {
            double divergence =
                (s[0][voigt[i][0]] - s[1][voigt[i][0]] + s[2][voigt[i][1]] - s[3][voigt[i][1]]) /
                (2 * h);
            assert_near(divergence, 0, 1e-7);
            assert_near(g[3 * i], (u[0][i] - u[1][i]) / (2 * h), 1e-7);
            assert_near(g[3 * i + 1], (u[2][i] - u[3][i]) / (2 * h), 1e-7);
        }
    }
}

/* Turning the axes about the line turns the field. */
static void turns_with_the_axes(void **state)
{
    (void)state;
    const double burgers[3] = {1.1, -0.4, 2.1}, angle = 0.7;
    const double about[9] = {cos(angle), sin(angle), 0, -sin(angle), cos(angle), 0, 0, 0, 1};
    double stiffness[36], once[36], twice[36], turn[9], turned_burgers[3], kb[9] = {0};
    ff_stroh field, turned;
    cubic(stiffness, copper);
    unit_axes(turn, along_110);
    ff_rotate_stiffness(once, stiffness, turn);
    ff_rotate_stiffness(twice, once, about);
    for (int i = 0; i < 3; i++)
        turned_burgers[i] = ff_vector_dot(about + 3 * i, burgers);
    assert_int_equal(ff_stroh_init(&field, once, burgers, NULL), FF_OK);
    assert_int_equal(ff_stroh_init(&turned, twice, turned_burgers, NULL), FF_OK);
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++) {
            for (int k = 0; k < 9; k++)
                kb[3 * i + j] += about[3 * i + k / 3] * field.energy[k] * about[3 * j + k % 3];
            assert_near(turned.energy[3 * i + j], kb[3 * i + j], 1e-13);
            assert_near(turned.energy[3 * i + j], turned.energy[3 * j + i], 0);
        }
    double g[9], expected[9];
    ff_stroh_gradient(expected, &field, 3, 2);
    ff_stroh_gradient(g, &turned, 3 * cos(angle) + 2 * sin(angle),
                      -3 * sin(angle) + 2 * cos(angle));
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++) {
            double sum = 0;
            for (int k = 0; k < 9; k++)
                sum += about[3 * i + k / 3] * expected[k] * about[3 * j + k % 3];
            assert_near(g[3 * i + j], sum, 1e-12);
        }
}

/* The field is continuous at the isotropic limit, where Stroh's eigenvectors coincide. */
static void nearly_isotropic_is_nearly_the_same(void **state)
{
    (void)state;
    const double c[3] = {2.2, 1.0, 0.6}, near[3] = {2.2, 1.0 + 1e-9, 0.6};
    ff_stroh field, other;
    make(&field, c, along_110, 1.1, -0.4, 2.1);
    make(&other, near, along_110, 1.1, -0.4, 2.1);
    double g[9], h[9];
    ff_stroh_gradient(g, &field, 3, 2);
    ff_stroh_gradient(h, &other, 3, 2);
    for (int k = 0; k < 9; k++)
        assert_near(g[k], h[k], 1e-9);
}

static void what_makes_no_field_is_refused(void **state)
{
    (void)state;
    ff_stroh field;
    ff_error err = {0};
    double stiffness[36];
    const double burgers[3] = {0, 0, 2.5}, none[3] = {0};
    cubic(stiffness, copper);
    assert_int_equal(ff_stroh_init(&field, stiffness, none, &err), FF_E_USAGE);
    cubic(stiffness, (const double[3]){1.0, 1.2, 0.5});
    assert_int_equal(ff_stroh_init(&field, stiffness, burgers, &err), FF_E_NUMERIC);
    assert_non_null(strstr(err.message, "positive"));
    stiffness[0] = NAN;
    assert_int_equal(ff_stroh_init(&field, stiffness, burgers, &err), FF_E_NUMERIC);
    cubic(stiffness, (const double[3]){1.0, 1.0 - 1e-9, 0.5});
    assert_int_equal(ff_stroh_init(&field, stiffness, (const double[3]){1, 0, 0}, &err),
                     FF_E_NUMERIC);
    assert_non_null(strstr(err.message, "anisotropic"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(isotropic_edge_and_screw),
        cmocka_unit_test(anisotropic_screw),
        cmocka_unit_test(screw_along_a_threefold_axis),
        cmocka_unit_test(anisotropic_edge),
        cmocka_unit_test(agrees_with_stroh_eigenvectors),
        cmocka_unit_test(circuits_close_with_the_burgers_vector),
        cmocka_unit_test(stresses_balance),
        cmocka_unit_test(turns_with_the_axes),
        cmocka_unit_test(nearly_isotropic_is_nearly_the_same),
        cmocka_unit_test(what_makes_no_field_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
