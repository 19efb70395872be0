/* Forces of potentials of distances alone. What one atom's force needs of its neighbours is one
 * number each, their F', so that no gradients are scattered and collected. With densities there are
 * two passes over the bonds, between which those within the cutoff are kept, in order. */

#include "lib/base/memory.h"
#include "lib/base/parallel.h"
#include "lib/potentials/calculator.h"

#include <string.h>

/* What is kept of a bond between the passes are its place and its parts: with many atoms, reading
 * its vector again would take longer than computing it again. */
typedef struct central_task {
    ff_calculator *calculator;
    const ff_frame *frame;
    size_t width; /* numbers kept */
    bool alike;   /* one species: rho_ij' and rho_ji' are the same, and one of them is kept */
} central_task;

/* Where those of a chunk's atoms lie, one atom's right after the other's. */
static size_t first_kept(const ff_calculator *c, size_t chunk)
{
    return c->list.offset[chunk * FF_CALCULATOR_CHUNK];
}

static int embed_chunk(size_t chunk, int thread, void *context, ff_error *err)
{
    const central_task *task = context;
    ff_calculator *c = task->calculator;
    const ff_potential *potential = c->potential;
    size_t end = ff_calculator_chunk_end(task->frame, chunk);
    ff_calculator_scratch *s = ff_calculator_scratch_of(c, thread, err);
    if (!s)
        return FF_E_NOMEM;
    double *part = c->bonds + task->width * first_kept(c, chunk);
    uint32_t *place = c->back + first_kept(c, chunk);
    for (size_t i = chunk * FF_CALCULATOR_CHUNK; i < end; i++) {
        ff_environment environment = ff_calculator_gather(c, task->frame, i, s);
        potential->class_->central->embed(potential, &environment, &c->site_energies[i],
                                          &c->embedding_slopes[i], s->gradient);
        const double *from = s->gradient;
        for (size_t j = 0; j < environment.count; j++, from += 3) {
            *place++ = c->place[s->entry[j]];
            *part++ = from[0];
            if (!task->alike)
                *part++ = from[1];
            *part++ = from[2];
        }
        c->active[i] = (uint32_t)environment.count;
    }
    return FF_OK;
}

/* Adds one bond to the force on its atom and to its half of the virial, -1/2 slope r_a r_b / r;
 * pull: the slope over r. */
static inline void add_bond(const double r[3], double pull, double force[3], double virial[6])
{
    double half = 0.5 * pull, x = half * r[0], y = half * r[1], z = half * r[2];
    for (int a = 0; a < 3; a++)
        force[a] += pull * r[a];
    virial[0] -= x * r[0];
    virial[1] -= y * r[1];
    virial[2] -= z * r[2];
    virial[3] -= y * r[2];
    virial[4] -= x * r[2];
    virial[5] -= x * r[1];
}

static void finish_chunk(ff_calculator *c, size_t chunk, const double virial[6])
{
    static const int voigt[9] = {0, 5, 4, 5, 1, 3, 4, 3, 2};
    for (int k = 0; k < 9; k++)
        c->virials[chunk][k] = virial[voigt[k]];
    c->close_pairs[chunk] = (ff_close_pairs){0};
}

static int density_chunk(size_t chunk, int thread, void *context, ff_error *err)
{
    (void)thread, (void)err;
    const central_task *task = context;
    ff_calculator *c = task->calculator;
    size_t end = ff_calculator_chunk_end(task->frame, chunk);
    double virial[6] = {0};
    const double *part = c->bonds + task->width * first_kept(c, chunk);
    const double *slopes = c->embedding_slopes;
    const uint32_t *place = c->back + first_kept(c, chunk);
    const ff_calculator_places places = ff_calculator_places_of(c, task->frame);
    const size_t width = task->width, to = task->alike ? 0 : 1, pair = task->alike ? 1 : 2;
    for (size_t i = chunk * FF_CALCULATOR_CHUNK; i < end; i++) {
        const double *at = task->frame->positions + 3 * i, own = slopes[i];
        double force[3] = {0}, vector[3];
        for (size_t j = 0; j < c->active[i]; j++, part += width, place++) {
            double other = slopes[*place >> places.image_bits];
            ff_calculator_vector(vector, &places, at, *place);
            add_bond(vector, own * part[0] + other * part[to] + part[pair], force, virial);
        }
        memcpy(c->forces + 3 * i, force, sizeof force);
    }
    finish_chunk(c, chunk, virial);
    return FF_OK;
}

static int pair_chunk(size_t chunk, int thread, void *context, ff_error *err)
{
    const central_task *task = context;
    ff_calculator *c = task->calculator;
    const ff_potential *potential = c->potential;
    size_t end = ff_calculator_chunk_end(task->frame, chunk);
    double virial[6] = {0};
    ff_calculator_scratch *s = ff_calculator_scratch_of(c, thread, err);
    if (!s)
        return FF_E_NOMEM;
    for (size_t i = chunk * FF_CALCULATOR_CHUNK; i < end; i++) {
        double force[3] = {0};
        ff_environment environment = ff_calculator_gather(c, task->frame, i, s);
        potential->class_->central->pairs(potential, &environment, &c->site_energies[i],
                                          s->gradient);
        for (size_t j = 0; j < environment.count; j++)
            add_bond(environment.vectors + 3 * j, s->gradient[j] / environment.distances[j], force,
                     virial);
        memcpy(c->forces + 3 * i, force, sizeof force);
    }
    finish_chunk(c, chunk, virial);
    return FF_OK;
}

static bool one_species(const ff_frame *frame)
{
    size_t i = 0;
    while (i < frame->atoms && frame->species[i] == frame->species[0])
        i++;
    return i == frame->atoms;
}

int ff_calculator_central_forces(ff_calculator *calculator, const ff_frame *frame, ff_error *err)
{
    const bool alike = one_species(frame);
    central_task task = {
        .calculator = calculator, .frame = frame, .alike = alike, .width = alike ? 2 : 3};
    size_t chunks = ff_calculator_chunks(frame);
    if (calculator->potential->class_->central->pairs)
        return ff_parallel_for(chunks, pair_chunk, &task, NULL, err);
    int status = ff_reserve(&calculator->bonds, &calculator->bonds_capacity,
                            task.width * calculator->list.capacity, sizeof(double), err);
    if (status == FF_OK)
        status = ff_parallel_for(chunks, embed_chunk, &task, NULL, err);
    return status == FF_OK ? ff_parallel_for(chunks, density_chunk, &task, NULL, err) : status;
}
