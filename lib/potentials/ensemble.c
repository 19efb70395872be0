/* Ensembles of potentials on whole frames. */

#include "lib/potentials/ensemble.h"

#include "lib/base/memory.h"
#include "lib/base/parallel.h"
#include "lib/potentials/gradient_batch.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Members share the loading of a site up to this much memory for their gradients. */
enum { BATCH_BYTES = 64 << 20, BATCH_MOST = 64 };

/* Some members as the parallel passes see them. */
typedef struct evaluation {
    ff_gradient_batch batch; /* sum: forces; count: members at work */
    size_t first;            /* member */
    bool gradients, virials;
    double *site_energies; /* [count][atoms]; NULL: not wanted */
    double *energies;      /* [chunks][count] */
    double *strains;       /* [chunks][count][9] -sum r_a dE/dr_b */
} evaluation;

static void add_virials(const evaluation *e, const ff_environment *environment,
                        const ff_calculator_scratch *s, double *strains)
{
    for (size_t m = 0; m < e->batch.count; m++)
        for (size_t j = 0; j < environment->count; j++) {
            const double *g = s->product + 3 * (m * environment->count + j);
            const double *r = environment->vectors + 3 * j;
            for (size_t k = 0; k < 9; k++)
                strains[9 * m + k] -= r[k / 3] * g[k % 3];
        }
}

static int site_chunk(size_t chunk, int thread, void *context, ff_error *err)
{
    const evaluation *e = context;
    ff_calculator *c = e->batch.calculator;
    size_t count = e->batch.count, end = ff_calculator_chunk_end(e->batch.frame, chunk);
    double energy[BATCH_MOST], *sums = e->energies + chunk * count;
    ff_calculator_scratch *s = ff_calculator_scratch_of(c, thread, err);
    int status = s ? ff_gradient_batch_scratch(&e->batch, s, err) : FF_E_NOMEM;
    for (size_t i = chunk * FF_CALCULATOR_CHUNK; status == FF_OK && i < end; i++) {
        ff_environment environment = ff_calculator_gather(c, e->batch.frame, i, s);
        status =
            c->potential->class_->members(c->potential, &environment, s->workspace, e->first, count,
                                          energy, e->gradients ? s->product : NULL, err);
        if (status != FF_OK) {
            ff_error_at_atom(err, (int64_t)i + 1);
            break;
        }
        for (size_t m = 0; m < count; m++) {
            sums[m] += energy[m];
            if (e->site_energies)
                e->site_energies[m * e->batch.frame->atoms + i] = energy[m];
        }
        if (e->virials)
            add_virials(e, &environment, s, e->strains + 9 * chunk * count);
        if (e->batch.sum)
            ff_gradient_batch_put(&e->batch, i, environment.count, s);
    }
    return status;
}

/* Adds up the chunks in order. */
static void sum_chunks(const evaluation *e, const ff_ensemble_result *result)
{
    static const size_t voigt[6][2] = {{0, 0}, {4, 4}, {8, 8}, {5, 7}, {2, 6}, {1, 3}};
    size_t chunks = ff_calculator_chunks(e->batch.frame), count = e->batch.count;
    for (size_t m = 0; m < count; m++) {
        double energy = 0, strain[9] = {0};
        for (size_t chunk = 0; chunk < chunks; chunk++) {
            energy += e->energies[chunk * count + m];
            for (size_t k = 0; k < 9 && e->virials; k++)
                strain[k] += e->strains[9 * (chunk * count + m) + k];
        }
        result->energy[e->first + m] = energy;
        for (size_t k = 0; k < 6 && result->virial; k++)
            result->virial[6 * (e->first + m) + k] =
                0.5 * (strain[voigt[k][0]] + strain[voigt[k][1]]);
    }
    for (size_t k = 0; e->batch.sum && k < 3 * count * e->batch.frame->atoms; k++)
        e->batch.sum[k] = -e->batch.sum[k];
}

static int evaluate_batch(evaluation *e, const ff_ensemble_result *result, ff_error *err)
{
    size_t chunks = ff_calculator_chunks(e->batch.frame);
    memset(e->energies, 0, chunks * e->batch.count * sizeof *e->energies);
    memset(e->strains, 0, 9 * chunks * e->batch.count * sizeof *e->strains);
    int status = ff_gradient_batch_reserve(&e->batch, err);
    if (status == FF_OK)
        status = ff_parallel_for(chunks, site_chunk, e, NULL, err);
    if (status == FF_OK && e->batch.sum)
        status = ff_gradient_batch_collect(&e->batch, err);
    if (status == FF_OK)
        sum_chunks(e, result);
    return status;
}

/* How many members share the loading of a site. */
static size_t batch_size(const ff_calculator *calculator)
{
    size_t members = calculator->potential->members;
    size_t most = BATCH_BYTES / (3 * sizeof(double) * (calculator->entries_capacity + 1));
    most = most < 1 ? 1 : most > BATCH_MOST ? BATCH_MOST : most;
    return members < most ? members : most;
}

int ff_calculator_members(ff_calculator *calculator, const ff_frame *frame,
                          const ff_ensemble_result *result, ff_error *err)
{
    size_t chunks = ff_calculator_chunks(frame), members = calculator->potential->members;
    evaluation e = {.batch = {.calculator = calculator, .frame = frame},
                    .virials = result->virial != NULL,
                    .gradients = result->forces || result->virial};
    int status = ff_calculator_prepare(calculator, frame, true, err);
    if (status != FF_OK)
        return status;
    size_t batch = batch_size(calculator);
    e.energies = ff_new_array(chunks, batch * sizeof *e.energies, err);
    e.strains = ff_new_array(chunks, 9 * batch * sizeof *e.strains, err);
    if (!e.energies || !e.strains)
        status = FF_E_NOMEM;
    for (; status == FF_OK && e.first < members; e.first += e.batch.count) {
        e.batch.count = members - e.first < batch ? members - e.first : batch;
        e.batch.sum = result->forces ? result->forces + 3 * frame->atoms * e.first : NULL;
        e.site_energies =
            result->site_energies ? result->site_energies + frame->atoms * e.first : NULL;
        status = evaluate_batch(&e, result, err);
    }
    free(e.energies);
    free(e.strains);
    return status;
}

double ff_members_deviation(const double *differences, size_t members, size_t stride)
{
    double squares = 0;
    for (size_t m = 0; m < members; m++)
        squares += differences[m * stride] * differences[m * stride];
    return members ? sqrt(squares / (double)members) : 0;
}
