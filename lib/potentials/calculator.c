#include "lib/potentials/calculator.h"

#include "lib/base/memory.h"
#include "lib/base/parallel.h"
#include "lib/structure/elements.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static double square_limit(double cutoff)
{
    double limit = cutoff * cutoff;
    if (isinf(limit))
        return limit;
    while (sqrt(limit) >= cutoff)
        limit = nextafter(limit, 0);
    return limit;
}

/* The longest of all distances that are too short for some pair of species. */
static double longest_close(const ff_potential *potential)
{
    double longest = 0;
    for (int a = 1; potential->shortest && a <= FF_MAX_SPECIES; a++)
        for (int b = 1; potential->species[a] && b <= a; b++)
            if (potential->species[b])
                longest = fmax(longest, potential->shortest(potential, a, b));
    return longest;
}

int ff_calculator_new(ff_calculator **out, const ff_potential *potential, double skin,
                      ff_error *err)
{
    *out = NULL;
    if (!(skin >= 0) || !isfinite(skin))
        return ff_fail(err, FF_E_RANGE, "a skin of %g A, expected 0 or more", skin);
    ff_calculator *calculator = ff_new_array(1, sizeof *calculator, err);
    if (!calculator)
        return FF_E_NOMEM;
    calculator->potential = potential;
    calculator->skin = skin;
    calculator->step = 1e-3;
    calculator->limit = square_limit(potential->cutoff);
    calculator->close = longest_close(potential);
    calculator->threads = ff_threads();
    calculator->list.bare = true;
    calculator->scratches =
        ff_new_array((size_t)calculator->threads, sizeof *calculator->scratches, err);
    if (!calculator->scratches) {
        ff_calculator_free(calculator);
        return FF_E_NOMEM;
    }
    *out = calculator;
    return FF_OK;
}

static void free_arrays(ff_calculator_scratch *s)
{
    free(s->species);
    free(s->entry);
    free(s->vectors);
    free(s->distances);
    free(s->gradient);
}

void ff_calculator_free(ff_calculator *calculator)
{
    if (!calculator)
        return;
    for (int t = 0; calculator->scratches && t < calculator->threads; t++) {
        ff_calculator_scratch *s = &calculator->scratches[t];
        if (s->workspace)
            calculator->potential->class_->workspace_free(s->workspace);
        free_arrays(s);
        free(s->direction);
        free(s->product);
    }
    free(calculator->scratches);
    ff_neighbour_list_clear(&calculator->list);
    free(calculator->list_positions);
    free(calculator->images);
    free(calculator->place);
    free(calculator->site_energies);
    free(calculator->forces);
    free(calculator->embedding_slopes);
    free(calculator->virials);
    free(calculator->close_pairs);
    free(calculator->gradients);
    free(calculator->bonds);
    free(calculator->products);
    free(calculator->active);
    free(calculator->back);
    free(calculator);
}

int ff_calculator_check_species(const ff_potential *potential, const ff_frame *frame, ff_error *err)
{
    for (size_t i = 0; i < frame->atoms; i++) {
        int z = frame->species[i];
        if (z < 1 || z > FF_MAX_SPECIES || !potential->species[z]) {
            const char *symbol = ff_element_symbol(z);
            ff_fail(err, FF_E_RANGE, "the potential '%s' does not describe %s",
                    potential->class_->kind, symbol ? symbol : "this species");
            ff_error_at_atom(err, (int64_t)i + 1);
            return FF_E_RANGE;
        }
    }
    return FF_OK;
}

static bool same_cell(const ff_calculator *c, const ff_frame *frame)
{
    bool same = true;
    for (int k = 0; k < 9; k++)
        same &= c->list_cell[k] == frame->cell[k];
    for (int k = 0; k < 3; k++)
        same &= c->list_periodic[k] == frame->periodic[k];
    return same;
}

/* Whether no atom has left the sphere within which the list is complete. */
static bool list_covers(const ff_calculator *c, const ff_frame *frame)
{
    if (!c->list_valid || c->list.atoms != frame->atoms || !same_cell(c, frame))
        return false;
    double allowed = 0.25 * c->skin * c->skin;
    for (size_t i = 0; i < frame->atoms; i++) {
        double square = 0;
        for (size_t k = 3 * i; k < 3 * i + 3; k++) {
            double moved = frame->positions[k] - c->list_positions[k];
            square += moved * moved;
        }
        if (!(square <= allowed))
            return false;
    }
    return true;
}

int ff_calculator_reserve_atoms(ff_calculator *c, size_t atoms, ff_error *err)
{
    if (atoms <= c->atoms_capacity)
        return FF_OK;
    free(c->list_positions);
    free(c->site_energies);
    free(c->forces);
    free(c->embedding_slopes);
    free(c->virials);
    free(c->close_pairs);
    free(c->active);
    c->atoms_capacity = 0;
    c->list_valid = false;
    c->list_positions = ff_new_array(atoms, 3 * sizeof(double), err);
    c->site_energies = ff_new_array(atoms, sizeof(double), err);
    c->forces = ff_new_array(atoms, 3 * sizeof(double), err);
    c->embedding_slopes = ff_new_array(atoms, sizeof(double), err);
    c->virials = ff_new_array(atoms / FF_CALCULATOR_CHUNK + 1, sizeof *c->virials, err);
    c->close_pairs = ff_new_array(atoms / FF_CALCULATOR_CHUNK + 1, sizeof *c->close_pairs, err);
    c->active = ff_new_array(atoms, sizeof *c->active, err);
    if (!c->list_positions || !c->site_energies || !c->forces || !c->embedding_slopes ||
        !c->virials || !c->close_pairs || !c->active)
        return FF_E_NOMEM;
    c->atoms_capacity = atoms;
    return FF_OK;
}

/* Numbers size[3] images of the cell, from lowest on, and computes their translations. */
static int number_images(ff_calculator *c, const ff_frame *frame, const int32_t lowest[3],
                         const size_t size[3], ff_error *err)
{
    size_t count = 1;
    bool fits = true;
    for (int k = 0; k < 3; k++) {
        fits = fits && size[k] <= UINT32_MAX / count;
        count *= fits ? size[k] : 1;
    }
    for (c->image_bits = 0; c->image_bits < 31 && (size_t)1 << c->image_bits < count;)
        c->image_bits++;
    fits = fits && count <= (size_t)1 << c->image_bits;
    if (!fits || frame->atoms > (size_t)1 << (32 - c->image_bits))
        return ff_fail(err, FF_E_RANGE,
                       "%zu atoms within %zu images of the cell or more, too many to be numbered: "
                       "wrap the atoms into the cell",
                       frame->atoms, count);
    int status = ff_reserve(&c->images, &c->image_capacity, count, sizeof *c->images, err);
    for (size_t n = 0; n < count && status == FF_OK; n++) {
        const int32_t s[3] = {(int32_t)(n / (size[1] * size[2])) + lowest[0],
                              (int32_t)(n / size[2] % size[1]) + lowest[1],
                              (int32_t)(n % size[2]) + lowest[2]};
        for (int k = 0; k < 3; k++)
            c->images[n][k] =
                s[0] * frame->cell[k] + s[1] * frame->cell[3 + k] + s[2] * frame->cell[6 + k];
    }
    return status;
}

/* Looks up the images of neighbours once for each list. What is read for each bond later is one
 * number: with many atoms it is memory that takes the time. */
static int find_places(ff_calculator *c, const ff_frame *frame, ff_error *err)
{
    const int32_t *shift = c->list.shift;
    size_t entries = c->list.offset[frame->atoms], size[3];
    int32_t lowest[3] = {0}, highest[3] = {0};
    for (size_t p = 0; p < 3 * entries; p++) {
        lowest[p % 3] = shift[p] < lowest[p % 3] ? shift[p] : lowest[p % 3];
        highest[p % 3] = shift[p] > highest[p % 3] ? shift[p] : highest[p % 3];
    }
    for (int k = 0; k < 3; k++)
        size[k] = (size_t)(highest[k] - lowest[k]) + 1;
    int status = number_images(c, frame, lowest, size, err);
    if (status == FF_OK)
        status = ff_reserve(&c->place, &c->place_capacity, entries, sizeof *c->place, err);
    for (size_t p = 0; p < entries && status == FF_OK; p++) {
        size_t n = (size_t)(shift[3 * p] - lowest[0]);
        n = n * size[1] + (size_t)(shift[3 * p + 1] - lowest[1]);
        n = n * size[2] + (size_t)(shift[3 * p + 2] - lowest[2]);
        c->place[p] = c->list.neighbour[p] << c->image_bits | (uint32_t)n;
    }
    return status;
}

static int build_list(ff_calculator *c, const ff_frame *frame, ff_error *err)
{
    c->list_valid = false;
    int status = ff_neighbour_list_build(&c->list, frame, c->potential->cutoff + c->skin, err);
    if (status == FF_OK)
        status = find_places(c, frame, err);
    if (status != FF_OK)
        return status;
    memcpy(c->list_cell, frame->cell, sizeof c->list_cell);
    memcpy(c->list_periodic, frame->periodic, sizeof c->list_periodic);
    memcpy(c->list_positions, frame->positions, 3 * frame->atoms * sizeof(double));
    c->most_neighbours = 0;
    for (size_t i = 0; i < frame->atoms; i++) {
        size_t count = c->list.offset[i + 1] - c->list.offset[i];
        c->most_neighbours = count > c->most_neighbours ? count : c->most_neighbours;
    }
    c->list_valid = true;
    return FF_OK;
}

/* Allocates only until the thread has seen the largest list. */
static int reserve_scratch(const ff_calculator *c, ff_calculator_scratch *s, ff_error *err)
{
    const ff_potential_class *class_ = c->potential->class_;
    if (!s->workspace && class_->workspace_new &&
        !(s->workspace = class_->workspace_new(c->potential, err)))
        return FF_E_NOMEM;
    size_t wanted = c->most_neighbours + 1; /* gather writes before it knows */
    if (wanted <= s->capacity && s->species)
        return FF_OK;
    free_arrays(s);
    s->capacity = 0;
    s->species = ff_new_array(wanted, sizeof *s->species, err);
    s->entry = ff_new_array(wanted, sizeof *s->entry, err);
    s->vectors = ff_new_array(wanted, 3 * sizeof(double), err);
    s->distances = ff_new_array(wanted, sizeof(double), err);
    s->gradient = ff_new_array(wanted, 3 * sizeof(double), err);
    if (!s->species || !s->entry || !s->vectors || !s->distances || !s->gradient)
        return FF_E_NOMEM;
    s->capacity = wanted;
    return FF_OK;
}

ff_calculator_scratch *ff_calculator_scratch_of(ff_calculator *calculator, int thread,
                                                ff_error *err)
{
    assert(thread < calculator->threads); /* ff_set_threads comes before any calculator */
    ff_calculator_scratch *s = &calculator->scratches[thread];
    return reserve_scratch(calculator, s, err) == FF_OK ? s : NULL;
}

ff_environment ff_calculator_gather(const ff_calculator *calculator, const ff_frame *frame,
                                    size_t i, ff_calculator_scratch *scratch)
{
    const ff_calculator_places places = ff_calculator_places_of(calculator, frame);
    const uint32_t *place = calculator->place;
    const double own[3] = {frame->positions[3 * i], frame->positions[3 * i + 1],
                           frame->positions[3 * i + 2]};
    uint32_t *entry = scratch->entry;
    double *vectors = scratch->vectors, *distances = scratch->distances;
    double limit = calculator->limit;
    size_t count = 0, last = calculator->list.offset[i + 1];
    for (size_t p = calculator->list.offset[i]; p < last; p++) {
        double v[3];
        ff_calculator_vector(v, &places, own, place[p]);
        double square = v[0] * v[0] + v[1] * v[1] + v[2] * v[2];
        memcpy(vectors + 3 * count, v, sizeof v);
        distances[count] = square;
        entry[count] = (uint32_t)p;
        count += square <= limit;
    }
    for (size_t k = 0; k < count; k++) {
        distances[k] = sqrt(distances[k]);
        scratch->species[k] = frame->species[place[entry[k]] >> places.image_bits];
    }
    return (ff_environment){.species = frame->species[i],
                            .count = count,
                            .neighbour_species = scratch->species,
                            .vectors = scratch->vectors,
                            .distances = scratch->distances};
}

static int reserve_gradients(ff_calculator *c, ff_error *err)
{
    if (c->list.capacity <= c->entries_capacity)
        return FF_OK;
    free(c->gradients);
    free(c->back);
    c->entries_capacity = 0;
    c->gradients = ff_new_array(c->list.capacity, 3 * sizeof(double), err);
    c->back = ff_new_array(c->list.capacity, sizeof *c->back, err);
    if (!c->gradients || !c->back)
        return FF_E_NOMEM;
    c->entries_capacity = c->list.capacity;
    return FF_OK;
}

int ff_calculator_prepare(ff_calculator *calculator, const ff_frame *frame, bool derivatives,
                          ff_error *err)
{
    int status = ff_calculator_check_species(calculator->potential, frame, err);
    if (status == FF_OK)
        status = ff_calculator_reserve_atoms(calculator, frame->atoms, err);
    if (status == FF_OK && !list_covers(calculator, frame))
        status = build_list(calculator, frame, err);
    if (status == FF_OK && derivatives)
        status = reserve_gradients(calculator, err);
    return status;
}
