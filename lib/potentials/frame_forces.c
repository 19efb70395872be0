/* Energies, forces and virials of whole frames. */

#include "lib/potentials/calculator.h"

#include "lib/base/parallel.h"

#include <string.h>

/* One evaluation as the parallel passes see it. */
typedef struct evaluation {
    ff_calculator *calculator;
    const ff_frame *frame;
    unsigned want;
} evaluation;

/* Adds the neighbours of atom i that are closer than the potential was made for, each bond from one
 * of its ends only. */
static void find_close(const ff_calculator *c, size_t i, const ff_environment *environment,
                       const ff_calculator_scratch *s, ff_close_pairs *close)
{
    for (size_t k = 0; k < environment->count; k++) {
        size_t entry = s->entry[k], j = c->list.neighbour[entry];
        double distance = environment->distances[k];
        if (distance >= c->close || entry > c->list.reverse[entry])
            continue;
        bool turn = j < i;
        int own = environment->species, other = environment->neighbour_species[k];
        ff_close_pairs pair = {.count = 1,
                               .atoms = {turn ? j : i, turn ? i : j},
                               .species = {turn ? other : own, turn ? own : other},
                               .distance = distance,
                               .limit = c->potential->shortest(c->potential, own, other)};
        if (distance < pair.limit)
            ff_close_pairs_add(close, &pair);
    }
}

/* Puts gradients to their entries of the list, starts the force on i with their sum, and adds the
 * site's part of the virial, V_ab = -sum r_a dE/dr_b. */
static void scatter(const ff_calculator *c, size_t i, const ff_environment *environment,
                    const ff_calculator_scratch *s, double virial[9])
{
    double force[3] = {0, 0, 0};
    for (size_t j = 0; j < environment->count; j++) {
        const double *g = s->gradient + 3 * j, *r = environment->vectors + 3 * j;
        size_t entry = s->entry[j];
        memcpy(c->gradients + 3 * entry, g, 3 * sizeof(double));
        c->back[c->list.offset[i] + j] = c->list.reverse[entry];
        for (int a = 0; a < 3; a++) {
            force[a] += g[a];
            for (int b = 0; b < 3; b++)
                virial[3 * a + b] -= r[a] * g[b];
        }
    }
    c->active[i] = (uint32_t)environment->count;
    memcpy(c->forces + 3 * i, force, sizeof force);
}

static int site_chunk(size_t chunk, int thread, void *context, ff_error *err)
{
    const evaluation *e = context;
    ff_calculator *c = e->calculator;
    const ff_potential *potential = c->potential;
    size_t end = ff_calculator_chunk_end(e->frame, chunk);
    double virial[9] = {0};
    ff_close_pairs close = {0};
    ff_calculator_scratch *s = ff_calculator_scratch_of(c, thread, err);
    int status = s ? FF_OK : FF_E_NOMEM;
    for (size_t i = chunk * FF_CALCULATOR_CHUNK; status == FF_OK && i < end; i++) {
        ff_environment environment = ff_calculator_gather(c, e->frame, i, s);
        status = potential->class_->site(potential, &environment, s->workspace,
                                         &c->site_energies[i], e->want ? s->gradient : NULL, err);
        if (status != FF_OK)
            ff_error_at_atom(err, (int64_t)i + 1);
        else if (e->want)
            scatter(c, i, &environment, s, virial);
        if (c->close > 0)
            find_close(c, i, &environment, s, &close);
    }
    memcpy(c->virials[chunk], virial, sizeof virial);
    c->close_pairs[chunk] = close;
    return status;
}

/* F_i = sum over its bonds of dE_i/dr_ij, which is there already, less that of dE_j/dr_ji. */
static int force_chunk(size_t chunk, int thread, void *context, ff_error *err)
{
    (void)thread, (void)err;
    const evaluation *e = context;
    const ff_calculator *c = e->calculator;
    size_t end = ff_calculator_chunk_end(e->frame, chunk);
    for (size_t i = chunk * FF_CALCULATOR_CHUNK; i < end; i++) {
        double back[3] = {0, 0, 0};
        const uint32_t *reverse = c->back + c->list.offset[i];
        for (size_t j = 0; j < c->active[i]; j++) {
            const double *g = c->gradients + 3 * (size_t)reverse[j];
            for (int k = 0; k < 3; k++)
                back[k] += g[k];
        }
        for (size_t k = 0; k < 3; k++)
            c->forces[3 * i + k] -= back[k];
    }
    return FF_OK;
}

/* Adds up the chunks in order; the antisymmetric part is rounding (and rotational invariance). */
static void sum_virial(const ff_calculator *c, size_t chunks, double virial[6])
{
    double sum[9] = {0};
    for (size_t chunk = 0; chunk < chunks; chunk++)
        for (int k = 0; k < 9; k++)
            sum[k] += c->virials[chunk][k];
    virial[0] = sum[0];
    virial[1] = sum[4];
    virial[2] = sum[8];
    virial[3] = 0.5 * (sum[5] + sum[7]);
    virial[4] = 0.5 * (sum[2] + sum[6]);
    virial[5] = 0.5 * (sum[1] + sum[3]);
}

int ff_calculator_evaluate(ff_calculator *calculator, const ff_frame *frame, unsigned want,
                           ff_evaluation_result *result, ff_error *err)
{
    evaluation e = {.calculator = calculator, .frame = frame, .want = want};
    size_t chunks = ff_calculator_chunks(frame);
    *result = (ff_evaluation_result){0};
    if (calculator->potential->class_->evaluate)
        return ff_calculator_evaluate_whole(calculator, frame, want, result, err);
    const ff_central_functions *functions = calculator->potential->class_->central;
    bool central = want && functions && !(calculator->close > 0);
    bool kept = want && !(central && functions->pairs); /* something of each bond */
    int status = ff_calculator_prepare(calculator, frame, kept, err);
    if (status == FF_OK && central)
        status = ff_calculator_central_forces(calculator, frame, err);
    if (status == FF_OK && !central)
        status = ff_parallel_for(chunks, site_chunk, &e, NULL, err);
    if (status == FF_OK && !central && (want & FF_WANT_FORCES))
        status = ff_parallel_for(chunks, force_chunk, &e, NULL, err);
    if (status != FF_OK)
        return status;
    if (want & FF_WANT_FORCES) {
        calculator->force_evaluations++;
        result->forces = calculator->forces;
    }
    if (want & FF_WANT_VIRIAL)
        sum_virial(calculator, chunks, result->virial);
    for (size_t chunk = 0; chunk < chunks; chunk++)
        ff_close_pairs_add(&result->close, &calculator->close_pairs[chunk]);
    result->site_energies = calculator->site_energies;
    result->energy = ff_compensated_sum(calculator->site_energies, frame->atoms, 0);
    return FF_OK;
}

size_t ff_calculator_force_evaluations(const ff_calculator *calculator)
{
    return calculator->force_evaluations;
}
