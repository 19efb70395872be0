/* Starting structures of dislocations: nothing missing, double or cut where the crystal should be
 * whole; where the line is put; and what relaxing them gives. */

#include "lib/defects/dislocation.h"

#include "lib/base/parallel.h"
#include "lib/defects/cylinder.h"
#include "lib/defects/dislocation_field.h"
#include "lib/defects/elastic_constants.h"
#include "lib/defects/relax.h"
#include "lib/potentials/finnis_sinclair.h"
#include "lib/potentials/stillinger_weber.h"
#include "lib/structure/host.h"
#include "lib/structure/neighbour_list.h"
#include "tests/lib/defects/stroh_cut.h"

#include <stdlib.h>
#include <string.h>

#include "tests/lib/defects/near.h"

enum { SILICON = 14, COPPER = 29, TUNGSTEN = 74 };
/* C11, C12, C44 of copper, about, in eV/A^3: as anisotropic as metals get. */
static const double anisotropic[3] = {1.05, 0.76, 0.47};

static void cubic(double stiffness[36], const double c[3])
{
    memset(stiffness, 0, 36 * sizeof *stiffness);
    for (int i = 0; i < 3; i++) {
        for (int j = 0; j < 3; j++)
            stiffness[6 * i + j] = i == j ? c[0] : c[1];
        stiffness[7 * (i + 3)] = c[2];
    }
}

typedef struct fixture {
    ff_host host;
    double stiffness[36];
    ff_dislocation_options options;
} fixture;

static void set_up(fixture *f, const char *crystal, int species, double lattice_constant,
                   const char *name)
{
    const double constants[2] = {lattice_constant, 0};
    *f = (fixture){0};
    assert_int_equal(
        ff_host_of_crystal(&f->host, ff_crystal_find(crystal), &species, constants, NULL), FF_OK);
    cubic(f->stiffness, anisotropic);
    f->options = (ff_dislocation_options){.crystal = crystal,
                                          .unit = &f->host.unit,
                                          .lattice_constant = lattice_constant,
                                          .nearest = ff_host_nearest(&f->host),
                                          .stiffness = f->stiffness,
                                          .radius = 24.0,
                                          .rim = 9.0,
                                          .periods = 1};
    if (name)
        assert_int_equal(ff_dislocation_find(&f->options.kind, crystal, name, NULL), FF_OK);
}

/* Neighbours between `least` and `most` nearest-neighbour distances. */
static size_t shell(const ff_neighbour_list *list, size_t i, double least, double most)
{
    size_t count = 0;
    for (size_t e = list->offset[i]; e < list->offset[i + 1]; e++)
        count += list->distance[e] > least && list->distance[e] < most;
    return count;
}

/* Farther than `clear` from all lines (and from the surface of a cylinder) every atom has the
 * neighbours that the crystal gives it: the first shell (and second of bcc) whole, and none between
 * it and the next. */
static void is_whole(const ff_relaxation *r, double clear, const char *crystal)
{
    bool bcc = strcmp(crystal, "bcc") == 0, diamond = strcmp(crystal, "diamond") == 0;
    size_t expected = bcc ? 14 : diamond ? 4 : 12, seen = 0;
    double most = (bcc ? 1.39 : diamond ? 1.3 : 1.2) * r->nearest;
    ff_neighbour_list list;
    ff_neighbour_list_init(&list);
    assert_int_equal(ff_neighbour_list_build(&list, &r->reference, most, NULL), FF_OK);
    ff_cylinder cylinder;
    ff_cylinder_measure(&cylinder, r);
    for (size_t i = 0; i < r->reference.atoms; i++) {
        double distance = ff_cylinder_distance(r, i);
        if (r->fixed && (distance < clear || distance > cylinder.outer - r->nearest * 2.5))
            continue;
        if (!r->fixed && r->site_energies && r->site_energies[i] != 0.0)
            continue;
        size_t near = shell(&list, i, 0.8 * r->nearest, most);
        if (near != expected || shell(&list, i, 0.0, 0.8 * r->nearest) != 0)
            print_error("atom %zu at %.3f A: %zu neighbours\n", i, distance, near);
        assert_int_equal(near, expected);
        seen++;
    }
    assert_true(seen > 100);
    ff_neighbour_list_clear(&list);
}

static void cylinders_are_whole(void **state)
{
    (void)state;
    static const struct {
        const char *crystal, *name;
        int species;
        double lattice_constant;
        double burgers; /* in lattice constants */
        int along;      /* the axis of a pure one; -1: mixed */
    } cases[] = {
        {"bcc", "screw", TUNGSTEN, 3.165, 0.8660254037844386, 2},
        {"bcc", "edge-110", TUNGSTEN, 3.165, 0.8660254037844386, 0},
        {"bcc", "edge-112", TUNGSTEN, 3.165, 0.8660254037844386, 0},
        {"bcc", "edge-100", TUNGSTEN, 3.165, 1.0, 0},
        {"bcc", "mixed-71", TUNGSTEN, 3.165, 0.8660254037844386, -1},
        {"fcc", "screw", COPPER, 3.615, 0.7071067811865476, 2},
        {"fcc", "edge", COPPER, 3.615, 0.7071067811865476, 0},
        {"fcc", "mixed-60", COPPER, 3.615, 0.7071067811865476, -1},
        {"diamond", "screw", SILICON, 5.431, 0.7071067811865476, 2},
        {"diamond", "edge", SILICON, 5.431, 0.7071067811865476, 0},
        {"diamond", "mixed-60", SILICON, 5.431, 0.7071067811865476, -1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        fixture f;
        ff_relaxation r;
        ff_error err = {0};
        ff_relaxation_init(&r);
        set_up(&f, cases[i].crystal, cases[i].species, cases[i].lattice_constant, cases[i].name);
        assert_int_equal(ff_dislocation_prepare(&r, &f.options, &err), FF_OK);
        double length = cases[i].burgers * cases[i].lattice_constant;
        assert_near(hypot(r.burgers[0], r.burgers[2]), length, 1e-9);
        assert_true(r.burgers[0] >= 0.0 && r.burgers[1] == 0.0 && r.burgers[2] >= -0.5 * length);
        for (int k = 0; k < 3; k++)
            if (cases[i].along >= 0 && cases[i].along != k)
                assert_true(r.burgers[k] == 0.0);
        /* As many atoms as the crystal has in that volume, to what the edge of a disc counts. */
        double volume = 3.14159265358979 * 33.0 * 33.0 * r.unit.cell[8];
        double density = (double)f.host.unit.atoms / pow(cases[i].lattice_constant, 3);
        assert_near((double)r.reference.atoms / (volume * density), 1.0, 0.02);
        is_whole(&r, 9.0, cases[i].crystal);
        ff_relaxation_clear(&r);
        ff_host_clear(&f.host);
    }
}

/* site_energies serve as marks: atoms near a line (or its images) are left out. */
static void mark_lines(ff_relaxation *r, const double partner[2], double clear)
{
    r->site_energies = calloc(r->reference.atoms, sizeof *r->site_energies);
    const double *cell = r->reference.cell;
    for (size_t i = 0; i < r->reference.atoms; i++)
        for (int p = -2; p <= 2; p++)
            for (int q = -2; q <= 2; q++)
                for (int line = 0; line < 2; line++) {
                    const double *at = line ? partner : r->centre,
                                 *x = r->reference.positions + 3 * i;
                    double dx = x[0] - at[0] - p * cell[0] - q * cell[3];
                    double dy = x[1] - at[1] - p * cell[1] - q * cell[4];
                    if (hypot(dx, dy) < clear)
                        r->site_energies[i] = 1.0;
                }
}

static void quadrupoles_are_whole(void **state)
{
    (void)state;
    static const char *const names[] = {"screw", "edge-112", "mixed-71"};
    static const int cells[3][2] = {{16, 12}, {48, 12}, {28, 24}};
    for (size_t i = 0; i < 3; i++) {
        fixture f;
        ff_relaxation r;
        ff_relaxation_init(&r);
        set_up(&f, "bcc", TUNGSTEN, 3.165, names[i]);
        f.options.arrangement = FF_ARRANGEMENT_QUADRUPOLE;
        memcpy(f.options.cells, cells[i], sizeof cells[i]);
        assert_int_equal(ff_dislocation_prepare(&r, &f.options, NULL), FF_OK);
        assert_null(r.fixed);
        assert_int_equal(r.reference.atoms, ff_relaxation_sites(&r));
        /* Sheared by minus half of the Burgers vector, but for where in their cells the lines are.
         */
        for (int k = 0; k < 3; k++) {
            double perfect = r.cells[1] * r.unit.cell[3 + k] + 0.5 * r.cells[0] * r.unit.cell[k];
            assert_near(r.reference.cell[3 + k] - perfect, -0.5 * r.burgers[k],
                        0.1 * fabs(r.burgers[k]) + 1e-9);
        }
        const double partner[2] = {r.centre[0] + 0.5 * r.reference.cell[0], r.centre[1]};
        mark_lines(&r, partner, 9.0);
        is_whole(&r, 9.0, "bcc");
        ff_relaxation_clear(&r);
        ff_host_clear(&f.host);
    }
}

static void the_crystal_needs_no_name(void **state)
{
    (void)state;
    fixture f;
    ff_relaxation r, named;
    ff_relaxation_init(&r);
    ff_relaxation_init(&named);
    set_up(&f, "bcc", TUNGSTEN, 3.165, "screw");
    assert_int_equal(ff_dislocation_prepare(&named, &f.options, NULL), FF_OK);
    f.options.crystal = "mine";
    f.options.periods = 2;
    assert_int_equal(ff_dislocation_prepare(&r, &f.options, NULL), FF_OK);
    assert_int_equal(r.reference.atoms, 2 * named.reference.atoms);
    assert_near(r.reference.cell[8], 2 * named.reference.cell[8], 1e-12);
    assert_int_equal(strncmp(r.defect, "dislocation 0.5,0.5,0.5 line 1,1,1", 34), 0);
    ff_relaxation_clear(&r);
    ff_relaxation_clear(&named);
    ff_host_clear(&f.host);
}

/* The field of an edge is evaluated where the atom arrives: x - u(x) is the site. */
static void atoms_go_where_the_field_takes_them(void **state)
{
    (void)state;
    double stiffness[36], core[2] = {0.3, 0.4}, burgers[3] = {2.7, 0, 0.4};
    ff_stroh stroh;
    ff_dislocation_field field;
    cubic(stiffness, anisotropic);
    assert_int_equal(ff_stroh_init(&stroh, stiffness, burgers, NULL), FF_OK);
    ff_dislocation_field_single(&field, &stroh, core);
    for (int i = 0; i < 40; i++) {
        double site[3] = {20 * cos(0.157 * i), 20 * sin(0.157 * i) + 0.1, 1.0}, position[3], u[3];
        ff_dislocation_field_place(position, &field, site);
        stroh_displacement_cut(u, &stroh, position[0] - core[0], position[1] - core[1]);
        for (int k = 0; k < 3; k++)
            assert_near(
                remainder(position[k] - site[k] - u[k], burgers[k] != 0.0 ? burgers[k] : 1e9), 0,
                1e-11);
    }
}

/* A line through a column of atoms: no sensible start, but one. */
static void atoms_on_the_line_have_a_place(void **state)
{
    (void)state;
    static const double origin[2] = {0, 0};
    fixture f;
    ff_relaxation r;
    ff_relaxation_init(&r);
    set_up(&f, "bcc", TUNGSTEN, 3.165, "mixed-71");
    f.options.core = origin;
    assert_int_equal(ff_dislocation_prepare(&r, &f.options, NULL), FF_OK);
    for (size_t i = 0; i < 3 * r.reference.atoms; i++)
        assert_true(isfinite(r.reference.positions[i]));
    ff_relaxation_clear(&r);
    ff_host_clear(&f.host);
}

static void wrong_requests_are_refused(void **state)
{
    (void)state;
    static const struct {
        ff_dislocation_kind kind;
        const char *says;
    } cases[] = {
        {{{0.5, 0.5, 0.5}, {1, 1, 1}, {1, 1, 0}}, "not in the plane"},
        {{{0.5, 0.5, 0}, {1, 1, 1}, {1, -1, 0}}, "no translation"},
        {{{0, 0, 1}, {1, 0, 0}, {0, 0, 1}}, "not in the plane"},
        {{{0.5, 0.5, 0.5}, {0, 0, 0}, {1, -1, 0}}, "zero"},
    };
    ff_relaxation r;
    fixture f;
    ff_error err = {0};
    ff_relaxation_init(&r);
    set_up(&f, "bcc", TUNGSTEN, 3.165, NULL);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        f.options.kind = cases[i].kind;
        assert_int_equal(ff_dislocation_prepare(&r, &f.options, &err), FF_E_USAGE);
        assert_non_null(strstr(err.message, cases[i].says));
    }
    assert_int_equal(ff_dislocation_find(&f.options.kind, "bcc", "frank", &err), FF_E_USAGE);
    assert_non_null(strstr(err.message, "screw, edge-110"));
    assert_int_equal(ff_dislocation_find(&f.options.kind, "hcp", "screw", &err), FF_E_USAGE);
    assert_int_equal(ff_dislocation_find(&f.options.kind, "bcc", "screw", &err), FF_OK);
    f.options.radius = 1.0;
    assert_int_equal(ff_dislocation_prepare(&r, &f.options, &err), FF_E_RANGE);
    f.options.arrangement = FF_ARRANGEMENT_QUADRUPOLE;
    f.options.cells[0] = 7;
    f.options.cells[1] = 4;
    assert_int_equal(ff_dislocation_prepare(&r, &f.options, &err), FF_E_RANGE);
    assert_non_null(strstr(err.message, "even"));
    ff_relaxation_clear(&r);
    ff_host_clear(&f.host);
}

/* Relaxing. */

static void with_potential(fixture *f, const ff_potential *potential, double radius)
{
    ff_force_constants constants;
    assert_int_equal(ff_force_constants_compute(&constants, potential, &f->host.unit, NULL), FF_OK);
    assert_int_equal(ff_elastic_constants(f->stiffness, &constants, NULL), FF_OK);
    ff_force_constants_clear(&constants);
    f->options.radius = radius;
    f->options.rim = 2 * potential->cutoff + 4.0;
}

/* Energies grow as (b K b / 4 pi) ln R; what is fixed stays; evaluations do not grow. */
static void energy_grows_as_elasticity_says(void **state)
{
    (void)state;
    static const double radii[2] = {15.0, 30.0};
    double energy[2], middle[2], prefactor = 0.0;
    ff_potential *potential = NULL;
    assert_int_equal(ff_finnis_sinclair_new(&potential, "W", NULL), FF_OK);
    for (int i = 0; i < 2; i++) {
        fixture f;
        ff_relaxation r;
        ff_cylinder cylinder;
        ff_relax_report report;
        ff_relax_options options = ff_relax_defaults();
        ff_relaxation_init(&r);
        set_up(&f, "bcc", TUNGSTEN, 3.1652, "screw");
        with_potential(&f, potential, radii[i]);
        assert_int_equal(ff_dislocation_prepare(&r, &f.options, NULL), FF_OK);
        assert_int_equal(ff_relax(&r, potential, &options, &report, NULL), FF_OK);
        assert_true(r.converged && report.max_force <= 1e-8 && report.evaluations <= 40);
        for (size_t k = 0; k < 3 * r.reference.atoms; k++)
            if (r.fixed[k / 3])
                assert_true(r.displacement[k] == 0.0);
        for (int k = 0; k < 6; k++) /* unknown: the surface's would be in it */
            assert_true(isnan(r.virial[k]));
        ff_cylinder_measure(&cylinder, &r);
        energy[i] = r.formation_energy;
        middle[i] = cylinder.middle;
        const double burgers[3] = {0, 0, r.burgers[2]};
        ff_stroh stroh;
        assert_int_equal(ff_stroh_init(&stroh, r.stiffness, burgers, NULL), FF_OK);
        prefactor = burgers[2] * burgers[2] * stroh.energy[8] / (4 * 3.14159265358979) *
                    r.reference.cell[8];
        ff_relaxation_clear(&r);
        ff_host_clear(&f.host);
    }
    /* A disc of columns has an edge that is rough by some 3 %. */
    assert_near((energy[1] - energy[0]) / (prefactor * log(middle[1] / middle[0])), 1.0, 0.04);
    ff_potential_free(potential);
}

/* The largest force between 10 A and 18 A from the line. */
static double largest_far_force(const ff_relaxation *r, const ff_potential *potential)
{
    ff_calculator *calculator = NULL;
    ff_evaluation_result result;
    double largest = 0.0;
    assert_int_equal(ff_calculator_new(&calculator, potential, 0, NULL), FF_OK);
    assert_int_equal(
        ff_calculator_evaluate(calculator, &r->reference, FF_WANT_FORCES, &result, NULL), FF_OK);
    for (size_t i = 0; i < 3 * r->reference.atoms; i++) {
        double distance = ff_cylinder_distance(r, i / 3);
        if (distance > 10.0 && distance < 18.0)
            largest = fmax(largest, fabs(result.forces[i]));
    }
    ff_calculator_free(calculator);
    return largest;
}

/* The two sublattices of diamond follow the strain against each other: without that every atom of
 * the unrelaxed dislocation bears a force that falls as 1/r only. */
static void sublattices_follow_the_strain(void **state)
{
    (void)state;
    static const char *const names[] = {"screw", "mixed-60"};
    ff_potential *potential = NULL;
    assert_int_equal(ff_stillinger_weber_new(&potential, "Si", NULL), FF_OK);
    for (int i = 0; i < 2; i++) {
        fixture f;
        ff_relaxation r;
        ff_force_constants constants;
        double internal[27 * 8];
        ff_relaxation_init(&r);
        set_up(&f, "diamond", SILICON, 5.43095, names[i]);
        with_potential(&f, potential, 18.0);
        assert_int_equal(ff_dislocation_prepare(&r, &f.options, NULL), FF_OK);
        double without = largest_far_force(&r, potential);
        assert_int_equal(ff_force_constants_compute(&constants, potential, &f.host.unit, NULL),
                         FF_OK);
        assert_int_equal(ff_internal_strain(internal, &constants, &f.host.unit, NULL), FF_OK);
        f.options.internal = internal;
        assert_int_equal(ff_dislocation_prepare(&r, &f.options, NULL), FF_OK);
        double with = largest_far_force(&r, potential);
        if (!(with < 0.35 * without))
            fail_msg("%s: %g and %g eV/A", names[i], with, without);
        ff_force_constants_clear(&constants);
        ff_relaxation_clear(&r);
        ff_host_clear(&f.host);
    }
    ff_potential_free(potential);
}

static void narrow_rims_are_refused(void **state)
{
    (void)state;
    fixture f;
    ff_relaxation r;
    ff_error err = {0};
    ff_potential *potential = NULL;
    ff_relax_options options = ff_relax_defaults();
    ff_relaxation_init(&r);
    assert_int_equal(ff_finnis_sinclair_new(&potential, "W", NULL), FF_OK);
    set_up(&f, "bcc", TUNGSTEN, 3.1652, "screw");
    with_potential(&f, potential, 10.0);
    f.options.rim = 6.0;
    assert_int_equal(ff_dislocation_prepare(&r, &f.options, NULL), FF_OK);
    assert_int_equal(ff_relax(&r, potential, &options, NULL, &err), FF_E_RANGE);
    assert_non_null(strstr(err.message, "rim"));
    options.preconditioner = FF_PRECONDITIONER_GREEN;
    f.options.rim = 2 * potential->cutoff + 2;
    assert_int_equal(ff_dislocation_prepare(&r, &f.options, NULL), FF_OK);
    assert_int_equal(ff_relax(&r, potential, &options, NULL, &err), FF_E_USAGE);
    ff_relaxation_clear(&r);
    ff_host_clear(&f.host);
    ff_potential_free(potential);
}

/* An unrelaxed quadrupole of screws bears no shear stress; a relaxation keeps the virial of its
 * cell, which has no surface. */
static void quadrupole_is_free_of_shear(void **state)
{
    (void)state;
    fixture f;
    ff_relaxation r;
    ff_potential *potential = NULL;
    ff_calculator *calculator = NULL;
    ff_evaluation_result result;
    ff_relax_options options = ff_relax_defaults();
    ff_relaxation_init(&r);
    assert_int_equal(ff_finnis_sinclair_new(&potential, "W", NULL), FF_OK);
    set_up(&f, "bcc", TUNGSTEN, 3.1652, "screw");
    with_potential(&f, potential, 10.0);
    f.options.arrangement = FF_ARRANGEMENT_QUADRUPOLE;
    f.options.cells[0] = 12;
    f.options.cells[1] = 8;
    assert_int_equal(ff_dislocation_prepare(&r, &f.options, NULL), FF_OK);
    assert_int_equal(ff_calculator_new(&calculator, potential, 0, NULL), FF_OK);
    assert_int_equal(
        ff_calculator_evaluate(calculator, &r.reference, FF_WANT_VIRIAL, &result, NULL), FF_OK);
    /* In units of what the cell's tilt alone would cause: half a Burgers vector over its height. */
    double tilt = 0.5 * r.burgers[2] / r.reference.cell[4];
    double scale = tilt * f.stiffness[21] * ff_frame_volume(&r.reference);
    assert_true(fabs(result.virial[3]) < 0.02 * scale);
    assert_true(fabs(result.virial[4]) < 0.02 * scale);
    options.max_evaluations = 1;
    assert_int_equal(ff_relax(&r, potential, &options, NULL, NULL), FF_E_NUMERIC);
    for (int k = 0; k < 6; k++)
        assert_near(r.virial[k], result.virial[k] - (double)r.reference.atoms * r.bulk_virial[k],
                    1e-8);
    ff_calculator_free(calculator);
    ff_relaxation_clear(&r);
    ff_host_clear(&f.host);
    ff_potential_free(potential);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cylinders_are_whole),
        cmocka_unit_test(quadrupoles_are_whole),
        cmocka_unit_test(the_crystal_needs_no_name),
        cmocka_unit_test(atoms_go_where_the_field_takes_them),
        cmocka_unit_test(atoms_on_the_line_have_a_place),
        cmocka_unit_test(wrong_requests_are_refused),
        cmocka_unit_test(energy_grows_as_elasticity_says),
        cmocka_unit_test(sublattices_follow_the_strain),
        cmocka_unit_test(narrow_rims_are_refused),
        cmocka_unit_test(quadrupole_is_free_of_shear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
