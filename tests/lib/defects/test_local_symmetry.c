/* Operations about a defect, and what a projection onto them leaves. */

#include "lib/defects/local_symmetry.h"

#include "lib/structure/lattice.h"

#include <stdlib.h>
#include <string.h>

#include "tests/lib/defects/near.h"
#include "tests/lib/defects/prepare_defect.h"

static const double nowhere[3] = {0.0};

static void find(ff_local_symmetry *symmetry, ff_relaxation *r, const char *crystal,
                 const char *defect, const int cells[3])
{
    const ff_local_symmetry_options options = {
        .radius = 9.0, .tolerance = 1e-6, .of_supercell = true};
    ff_relaxation_init(r);
    assert_int_equal(prepare_defect(r, crystal, 74, 3.1652, cells, defect, NULL), FF_OK);
    assert_int_equal(ff_local_symmetry_find(symmetry, r, nowhere, &options, NULL), FF_OK);
}

static void test_orders(void **state)
{
    (void)state;
    static const struct {
        const char *crystal, *defect;
        int cells[3];
        size_t crystal_order, order;
    } cases[] = {{"bcc", "vacancy", {4, 4, 4}, 48, 48},
                 {"bcc", "vacancy", {4, 4, 5}, 48, 16},
                 {"bcc", "vacancy", {3, 4, 5}, 48, 8},
                 {"bcc", "dumbbell-110", {4, 4, 4}, 48, 8},
                 {"bcc", "interstitial-tetrahedral", {2, 2, 2}, 48, 8},
                 {"hcp", "vacancy", {4, 4, 3}, 24, 12},
                 {"triangular", "vacancy", {6, 6, 1}, 24, 24},
                 {"triangular", "crowdion", {8, 8, 1}, 24, 8}};
    for (size_t n = 0; n < sizeof cases / sizeof *cases; n++) {
        ff_local_symmetry symmetry;
        ff_relaxation r;
        find(&symmetry, &r, cases[n].crystal, cases[n].defect, cases[n].cells);
        assert_int_equal(symmetry.crystal, cases[n].crystal_order);
        assert_int_equal(symmetry.order, cases[n].order);
        assert_true(symmetry.atoms >= 4);
        ff_local_symmetry_clear(&symmetry);
        ff_relaxation_clear(&r);
    }
}

/* Displaced atoms leave what their displacements have. */
static void test_displaced_atoms(void **state)
{
    (void)state;
    const int cells[3] = {4, 4, 4};
    const ff_local_symmetry_options options = {.radius = 9.0, .tolerance = 1e-6};
    ff_local_symmetry symmetry;
    ff_relaxation r;
    find(&symmetry, &r, "bcc", "vacancy", cells);
    r.displacement[3 * symmetry.atom[0] + 1] = 1e-3;
    ff_local_symmetry_clear(&symmetry);
    assert_int_equal(ff_local_symmetry_find(&symmetry, &r, nowhere, &options, NULL), FF_OK);
    assert_true(symmetry.order <= 2);
    ff_local_symmetry_clear(&symmetry);
    ff_relaxation_clear(&r);
}

/* What is left of a random field is turned into itself by every operation, and not changed by
 * projecting again; atoms farther out keep theirs. */
static void test_projection(void **state)
{
    (void)state;
    const int cells[3] = {4, 4, 4};
    ff_local_symmetry s;
    ff_relaxation r;
    find(&s, &r, "bcc", "dumbbell-110", cells);
    size_t size = 3 * r.reference.atoms;
    double *field = calloc(size, sizeof *field), *once = calloc(size, sizeof *once);
    char *inside = calloc(r.reference.atoms, 1);
    for (size_t i = 0; i < size; i++)
        once[i] = field[i] = sin(1.0 + 0.7 * (double)(i * i % 101));
    ff_local_symmetry_project(&s, once);
    for (size_t i = 0; i < s.atoms; i++)
        inside[s.atom[i]] = 1;
    for (size_t i = 0; i < size; i++)
        if (!inside[i / 3])
            assert_true(once[i] == field[i]);
    double largest = 0.0;
    for (size_t n = 0; n < s.order; n++)
        for (size_t i = 0; i < s.atoms; i++) {
            const double *own = once + 3 * s.atom[i];
            const double *there = once + 3 * s.atom[s.image[n * s.atoms + i]];
            for (int k = 0; k < 3; k++)
                assert_near(there[k], ff_vector_dot(s.rotation[n] + 3 * k, own), 1e-14);
            largest = fmax(largest, fabs(own[0]));
        }
    assert_true(largest > 0.01);
    memcpy(field, once, size * sizeof *field);
    ff_local_symmetry_project(&s, field);
    for (size_t i = 0; i < size; i++)
        assert_near(field[i], once[i], 1e-15);
    free(field);
    free(once);
    free(inside);
    ff_local_symmetry_clear(&s);
    ff_relaxation_clear(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_orders),
        cmocka_unit_test(test_displaced_atoms),
        cmocka_unit_test(test_projection),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
