/* The functions of every atom: those of its environment, and their sums the rows of energies. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/ace/descriptors.h"
#include "lib/ace/features.h"
#include "lib/base/memory.h"
#include "lib/structure/crystal.h"
#include "lib/structure/neighbour_list.h"
#include "tests/lib/ace/bases.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const ff_ace_options alloy = {
    ALLOY,           .order = 4,       .degree = {0, 6, 6, 5.5},
    .l_weight = 0.7, .pair_degree = 6, .range = {[1] = {.cutoff = 4.6, .nearest = 2.6}}};

enum { FRAMES = 21 }; /* more than are worked on at a time by one thread or two */

/* Rattled crystals of different size with random species, and one empty frame. */
static void make_dataset(ff_dataset *dataset)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    ff_dataset_init(dataset);
    for (size_t f = 0; f < FRAMES; f++) {
        ff_frame frame;
        const int cells[3] = {1 + (int)f % 3, 1 + (int)f % 2, 1};
        if (f == 5)
            assert_int_equal(ff_frame_init(&frame, 0, NULL), FF_OK);
        else
            assert_int_equal(
                ff_crystal_supercell(&frame, ff_crystal_find("bcc"), 13, 3.2, cells, NULL), FF_OK);
        for (size_t i = 0; i < 3 * frame.atoms; i++)
            frame.positions[i] += gsl_ran_gaussian(rng, 0.08);
        for (size_t i = 0; i < frame.atoms; i++)
            frame.species[i] = gsl_rng_uniform(rng) < 0.4 ? 22 : 13;
        assert_int_equal(ff_frame_add_label(&frame, FF_LABEL_ENERGY, NULL), FF_OK);
        assert_int_equal(ff_dataset_append(dataset, &frame, NULL), FF_OK);
    }
    gsl_rng_free(rng);
}

/* All blocks, kept. */
typedef struct collection {
    size_t frames;
    ff_site_block block[FRAMES];
} collection;

static int collect(void *context, const ff_site_block *block, ff_error *err)
{
    collection *all = context;
    assert_int_equal(block->frame, all->frames);
    ff_site_block *copy = &all->block[all->frames++];
    *copy = *block;
    copy->values =
        ff_copy_array(block->values, block->atoms * block->stride, sizeof *block->values, err);
    return copy->values ? FF_OK : FF_E_NOMEM;
}

static void collection_clear(collection *all)
{
    for (size_t i = 0; i < all->frames; i++)
        free(all->block[i].values);
    *all = (collection){0};
}

/* The same bits as ff_ace_site gives, in the columns of the atom's species alone. */
static void assert_sites(const ff_ace_basis *basis, const ff_frame *frame,
                         const ff_site_block *block)
{
    ff_ace_workspace *workspace = NULL;
    ff_neighbour_list list;
    double *values = ff_new_array(ff_ace_basis_site_size(basis), sizeof *values, NULL);
    int species[512];
    ff_neighbour_list_init(&list);
    assert_non_null(values);
    assert_int_equal(ff_neighbour_list_build(&list, frame, alloy.cutoff, NULL), FF_OK);
    assert_int_equal(ff_ace_workspace_new(&workspace, basis, NULL), FF_OK);
    assert_int_equal(block->stride, ff_ace_basis_site_size(basis));
    for (size_t i = 0; i < frame->atoms; i++) {
        size_t first, count, from = list.offset[i], neighbours = list.offset[i + 1] - from;
        size_t centre_first, centre_count;
        assert_true(neighbours < sizeof species / sizeof *species);
        for (size_t p = 0; p < neighbours; p++)
            species[p] = frame->species[list.neighbour[from + p]];
        const ff_environment environment = {.species = frame->species[i],
                                            .count = neighbours,
                                            .neighbour_species = species,
                                            .vectors = list.vector + 3 * from,
                                            .distances = list.distance + from};
        assert_int_equal(
            ff_ace_site(basis, &environment, workspace, &first, &count, values, NULL, NULL), FF_OK);
        ff_ace_centre_columns(basis, frame->species[i] == 22, &centre_first, &centre_count);
        assert_int_equal(first, centre_first);
        assert_int_equal(count, centre_count);
        const double *found = block->values + i * block->stride;
        assert_memory_equal(found, values, count * sizeof *values);
        for (size_t k = count; k < block->stride; k++)
            assert_true(found[k] == 0);
    }
    ff_ace_workspace_free(workspace);
    ff_neighbour_list_clear(&list);
    free(values);
}

/* Sums over atoms are the energy row; by another order of summation, hence to rounding. */
static void assert_sums(const ff_ace_basis *basis, const ff_frame *frame,
                        const ff_site_block *block)
{
    static const double one_body[FF_MAX_SPECIES + 1] = {0};
    ff_design_block row;
    ff_ace_row_workspace *workspace = NULL;
    double *sum = ff_new_array(ff_ace_basis_size(basis), sizeof *sum, NULL);
    assert_non_null(sum);
    assert_int_equal(ff_ace_row_workspace_new(&workspace, basis, NULL), FF_OK);
    assert_int_equal(
        ff_ace_frame_rows(&row, basis, frame, 0, FF_LABEL_ENERGY, one_body, workspace, NULL),
        FF_OK);
    for (size_t i = 0; i < block->atoms; i++) {
        size_t first, count;
        ff_ace_centre_columns(basis, block->species[i] == 22, &first, &count);
        for (size_t k = 0; k < count; k++)
            sum[first + k] += block->values[i * block->stride + k];
    }
    for (size_t k = 0; k < row.columns; k++)
        if (!(fabs(sum[k] - row.matrix[k]) <= 1e-12 * (1 + fabs(sum[k]))))
            fail_msg("column %zu: the atoms give %.17g, the row %.17g", k, sum[k], row.matrix[k]);
    ff_ace_row_workspace_free(workspace);
    ff_design_block_clear(&row);
    free(sum);
}

static void atoms_have_the_functions_of_their_environments(void **state)
{
    (void)state;
    ff_ace_basis *basis = NULL;
    ff_dataset dataset;
    collection all = {0};
    make_dataset(&dataset);
    assert_int_equal(ff_ace_basis_new(&basis, &alloy, NULL), FF_OK);
    assert_int_equal(ff_ace_dataset_sites(basis, &dataset, collect, &all, NULL, NULL), FF_OK);
    assert_int_equal(all.frames, FRAMES);
    for (size_t f = 0; f < FRAMES; f++) {
        assert_int_equal(all.block[f].atoms, dataset.frames[f].atoms);
        assert_sites(basis, &dataset.frames[f], &all.block[f]);
        assert_sums(basis, &dataset.frames[f], &all.block[f]);
    }
    collection_clear(&all);
    ff_ace_basis_free(basis);
    ff_dataset_clear(&dataset);
}

static void bits_do_not_depend_on_threads(void **state)
{
    (void)state;
    ff_ace_basis *basis = NULL;
    ff_dataset dataset;
    collection one = {0}, many = {0};
    make_dataset(&dataset);
    assert_int_equal(ff_ace_basis_new(&basis, &alloy, NULL), FF_OK);
    for (int threads = 2; threads <= 32; threads *= 4) { /* 32: parts of frames */
        ff_set_threads(1);
        assert_int_equal(ff_ace_dataset_sites(basis, &dataset, collect, &one, NULL, NULL), FF_OK);
        ff_set_threads(threads);
        assert_int_equal(ff_ace_dataset_sites(basis, &dataset, collect, &many, NULL, NULL), FF_OK);
        for (size_t f = 0; f < FRAMES; f++)
            assert_memory_equal(one.block[f].values, many.block[f].values,
                                one.block[f].atoms * one.block[f].stride * sizeof(double));
        collection_clear(&one);
        collection_clear(&many);
    }
    ff_set_threads(0);
    ff_ace_basis_free(basis);
    ff_dataset_clear(&dataset);
}

static int refuse(void *context, const ff_site_block *block, ff_error *err)
{
    size_t *frames = context;
    (void)block;
    return ++*frames == 3 ? ff_fail(err, FF_E_IO, "no more") : FF_OK;
}

static void failures_name_the_frame_and_stop(void **state)
{
    (void)state;
    ff_ace_basis *basis = NULL;
    ff_dataset dataset;
    ff_error err = {0};
    collection all = {0};
    size_t frames = 0;
    make_dataset(&dataset);
    assert_int_equal(ff_ace_basis_new(&basis, &alloy, NULL), FF_OK);
    assert_int_equal(ff_ace_dataset_sites(basis, &dataset, refuse, &frames, NULL, &err), FF_E_IO);
    assert_int_equal(frames, 3);
    dataset.frames[FRAMES - 1].species[1] = 74;
    assert_int_equal(ff_ace_dataset_sites(basis, &dataset, collect, &all, NULL, &err), FF_E_RANGE);
    assert_int_equal(err.frame, FRAMES);
    collection_clear(&all);
    ff_frame *frame = &dataset.frames[1];
    for (size_t k = 0; k < 3; k++)
        frame->positions[3 + k] = frame->positions[k] + (k == 0 ? 1.5 : 0);
    assert_int_equal(ff_ace_dataset_sites(basis, &dataset, collect, &all, NULL, &err), FF_E_RANGE);
    assert_int_equal(err.frame, 2);
    assert_int_equal(err.atom, 1);
    assert_non_null(strstr(err.message, "inner radius"));
    collection_clear(&all);
    ff_ace_basis_free(basis);
    ff_dataset_clear(&dataset);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(atoms_have_the_functions_of_their_environments),
        cmocka_unit_test(bits_do_not_depend_on_threads),
        cmocka_unit_test(failures_name_the_frame_and_stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
