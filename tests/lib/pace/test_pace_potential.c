/* Potentials of every radial basis and repulsion: base functions by their definition, derivatives,
 * symmetries, and what is refused. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/pace/pace_potential.h"
#include "lib/pace/pace_radial.h"
#include "tests/lib/ace/environments.h"
#include "tests/lib/potentials/potential_checks.h"

/* Base functions. */

static double cosine(double x)
{
    return 0.5 * (1 + cos(M_PI * x));
}

static double sinc(double x)
{
    return sin(x) / x;
}

/* g_k by its definition in pace.h, without steps. */
static double base(const ff_pace_bond *b, int k, double r)
{
    double c = b->cutoff, x = 1 - r / c;
    if (b->form == FF_PACE_CHEB_POW)
        x = 1 - 2 * pow(1 - r / c, b->lambda);
    if (b->form == FF_PACE_CHEB_EXP_COS) {
        double end = exp(-b->lambda), f = cosine(r / c);
        x = 1 - 2 * (exp(-b->lambda * r / c) - end) / (1 - end);
        if (r > c - b->width)
            f *= cosine((r - c + b->width) / b->width);
        return k == 1 ? f : 0.5 * (1 - cos((k - 1) * acos(x))) * f;
    }
    if (b->form != FF_PACE_SBESSEL)
        return 0.5 * (1 - cos(k * acos(x)));
    /* Kocer, Mason and Erturk, equations 7 to 9. */
    double before = 0, d_before = 1;
    for (int n = 0; n < k; n++) {
        double p = (n + 1) * M_PI / c, q = (n + 2) * M_PI / c, n1 = n + 1, n2 = n + 2;
        double f = (n % 2 ? -1 : 1) * M_SQRT2 * M_PI / pow(c, 1.5) * n1 * n2 /
                   sqrt(n1 * n1 + n2 * n2) * (sinc(r * p) + sinc(r * q));
        double e = n * n * n2 * n2 / (4 * pow(n1, 4) + 1);
        double d = n ? 1 - e / d_before : 1;
        before = (f + (n ? sqrt(e / d_before) * before : 0)) / sqrt(d);
        d_before = d;
    }
    return before;
}

/* Values to rounding, derivatives against fourth-order differences over 1e-3 A: the fifth
 * derivative of the eighth base function is some 1e4, so 1e4 h^4/30. */
static void base_functions_are_as_defined(void **state)
{
    (void)state;
    enum { BASES = 8 };
    const double h = 1e-3;
    for (int form = 0; form < FF_PACE_FORMS; form++) {
        const ff_pace_bond bond = {.form = (ff_pace_form)form,
                                   .lambda = form == FF_PACE_CHEB_POW ? 2.5 : 3.25,
                                   .cutoff = 5,
                                   .width = 0.7};
        ff_pace_radial radial;
        assert_int_equal(ff_pace_radial_init(&radial, &bond, FF_PACE_DISTANCE, BASES, BASES, NULL),
                         FF_OK);
        for (int k = 0; k < BASES; k++)
            radial.matrix[k * BASES + k] = 1;
        for (double r = 0.9; r < 4.95; r += 0.0371) {
            double distance[FF_LANES] = {r, r - 2 * h, r - h, r + h, r + 2 * h, 5, 5.5, r};
            double value[BASES][FF_LANES], slope[BASES][FF_LANES], second[BASES][FF_LANES];
            ff_pace_radial_evaluate(&radial, distance, value, slope, second);
            if (form == FF_PACE_CHEB_EXP_COS && fabs(r - 4.3) < 3 * h)
                continue;
            for (int k = 0; k < BASES; k++) {
                assert_true(fabs(value[k][0] - base(&bond, k + 1, r)) < 1e-13);
                assert_true(value[k][5] == 0 && slope[k][6] == 0 && second[k][5] == 0);
                double difference = check_difference(value[k] + 1, h);
                assert_true(fabs(difference - slope[k][0]) < 2e-8);
                difference = check_difference(slope[k] + 1, h);
                assert_true(fabs(difference - second[k][0]) < 2e-7);
            }
        }
        ff_pace_radial_clear(&radial);
    }
}

/* Potentials. */

static double random_number(unsigned *seed)
{
    *seed = *seed * 1103515245u + 12345u;
    return (double)(*seed >> 16 & 0x7fff) / 32768 - 0.5;
}

/* Two elements with functions of orders 1 to 4 that are invariant: scalars and 3j-coupled triples.
 */
static void make_pace(ff_pace *pace, ff_pace_form form, ff_pace_core core)
{
    static const struct {
        ff_pace_function f;
        int16_t m[27];
        double c[9];
    } made[] = {
        {{.order = 1, .n = {2}, .terms = 1}, {0}, {0.3}},
        {{.order = 1, .n = {4}, .species = {1}, .terms = 1}, {0}, {-0.2}},
        {{.order = 2, .n = {1, 2}, .l = {1, 1}, .species = {0, 1}, .terms = 3},
         {-1, 1, 0, 0, 1, -1},
         {0.1, -0.1, 0.1}},
        {{.order = 2, .n = {2, 2}, .l = {2, 2}, .terms = 3}, {2, -2, 1, -1, 0, 0}, {.2, -.2, .1}},
        {{.order = 3, .n = {1, 2, 3}, .l = {0, 1, 1}, .species = {1, 0, 0}, .terms = 2},
         {0, 1, -1, 0, 0, 0},
         {0.2, -0.1}},
        {{.order = 3, .n = {1, 1, 1}, .l = {1, 1, 2}, .terms = 9},
         {-1, -1, 2, -1, 0, 1, -1, 1, 0, 0, -1, 1, 0, 0, 0, 0, 1, -1, 1, -1, 0, 1, 0, -1, 1, 1, -2},
         {0.447213595499958, -0.316227766016838, 0.182574185835055, -0.316227766016838,
          0.365148371670111, -0.316227766016838, 0.182574185835055, -0.316227766016838,
          0.447213595499958}},
        {{.order = 4, .n = {1, 2, 3, 3}, .species = {0, 1, 0, 1}, .terms = 1}, {0}, {0.05}}};
    unsigned seed = 7;
    ff_pace_init(pace);
    pace->elements = 2;
    pace->core = core;
    pace->spacing = 1e-3;
    for (int i = 0; i < 2; i++) {
        pace->element[i] = (ff_pace_element){
            .species = i ? 22 : 13, .energy = -1 - i, .core_cutoff = 3, .core_width = 2.5};
        for (size_t k = 0; k < sizeof made / sizeof *made; k++)
            assert_int_equal(
                ff_pace_element_add(&pace->element[i], &made[k].f, made[k].m, made[k].c, NULL),
                FF_OK);
        for (int j = 0; j < 2; j++) {
            ff_pace_bond *b = &pace->bond[i][j];
            *b = (ff_pace_bond){.form = form,
                                .lambda = 3.25,
                                .cutoff = i == j ? 4.6 : 4.3,
                                .width = core == FF_PACE_ZBL ? 1.5 : 0.1,
                                .inner = core == FF_PACE_DENSITY ? 0 : 2.6,
                                .inner_width = core == FF_PACE_DENSITY ? 0 : 0.8,
                                .strength = core == FF_PACE_ZBL ? 0.05 : 12,
                                .exponent = 0.5,
                                .radials = 3,
                                .largest = 2,
                                .bases = 5};
            assert_int_equal(ff_pace_bond_allocate(b, NULL), FF_OK);
            for (int c = 0; c < 3 * 3 * 5; c++)
                b->coefficient[c] = random_number(&seed);
        }
    }
}

static ff_potential *open_pace(ff_pace_form form, ff_pace_core core)
{
    ff_pace pace;
    ff_potential *potential = NULL;
    make_pace(&pace, form, core);
    assert_int_equal(ff_pace_potential_new(&potential, &pace, NULL), FF_OK);
    ff_pace_clear(&pace);
    return potential;
}

/* ChebLinear does not vanish at the cutoff, where forces are no derivatives then; the next test
 * holds for it. */
static void holds_as_every_potential(void **state)
{
    (void)state;
    static const int species[2] = {13, 22};
    for (int form = 0; form < FF_PACE_FORMS; form++)
        for (int core = 0; core < FF_PACE_CORES; core++) {
            if (form == FF_PACE_CHEB_LINEAR || (core && form != FF_PACE_CHEB_EXP_COS))
                continue;
            ff_potential *potential = open_pace((ff_pace_form)form, (ff_pace_core)core);
            ff_check_case c = {.potential = potential,
                               .crystal = "fcc",
                               .species = species,
                               .species_count = 2,
                               .lattice_constant = 4.0,
                               .cells = {1, 1, 2},
                               /* where cosines begin and end, and steps */
                               .kinks = {4.2, 4.5, 4.3, 4.6, 1.8, 2.6, 2.8, 3.1}};
            check_everything(&c);
            ff_potential_free(potential);
        }
}

/* Products with the Hessian against fourth-order differences of gradients over 1e-4 A, with
 * neighbours at which the steps and the repulsion act. */
static void products_are_derivatives_of_gradients(void **state)
{
    (void)state;
    enum { NEIGHBOURS = 9, NUMBERS = 3 * NEIGHBOURS };
    static const ff_ace_options species = {.species_count = 2, .species = {13, 22}};
    const double h = 1e-4;
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    for (int form = 0; form < FF_PACE_FORMS; form++)
        for (int core = 0; core < FF_PACE_CORES; core++) {
            ff_potential *p = open_pace((ff_pace_form)form, (ff_pace_core)core);
            void *scratch = p->class_->workspace_new(p, NULL);
            surroundings s, moved;
            double step[NUMBERS], product[NUMBERS], gradient[4][NUMBERS], energy, largest = 0;
            surroundings_random(&s, rng, &species, NEIGHBOURS, 1.9, 4.1);
            for (int i = 0; i < NUMBERS; i++)
                step[i] = gsl_rng_uniform(rng) - 0.5;
            assert_int_equal(
                p->class_->hessian_products(p, &s.environment, scratch, 1, step, product, NULL),
                FF_OK);
            for (int side = 0; side < 4; side++) {
                moved = s;
                for (int i = 0; i < NUMBERS; i++)
                    moved.vectors[i / 3][i % 3] +=
                        (const double[]){-2, -1, 1, 2}[side] * h * step[i];
                surroundings_refresh(&moved);
                assert_int_equal(
                    p->class_->site(p, &moved.environment, scratch, &energy, gradient[side], NULL),
                    FF_OK);
            }
            for (int i = 0; i < NUMBERS; i++)
                largest = fmax(largest, fabs(product[i]));
            for (int i = 0; i < NUMBERS; i++) {
                double v[4];
                for (int side = 0; side < 4; side++)
                    v[side] = gradient[side][i];
                assert_true(fabs(check_difference(v, h) - product[i]) < 1e-8 * (1 + largest));
            }
            p->class_->workspace_free(scratch);
            ff_potential_free(p);
        }
    gsl_rng_free(rng);
}

/* An isolated atom has E0; with all neighbours far away, so has every atom. */
static void energies_of_isolated_atoms(void **state)
{
    (void)state;
    for (int core = 0; core < FF_PACE_CORES; core++) {
        ff_potential *p = open_pace(FF_PACE_CHEB_EXP_COS, (ff_pace_core)core);
        void *scratch = p->class_->workspace_new(p, NULL);
        surroundings s = {.environment = {.species = 22, .count = 1}, .species = {13}};
        double energy, gradient[3];
        s.vectors[0][0] = 4.4;
        surroundings_refresh(&s);
        assert_int_equal(p->class_->site(p, &s.environment, scratch, &energy, gradient, NULL),
                         FF_OK);
        assert_true(energy == -2 && gradient[0] == 0);
        s.environment.count = 0;
        assert_int_equal(p->class_->site(p, &s.environment, scratch, &energy, NULL, NULL), FF_OK);
        assert_true(energy == -2);
        assert_true(p->shortest(p, 13, 22) == (core == FF_PACE_DENSITY ? 0 : 2.6));
        s.environment.species = 14;
        assert_int_equal(p->class_->site(p, &s.environment, scratch, &energy, NULL, NULL),
                         FF_E_RANGE);
        p->class_->workspace_free(scratch);
        ff_potential_free(p);
    }
}

/* Each damage to a good potential is told. */
static void damage_none(ff_pace *p)
{
    p->elements = 0;
}
static void damage_twice(ff_pace *p)
{
    p->element[1].species = 13;
}
static void damage_energy(ff_pace *p)
{
    p->element[0].energy = NAN;
}
static void damage_core(ff_pace *p)
{
    p->element[0].core_cutoff = 0;
}
static void damage_cutoff(ff_pace *p)
{
    p->bond[0][1].cutoff = -1;
}
static void damage_lambda(ff_pace *p)
{
    p->bond[1][0].lambda = 0;
}
static void damage_inner(ff_pace *p)
{
    p->bond[0][0].inner = 7;
}
static void damage_coefficient(ff_pace *p)
{
    p->bond[0][0].coefficient[7] = INFINITY;
}
static void damage_n(ff_pace *p)
{
    p->element[0].function[2].n[1] = 4;
}
static void damage_l(ff_pace *p)
{
    p->element[0].function[2].l[1] = 3;
}
static void damage_rank(ff_pace *p)
{
    p->element[0].function[2].order = 9;
}
static void damage_species(ff_pace *p)
{
    p->element[0].function[2].species[0] = 2;
}
static void damage_m(ff_pace *p)
{
    p->element[0].m[p->element[0].function[2].m_first] = -2;
}
static void damage_sum(ff_pace *p)
{
    p->element[0].m[p->element[0].function[2].m_first] = 0;
}

static void damage_is_told(void **state)
{
    (void)state;
    static const struct {
        void (*damage)(ff_pace *pace);
        const char *message;
    } damages[] = {{damage_none, "0 elements, expected 1 to 16"},
                   {damage_twice, "element Al is named twice"},
                   {damage_energy, "the energy of an isolated Al atom is not finite"},
                   {damage_core, "core energy cutoff 0 eV of Al"},
                   {damage_cutoff, "bond Al-Ti: cutoff -1 A, expected a positive number"},
                   {damage_lambda, "bond Ti-Al: lambda 0 of ChebExpCos"},
                   {damage_inner, "inner cutoff 7 A, expected no negative ones, and an inner"},
                   {damage_coefficient, "bond Al-Al: a radial coefficient is not finite"},
                   {damage_n, "with n 4 and l 1, expected 1 to 3 and 0 to 2"},
                   {damage_l, "with n 2 and l 3, expected 1 to 3 and 0 to 2"},
                   {damage_rank, "a function of rank 9, expected 1 to 8"},
                   {damage_species, "a function of element 2, expected 0 to 1"},
                   {damage_m, "a term with m -2 of an l 1"},
                   {damage_sum, "a term whose m add up to 1: it depends on how the axes"}};
    for (size_t d = 0; d < sizeof damages / sizeof *damages; d++) {
        ff_pace pace;
        ff_error err = {0};
        ff_potential *potential = NULL;
        make_pace(&pace, FF_PACE_CHEB_EXP_COS, FF_PACE_DISTANCE);
        damages[d].damage(&pace);
        assert_int_equal(ff_pace_potential_new(&potential, &pace, &err), FF_E_RANGE);
        assert_null(potential);
        if (!strstr(err.message, damages[d].message))
            fail_msg("'%s' does not contain '%s'", err.message, damages[d].message);
        ff_pace_clear(&pace);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(base_functions_are_as_defined),
        cmocka_unit_test(holds_as_every_potential),
        cmocka_unit_test(products_are_derivatives_of_gradients),
        cmocka_unit_test(energies_of_isolated_atoms),
        cmocka_unit_test(damage_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
