#include "formats/evaluation_file.h"

#include "formats/comparison_file.h"
#include "formats/error_rows.h"

#include <string.h>

enum { ELASTIC_NUMBERS = 7 };

/* The numbers of ff_elastic with their names as attributes. */
static void elastic_numbers(ff_elastic *elastic, const char *names[ELASTIC_NUMBERS],
                            double *values[ELASTIC_NUMBERS])
{
    const char *const all_names[ELASTIC_NUMBERS] = {
        "lattice_constant_A", "energy_eV_per_atom", "pressure_GPa", "c11_GPa", "c12_GPa", "c44_GPa",
        "c44_unrelaxed_GPa"};
    double *const all_values[ELASTIC_NUMBERS] = {&elastic->lattice_constant, &elastic->energy,
                                                 &elastic->pressure_GPa,     &elastic->c11_GPa,
                                                 &elastic->c12_GPa,          &elastic->c44_GPa,
                                                 &elastic->c44_unrelaxed_GPa};
    memcpy(names, all_names, sizeof all_names);
    memcpy(values, all_values, sizeof all_values);
}

static int write_elastic(hid_t root, const ff_elastic *elastic, ff_error *err)
{
    hid_t group = -1;
    ff_elastic copy = *elastic;
    const char *names[ELASTIC_NUMBERS];
    double *values[ELASTIC_NUMBERS];
    elastic_numbers(&copy, names, values);
    int status = ff_group_create(&group, root, "elastic", err);
    if (status == FF_OK)
        status = ff_attribute_write_text(group, "crystal", elastic->crystal, err);
    for (int i = 0; i < ELASTIC_NUMBERS && status == FF_OK; i++)
        status = ff_attribute_write_number(group, names[i], *values[i], err);
    ff_group_close(group);
    return status;
}

static int read_elastic(hid_t root, ff_elastic *elastic, ff_error *err)
{
    hid_t group = -1;
    const char *names[ELASTIC_NUMBERS];
    double *values[ELASTIC_NUMBERS];
    elastic_numbers(elastic, names, values);
    int status = ff_group_open(&group, root, "elastic", err);
    if (status == FF_OK)
        status = ff_attribute_read_text_into(group, "crystal", elastic->crystal,
                                             sizeof elastic->crystal, err);
    for (int i = 0; i < ELASTIC_NUMBERS && status == FF_OK; i++)
        status = ff_attribute_read_number(group, names[i], values[i], err);
    elastic->known = status == FF_OK;
    ff_group_close(group);
    return status;
}

int ff_evaluation_write(ff_container *container, const ff_evaluation *evaluation, ff_error *err)
{
    hid_t root = ff_container_root(container);
    int status = ff_tags_write(root, &evaluation->tags, err);
    if (status == FF_OK)
        status = ff_error_rows_write(root, "errors", evaluation->rows, evaluation->row, "spread",
                                     false, "standard deviation of the labels", err);
    if (status == FF_OK && evaluation->elastic.known)
        status = write_elastic(root, &evaluation->elastic, err);
    return status;
}

int ff_evaluation_read(ff_evaluation *evaluation, ff_container *container, ff_error *err)
{
    hid_t root = ff_container_root(container);
    ff_evaluation_init(evaluation);
    int status = ff_tags_read(root, &evaluation->tags, err);
    if (status == FF_OK)
        status =
            ff_error_rows_read(root, "errors", "spread", &evaluation->rows, &evaluation->row, err);
    if (status == FF_OK && ff_link_exists(root, "elastic"))
        status = read_elastic(root, &evaluation->elastic, err);
    if (status != FF_OK) {
        ff_error_in_file(err, ff_container_name(container));
        ff_evaluation_clear(evaluation);
    }
    return status;
}
