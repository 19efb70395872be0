/* Potentials of LAMMPS's pair style pace, and what is built from them. */

#include "tests/fuzz/fuzz.h"

#include "formats/yace_reader.h"
#include "lib/pace/pace_potential.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ff_pace pace;
    ff_error err = {0};
    ff_potential *potential = NULL;
    if (ff_yace_read(&pace, fuzz_file(data, size), &err) == FF_OK &&
        ff_pace_potential_new(&potential, &pace, &err) == FF_OK) {
        const int species = pace.element[0].species;
        const double vectors[2][3] = {{2, 0, 0}, {0, 1.5, -1.5}},
                     distances[2] = {2, 2.1213203435596424};
        const int neighbours[2] = {species, species};
        const ff_environment e = {.species = species,
                                  .count = 2,
                                  .neighbour_species = neighbours,
                                  .vectors = vectors[0],
                                  .distances = distances};
        double energy, gradient[6];
        void *scratch = potential->class_->workspace_new(potential, &err);
        if (scratch)
            (void)potential->class_->site(potential, &e, scratch, &energy, gradient, &err);
        potential->class_->workspace_free(scratch);
    }
    ff_potential_free(potential);
    ff_pace_clear(&pace);
    return 0;
}
