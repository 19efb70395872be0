/* Second derivatives of the energy of a frame times displacements of its atoms. */

#include "lib/potentials/gradient_batch.h"

#include "lib/base/memory.h"
#include "lib/base/parallel.h"

#include <stdlib.h>
#include <string.h>

/* Directions that share the loading of a site; more would only cost memory. */
enum { BATCH = 6 };

/* One batch as the parallel passes see it. */
typedef struct multiplication {
    ff_gradient_batch batch; /* up to BATCH products, one for each direction */
    const double *direction; /* [batch.count][atoms][3] */
} multiplication;

/* direction[directions][count][3] = how the vectors to the neighbours of atom i change. False when
 * none does: a displaced atom is felt by its neighbours only. */
static bool find_changes(const multiplication *m, size_t i, size_t count, ff_calculator_scratch *s)
{
    const uint32_t *neighbour = m->batch.calculator->list.neighbour;
    double *change = s->direction;
    bool any = false;
    for (size_t d = 0; d < m->batch.count; d++) {
        const double *v = m->direction + 3 * d * m->batch.frame->atoms;
        for (size_t j = 0; j < count; j++)
            for (size_t k = 0; k < 3; k++, change++) {
                *change = v[3 * (size_t)neighbour[s->entry[j]] + k] - v[3 * i + k];
                any |= *change != 0;
            }
    }
    return any;
}

static int reserve_batch(const multiplication *m, ff_calculator_scratch *s, ff_error *err)
{
    int status = ff_reserve(&s->direction, &s->direction_capacity, 3 * m->batch.count * s->capacity,
                            sizeof(double), err);
    return status == FF_OK ? ff_gradient_batch_scratch(&m->batch, s, err) : status;
}

static int site_chunk(size_t chunk, int thread, void *context, ff_error *err)
{
    const multiplication *m = context;
    ff_calculator *c = m->batch.calculator;
    const ff_potential *potential = c->potential;
    size_t end = ff_calculator_chunk_end(m->batch.frame, chunk);
    ff_calculator_scratch *s = ff_calculator_scratch_of(c, thread, err);
    int status = s ? reserve_batch(m, s, err) : FF_E_NOMEM;
    for (size_t i = chunk * FF_CALCULATOR_CHUNK; status == FF_OK && i < end; i++) {
        ff_environment environment = ff_calculator_gather(c, m->batch.frame, i, s);
        if (find_changes(m, i, environment.count, s))
            status =
                potential->class_->hessian_products(potential, &environment, s->workspace,
                                                    m->batch.count, s->direction, s->product, err);
        else
            memset(s->product, 0, 3 * m->batch.count * environment.count * sizeof(double));
        if (status != FF_OK)
            ff_error_at_atom(err, (int64_t)i + 1);
        else
            ff_gradient_batch_put(&m->batch, i, environment.count, s);
    }
    return status;
}

static int multiply_exactly(multiplication *m, ff_error *err)
{
    int status = ff_gradient_batch_reserve(&m->batch, err);
    if (status == FF_OK)
        status = ff_parallel_for(ff_calculator_chunks(m->batch.frame), site_chunk, m, NULL, err);
    return status == FF_OK ? ff_gradient_batch_collect(&m->batch, err) : status;
}

int ff_calculator_hessian_products(ff_calculator *calculator, const ff_frame *frame,
                                   size_t directions, const double *direction, double *product,
                                   ff_error *err)
{
    bool exact = calculator->potential->class_->hessian_products != NULL;
    size_t size = 3 * frame->atoms;
    double *positions = NULL;
    int status = FF_OK;
    if (exact)
        status = ff_calculator_prepare(calculator, frame, true, err);
    else if (!(positions = ff_new_array(size, sizeof *positions, err)))
        return FF_E_NOMEM;
    for (size_t done = 0; status == FF_OK && done < directions;) {
        size_t most = exact ? BATCH : 1, left = directions - done;
        multiplication m = {.batch = {.calculator = calculator,
                                      .frame = frame,
                                      .count = left < most ? left : most,
                                      .sum = product + done * size},
                            .direction = direction + done * size};
        status = exact ? multiply_exactly(&m, err)
                       : ff_calculator_difference(calculator, frame, m.direction, m.batch.sum,
                                                  positions, err);
        done += m.batch.count;
    }
    free(positions);
    return status;
}

int ff_calculator_hessian_product(ff_calculator *calculator, const ff_frame *frame,
                                  const double *direction, double *product, ff_error *err)
{
    return ff_calculator_hessian_products(calculator, frame, 1, direction, product, err);
}
