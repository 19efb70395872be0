/* Second derivatives of the energy of a frame times displacements of its atoms. */

#include "lib/potentials/calculator.h"

#include "lib/base/memory.h"
#include "lib/base/parallel.h"

#include <stdlib.h>
#include <string.h>

/* Directions that share the loading of a site; more would only cost memory. */
enum { BATCH = 6 };

/* One batch as the parallel passes see it. */
typedef struct multiplication {
    ff_calculator *calculator;
    const ff_frame *frame;
    size_t directions;       /* up to BATCH */
    const double *direction; /* [directions][atoms][3] */
    double *product;         /* [directions][atoms][3] */
} multiplication;

/* direction[directions][count][3] = how the vectors to the neighbours of atom i change. False when
 * none does: a displaced atom is felt by its neighbours only. */
static bool find_changes(const multiplication *m, size_t i, size_t count, ff_calculator_scratch *s)
{
    const uint32_t *neighbour = m->calculator->list.neighbour;
    double *change = s->direction;
    bool any = false;
    for (size_t d = 0; d < m->directions; d++) {
        const double *v = m->direction + 3 * d * m->frame->atoms;
        for (size_t j = 0; j < count; j++)
            for (size_t k = 0; k < 3; k++, change++) {
                *change = v[3 * (size_t)neighbour[s->entry[j]] + k] - v[3 * i + k];
                any |= *change != 0;
            }
    }
    return any;
}

/* Puts the products to their entries of the list, and starts those of atom i with minus their sum,
 * as its site energy depends on r_j - r_i. */
static void scatter(const multiplication *m, size_t i, size_t count, const ff_calculator_scratch *s)
{
    const ff_calculator *c = m->calculator;
    for (size_t j = 0; j < count; j++)
        c->back[c->list.offset[i] + j] = c->list.reverse[s->entry[j]];
    c->active[i] = (uint32_t)count;
    for (size_t d = 0; d < m->directions; d++) {
        double *own = m->product + 3 * (d * m->frame->atoms + i);
        memset(own, 0, 3 * sizeof *own);
        for (size_t j = 0; j < count; j++) {
            const double *p = s->product + 3 * (d * count + j);
            memcpy(c->products + 3 * (m->directions * s->entry[j] + d), p, 3 * sizeof *p);
            for (size_t k = 0; k < 3; k++)
                own[k] -= p[k];
        }
    }
}

static int reserve_batch(const multiplication *m, ff_calculator_scratch *s, ff_error *err)
{
    size_t numbers = 3 * m->directions * s->capacity;
    int status = ff_reserve(&s->direction, &s->direction_capacity, numbers, sizeof(double), err);
    if (status == FF_OK)
        status = ff_reserve(&s->product, &s->product_capacity, numbers, sizeof(double), err);
    return status;
}

static int site_chunk(size_t chunk, int thread, void *context, ff_error *err)
{
    const multiplication *m = context;
    ff_calculator *c = m->calculator;
    const ff_potential *potential = c->potential;
    size_t end = ff_calculator_chunk_end(m->frame, chunk);
    ff_calculator_scratch *s = ff_calculator_scratch_of(c, thread, err);
    int status = s ? reserve_batch(m, s, err) : FF_E_NOMEM;
    for (size_t i = chunk * FF_CALCULATOR_CHUNK; status == FF_OK && i < end; i++) {
        ff_environment environment = ff_calculator_gather(c, m->frame, i, s);
        if (find_changes(m, i, environment.count, s))
            status =
                potential->class_->hessian_products(potential, &environment, s->workspace,
                                                    m->directions, s->direction, s->product, err);
        else
            memset(s->product, 0, 3 * m->directions * environment.count * sizeof(double));
        if (status != FF_OK)
            ff_error_at_atom(err, (int64_t)i + 1);
        else
            scatter(m, i, environment.count, s);
    }
    return status;
}

/* Adds what the site energies of the neighbours of atom i contribute to it. */
static int collect_chunk(size_t chunk, int thread, void *context, ff_error *err)
{
    (void)thread, (void)err;
    const multiplication *m = context;
    const ff_calculator *c = m->calculator;
    size_t end = ff_calculator_chunk_end(m->frame, chunk);
    for (size_t i = chunk * FF_CALCULATOR_CHUNK; i < end; i++) {
        const uint32_t *reverse = c->back + c->list.offset[i];
        for (size_t d = 0; d < m->directions; d++) {
            double sum[3] = {0, 0, 0};
            for (size_t j = 0; j < c->active[i]; j++) {
                const double *p = c->products + 3 * (m->directions * reverse[j] + d);
                for (size_t k = 0; k < 3; k++)
                    sum[k] += p[k];
            }
            for (size_t k = 0; k < 3; k++)
                m->product[3 * (d * m->frame->atoms + i) + k] += sum[k];
        }
    }
    return FF_OK;
}

static int multiply_exactly(multiplication *m, ff_error *err)
{
    ff_calculator *c = m->calculator;
    size_t chunks = ff_calculator_chunks(m->frame);
    size_t numbers = 3 * m->directions * c->entries_capacity;
    int status = ff_reserve(&c->products, &c->products_capacity, numbers, sizeof(double), err);
    if (status == FF_OK)
        status = ff_parallel_for(chunks, site_chunk, m, NULL, err);
    if (status == FF_OK)
        status = ff_parallel_for(chunks, collect_chunk, m, NULL, err);
    return status;
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
        multiplication m = {.calculator = calculator,
                            .frame = frame,
                            .direction = direction + done * size,
                            .product = product + done * size,
                            .directions = directions - done < BATCH ? directions - done : BATCH};
        if (!exact)
            m.directions = 1;
        status = exact ? multiply_exactly(&m, err)
                       : ff_calculator_difference(calculator, frame, m.direction, m.product,
                                                  positions, err);
        done += m.directions;
    }
    free(positions);
    return status;
}

int ff_calculator_hessian_product(ff_calculator *calculator, const ff_frame *frame,
                                  const double *direction, double *product, ff_error *err)
{
    return ff_calculator_hessian_products(calculator, frame, 1, direction, product, err);
}
