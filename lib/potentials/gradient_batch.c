#include "lib/potentials/gradient_batch.h"

#include "lib/base/memory.h"
#include "lib/base/parallel.h"

#include <string.h>

int ff_gradient_batch_reserve(const ff_gradient_batch *batch, ff_error *err)
{
    ff_calculator *c = batch->calculator;
    return ff_reserve(&c->products, &c->products_capacity, 3 * batch->count * c->entries_capacity,
                      sizeof *c->products, err);
}

int ff_gradient_batch_scratch(const ff_gradient_batch *batch, ff_calculator_scratch *scratch,
                              ff_error *err)
{
    return ff_reserve(&scratch->product, &scratch->product_capacity,
                      3 * batch->count * scratch->capacity, sizeof *scratch->product, err);
}

/* Puts the derivatives to their entries of the list, and starts those of atom i with minus their
 * sum, as its site energy depends on r_j - r_i. */
void ff_gradient_batch_put(const ff_gradient_batch *batch, size_t i, size_t neighbours,
                           const ff_calculator_scratch *s)
{
    const ff_calculator *c = batch->calculator;
    for (size_t j = 0; j < neighbours; j++)
        c->back[c->list.offset[i] + j] = c->list.reverse[s->entry[j]];
    c->active[i] = (uint32_t)neighbours;
    for (size_t d = 0; d < batch->count; d++) {
        double *own = batch->sum + 3 * (d * batch->frame->atoms + i);
        memset(own, 0, 3 * sizeof *own);
        for (size_t j = 0; j < neighbours; j++) {
            const double *p = s->product + 3 * (d * neighbours + j);
            memcpy(c->products + 3 * (batch->count * s->entry[j] + d), p, 3 * sizeof *p);
            for (size_t k = 0; k < 3; k++)
                own[k] -= p[k];
        }
    }
}

/* Adds what the site energies of the neighbours of atom i contribute to it. */
static int collect_chunk(size_t chunk, int thread, void *context, ff_error *err)
{
    (void)thread, (void)err;
    const ff_gradient_batch *batch = context;
    const ff_calculator *c = batch->calculator;
    size_t end = ff_calculator_chunk_end(batch->frame, chunk);
    for (size_t i = chunk * FF_CALCULATOR_CHUNK; i < end; i++) {
        const uint32_t *reverse = c->back + c->list.offset[i];
        for (size_t d = 0; d < batch->count; d++) {
            double sum[3] = {0, 0, 0};
            for (size_t j = 0; j < c->active[i]; j++) {
                const double *p = c->products + 3 * (batch->count * reverse[j] + d);
                for (size_t k = 0; k < 3; k++)
                    sum[k] += p[k];
            }
            for (size_t k = 0; k < 3; k++)
                batch->sum[3 * (d * batch->frame->atoms + i) + k] += sum[k];
        }
    }
    return FF_OK;
}

int ff_gradient_batch_collect(const ff_gradient_batch *batch, ff_error *err)
{
    ff_gradient_batch copy = *batch;
    return ff_parallel_for(ff_calculator_chunks(batch->frame), collect_chunk, &copy, NULL, err);
}
