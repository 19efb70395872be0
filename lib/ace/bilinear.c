#include "lib/ace/bilinear.h"

#include "lib/base/memory.h"

#include <stdbool.h>
#include <stdlib.h>

/* Layout. */

/* One sum on its way to its place: its terms are consecutive. */
typedef struct unplaced {
    uint32_t level, out;
    size_t first, count;
} unplaced;

static int compare_terms(const void *left, const void *right)
{
    const ff_bilinear_term *a = left, *b = right;
    if (a->level != b->level)
        return a->level < b->level ? -1 : 1;
    if (a->out != b->out)
        return a->out < b->out ? -1 : 1;
    if (a->left != b->left)
        return a->left < b->left ? -1 : 1;
    return a->right < b->right ? -1 : a->right > b->right;
}

static int compare_sums(const void *left, const void *right)
{
    const unplaced *a = left, *b = right;
    if (a->level != b->level)
        return a->level < b->level ? -1 : 1;
    if (a->count != b->count)
        return a->count < b->count ? -1 : 1;
    return a->out < b->out ? -1 : 1;
}

/* Sorts terms into sums; returns their number. */
static size_t find_sums(unplaced *sums, ff_bilinear_term *terms, size_t count)
{
    size_t found = 0;
    if (count == 0)
        return 0;
    qsort(terms, count, sizeof *terms, compare_terms);
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || terms[i].out != terms[i - 1].out || terms[i].level != terms[i - 1].level)
            sums[found++] = (unplaced){terms[i].level, terms[i].out, i, 0};
        sums[found - 1].count++;
    }
    qsort(sums, found, sizeof *sums, compare_sums);
    return found;
}

/* How many of the sums from number i on make up one slice: up to FF_PACK of a level. */
static size_t slice_size(const unplaced *sums, size_t count, size_t i)
{
    size_t size = 1;
    while (size < FF_PACK && i + size < count && sums[i + size].level == sums[i].level)
        size++;
    return size;
}

static int reserve(ff_bilinear *b, const unplaced *sums, size_t count, ff_error *err)
{
    for (size_t i = 0, size; i < count; i += size) {
        size = slice_size(sums, count, i);
        b->steps += sums[i + size - 1].count; /* the most */
        b->slices++;
    }
    b->first = ff_new_array(b->slices + 1, sizeof *b->first, err);
    b->out = ff_new_array(b->slices, sizeof *b->out, err);
    b->coefficient = ff_new_array(b->steps, sizeof *b->coefficient, err);
    b->left = ff_new_array(b->steps, sizeof *b->left, err);
    b->right = ff_new_array(b->steps, sizeof *b->right, err);
    return b->first && b->out && b->coefficient && b->left && b->right ? FF_OK : FF_E_NOMEM;
}

static void fill(ff_bilinear *b, const unplaced *sums, size_t count, const ff_bilinear_term *terms,
                 uint32_t idle)
{
    size_t slice = 0, step = 0;
    for (size_t i = 0, size; i < count; i += size, slice++) {
        size = slice_size(sums, count, i);
        b->first[slice] = step;
        for (size_t q = 0; q < FF_PACK; q++) {
            const unplaced *s = q < size ? &sums[i + q] : NULL;
            b->out[slice][q] = s ? s->out : idle;
            for (size_t t = 0; s && t < s->count; t++) {
                const ff_bilinear_term *term = &terms[s->first + t];
                b->coefficient[step + t][q] = term->coefficient;
                b->left[step + t][q] = term->left;
                b->right[step + t][q] = term->right;
            }
        }
        step += sums[i + size - 1].count;
    }
    b->first[slice] = step;
}

int ff_bilinear_init(ff_bilinear *bilinear, ff_bilinear_term *terms, size_t count, uint32_t idle,
                     ff_error *err)
{
    *bilinear = (ff_bilinear){0};
    unplaced *sums = ff_new_array(count, sizeof *sums, err);
    if (!sums)
        return FF_E_NOMEM;
    size_t found = find_sums(sums, terms, count);
    int status = reserve(bilinear, sums, found, err);
    if (status == FF_OK)
        fill(bilinear, sums, found, terms, idle);
    else
        ff_bilinear_clear(bilinear);
    free(sums);
    return status;
}

void ff_bilinear_clear(ff_bilinear *bilinear)
{
    free(bilinear->first);
    free(bilinear->out);
    free(bilinear->coefficient);
    free(bilinear->left);
    free(bilinear->right);
    *bilinear = (ff_bilinear){0};
}

/* Evaluation. */

FF_INLINE void gather(ff_pack *to, const double *from, const uint32_t index[FF_PACK])
{
    *to = (ff_pack){from[index[0]], from[index[1]], from[index[2]], from[index[3]]};
}

FF_INLINE void scatter(const ff_pack *x, const uint32_t index[FF_PACK], bool add, double *to)
{
    for (int q = 0; q < FF_PACK; q++)
        to[index[q]] = add ? to[index[q]] + (*x)[q] : (*x)[q];
}

FF_INLINE void evaluate(const ff_bilinear *bilinear, const double *x, const double *y, double *z,
                        bool add)
{
    const ff_bilinear b = *bilinear; /* stores to z cannot change it */
    for (size_t slice = 0; slice < b.slices; slice++) {
        ff_pack sum = {0}, left, right;
        for (size_t i = b.first[slice]; i < b.first[slice + 1]; i++) {
            gather(&left, x, b.left[i]);
            gather(&right, y, b.right[i]);
            sum += *(const ff_loose_pack *)b.coefficient[i] * left * right;
        }
        scatter(&sum, b.out[slice], add, z);
    }
}

FF_INLINE void evaluate_change(const ff_bilinear *bilinear, const double *x, const double *y,
                               const double *dx, const double *dy, double *dz, bool add)
{
    const ff_bilinear b = *bilinear;
    for (size_t slice = 0; slice < b.slices; slice++) {
        ff_pack sum = {0}, left, right, left_change, right_change;
        for (size_t i = b.first[slice]; i < b.first[slice + 1]; i++) {
            gather(&left, x, b.left[i]);
            gather(&right, y, b.right[i]);
            gather(&left_change, dx, b.left[i]);
            gather(&right_change, dy, b.right[i]);
            sum += *(const ff_loose_pack *)b.coefficient[i] *
                   (left_change * right + left * right_change);
        }
        scatter(&sum, b.out[slice], add, dz);
    }
}

FF_VECTORISE
void ff_bilinear_set(const ff_bilinear *bilinear, const double *x, const double *y, double *z)
{
    evaluate(bilinear, x, y, z, false);
}

FF_VECTORISE
void ff_bilinear_add(const ff_bilinear *bilinear, const double *x, const double *y, double *z)
{
    evaluate(bilinear, x, y, z, true);
}

FF_VECTORISE
void ff_bilinear_set_change(const ff_bilinear *bilinear, const double *x, const double *y,
                            const double *dx, const double *dy, double *dz)
{
    evaluate_change(bilinear, x, y, dx, dy, dz, false);
}

FF_VECTORISE
void ff_bilinear_add_change(const ff_bilinear *bilinear, const double *x, const double *y,
                            const double *dx, const double *dy, double *dz)
{
    evaluate_change(bilinear, x, y, dx, dy, dz, true);
}
