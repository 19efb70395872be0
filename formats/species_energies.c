#include "formats/species_energies.h"

#include "lib/structure/dataset.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

int ff_species_energies_write(hid_t location, const char *name, const int *species, size_t count,
                              const double *energy, const char *description, ff_error *err)
{
    int32_t number[FF_MAX_SPECIES];
    double value[FF_MAX_SPECIES];
    hid_t group;
    assert(count <= FF_MAX_SPECIES);
    for (size_t i = 0; i < count; i++) {
        number[i] = species[i];
        value[i] = energy[species[i]];
    }
    int status = ff_group_create(&group, location, name, err);
    if (status == FF_OK)
        status = ff_array_write(group, "species", FF_ELEMENT_INT32, 1, &count, number, "",
                                "atomic numbers", err);
    if (status == FF_OK)
        status = ff_array_write(group, "energy", FF_ELEMENT_DOUBLE, 1, &count, value, "eV",
                                description, err);
    ff_group_close(group);
    return status;
}

int ff_species_energies_read(hid_t location, const char *name, double *energy, bool *known,
                             ff_error *err)
{
    hid_t group = -1;
    void *species = NULL, *value = NULL;
    size_t count = SIZE_MAX;
    int status = ff_group_open(&group, location, name, err);
    if (status == FF_OK)
        status = ff_array_read(group, "species", FF_ELEMENT_INT32, 1, &count, &species, err);
    if (status == FF_OK)
        status = ff_array_read(group, "energy", FF_ELEMENT_DOUBLE, 1, &count, &value, err);
    for (int z = 0; z <= FF_MAX_SPECIES; z++)
        energy[z] = 0;
    for (size_t i = 0; status == FF_OK && i < count; i++) {
        int z = ((const int32_t *)species)[i];
        double stored = ((const double *)value)[i];
        if (z < 1 || z > FF_MAX_SPECIES || !isfinite(stored)) {
            status =
                ff_fail(err, FF_E_RANGE, "has energy %g of species %d in '%s'", stored, z, name);
            break;
        }
        energy[z] = stored;
        if (known)
            known[z] = true;
    }
    free(species);
    free(value);
    ff_group_close(group);
    return status;
}
