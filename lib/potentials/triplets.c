#include "lib/potentials/triplets.h"

#include "lib/base/memory.h"
#include "lib/structure/dataset.h"
#include "lib/structure/elements.h"

#include <math.h>
#include <stdlib.h>

static const int *species_of(const void *entries, size_t size, size_t k)
{
    return (const int *)(const void *)((const char *)entries + size * k);
}

static const char *symbol(int species)
{
    return ff_element_symbol(species);
}

static int check_triplets(const int *element, size_t elements, const void *entries, size_t size,
                          size_t count, ff_error *err)
{
    int status = FF_OK, number[FF_MAX_SPECIES + 1] = {0};
    bool *seen = ff_new_array(elements * elements, elements * sizeof *seen, err);
    if (!seen)
        return FF_E_NOMEM;
    for (size_t k = 0; k < count && status == FF_OK; k++) {
        const int *z = species_of(entries, size, k);
        size_t place = 0;
        for (int s = 0; s < 3; s++) {
            place = place * elements + (size_t)element[z[s]];
            number[element[z[s]]] = z[s];
        }
        if (seen[place])
            status = ff_fail(err, FF_E_RANGE, "the triplet (%s, %s, %s) is there twice",
                             symbol(z[0]), symbol(z[1]), symbol(z[2]));
        seen[place] = true;
    }
    for (size_t t = 0; t < elements * elements * elements && status == FF_OK; t++)
        if (!seen[t])
            status = ff_fail(err, FF_E_RANGE, "no entry for the triplet (%s, %s, %s)",
                             symbol(number[t / elements / elements]),
                             symbol(number[t / elements % elements]), symbol(number[t % elements]));
    free(seen);
    return status;
}

int ff_triplets_index(int *element, size_t *elements, const void *entries, size_t size,
                      size_t count, ff_error *err)
{
    *elements = 0;
    if (count == 0)
        return ff_fail(err, FF_E_RANGE, "no parameters, expected at least one triplet of species");
    for (int z = 0; z <= FF_MAX_SPECIES; z++)
        element[z] = -1;
    for (size_t k = 0; k < count; k++)
        for (int s = 0; s < 3; s++) {
            int z = species_of(entries, size, k)[s];
            if (z < 1 || z > FF_MAX_SPECIES)
                return ff_fail(err, FF_E_RANGE, "atomic number %d, expected 1 to %d", z,
                               FF_MAX_SPECIES);
            element[z] = 0;
        }
    for (int z = 1; z <= FF_MAX_SPECIES; z++)
        if (element[z] == 0)
            element[z] = (int)(*elements)++;
    return check_triplets(element, *elements, entries, size, count, err);
}

bool ff_triplets_agree(double a, double b)
{
    return fabs(a - b) <= 1e-5 * fmax(fabs(a), fabs(b));
}

int ff_triplets_differ(const int species[3], const int others[3], const char *what, ff_error *err)
{
    return ff_fail(err, FF_E_RANGE,
                   "(%s, %s, %s) and (%s, %s, %s) differ in %s: the energy would depend on the "
                   "order of the atoms",
                   symbol(species[0]), symbol(species[1]), symbol(species[2]), symbol(others[0]),
                   symbol(others[1]), symbol(others[2]), what);
}
