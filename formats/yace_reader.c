#include "formats/yace_reader.h"

#include "formats/yace_parts.h"
#include "lib/pace/pace_potential.h"
#include "lib/structure/elements.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Mappings. */

static int read_key_value(ff_yace_reader *r, const ff_yace_key *key, void *context, ff_error *err)
{
    int64_t value = 0;
    if (key->read)
        return key->read(r, context, err);
    if (key->real)
        return ff_yaml_real(r->yaml, key->real, key->name, err);
    int status = ff_yaml_integer(r->yaml, &value, key->low, key->high, key->name, err);
    if (status == FF_OK)
        *key->integer = (int)value;
    return status;
}

int ff_yace_read_mapping(ff_yace_reader *r, const ff_yace_key *keys, size_t count, void *context,
                         const char *what, ff_error *err)
{
    bool seen[FF_YACE_MOST_KEYS] = {false};
    assert(count <= FF_YACE_MOST_KEYS);
    int status = ff_yaml_expect(r->yaml, FF_YAML_MAPPING, what, err);
    while (status == FF_OK && (status = ff_yaml_next(r->yaml, err)) == FF_OK &&
           ff_yaml_at(r->yaml) != FF_YAML_END) {
        size_t k = 0;
        while (k < count && !ff_yaml_is(r->yaml, keys[k].name))
            k++;
        if (k < count && seen[k])
            return ff_yaml_fail(r->yaml, err, FF_E_FORMAT, "%s is given twice", keys[k].name);
        if (k == count)
            status = ff_yaml_skip(r->yaml, err);
        else
            seen[k] = true;
        if (status == FF_OK)
            status = ff_yaml_next(r->yaml, err);
        if (status == FF_OK)
            status =
                k < count ? read_key_value(r, &keys[k], context, err) : ff_yaml_skip(r->yaml, err);
    }
    for (size_t k = 0; k < count && status == FF_OK; k++)
        if (!seen[k] && !keys[k].optional)
            status = ff_yaml_fail(r->yaml, err, FF_E_FORMAT, "%s without %s", what, keys[k].name);
    return status;
}

/* Elements and their energies. */

static int read_elements(ff_yace_reader *r, void *unused, ff_error *err)
{
    (void)unused;
    int status = ff_yaml_expect(r->yaml, FF_YAML_LIST, "a list of elements", err);
    while (status == FF_OK && (status = ff_yaml_next(r->yaml, err)) == FF_OK &&
           ff_yaml_at(r->yaml) != FF_YAML_END) {
        size_t length = 0;
        status = ff_yaml_expect(r->yaml, FF_YAML_SCALAR, "the symbol of an element", err);
        if (status != FF_OK)
            break;
        const char *text = ff_yaml_text(r->yaml, &length);
        int species = ff_element_number(text, length);
        if (species == 0)
            return ff_yaml_fail(r->yaml, err, FF_E_FORMAT, "'%.*s' is not the symbol of an element",
                                (int)(length < 20 ? length : 20), text);
        if (r->pace->elements == FF_PACE_MAX_SPECIES)
            return ff_yaml_fail(r->yaml, err, FF_E_RANGE, "more than %d elements",
                                FF_PACE_MAX_SPECIES);
        r->pace->element[r->pace->elements++].species = species;
    }
    return status;
}

static int read_energies(ff_yace_reader *r, void *unused, ff_error *err)
{
    (void)unused;
    r->reals.count = 0;
    int status = ff_yaml_real_list(r->yaml, &r->reals, "energies of isolated atoms", err);
    if (status == FF_OK && r->reals.count > FF_PACE_MAX_SPECIES)
        status = ff_yaml_fail(r->yaml, err, FF_E_RANGE, "%zu energies, expected one per element",
                              r->reals.count);
    for (size_t i = 0; i < r->reals.count && status == FF_OK; i++)
        r->pace->element[i].energy = r->reals.value[i];
    r->energies = (int)r->reals.count;
    return status;
}

/* Sections that only potentials of other kinds have. */
static int refuse(ff_yace_reader *r, void *unused, ff_error *err)
{
    (void)unused;
    return ff_yaml_fail(r->yaml, err, FF_E_FORMAT,
                        "a separate pair potential (polypairpot or reppot) is not supported");
}

/* The file. */

/* Whether every element and pair has what it needs. */
static int check_complete(const ff_yace_reader *r, ff_error *err)
{
    const ff_pace *pace = r->pace;
    if (r->energies != pace->elements)
        return ff_yaml_fail(r->yaml, err, FF_E_FORMAT, "%d energies in E0 for %d elements",
                            r->energies, pace->elements);
    for (int i = 0; i < FF_PACE_MAX_SPECIES; i++) {
        bool there = i < pace->elements;
        const char *symbol = there ? ff_element_symbol(pace->element[i].species) : "";
        if (there && r->embedding[i].densities == 0)
            return ff_yaml_fail(r->yaml, err, FF_E_FORMAT, "no embedding of element %d, %s", i,
                                symbol);
        if (!there && (r->embedding[i].densities > 0 || r->functions_known[i]))
            return ff_yaml_fail(r->yaml, err, FF_E_FORMAT,
                                "an embedding or functions of element %d, expected 0 to %d", i,
                                pace->elements - 1);
        for (int j = 0; j < FF_PACE_MAX_SPECIES; j++)
            if (r->bond_known[i][j] != (there && j < pace->elements))
                return ff_yaml_fail(r->yaml, err, FF_E_FORMAT,
                                    r->bond_known[i][j]
                                        ? "a bond [%d, %d] of elements that are not listed"
                                        : "no bond [%d, %d]",
                                    i, j);
    }
    return FF_OK;
}

static int read_document(ff_yace_reader *r, ff_error *err)
{
    const ff_yace_key keys[] = {
        {.name = "elements", .read = read_elements},
        {.name = "E0", .read = read_energies},
        {.name = "embeddings", .read = ff_yace_read_embeddings},
        {.name = "bonds", .read = ff_yace_read_bonds},
        {.name = "functions", .read = ff_yace_read_functions},
        {.name = "deltaSplineBins", .real = &r->pace->spacing},
        {.name = "polypairpot", .optional = true, .read = refuse},
        {.name = "reppot", .optional = true, .read = refuse},
    };
    int status = ff_yace_read_mapping(r, keys, sizeof keys / sizeof *keys, NULL,
                                      "a potential (a mapping)", err);
    if (status == FF_OK)
        status = check_complete(r, err);
    return status;
}

int ff_yace_read(ff_pace *pace, const char *path, ff_error *err)
{
    ff_yace_reader reader = {.pace = pace};
    ff_pace_init(pace);
    int status = ff_yaml_open(&reader.yaml, path, err);
    if (status == FF_OK)
        status = read_document(&reader, err);
    if (status == FF_OK)
        status = ff_pace_check(pace, err);
    if (status != FF_OK) {
        ff_error_in_file(err, path);
        ff_pace_clear(pace);
    }
    ff_yaml_close(reader.yaml);
    free(reader.reals.value);
    free(reader.integers.value);
    free(reader.m);
    free(reader.coefficient);
    return status;
}
