/* Functions of atoms in a features file: by species, in order, read in any blocks; damage. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "formats/sites_group.h"
#include "tests/formats/damage.h"
#include "tests/formats/made_up.h"

#include "tests/near.h"

enum { FRAMES = 7 };

static ff_ace_basis *made_up_real_basis(void)
{
    static const ff_ace_options options = {.species_count = 3,
                                           .species = {13, 14, 74},
                                           .order = 2,
                                           .degree = {0, 3},
                                           .l_weight = 1,
                                           .pair_degree = 2,
                                           .cutoff = 5,
                                           .inner = 1.6,
                                           .nearest = 2.8};
    ff_ace_basis *basis = NULL;
    assert_int_equal(ff_ace_basis_new(&basis, &options, NULL), FF_OK);
    return basis;
}

/* Frame f has 5 f % 7 atoms, silicon and tungsten by turns; there is no aluminium. */
static void made_up_sites(ff_site_block *block, int *species, const ff_ace_basis *basis, size_t f)
{
    *block = (ff_site_block){.frame = (uint32_t)f,
                             .atoms = 5 * f % 7,
                             .species = species,
                             .stride = ff_ace_basis_site_size(basis)};
    block->values = ff_new_array(block->atoms * block->stride, sizeof(double), NULL);
    assert_non_null(block->values);
    for (size_t i = 0; i < block->atoms; i++) {
        species[i] = (f + i) % 2 ? 14 : 74;
        for (size_t k = 0; k < block->stride; k++)
            block->values[i * block->stride + k] = made_up_number(100 * f + 10 * i + k);
    }
}

static void write_sites(const char *path)
{
    ff_ace_basis *basis = made_up_real_basis();
    ff_sites_writer *writer = NULL;
    ff_container *container = made_up_start(path, "features", 1);
    assert_false(ff_sites_present(container));
    assert_int_equal(ff_sites_writer_new(&writer, container, basis, NULL), FF_OK);
    for (size_t f = 0; f < FRAMES; f++) {
        ff_site_block block;
        int species[8];
        made_up_sites(&block, species, basis, f);
        assert_int_equal(ff_sites_writer_append(writer, &block, NULL), FF_OK);
        free(block.values);
    }
    assert_int_equal(ff_sites_writer_finish(writer, NULL), FF_OK);
    assert_true(ff_sites_present(container));
    made_up_finish(container);
    ff_ace_basis_free(basis);
}

/* Everything of one species, a block of `size` atoms at a time. */
static void assert_species(ff_container *container, const ff_ace_basis *basis, int z, size_t size)
{
    ff_sites_reader reader;
    uint32_t frame[8], atom[8];
    double values[8 * 64];
    size_t first, columns, next = 0;
    ff_ace_centre_columns(basis, z == 13 ? 0 : z == 14 ? 1 : 2, &first, &columns);
    assert_int_equal(ff_sites_reader_open(&reader, container, z, NULL), FF_OK);
    assert_int_equal(reader.columns, columns);
    assert_int_equal(reader.first_column, first);
    for (size_t f = 0; f < FRAMES; f++) {
        ff_site_block block;
        int species[8];
        made_up_sites(&block, species, basis, f);
        for (size_t i = 0; i < block.atoms; i++) {
            if (species[i] != z)
                continue;
            size_t left = reader.atoms - next;
            if (next % size == 0)
                assert_int_equal(ff_sites_reader_read(&reader, next, left < size ? left : size,
                                                      frame, atom, values, NULL),
                                 FF_OK);
            assert_int_equal(frame[next % size], f);
            assert_int_equal(atom[next % size], i);
            for (size_t k = 0; k < columns; k++)
                assert_near(values[next % size * columns + k], block.values[i * block.stride + k],
                            0);
            next++;
        }
        free(block.values);
    }
    assert_int_equal(next, reader.atoms);
    ff_sites_reader_close(&reader);
}

static void atoms_come_back_by_species(void **state)
{
    (void)state;
    ff_ace_basis *basis = made_up_real_basis();
    write_sites("sites.h5");
    ff_container *container = made_up_open("sites.h5", "features");
    for (size_t size = 1; size <= 8; size += 3) {
        assert_species(container, basis, 13, size);
        assert_species(container, basis, 14, size);
        assert_species(container, basis, 74, size);
    }
    ff_sites_reader reader;
    ff_error err = {0};
    assert_int_equal(ff_sites_reader_open(&reader, container, 22, &err), FF_E_FORMAT);
    assert_string_equal(err.file, "sites.h5");
    ff_container_close(container);
    ff_ace_basis_free(basis);
}

static int read_and_clear(ff_container *container, ff_error *err)
{
    static const int species[] = {13, 14, 74};
    int status = FF_OK;
    for (size_t i = 0; i < 3 && status == FF_OK; i++) {
        ff_sites_reader reader;
        status = ff_sites_reader_open(&reader, container, species[i], err);
        if (status != FF_OK)
            break;
        assert_true(reader.atoms < 100 && reader.columns < 100);
        uint32_t *frame = ff_new_array(reader.atoms, sizeof *frame, NULL);
        uint32_t *atom = ff_new_array(reader.atoms, sizeof *atom, NULL);
        double *values = ff_new_array(reader.atoms * reader.columns, sizeof *values, NULL);
        assert_true(frame && atom && values);
        status = ff_sites_reader_read(&reader, 0, reader.atoms, frame, atom, values, err);
        free(frame);
        free(atom);
        free(values);
        ff_sites_reader_close(&reader);
    }
    return status;
}

static void damage_is_refused(void **state)
{
    (void)state;
    write_sites("sound.h5");
    damage_everything(&(damage_case){.path = "sound.h5",
                                     .kind = "features",
                                     .read = read_and_clear,
                                     .optional = (const char *const[]){"deflate", NULL}});
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(atoms_come_back_by_species),
                                       cmocka_unit_test(damage_is_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
