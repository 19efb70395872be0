#ifndef FF_LIB_ACE_ONE_PARTICLE_H
#define FF_LIB_ACE_ONE_PARTICLE_H

/* The one-particle functions R_n(r) Y_lm of a site's neighbours: their sums A, the way back from
 * derivatives by A to gradients, and the directional derivatives of both (forward mode), exactly.
 *
 * Neighbours are worked on in blocks of FF_LANES of one species. With P the harmonic polynomial of
 * the unit vector u = r/|r| (harmonics.h) and G its gradient,
 *     grad(R P) = R' P u + R (G - u (u.G)) / |r|.
 * For the files of lib/ace: any potential that is a function of A is built on it.
 *
 * Units: A and 1/A; A and the functions are dimensionless.
 */

#include "lib/ace/bundle.h"
#include "lib/ace/harmonics.h"
#include "lib/potentials/potential.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef double ff_lanes[FF_LANES] __attribute__((aligned(64)));

/* Which functions there are, and where they lie. Rows number the functions of one species: (n, l,
 * m) has row[l] + (n - 1)(2l + 1) + l + m. The sums A of all species: those of one tensor A_znl lie
 * together, m = -l..l, padded with zeros to ff_padded_components(l) numbers, from number
 * offset[l] + (z radial[l] + n - 1) ff_padded_components(l) on. */
typedef struct ff_one_particle_shape {
    int species_count;
    int largest;                      /* l */
    int radial_count;                 /* largest n; 0: there are no functions */
    int radial[FF_HARMONICS_MAX + 1]; /* largest n for each l; 0: none */
    int first[FF_HARMONICS_MAX + 1];  /* of the radial functions of each l; all 0 when the R_n are
                                         the same for every l */
    size_t row[FF_HARMONICS_MAX + 2], rows;
    size_t offset[FF_HARMONICS_MAX + 1], sums;
} ff_one_particle_shape;

/* 2l + 1, rounded up to FF_PACK. */
static inline size_t ff_padded_components(int l)
{
    return (2 * (size_t)l + FF_PACK) / FF_PACK * FF_PACK;
}

/* Number of A_znl's first component; n counts from 1. */
static inline size_t ff_one_particle_place(const ff_one_particle_shape *shape, int species, int n,
                                           int l)
{
    return shape->offset[l] +
           (size_t)(species * shape->radial[l] + n - 1) * ff_padded_components(l);
}

/* Completes a shape whose species_count, largest, radial[] and first[] are set. */
void ff_one_particle_shape_finish(ff_one_particle_shape *shape);

/* values[..][FF_LANES], their derivatives and, unless NULL, second derivatives at
 * distance[FF_LANES] of the radial functions between two species (indices). Zero at and beyond the
 * pair's cutoff. */
typedef void (*ff_radial_functions)(const void *context, int centre, int neighbour,
                                    const double *distance, double (*values)[FF_LANES],
                                    double (*derivatives)[FF_LANES], double (*second)[FF_LANES]);

/* A one-particle basis. */
typedef struct ff_one_particle {
    ff_one_particle_shape shape;
    int species[FF_MAX_SPECIES];           /* atomic numbers of the species indices */
    signed char index[FF_MAX_SPECIES + 1]; /* species index by atomic number; -1: none */
    const double *cutoff; /* [centre][neighbour] A, [species_count][species_count]; borrowed */
    ff_harmonics harmonics;
    int functions; /* radial functions: those the shape names make A, others are the caller's
                      business */
    ff_radial_functions radial;
    const void *context; /* of radial */
} ff_one_particle;

/* FF_LANES neighbours of one species; unused lanes hold a vector of the cutoff's length, where all
 * radial functions vanish. */
typedef struct ff_ace_block {
    ff_lanes vector[3], direction[3], distance, inverse; /* A, 1, A, 1/A */
    int species;                                         /* index in the basis */
    int count;                                           /* lanes in use */
    uint32_t index[FF_LANES]; /* in the environment, for the lanes in use */
} ff_ace_block;

/* Vectors of one harmonic at FF_PACK neighbours: grad(R P) = R' along + R across. */
typedef struct ff_harmonic_vectors {
    ff_bundle along;  /* P u */
    ff_bundle across; /* (G - u (u.G)) / |r| */
} ff_harmonic_vectors;

/* How a block's neighbours move: the change of |r| and of the unit vector. */
typedef struct ff_ace_motion {
    ff_lanes vector[3], along, turn[3]; /* for a step of 1: A, A, 1 */
    bool still;                         /* all zero */
} ff_ace_motion;

/* One site being worked on. Arrays are [blocks][functions] or [blocks][harmonics]. */
typedef struct ff_one_particle_site {
    const ff_one_particle *basis; /* borrowed */
    size_t harmonics;             /* (largest + 1)^2; 0 when there are no functions */
    int centre;                   /* species index */
    size_t blocks, capacity;
    ff_ace_block *block;
    ff_lanes *radial, *slope, *curvature; /* R, R', R'' (the latter only when asked for) */
    ff_lanes *harmonic, (*harmonic_gradient)[3];
    ff_ace_motion *motion;                                     /* [blocks] */
    ff_lanes *harmonic_change, (*harmonic_gradient_change)[3]; /* along the motion */
    ff_lanes *density;                             /* [rows] partial sums of A over one species */
    ff_harmonic_vectors *vectors, *vector_changes; /* [packs] of the harmonic at work */
} ff_one_particle_site;

int ff_one_particle_site_init(ff_one_particle_site *site, const ff_one_particle *basis,
                              ff_error *err);
void ff_one_particle_site_clear(ff_one_particle_site *site);

/* Loads an environment: blocks, functions, and sums[shape.sums] = A (padding untouched), unless
 * there are none. second: radial second derivatives too. FF_E_RANGE for a species that the basis
 * was not made for. */
int ff_one_particle_load(ff_one_particle_site *site, const ff_environment *environment, bool second,
                         double *sums, ff_error *err);

/* The gradient of a function of A with derivatives adjoint = d/dA (laid out as the sums) at the
 * vectors of block b, added to gradient[neighbours][3] of the environment; slope[FF_LANES] is the
 * derivative of further terms by the distance. */
void ff_one_particle_pull_back(const ff_one_particle_site *site, size_t b, const double *adjoint,
                               const double *slope, double *gradient);

/* Sets the neighbours in motion: direction[neighbours of the environment][3]. changes[shape.sums]
 * receives the change of A. */
void ff_one_particle_move(ff_one_particle_site *site, const double *direction, double *changes);

/* The change of that gradient, added to change[neighbours][3]: adjoint_change is the change of
 * adjoint, slope and curvature[FF_LANES] the derivatives of the further terms. Needs a site loaded
 * with second derivatives, and in motion. */
void ff_one_particle_pull_back_change(const ff_one_particle_site *site, size_t b,
                                      const double *adjoint, const double *adjoint_change,
                                      const double *slope, const double *curvature, double *change);

/* Gradients of all functions at all neighbours: those that make A, one row each, and after them
 * Y_00 times `count` further radial functions from number `first` on. Neighbours come in packs:
 * numbers 2b and 2b + 1 are the halves of block b. */
typedef struct ff_gradient_rows {
    int first, count;
    size_t stride;       /* rows of a pack: shape.rows + count */
    ff_bundle *gradient; /* [packs][stride] */
    ff_bundle *moment;   /* [species][stride] */
} ff_gradient_rows;

/* How many of a block's two packs are in use. */
static inline size_t ff_block_packs(const ff_ace_block *block)
{
    return (size_t)((block->count + FF_PACK - 1) / FF_PACK);
}

/* Fills the packs in use and the moments. */
void ff_one_particle_gradients(const ff_one_particle_site *site, const ff_gradient_rows *rows);

/* How the gradients change, for a site loaded with second derivatives and in motion; of the moments
 * only those for forces. */
void ff_one_particle_gradient_changes(const ff_one_particle_site *site,
                                      const ff_gradient_rows *rows);

/* Moves the partial sums site->density of one species to its place in sums. For the two files that
 * make them. */
void ff_one_particle_store_sums(const ff_one_particle_site *site, int species, double *sums);

/* Memory aligned for vectors, zeroed. NULL and FF_E_NOMEM on failure; release with free(). */
void *ff_new_lanes(size_t count, size_t size, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
