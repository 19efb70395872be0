/* Local deformation from the neighbours of atoms, and the Nye tensor. */

#include "lib/analysis/correspondence.h"

#include "lib/analysis/core_map.h"
#include "lib/analysis/topology.h"
#include "lib/base/memory.h"
#include "lib/structure/lattice.h"
#include "tests/lib/defects/prepare_defect.h"

#include <stdlib.h>
#include <string.h>

#include "tests/lib/defects/near.h"

static const double pi = 3.14159265358979323846;

/* Every atom of a crystal deformed as a whole has that deformation and strain, exactly; next to a
 * vacancy too, and an atom on no site has none. */
static void homogeneous_strain_is_exact(void **state)
{
    (void)state;
    static const char *const cases[][2] = {{"bcc", "none"},
                                           {"fcc", "vacancy"},
                                           {"diamond", "interstitial-tetrahedral"},
                                           {"bcc", "dumbbell-100"}};
    static const double deformation[9] = {1.03, 0.02, -0.01, 0.0, 0.98, 0.03, 0.015, -0.02, 1.01};
    const int cells[3] = {3, 3, 3};
    for (size_t n = 0; n < sizeof cases / sizeof *cases; n++) {
        ff_relaxation r;
        ff_correspondence c;
        size_t unknown = 0, extra = 0;
        ff_relaxation_init(&r);
        assert_int_equal(prepare_defect(&r, cases[n][0], 14, 4.0, cells, cases[n][1], NULL), FF_OK);
        for (size_t i = 0; i < r.reference.atoms + 3; i++) { /* the cell's rows as well */
            double *at = i < 3 ? r.reference.cell + 3 * i : r.reference.positions + 3 * (i - 3);
            double old[3] = {at[0], at[1], at[2]};
            for (int k = 0; k < 3; k++)
                at[k] = ff_vector_dot(deformation + 3 * k, old);
        }
        assert_int_equal(ff_correspondence_find(&c, &r, NULL), FF_OK);
        for (size_t i = 0; i < r.reference.atoms; i++) {
            double found[9], strain[6];
            ff_correspondence_deformation(found, &c, i);
            extra += r.site[i] < 0;
            if (isnan(found[0])) {
                unknown++;
                continue;
            }
            for (int k = 0; k < 9; k++)
                assert_near(found[k], deformation[k], 1e-12);
            ff_green_lagrange(strain, found);
            assert_near(strain[0], 0.5 * (1.03 * 1.03 + 0.015 * 0.015 - 1.0), 1e-12);
            assert_near(strain[5], 0.5 * (1.03 * 0.02 - 0.015 * 0.02), 1e-12);
        }
        assert_int_equal(unknown, extra);
        ff_correspondence_clear(&c);
        ff_relaxation_clear(&r);
    }
}

static void strain_measures(void **state)
{
    (void)state;
    const double pressure[6] = {0.02, 0.02, 0.02, 0, 0, 0}, shear[6] = {0, 0, 0, 0, 0, 0.03};
    const double turned[6] = {0.03, -0.03, 0, 0, 0, 0}; /* the same shear by 45 degrees */
    const double rotation[9] = {0.6, -0.8, 0, 0.8, 0.6, 0, 0, 0, 1};
    double strain[6];
    assert_near(ff_volumetric_strain(pressure), 0.02, 1e-15);
    assert_near(ff_von_mises_strain(pressure), 0.0, 1e-15);
    assert_near(ff_von_mises_strain(shear), 0.03, 1e-15);
    assert_near(ff_von_mises_strain(turned), 0.03, 1e-15);
    ff_green_lagrange(strain, rotation);
    for (int k = 0; k < 6; k++)
        assert_near(strain[k], 0.0, 1e-15);
}

/* A bcc crystal of n x n columns with z along 111, line at the centre, in a box without periodicity
 * across. */
static void make_crystal(ff_relaxation *r, int n)
{
    static const double a = 3.0;
    static const int axes[3][3] = {{-1, -1, 2}, {1, -1, 0}, {1, 1, 1}};
    const double edge[3] = {a * sqrt(6.0), a * sqrt(2.0), a * sqrt(3.0) / 2.0};
    size_t found = 0;
    ff_relaxation_init(r);
    r->nearest = edge[2];
    (void)snprintf(r->crystal, sizeof r->crystal, "bcc");
    assert_int_equal(ff_frame_init(&r->unit, 6, NULL), FF_OK);
    for (int m = 0; m < 2 * 7 * 7 * 7; m++) { /* lattice points within the unit cell */
        const double half = m % 2 ? 0.5 : 0.0;
        const double point[3] = {m / 2 % 7 - 3 + half, m / 14 % 7 - 3 + half, m / 98 - 3 + half};
        double x[3];
        bool inside = true;
        for (int k = 0; k < 3; k++) {
            double norm =
                sqrt(axes[k][0] * axes[k][0] + axes[k][1] * axes[k][1] + axes[k][2] * axes[k][2]);
            x[k] =
                a * (point[0] * axes[k][0] + point[1] * axes[k][1] + point[2] * axes[k][2]) / norm;
            inside = inside && x[k] > -1e-9 && x[k] < edge[k] - 1e-9;
        }
        if (inside && found < 6)
            memcpy(r->unit.positions + 3 * found++, x, sizeof x);
    }
    assert_int_equal(found, 6);
    for (int k = 0; k < 3; k++) {
        r->unit.cell[4 * k] = edge[k];
        r->unit.periodic[k] = true;
    }
    r->cells[0] = n;
    r->cells[1] = (int)lround(n * sqrt(3.0));
    r->cells[2] = 2;
    const size_t atoms = ff_relaxation_sites(r);
    assert_int_equal(ff_frame_init(&r->reference, atoms, NULL), FF_OK);
    r->site = ff_new_array(atoms, sizeof *r->site, NULL);
    r->displacement = ff_new_array(atoms, 3 * sizeof(double), NULL);
    assert_true(r->site && r->displacement);
    for (int k = 0; k < 3; k++)
        r->reference.cell[4 * k] = (r->cells[k] + (k < 2 ? 5 : 0)) * edge[k];
    r->reference.periodic[2] = true;
    for (size_t i = 0; i < atoms; i++) {
        r->unit.species[i % 6] = r->reference.species[i] = 74;
        r->site[i] = (int64_t)i;
        ff_relaxation_site_position(r->reference.positions + 3 * i, r, (int64_t)i);
    }
}

/* Displaces a reference by u = b theta / 2 pi about a line at x, y from the first atom of the
 * middle cell. */
static void add_dislocation(ff_relaxation *r, const double burgers[3], const double core[2])
{
    memcpy(r->burgers, burgers, sizeof r->burgers);
    for (int k = 0; k < 2; k++)
        r->centre[k] = r->cells[k] / 2 * r->unit.cell[4 * k] + core[k];
    for (size_t i = 0; i < r->reference.atoms; i++) {
        double *at = r->reference.positions + 3 * i;
        double theta = atan2(at[1] - r->centre[1], at[0] - r->centre[0]);
        for (int k = 0; k < 3; k++)
            at[k] += burgers[k] * theta / (2.0 * pi);
    }
}

/* Sum of the differential displacements round a closed path of columns in a map. */
static double around(const ff_core_map *map, double path[][2], int count)
{
    double sum = 0.0;
    for (int n = 0; n < count; n++) {
        const double *a = path[n], *b = path[(n + 1) % count];
        bool met = false;
        for (size_t p = 0; p < map->pairs && !met; p++) {
            const ff_column_pair *pair = &map->pair[p];
            for (int s = 0; s < 2 && !met; s++) {
                const double *from = s ? pair->to : pair->from, *to = s ? pair->from : pair->to;
                if (hypot(from[0] - a[0], from[1] - a[1]) > 1e-3 ||
                    hypot(to[0] - b[0], to[1] - b[1]) > 1e-3)
                    continue;
                sum += s ? -pair->difference : pair->difference;
                met = true;
            }
        }
        assert_true(met);
    }
    return sum;
}

/* The Nye tensor holds the Burgers vector and the place of the line; the differential displacements
 * around the line sum to one Burgers vector, and to none around other columns. */
static void a_screw_made_by_hand(void **state)
{
    (void)state;
    ff_relaxation r;
    ff_core_map map;
    make_crystal(&r, 12);
    const double b = r.nearest, burgers[3] = {0.0, 0.0, b};
    const double side =
        sqrt(6.0); /* 3 A sqrt(6) / 3, between columns; the line in a triangle's middle */
    const double core[2] = {side / 2.0, side / (2.0 * sqrt(3.0))};
    add_dislocation(&r, burgers, core);
    assert_int_equal(ff_core_map_find(&map, &r, NULL), FF_OK);
    assert_near(map.radius, 6.0 * b, 1e-9);
    assert_near(map.content[2], b, 0.03 * b); /* gradients over the width of the core */
    assert_near(map.content[0], 0.0, 1e-9);
    assert_near(map.content[1], 0.0, 1e-9);
    assert_near(map.position[0], r.centre[0], 1e-6);
    assert_near(map.position[1], r.centre[1], 1e-6);
    assert_true(map.spread > 1.0 && map.spread < 3.0);
    const double x = r.centre[0], y = r.centre[1], low = core[1];
    double inner[3][2] = {{x - side / 2, y - low}, {x + side / 2, y - low}, {x, y + 2 * low}};
    double outer[3][2] = {{x, y + 2 * low}, {x + side, y + 2 * low}, {x + side / 2, y - low}};
    assert_near(fabs(around(&map, inner, 3)), 1.0, 1e-12);
    assert_near(around(&map, outer, 3), 0.0, 1e-12);
    for (size_t p = 0; p < map.pairs; p++)
        assert_true(fabs(map.pair[p].difference) < 1.0 / 3.0 + 1e-9);
    ff_core_map_clear(&map);
    ff_relaxation_clear(&r);
}

/* A mixed dislocation of the other sign, 1/2 [1 1 -1]: each component has its place.
 * Unrelaxed, its core is too distorted for all of it to be seen. */
static void burgers_vectors_of_any_direction(void **state)
{
    (void)state;
    ff_relaxation r;
    ff_core_map map;
    make_crystal(&r, 12);
    const double burgers[3] = {sqrt(6.0), 0.0, -sqrt(3.0) / 2.0}, core[2] = {1.2247, 0.7071};
    add_dislocation(&r, burgers, core);
    assert_int_equal(ff_core_map_find(&map, &r, NULL), FF_OK);
    for (int k = 0; k < 3; k++)
        assert_near(map.content[k], burgers[k], 0.15 * r.nearest);
    ff_core_map_clear(&map);
    memset(r.burgers, 0, sizeof r.burgers);
    assert_int_equal(ff_core_map_find(&map, &r, NULL), FF_OK);
    assert_int_equal(map.pairs, 0);
    assert_true(isnan(map.content[0]) && isnan(map.spread));
    ff_core_map_clear(&map);
    ff_relaxation_clear(&r);
}

/* A screw whose displacements carry its core to the next triangle of columns, or only strain it. */
static void a_core_that_has_moved(void **state)
{
    (void)state;
    ff_relaxation r;
    ff_topology topology;
    make_crystal(&r, 12);
    const double side = sqrt(6.0), burgers[3] = {0.0, 0.0, r.nearest};
    const double core[2] = {side / 2.0, side / (2.0 * sqrt(3.0))};
    add_dislocation(&r, burgers, core);
    double *u = ff_new_array(r.reference.atoms, 3 * sizeof *u, NULL);
    assert_non_null(u);
    for (int n = 0; n < 2; n++) {
        const double way = n ? side : 0.1 * side;
        for (size_t i = 0; i < r.reference.atoms; i++) {
            const double *at = r.reference.positions + 3 * i;
            double turn = atan2(at[1] - r.centre[1], at[0] - r.centre[0] - way) -
                          atan2(at[1] - r.centre[1], at[0] - r.centre[0]);
            u[3 * i + 2] = r.nearest * turn / (2.0 * pi);
        }
        assert_int_equal(ff_topology_compare(&topology, &r, r.displacement, u, NULL), FF_OK);
        assert_int_equal(topology.cores, n);
        assert_int_equal(ff_topology_same(&topology), n == 0);
    }
    free(u);
    ff_relaxation_clear(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(homogeneous_strain_is_exact),
        cmocka_unit_test(strain_measures),
        cmocka_unit_test(a_screw_made_by_hand),
        cmocka_unit_test(burgers_vectors_of_any_direction),
        cmocka_unit_test(a_core_that_has_moved),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
