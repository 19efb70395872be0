/* Point defects: counts, distances, where the defect sits, which species are where. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/structure/host_neighbours.h"
#include "lib/structure/lattice.h"
#include "tests/lib/structure/point_defect_in.h"
#include "tests/lib/structure/sorted_distances.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double lattice_constant = 4.0;

/* Every defect: how many atoms it adds, and how near its own site the first atoms are. */
static void defects(void **state)
{
    (void)state;
    const struct {
        const char *crystal, *defect;
        int atoms;       /* more than the perfect crystal */
        size_t extra;    /* atoms off lattice sites */
        size_t shell;    /* nearest neighbours of the last extra atom ... */
        double distance; /* ... at this distance, lattice constants */
    } cases[] = {
        {"diamond", "none", 0, 0, 0, 0},
        {"sc", "vacancy", -1, 0, 0, 0},
        {"bcc", "vacancy", -1, 0, 0, 0},
        {"fcc", "vacancy", -1, 0, 0, 0},
        {"diamond", "vacancy", -1, 0, 0, 0},
        {"diamond", "interstitial-tetrahedral", 1, 1, 4, 0.43301270189221932},
        {"diamond", "interstitial-hexagonal", 1, 1, 6, 0.41457809879442498}, /* sqrt(11)/8 */
        {"bcc", "interstitial-octahedral", 1, 1, 2, 0.5},
        {"bcc", "interstitial-tetrahedral", 1, 1, 4, 0.55901699437494742}, /* sqrt(5)/4 */
        {"fcc", "interstitial-octahedral", 1, 1, 6, 0.5},
        {"fcc", "interstitial-tetrahedral", 1, 1, 4, 0.43301270189221932},
        {"bcc", "dumbbell-100", 1, 2, 0, 0},
        {"bcc", "dumbbell-110", 1, 2, 0, 0},
        {"bcc", "dumbbell-111", 1, 2, 0, 0},
        {"fcc", "dumbbell-100", 1, 2, 0, 0},
        {"fcc", "dumbbell-110", 1, 2, 0, 0},
        {"fcc", "dumbbell-111", 1, 2, 0, 0},
        {"diamond", "dumbbell-110", 1, 2, 0, 0},
        {"diamond", "split-110", 1, 2, 0, 0},
        {"diamond", "interstitial-bond", 1, 1, 2, 0.21650635094610965}, /* sqrt(3)/8 */
        {"sc", "interstitial-cubic", 1, 1, 8, 0.86602540378443865},
        {"bcc", "crowdion", 1, 1, 2, 0.43301270189221932},
        {"fcc", "crowdion", 1, 1, 2, 0.35355339059327377},
        {"hcp", "interstitial-octahedral", 1, 1, 6, 0.70710678118654752},
        {"hcp", "interstitial-tetrahedral", 1, 1, 4, 0.61237243569579458}, /* sqrt(6)/4 */
        {"hcp", "interstitial-basal-octahedral", 1, 1, 3, 0.57735026918962573},
        {"hcp", "interstitial-basal-tetrahedral", 1, 1, 3, 0.57735026918962573},
        {"hcp", "crowdion", 1, 1, 2, 0.5},
        {"hcp", "dumbbell-0001", 1, 2, 0, 0},
        {"hcp", "dumbbell-1120", 1, 2, 0, 0},
        {"b1", "interstitial-tetrahedral-Si", 1, 1, 8, 0.43301270189221932},
        {"l1_2", "interstitial-octahedral", 1, 1, 6, 0.5},
        {"bcc", "divacancy-1nn", -2, 0, 0, 0},
        {"bcc", "vacancy-cluster-5", -5, 0, 0, 0},
        {"fcc", "substitutional-Al", 0, 0, 0, 0},
        {"bcc", "dumbbell-110-C", 1, 2, 0, 0}};
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        ff_frame frame;
        int64_t *site = NULL;
        double centre[3], list[512];
        size_t off = 0;
        const ff_crystal *crystal = ff_crystal_find(cases[c].crystal);
        assert_int_equal(point_defect_in(&frame, &site, centre, crystal, 14, lattice_constant,
                                         (int[3]){3, 3, 3}, cases[c].defect, NULL),
                         FF_OK);
        assert_int_equal((int)frame.atoms - 27 * (int)crystal->basis, cases[c].atoms);
        for (size_t i = 0; i < frame.atoms; i++)
            off += site[i] == -1;
        assert_int_equal(off, cases[c].extra);
        for (size_t i = frame.atoms - off; i < frame.atoms; i++)
            assert_int_equal(site[i], -1); /* extra atoms come last */
        for (int k = 0; k < 3; k++)        /* the middle cell of three starts half a cell off */
            assert_true(strcmp(cases[c].crystal, "hcp") == 0 ||
                        fabs(centre[k] - 1.5 * lattice_constant) < 1.01 * lattice_constant);
        size_t count = sorted_distances(list, &frame, frame.atoms - 1, 1.7 * lattice_constant);
        assert_true(list[0] > 0.2 * lattice_constant); /* nothing absurdly close */
        if (cases[c].shell) {
            double expected = cases[c].distance * lattice_constant;
            assert_true(count > cases[c].shell);
            assert_true(fabs(list[0] - expected) < 1e-14);
            assert_true(fabs(list[cases[c].shell - 1] - expected) < 1e-14);
            assert_true(list[cases[c].shell] > expected + 1e-3);
        }
        free(site);
        ff_frame_clear(&frame);
    }
}

/* Remaining atoms are on the sites that their numbers say, and the missing one is at the centre. */
static void sites_of_a_vacancy(void **state)
{
    (void)state;
    ff_frame frame, perfect;
    int64_t *site = NULL, sum = 0;
    double centre[3];
    const ff_crystal *crystal = ff_crystal_find("diamond");
    assert_int_equal(point_defect_in(&frame, &site, centre, crystal, 14, lattice_constant,
                                     (int[3]){2, 3, 4}, "vacancy", NULL),
                     FF_OK);
    assert_int_equal(
        ff_crystal_supercell(&perfect, crystal, 14, lattice_constant, (int[3]){2, 3, 4}, NULL),
        FF_OK);
    for (size_t i = 0; i < frame.atoms; i++) {
        sum += site[i];
        assert_memory_equal(frame.positions + 3 * i, perfect.positions + 3 * site[i],
                            3 * sizeof(double));
    }
    int64_t missing = (int64_t)(perfect.atoms * (perfect.atoms - 1) / 2) - sum;
    assert_memory_equal(perfect.positions + 3 * missing, centre, sizeof centre);
    assert_true(centre[0] == 4 && centre[1] == 4 && centre[2] == 8);
    free(site);
    ff_frame_clear(&frame);
    ff_frame_clear(&perfect);
}

/* A supercell of a named crystal with two species. */
static void make_host(ff_host *host, const char *crystal, const int matrix[9])
{
    const int species[FF_CRYSTAL_KINDS] = {28, 13};
    const double constants[2] = {lattice_constant, 0};
    assert_int_equal(ff_host_of_crystal(host, ff_crystal_find(crystal), species, constants, NULL),
                     FF_OK);
    assert_int_equal(ff_host_repeat(host, matrix, NULL), FF_OK);
}

static size_t count_species(const ff_frame *frame, int species)
{
    size_t count = 0;
    for (size_t i = 0; i < frame->atoms; i++)
        count += frame->species[i] == species;
    return count;
}

static const int three[9] = {3, 0, 0, 0, 3, 0, 0, 0, 3};

/* How many atoms of nickel and aluminium each defect of a compound adds. */
static void species_of_compounds(void **state)
{
    static const struct {
        const char *crystal, *defect;
        int nickel, aluminium;
    } cases[] = {{"b2", "vacancy-Al", 0, -1},           {"b2", "vacancy-Ni", -1, 0},
                 {"b2", "divacancy-1nn-Ni", -1, -1},    {"b2", "divacancy-2nn-Al", 0, -2},
                 {"b2", "antisite-Ni-Al", 1, -1},       {"b2", "antisite-Al-Ni", -1, 1},
                 {"b2", "substitutional-Cr-Al", 0, -1}, {"b2", "dumbbell-110-Ni", 1, 0},
                 {"b2", "dumbbell-110-Al", 0, 1},       {"b3", "interstitial-tetrahedral-Al", 0, 1},
                 {"l1_2", "vacancy-Ni", -1, 0},         {"l1_2", "vacancy-cluster-4-Al", -3, -1},
                 {"l1_2", "antisite-Al-Ni", -1, 1}};
    (void)state;
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        ff_host host;
        ff_frame perfect, frame;
        int64_t *site = NULL;
        double centre[3];
        make_host(&host, cases[c].crystal, three);
        assert_int_equal(ff_host_frame(&perfect, &host, NULL), FF_OK);
        assert_int_equal(ff_point_defect(&frame, &site, centre, &host, cases[c].defect, NULL),
                         FF_OK);
        assert_int_equal((int)count_species(&frame, 28) - (int)count_species(&perfect, 28),
                         cases[c].nickel);
        assert_int_equal((int)count_species(&frame, 13) - (int)count_species(&perfect, 13),
                         cases[c].aluminium);
        for (size_t i = 0; i < frame.atoms; i++)
            if (site[i] >= 0)
                assert_memory_equal(frame.positions + 3 * i, perfect.positions + 3 * site[i],
                                    3 * sizeof(double));
        free(site);
        ff_frame_clear(&frame);
        ff_frame_clear(&perfect);
        ff_host_clear(&host);
    }
}

/* The distance between the two vacancies of each divacancy, against the shells of the lattice. */
static void divacancies_by_shell(void **state)
{
    static const struct {
        const char *crystal, *name;
        double squared; /* lattice constants */
    } cases[] = {{"bcc", "divacancy-1nn", 0.75},   {"bcc", "divacancy-2nn", 1},
                 {"bcc", "divacancy-3nn", 2},      {"bcc", "divacancy-5nn", 3},
                 {"fcc", "divacancy-2nn", 1},      {"diamond", "divacancy-2nn", 0.5},
                 {"hcp", "divacancy-3nn", 8.0 / 3}};
    const int matrix[9] = {4, 0, 0, 0, 4, 0, 0, 0, 4};
    (void)state;
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        ff_host host;
        ff_frame perfect, frame;
        int64_t *site = NULL;
        double centre[3], squared = 0;
        make_host(&host, cases[c].crystal, matrix);
        assert_int_equal(ff_host_frame(&perfect, &host, NULL), FF_OK);
        assert_int_equal(ff_point_defect(&frame, &site, centre, &host, cases[c].name, NULL), FF_OK);
        size_t missing[2], found = 0, next = 0;
        for (size_t s = 0; s < perfect.atoms; s++) {
            if (next < frame.atoms && site[next] == (int64_t)s)
                next++;
            else if (found < 2)
                missing[found++] = s;
        }
        assert_int_equal(found, 2);
        for (size_t k = 0; k < 3; k++) {
            double a = perfect.positions[3 * missing[0] + k];
            double b = perfect.positions[3 * missing[1] + k];
            squared += (a - b) * (a - b);
            assert_true(fabs((a + b) / 2 - centre[k]) < 1e-12);
        }
        assert_true(fabs(squared / 16 - cases[c].squared) < 1e-12);
        free(site);
        ff_frame_clear(&frame);
        ff_frame_clear(&perfect);
        ff_host_clear(&host);
    }
}

/* Known compact clusters: in fcc four vacancies are a tetrahedron of neighbours; in bcc three are
 * two neighbour distances and one second. */
static void clusters_are_compact(void **state)
{
    (void)state;
    ff_host host;
    ff_host_neighbour cluster[4];
    make_host(&host, "fcc", three);
    assert_int_equal(ff_host_cluster(cluster, &host, 0, 4, NULL), FF_OK);
    for (int i = 0; i < 4; i++)
        for (int j = 0; j < i; j++) {
            double apart[3];
            for (int k = 0; k < 3; k++)
                apart[k] = cluster[i].vector[k] - cluster[j].vector[k];
            assert_true(fabs(ff_vector_dot(apart, apart) - 8) < 1e-12);
        }
    assert_int_equal(ff_host_cluster(cluster, &host, 0, 101, NULL), FF_E_RANGE);
    ff_host_clear(&host);
    make_host(&host, "bcc", three);
    assert_int_equal(ff_host_cluster(cluster, &host, 0, 3, NULL), FF_OK);
    assert_true(fabs(cluster[1].distance - 4 * sqrt(0.75)) < 1e-12);
    double sum = 0;
    for (int k = 0; k < 3; k++) {
        double apart = cluster[2].vector[k] - cluster[1].vector[k];
        sum += apart * apart + cluster[2].vector[k] * cluster[2].vector[k];
    }
    assert_true(fabs(sum - 16 * 1.75) < 1e-12);
    ff_host_clear(&host);
}

/* Atom by atom, the same divacancy in the conventional cell and in an equivalent supercell of the
 * primitive one: the sets of distances agree. */
static void the_choice_of_cell_does_not_matter(void **state)
{
    static const int primitive[9] = {-1, 1, 1, 1, -1, 1, 1, 1, -1}; /* bcc, halves */
    static const int again[9] = {0, 3, 3, 3, 0, 3, 3, 3, 0};        /* three cubes */
    static const char *const names[] = {"divacancy-2nn", "vacancy-cluster-4", "crowdion",
                                        "dumbbell-100", "interstitial-octahedral"};
    (void)state;
    for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
        double list[2][4096];
        size_t count[2] = {0, 0};
        for (int which = 0; which < 2; which++) {
            ff_host host;
            ff_frame frame;
            int64_t *site = NULL;
            double centre[3];
            make_host(&host, "bcc", (const int[9]){1, 0, 0, 0, 1, 0, 0, 0, 1});
            if (which)
                assert_int_equal(ff_host_orient(&host, primitive, NULL), FF_OK);
            assert_int_equal(ff_host_repeat(&host, which ? again : three, NULL), FF_OK);
            assert_int_equal(
                host.unit.atoms * (size_t)(host.cells[0] * host.cells[1] * host.cells[2]), 54);
            assert_int_equal(ff_point_defect(&frame, &site, centre, &host, names[n], NULL), FF_OK);
            count[which] = sorted_distances_of(list[which], 4096, &frame, 0, frame.atoms, 5.0);
            free(site);
            ff_frame_clear(&frame);
            ff_host_clear(&host);
        }
        assert_int_equal(count[0], count[1]);
        for (size_t i = 0; i < count[0]; i++)
            assert_true(fabs(list[0][i] - list[1][i]) < 1e-10);
    }
}

static int try_defect(const ff_host *host, const char *name, ff_error *err)
{
    ff_frame frame;
    int64_t *site = NULL;
    double centre[3];
    int status = ff_point_defect(&frame, &site, centre, host, name, err);
    assert_true(status != FF_OK && !site && !frame.positions);
    return status;
}

static void refuses_bad_requests(void **state)
{
    static const char *const wrong[] = {
        "hole",           "vacancy-",         "vacancy-Xx",        "vacancyNi",
        "divacancy-",     "divacancy-0nn-Ni", "divacancy-1-Ni",    "vacancy-cluster-",
        "vacancy",        "dumbbell-110",     "antisite-Ni",       "antisite-Cr-Al",
        "antisite-Ni-Ni", "substitutional",   "substitutional-Cr", "substitutional-Al-Al",
        "nonesuch",       "dumbbell-110-",    "vacancy-Cr",        "interstitial-hexagonal-Ni"};
    (void)state;
    ff_error err = {0};
    ff_host host;
    make_host(&host, "b2", three);
    for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++)
        assert_int_equal(try_defect(&host, wrong[k], &err), FF_E_USAGE);
    assert_int_equal(try_defect(&host, "divacancy-200nn-Ni", &err), FF_E_RANGE);
    assert_int_equal(try_defect(&host, "vacancy", &err), FF_E_USAGE);
    assert_non_null(strstr(err.message, "vacancy-Ni?"));
    ff_host_clear(&host);
    make_host(&host, "diamond", (const int[9]){1, 0, 0, 0, 1, 0, 0, 0, 1});
    assert_int_equal(try_defect(&host, "dumbbell-100", &err), FF_E_USAGE);
    assert_non_null(strstr(err.message, "interstitial-tetrahedral, interstitial-hexagonal"));
    ff_host_clear(&host);
    make_host(&host, "sc", (const int[9]){1, 0, 0, 0, 1, 0, 0, 0, 1});
    assert_int_equal(try_defect(&host, "vacancy", &err), FF_E_RANGE);
    assert_int_equal(try_defect(&host, "divacancy-1nn", &err), FF_E_RANGE); /* one site, twice */
    ff_host_clear(&host);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defects),
        cmocka_unit_test(sites_of_a_vacancy),
        cmocka_unit_test(species_of_compounds),
        cmocka_unit_test(divacancies_by_shell),
        cmocka_unit_test(clusters_are_compact),
        cmocka_unit_test(the_choice_of_cell_does_not_matter),
        cmocka_unit_test(refuses_bad_requests),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
