/* The basis as a whole: invariance, gradients, number of functions. */

#include "lib/ace/basis.h"

#include "lib/ace/radial.h"
#include "tests/lib/ace/bases.h"
#include "tests/lib/ace/environments.h"

#include <lapacke.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* Bases of every order and one to three species, small enough for every test. */
typedef struct example {
    const char *name;
    ff_ace_options options;
} example;

static const example examples[] = {
    {"order 1",
     {.species_count = 1,
      .species = {14},
      .order = 1,
      .degree = {8},
      .l_weight = 1.5,
      .pair_degree = 0,
      .cutoff = 5.0,
      .inner = 1.5,
      .nearest = 2.35}},
    {"order 2",
     {.species_count = 1,
      .species = {14},
      .order = 2,
      .degree = {6, 8},
      .l_weight = 1.5,
      .pair_degree = 5,
      .cutoff = 5.0,
      .inner = 1.5,
      .nearest = 2.35}},
    {"order 3", {TUNGSTEN, .order = 3, .degree = {0, 8, 8}, .l_weight = 1.0, .pair_degree = 6}},
    {"order 4", {TUNGSTEN, .order = 4, .degree = {0, 6, 6, 7}, .l_weight = 1.0, .pair_degree = 3}},
    {"order 5",
     {TUNGSTEN, .order = 5, .degree = {0, 4, 5, 6, 7}, .l_weight = 0.7, .pair_degree = 3}},
    {"two species", {ALLOY, .order = 3, .degree = {0, 6, 6}, .l_weight = 1.0, .pair_degree = 4}},
    {"two species, order 4",
     {ALLOY, .order = 4, .degree = {0, 4, 5, 5.5}, .l_weight = 0.7, .pair_degree = 4}},
    {"two species, order 5",
     {ALLOY, .order = 5, .degree = {0, 4, 4.8, 5.5, 6.4}, .l_weight = 0.7, .pair_degree = 3}},
    {"three species, no pair basis",
     {.species_count = 3,
      .species = {8, 13, 22},
      .order = 2,
      .degree = {5, 5},
      .l_weight = 1.0,
      .pair_degree = 0,
      .cutoff = 5.0,
      .inner = 1.5,
      .nearest = 2.0}},
    {"other forms",
     {ALLOY, .order = 3, .degree = {0, 7, 7}, .l_weight = 1.0, .pair_degree = 5,
      .radial = {.transform = FF_RADIAL_POWER, .p = 3},
      .pair_radial = {.transform = FF_RADIAL_POLYNOMIAL}, .most_n = {0, 4, 3}, .most_l = {0, 2, 1},
      .range = {[1] = {.cutoff = 4.5, .nearest = 2.6}, [2] = {.inner = 1.6}}}},
    {"order 5 only",
     {.species_count = 1,
      .species = {6},
      .order = 5,
      .degree = {0, 0, 0, 0, 7},
      .l_weight = 0.8,
      .pair_degree = 0,
      .cutoff = 4.0,
      .inner = 0.9,
      .nearest = 1.5}},
};
enum { EXAMPLES = sizeof examples / sizeof *examples };

typedef struct fixture {
    ff_ace_basis *basis;
    ff_ace_workspace *workspace;
    gsl_rng *rng;
    size_t size;
} fixture;

static fixture open_example(const example *e)
{
    fixture f = {0};
    ff_error err = {0};
    if (ff_ace_basis_new(&f.basis, &e->options, &err) != FF_OK)
        fail_msg("%s: %s", e->name, err.message);
    assert_int_equal(ff_ace_workspace_new(&f.workspace, f.basis, &err), FF_OK);
    f.rng = gsl_rng_alloc(gsl_rng_mt19937);
    f.size = ff_ace_basis_site_size(f.basis);
    return f;
}

static void close_example(fixture *f)
{
    ff_ace_workspace_free(f->workspace);
    ff_ace_basis_free(f->basis);
    gsl_rng_free(f->rng);
}

static size_t evaluate(const fixture *f, const surroundings *s, double *values, double *gradients)
{
    size_t first, count;
    ff_error err = {0};
    if (ff_ace_site(f->basis, &s->environment, f->workspace, &first, &count, values, gradients,
                    &err) != FF_OK)
        fail_msg("%s", err.message);
    return count;
}

static double largest(const double *x, size_t count)
{
    double most = 0;
    for (size_t i = 0; i < count; i++)
        most = fabs(x[i]) > most ? fabs(x[i]) : most;
    return most;
}

/* Sums of some hundred terms of either sign: 1e-12 of the largest function. */
static void assert_same(const char *what, const char *name, const double *a, const double *b,
                        size_t count)
{
    double scale = largest(a, count);
    for (size_t k = 0; k < count; k++)
        if (!(fabs(a[k] - b[k]) <= 1e-12 * scale))
            fail_msg("%s, %s: function %zu is %.17g and %.17g", name, what, k, a[k], b[k]);
}

static void invariant_under_rotation_inversion_permutation(void **state)
{
    (void)state;
    for (int e = 0; e < EXAMPLES; e++) {
        fixture f = open_example(&examples[e]);
        const ff_ace_options *o = &examples[e].options;
        double *values = calloc(f.size, sizeof *values), *other = calloc(f.size, sizeof *other);
        for (int trial = 0; trial < 4; trial++) {
            surroundings s;
            double matrix[9];
            surroundings_random(&s, f.rng, o, 23, o->inner + 0.1, 1.05 * o->cutoff);
            size_t count = evaluate(&f, &s, values, NULL);
            random_rotation(matrix, f.rng);
            surroundings_transform(&s, matrix);
            evaluate(&f, &s, other, NULL);
            assert_same("rotation", examples[e].name, values, other, count);
            surroundings_transform(&s, (const double[9]){-1, 0, 0, 0, -1, 0, 0, 0, -1});
            evaluate(&f, &s, other, NULL);
            assert_same("inversion", examples[e].name, values, other, count);
            for (size_t j = s.environment.count - 1; j > 0; j--) {
                size_t i = gsl_rng_uniform_int(f.rng, j + 1);
                double v[3];
                int z = s.species[i];
                memcpy(v, s.vectors[i], sizeof v);
                memcpy(s.vectors[i], s.vectors[j], sizeof v);
                memcpy(s.vectors[j], v, sizeof v);
                s.species[i] = s.species[j];
                s.species[j] = z;
            }
            surroundings_refresh(&s);
            evaluate(&f, &s, other, NULL);
            assert_same("permutation", examples[e].name, values, other, count);
        }
        free(values);
        free(other);
        close_example(&f);
    }
}

/* Central differences of fourth order with step h: error h^4 f'''''/30 + rounding 1e-16 f/h. */
static void gradients_agree_with_differences(void **state)
{
    (void)state;
    const double h = 1e-3;
    for (int e = 0; e < EXAMPLES; e++) {
        fixture f = open_example(&examples[e]);
        const ff_ace_options *o = &examples[e].options;
        surroundings s;
        surroundings_random(&s, f.rng, o, 11, o->inner + 0.3, o->cutoff);
        double *values = calloc(f.size, sizeof *values);
        double *gradients = calloc(3 * f.size * s.environment.count, sizeof *gradients);
        double *at[4];
        for (int i = 0; i < 4; i++)
            at[i] = calloc(f.size, sizeof **at);
        size_t count = evaluate(&f, &s, values, gradients);
        double scale = largest(gradients, 3 * count * s.environment.count);
        for (size_t j = 0; j < s.environment.count; j++)
            for (size_t a = 0; a < 3; a++) {
                double centre = s.vectors[j][a];
                const double step[4] = {-2 * h, -h, h, 2 * h};
                for (int i = 0; i < 4; i++) {
                    s.vectors[j][a] = centre + step[i];
                    surroundings_refresh(&s);
                    evaluate(&f, &s, at[i], NULL);
                }
                s.vectors[j][a] = centre;
                for (size_t k = 0; k < count; k++) {
                    double difference =
                        (8 * (at[2][k] - at[1][k]) - (at[3][k] - at[0][k])) / (12 * h);
                    double gradient = gradients[(k * s.environment.count + j) * 3 + a];
                    if (!(fabs(difference - gradient) <= 1e-8 * scale))
                        fail_msg("%s: d B_%zu / d r_%zu,%zu is %.12g, by differences %.12g (of "
                                 "%.3g)",
                                 examples[e].name, k, j, a, gradient, difference, scale);
                }
            }
        for (int i = 0; i < 4; i++)
            free(at[i]);
        free(values);
        free(gradients);
        close_example(&f);
    }
}

/* Number of functions. */

/* Character of the spin-l representation at an angle. */
static double character(int l, double angle)
{
    double sum = 1;
    for (int m = 1; m <= l; m++)
        sum += 2 * cos(m * angle);
    return sum;
}

/* Character of the symmetric power: p h_p(t) = sum_i chi(i t) h_{p-i}(t). */
static double symmetric_character(int l, int power, double angle)
{
    double h[FF_ACE_MAX_ORDER + 1] = {1};
    for (int p = 1; p <= power; p++) {
        for (int i = 1; i <= p; i++)
            h[p] += character(l, i * angle) * h[p - i];
        h[p] /= p;
    }
    return h[power];
}

typedef struct one_particle {
    int species, n, l;
} one_particle;

/* Invariants in the product of powers of distinct one-particle spaces, by integrating over SO(3)
 * with Haar's measure (1 - cos t) dt / 2 pi; the integrand is a trigonometric polynomial of degree
 * below the number of points. */
static size_t invariants(const one_particle *factor, int order)
{
    enum { POINTS = 256 };
    double sum = 0;
    for (int i = 0; i < POINTS; i++) {
        double angle = 2 * M_PI * i / POINTS, product = 1 - cos(angle);
        for (int first = 0, next; first < order; first = next) {
            for (next = first;
                 next < order && memcmp(&factor[next], &factor[first], sizeof *factor) == 0;)
                next++;
            product *= symmetric_character(factor[first].l, next - first, angle);
        }
        sum += product / POINTS;
    }
    assert_true(fabs(sum - round(sum)) < 1e-9);
    return (size_t)llround(sum);
}

static size_t count_products(const ff_ace_options *o, one_particle *factor, int have, int order,
                             const one_particle *from, double degree)
{
    if (have == order || have == FF_ACE_MAX_ORDER) {
        int sum = 0;
        for (int i = 0; i < order; i++)
            sum += factor[i].l;
        return sum % 2 ? 0 : invariants(factor, order);
    }
    size_t count = 0;
    for (int z = 0; z < (int)o->species_count; z++)
        for (int n = 1; n <= 40; n++)
            for (int l = 0; l <= 20; l++) {
                one_particle next = {z, n, l};
                double total = degree + n + o->l_weight * l;
                if (total > o->degree[order - 1] + 1e-9 ||
                    (o->most_n[order - 1] && n > o->most_n[order - 1]) ||
                    (o->most_l[order - 1] && l > o->most_l[order - 1]) ||
                    (have > 0 && memcmp(&next, from, sizeof next) != 0 &&
                     (z < from->species || (z == from->species && n < from->n) ||
                      (z == from->species && n == from->n && l < from->l))))
                    continue;
                factor[have] = next;
                count += count_products(o, factor, have + 1, order, &next, total);
            }
    return count;
}

static void number_of_functions_equals_count_by_characters(void **state)
{
    (void)state;
    for (int e = 0; e < EXAMPLES; e++) {
        const ff_ace_options *o = &examples[e].options;
        fixture f = open_example(&examples[e]);
        size_t found[FF_ACE_MAX_ORDER + 1] = {0};
        for (size_t k = 0; k < ff_ace_basis_size(f.basis); k++)
            found[ff_ace_basis_function(f.basis, k).order]++;
        for (int order = 2; order <= o->order; order++) {
            one_particle factor[FF_ACE_MAX_ORDER];
            size_t expected = count_products(o, factor, 0, order, NULL, 0);
            if (found[order] != expected * o->species_count)
                fail_msg("%s: %zu functions of order %d, by characters %zu", examples[e].name,
                         found[order], order, expected * o->species_count);
        }
        size_t pairs = o->species_count * (o->species_count + 1) / 2;
        size_t radial = (size_t)(o->pair_degree ? o->pair_degree : (int)o->degree[0]);
        assert_int_equal(found[1], pairs * radial);
        close_example(&f);
    }
}

/* The functions are linearly independent: a matrix of their values in more random environments than
 * functions, its columns scaled to 1, has no singular value near rounding. */
static void number_of_functions_equals_rank(void **state)
{
    (void)state;
    for (int e = 0; e < EXAMPLES; e++) {
        fixture f = open_example(&examples[e]);
        const ff_ace_options *o = &examples[e].options;
        size_t rows = 3 * f.size, filled = 0;
        double *matrix = calloc(rows * f.size, sizeof *matrix);
        double *singular = calloc(f.size, sizeof *singular);
        while (filled < rows) {
            surroundings s;
            size_t count = 3 + gsl_rng_uniform_int(f.rng, 12);
            surroundings_random(&s, f.rng, o, count, o->inner + 0.1, o->cutoff - 0.2);
            s.environment.species = o->species[0];
            assert_int_equal(evaluate(&f, &s, matrix + filled * f.size, NULL), f.size);
            filled++;
        }
        for (size_t k = 0; k < f.size; k++) {
            double norm = 0;
            for (size_t i = 0; i < rows; i++)
                norm += matrix[i * f.size + k] * matrix[i * f.size + k];
            for (size_t i = 0; i < rows; i++)
                matrix[i * f.size + k] /= sqrt(norm);
        }
        assert_int_equal(LAPACKE_dgesdd(LAPACK_ROW_MAJOR, 'N', (int)rows, (int)f.size, matrix,
                                        (int)f.size, singular, NULL, (int)rows, NULL, (int)f.size),
                         0);
        if (!(singular[f.size - 1] > 1e-9 * singular[0]))
            fail_msg("%s: %zu functions, smallest singular value %.2g of %.2g", examples[e].name,
                     f.size, singular[f.size - 1], singular[0]);
        print_message("%s: %zu functions, singular values %.2g to %.2g\n", examples[e].name, f.size,
                      singular[0], singular[f.size - 1]);
        free(matrix);
        free(singular);
        close_example(&f);
    }
}

/* Limits. */

static void functions_fade_at_the_cutoff(void **state)
{
    (void)state;
    for (int e = 0; e < EXAMPLES; e++) {
        fixture f = open_example(&examples[e]);
        const ff_ace_options *o = &examples[e].options;
        surroundings s;
        surroundings_random(&s, f.rng, o, 9, o->inner + 0.1, 0.9 * o->cutoff);
        double *values = calloc(f.size, sizeof *values), *other = calloc(f.size, sizeof *other);
        for (int a = 0; a < 3; a++) /* a tenth neighbour just inside, then outside */
            s.vectors[9][a] = (1 - 1e-6) * o->cutoff / sqrt(3);
        s.species[9] = o->species[0];
        evaluate(&f, &s, values, NULL);
        s.environment.count = 10;
        surroundings_refresh(&s);
        evaluate(&f, &s, other, NULL);
        assert_same("a neighbour at the cutoff", examples[e].name, values, other, f.size);
        free(values);
        free(other);
        close_example(&f);
    }
}

static void close_and_absent_neighbours_are_finite(void **state)
{
    (void)state;
    for (int e = 0; e < EXAMPLES; e++) {
        fixture f = open_example(&examples[e]);
        const ff_ace_options *o = &examples[e].options;
        double *values = calloc(f.size, sizeof *values);
        double *gradients = calloc(3 * f.size * 4, sizeof *gradients);
        surroundings s;
        surroundings_random(&s, f.rng, o, 4, 1e-3, 0.9 * o->inner);
        size_t count = evaluate(&f, &s, values, gradients);
        for (size_t i = 0; i < count; i++)
            assert_true(isfinite(values[i]));
        for (size_t i = 0; i < 12 * count; i++)
            assert_true(isfinite(gradients[i]));
        s.environment.count = 0;
        count = evaluate(&f, &s, values, gradients);
        for (size_t i = 0; i < count; i++)
            assert_true(values[i] == 0);
        free(values);
        free(gradients);
        close_example(&f);
    }
}

static void foreign_species_are_refused(void **state)
{
    (void)state;
    fixture f = open_example(&examples[1]);
    surroundings s;
    surroundings_random(&s, f.rng, &examples[1].options, 4, 2, 4);
    double *values = calloc(f.size, sizeof *values);
    size_t first, count;
    ff_error err = {0};
    s.species[3] = 8;
    assert_int_equal(
        ff_ace_site(f.basis, &s.environment, f.workspace, &first, &count, values, NULL, &err),
        FF_E_RANGE);
    assert_non_null(strstr(err.message, "8"));
    s.species[3] = 14;
    s.environment.species = 92;
    assert_int_equal(
        ff_ace_site(f.basis, &s.environment, f.workspace, &first, &count, values, NULL, &err),
        FF_E_RANGE);
    free(values);
    close_example(&f);
}

static void wrong_options_are_refused(void **state)
{
    (void)state;
    ff_ace_options good, o;
    ff_ace_options_default(&good, (const int[]){14}, 1, 2.35, 0);
    assert_int_equal(ff_ace_options_check(&good, NULL), FF_OK);
#define REFUSED(change)                                                                            \
    do {                                                                                           \
        ff_error err = {0};                                                                        \
        ff_ace_basis *basis = NULL;                                                                \
        o = good;                                                                                  \
        change;                                                                                    \
        assert_int_equal(ff_ace_basis_new(&basis, &o, &err), FF_E_RANGE);                          \
        assert_null(basis);                                                                        \
        assert_true(err.message[0] != 0);                                                          \
    } while (0)
    REFUSED(o.species_count = 0);
    REFUSED(o.species_count = FF_ACE_MAX_BASIS_SPECIES + 1);
    REFUSED(o.species[0] = 0);
    REFUSED(o.species[0] = 119);
    REFUSED((o.species_count = 2, o.species[1] = 14));
    REFUSED(o.order = 0);
    REFUSED(o.order = 6);
    REFUSED(o.degree[1] = NAN);
    REFUSED(o.degree[2] = -1);
    REFUSED(o.degree[1] = 1000);
    REFUSED(o.l_weight = 0);
    REFUSED(o.l_weight = 0.01);
    REFUSED(o.pair_degree = -1);
    REFUSED(o.pair_degree = FF_RADIAL_MAX + 1);
    REFUSED(o.cutoff = INFINITY);
    REFUSED(o.inner = o.cutoff);
    REFUSED(o.inner = 0);
    REFUSED(o.nearest = NAN);
    REFUSED((o.pair_degree = 0, o.degree[0] = o.degree[1] = o.degree[2] = 0));
#undef REFUSED
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(invariant_under_rotation_inversion_permutation),
        cmocka_unit_test(gradients_agree_with_differences),
        cmocka_unit_test(number_of_functions_equals_count_by_characters),
        cmocka_unit_test(number_of_functions_equals_rank),
        cmocka_unit_test(functions_fade_at_the_cutoff),
        cmocka_unit_test(close_and_absent_neighbours_are_finite),
        cmocka_unit_test(foreign_species_are_refused),
        cmocka_unit_test(wrong_options_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
