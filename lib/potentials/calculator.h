#ifndef FF_LIB_POTENTIALS_CALCULATOR_H
#define FF_LIB_POTENTIALS_CALCULATOR_H

/* The inside of ff_calculator, for the files that implement it: calculator.c (neighbours and
 * memory), frame_forces.c, central_forces.c, whole_frame.c, hessian_product.c and differences.c.
 * Everybody else includes potential.h. */

#include "lib/potentials/potential.h"
#include "lib/structure/neighbour_list.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Atoms per item of parallel work. Fixed, so that sums over chunks do not depend on the threads. */
enum { FF_CALCULATOR_CHUNK = 16 };

/* Scratch memory of one thread. */
typedef struct ff_calculator_scratch {
    void *workspace;                             /* the potential's own */
    size_t capacity;                             /* neighbours that fit */
    int *species;                                /* [capacity] */
    uint32_t *entry;                             /* [capacity] of the list */
    double *vectors, *distances, *gradient;      /* [capacity][3], [capacity], [capacity][3] */
    size_t direction_capacity, product_capacity; /* numbers that fit */
    double *direction, *product;                 /* [directions][neighbours][3] */
} ff_calculator_scratch;

struct ff_calculator {
    const ff_potential *potential;
    double skin;  /* A */
    double limit; /* A^2: the largest square whose root is below the potential's cutoff */
    double close; /* A: no pair from there on is closer than the potential was made for */
    double step;  /* A, of differences */
    size_t force_evaluations;
    int threads;
    ff_calculator_scratch *scratches; /* [threads] */

    ff_neighbour_list list;
    bool list_valid;
    double list_cell[9]; /* of the frame the list was built for */
    bool list_periodic[3];
    double *list_positions; /* [atoms][3] */
    size_t most_neighbours; /* of any atom in the list */
    size_t image_capacity, place_capacity;
    double (*images)[3]; /* A: translations of the cell that occur in the list */
    unsigned image_bits;
    uint32_t *place; /* [entries] where the neighbour is: its number << image_bits | its image */

    size_t atoms_capacity;
    double *site_energies, *forces; /* [atoms], [atoms][3] */
    double *embedding_slopes;       /* [atoms] F' of central potentials */
    double (*virials)[9];           /* [chunks] -sum r_a g_b */
    ff_close_pairs *close_pairs;    /* [chunks] */
    size_t entries_capacity;
    double *gradients; /* [entries][3] dE_i/d(vector), eV/A, of active entries */
    size_t bonds_capacity;
    double *bonds; /* [entries][2 or 3] of central potentials: parts of active ones */
    size_t products_capacity;
    double *products; /* [entries][directions][3] their derivatives along directions, eV/A^2 */
    /* Entries that are closer than the potential's cutoff ("active"): */
    uint32_t *active; /* [atoms] how many each atom has */
    uint32_t *back;   /* [entries] their reverse (of central potentials: their place), packed from
                         the atom's first entry on */
};

static inline size_t ff_calculator_chunks(const ff_frame *frame)
{
    return (frame->atoms + FF_CALCULATOR_CHUNK - 1) / FF_CALCULATOR_CHUNK;
}

/* One past the last atom of a chunk. */
static inline size_t ff_calculator_chunk_end(const ff_frame *frame, size_t chunk)
{
    size_t end = (chunk + 1) * FF_CALCULATOR_CHUNK;
    return end < frame->atoms ? end : frame->atoms;
}

/* Where the vectors of bonds come from: a copy, so that compilers keep it in registers. */
typedef struct ff_calculator_places {
    const double *positions;
    const double (*images)[3];
    unsigned image_bits;
    uint32_t image_mask;
} ff_calculator_places;

static inline ff_calculator_places ff_calculator_places_of(const ff_calculator *c,
                                                           const ff_frame *frame)
{
    return (ff_calculator_places){.positions = frame->positions,
                                  .images = (const double(*)[3])c->images,
                                  .image_bits = c->image_bits,
                                  .image_mask = (UINT32_C(1) << c->image_bits) - 1};
}

/* r_j - r_i, A, of a neighbour of an atom at `own`, in the order of operations of ff_bond_vector,
 * but with neither products with the cell nor branches. */
static inline void ff_calculator_vector(double vector[3], const ff_calculator_places *places,
                                        const double own[3], uint32_t place)
{
    const double *other = places->positions + 3 * (size_t)(place >> places->image_bits);
    const double *image = places->images[place & places->image_mask];
    const double x = (other[0] - own[0]) + image[0], y = (other[1] - own[1]) + image[1];
    const double z = (other[2] - own[2]) + image[2];
    vector[0] = x;
    vector[1] = y;
    vector[2] = z;
}

/* Before the parallel passes over a frame: checks its species (FF_E_RANGE naming one that is not
 * known), makes the list cover it, and the arrays large enough (gradients and back only if
 * derivatives are wanted). */
int ff_calculator_prepare(ff_calculator *calculator, const ff_frame *frame, bool derivatives,
                          ff_error *err);

/* Of ff_calculator_evaluate: sizes the arrays of atoms, checks the species as
 * ff_calculator_prepare, and asks a class that evaluates whole frames. */
int ff_calculator_reserve_atoms(ff_calculator *calculator, size_t atoms, ff_error *err);
int ff_calculator_check_species(const ff_potential *potential, const ff_frame *frame,
                                ff_error *err);
int ff_calculator_evaluate_whole(ff_calculator *calculator, const ff_frame *frame, unsigned want,
                                 ff_evaluation_result *result, ff_error *err);

/* Passes over a frame that is prepared: site energies, forces and the chunks' virials of a
 * potential with central functions. */
int ff_calculator_central_forces(ff_calculator *calculator, const ff_frame *frame, ff_error *err);

/* Minus the derivative of the forces along one direction: (8 [F(h) - F(-h)] - F(2h) + F(-2h)) /
 * 12 h, whose error is of order h^4. positions[atoms][3]: scratch. */
int ff_calculator_difference(ff_calculator *calculator, const ff_frame *frame,
                             const double *direction, double *product, double *positions,
                             ff_error *err);

/* Within a pass: the thread's scratch, large enough for any atom of the list. NULL: out of memory.
 */
ff_calculator_scratch *ff_calculator_scratch_of(ff_calculator *calculator, int thread,
                                                ff_error *err);

/* What atom i sees: the atoms of its list that are now within the cutoff, in the scratch's arrays,
 * with their entries of the list. Both directions of a bond compute the same bits, so they agree on
 * whether it is active. */
ff_environment ff_calculator_gather(const ff_calculator *calculator, const ff_frame *frame,
                                    size_t i, ff_calculator_scratch *scratch);

#ifdef __cplusplus
}
#endif
#endif
