#include "lib/defects/equilibrium.h"

#include "lib/base/memory.h"
#include "lib/structure/elements.h"
#include "lib/structure/host.h"

#include <lapacke.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double stress_wanted = 1e-10, stress_allowed = 1e-6; /* eV/A^3 */
static const double force_wanted = 1e-9, force_allowed = 1e-5;    /* eV/A */
static const double strain_step = 1e-4, position_step = 1e-3;     /* of the differences; A */
static const double most_strain = 0.04, most_displacement = 0.2;  /* in one step; A */

/* Strains that are free together: the sums of components (Voigt) that make one variable. */
typedef struct strain_modes {
    int count;
    double mode[6][6];
} strain_modes;

static strain_modes modes_of(ff_cell_freedom freedom, bool planar)
{
    strain_modes modes = {.count = 1, .mode = {{1, 1, 1, 0, 0, 0}}};
    if (freedom == FF_FREE_HEXAGONAL || freedom == FF_FREE_PLANE)
        modes.mode[0][2] = 0;
    if (freedom == FF_FREE_HEXAGONAL) {
        modes.count = 2;
        modes.mode[1][2] = 1;
    }
    if (freedom == FF_FREE_CELL) {
        static const int of_plane[] = {0, 1, 5};
        modes = (strain_modes){.count = planar ? 3 : 6};
        for (int m = 0; m < modes.count; m++)
            modes.mode[m][planar ? of_plane[m] : m] = 1;
    }
    return modes;
}

/* The search; variables are the amplitudes of the strain modes, then the positions if they are
 * free, each counted from where the cell is now. */
typedef struct search {
    ff_frame *unit;
    ff_frame trial;
    ff_calculator *calculator;
    strain_modes modes;
    size_t positions, order; /* variables: positions, and all */
    double energy, stress, force;
    double *gradient;  /* [order] eV, eV/A */
    double *other;     /* [order] at a displaced state */
    double *step;      /* [order] */
    double *hessian;   /* [order][order] */
    double *curvature; /* [order] */
    size_t evaluations;
} search;

static void search_clear(search *s)
{
    ff_calculator_free(s->calculator);
    ff_frame_clear(&s->trial);
    free(s->gradient);
    free(s->other);
    free(s->step);
    free(s->hessian);
    free(s->curvature);
}

static int search_init(search *s, ff_frame *unit, const ff_potential *potential,
                       ff_cell_freedom freedom, ff_error *err)
{
    *s = (search){.unit = unit, .modes = modes_of(freedom, !unit->periodic[2])};
    s->positions = freedom == FF_FREE_CELL ? 3 * unit->atoms : 0;
    s->order = (size_t)s->modes.count + s->positions;
    int status = ff_frame_copy(&s->trial, unit, err);
    if (status == FF_OK)
        status = ff_calculator_new(&s->calculator, potential, 0.0, err);
    if (status == FF_OK && (!(s->gradient = ff_new_array(s->order, sizeof(double), err)) ||
                            !(s->other = ff_new_array(s->order, sizeof(double), err)) ||
                            !(s->step = ff_new_array(s->order, sizeof(double), err)) ||
                            !(s->curvature = ff_new_array(s->order, sizeof(double), err)) ||
                            !(s->hessian = ff_new_array(s->order * s->order, sizeof(double), err))))
        status = FF_E_NOMEM;
    return status;
}

/* The unit cell moved by `amount` times a vector of variables. */
static void move(search *s, const double *vector, double amount)
{
    static const int place[6] = {0, 4, 8, 5, 2, 1};
    double strain[9] = {0};
    for (int m = 0; m < s->modes.count; m++)
        for (int v = 0; v < 6; v++)
            strain[place[v]] += amount * vector[m] * s->modes.mode[m][v] * (v < 3 ? 1 : 0.5);
    strain[3] = strain[1];
    strain[6] = strain[2];
    strain[7] = strain[5];
    memcpy(s->trial.cell, s->unit->cell, sizeof s->trial.cell);
    memcpy(s->trial.positions, s->unit->positions, 3 * s->unit->atoms * sizeof(double));
    ff_frame_strain(&s->trial, strain);
    for (size_t i = 0; i < s->positions; i++)
        s->trial.positions[i] += amount * vector[(size_t)s->modes.count + i];
}

/* Energy and derivatives by the variables at the trial state; the largest stress and force. Strain
 * components yz, xz, xy count twice in the energy, and the modes' are engineering strains. */
static int evaluate(search *s, double *gradient, double *energy, double worst[2], ff_error *err)
{
    ff_evaluation_result result;
    const double volume = ff_frame_volume(&s->trial);
    int status = ff_calculator_evaluate(s->calculator, &s->trial, FF_WANT_FORCES | FF_WANT_VIRIAL,
                                        &result, err);
    if (status != FF_OK)
        return status;
    s->evaluations++;
    *energy = result.energy;
    worst[0] = worst[1] = 0;
    for (int m = 0; m < s->modes.count; m++) {
        gradient[m] = 0;
        for (int v = 0; v < 6; v++)
            gradient[m] -= result.virial[v] * s->modes.mode[m][v];
        worst[0] = fmax(worst[0], fabs(gradient[m]) / volume);
    }
    for (size_t i = 0; i < s->positions; i++) {
        gradient[(size_t)s->modes.count + i] = -result.forces[i];
        worst[1] = fmax(worst[1], fabs(result.forces[i]));
    }
    return isfinite(*energy + worst[0] + worst[1])
               ? FF_OK
               : ff_fail(err, FF_E_NUMERIC,
                         "the potential's energy of the unit cell is not finite");
}

/* Column by column, then the mean with its transpose. */
static int find_hessian(search *s, ff_error *err)
{
    const size_t n = s->order;
    double energy, worst[2];
    for (size_t j = 0; j < n; j++) {
        const double h = j < (size_t)s->modes.count ? strain_step : position_step;
        memset(s->step, 0, n * sizeof *s->step);
        s->step[j] = 1;
        for (int side = 0; side < 2; side++) {
            move(s, s->step, side ? -h : h);
            int status = evaluate(s, s->other, &energy, worst, err);
            if (status != FF_OK)
                return status;
            for (size_t i = 0; i < n; i++)
                s->hessian[i * n + j] = (side ? s->hessian[i * n + j] : 0) +
                                        (side ? -s->other[i] : s->other[i]) / (2 * h);
        }
    }
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++)
            s->hessian[i * n + j] = s->hessian[j * n + i] =
                (s->hessian[i * n + j] + s->hessian[j * n + i]) / 2;
    return FF_OK;
}

/* Newton's step with curvatures by modulus, none below 1e-6 of the largest (rigid translations have
 * none), and no longer than what a step may be. */
static int find_step(search *s, ff_error *err)
{
    const size_t n = s->order;
    int status = find_hessian(s, err);
    if (status != FF_OK)
        return status;
    if (LAPACKE_dsyev(LAPACK_ROW_MAJOR, 'V', 'U', (lapack_int)n, s->hessian, (lapack_int)n,
                      s->curvature) != 0)
        return ff_fail(err, FF_E_NUMERIC, "the unit cell's second derivatives: no eigenvalues");
    const double least = 1e-6 * fmax(fabs(s->curvature[0]), fabs(s->curvature[n - 1])) + 1e-300;
    memset(s->step, 0, n * sizeof *s->step);
    for (size_t mode = 0; mode < n; mode++) {
        double along = 0;
        for (size_t i = 0; i < n; i++)
            along += s->hessian[i * n + mode] * s->gradient[i];
        for (size_t i = 0; i < n; i++)
            s->step[i] -= along / fmax(fabs(s->curvature[mode]), least) * s->hessian[i * n + mode];
    }
    double shrink = 1;
    for (size_t i = 0; i < n; i++)
        shrink = fmax(shrink, fabs(s->step[i]) /
                                  (i < (size_t)s->modes.count ? most_strain : most_displacement));
    for (size_t i = 0; i < n; i++)
        s->step[i] /= shrink;
    return FF_OK;
}

static double norm(const search *s, const double *gradient)
{
    double sum = 0;
    for (size_t i = 0; i < s->order; i++)
        sum += gradient[i] * gradient[i];
    return sqrt(sum);
}

/* Goes along the step as far as the energy falls, or, near the end where its rounding hides that,
 * the gradient shrinks. *moved: whether anything was gained. */
static int advance(search *s, bool *moved, ff_error *err)
{
    double slope = 0, energy = 0, worst[2] = {0};
    for (size_t i = 0; i < s->order; i++)
        slope += s->gradient[i] * s->step[i];
    *moved = false;
    for (int halving = 0; halving < 14 && !*moved; halving++) {
        move(s, s->step, ldexp(1, -halving));
        int status = evaluate(s, s->other, &energy, worst, err);
        if (status != FF_OK)
            return status;
        *moved = energy < s->energy + 1e-4 * ldexp(slope, -halving) ||
                 norm(s, s->other) < 0.9 * norm(s, s->gradient);
    }
    if (!*moved)
        return FF_OK;
    memcpy(s->unit->cell, s->trial.cell, sizeof s->trial.cell);
    memcpy(s->unit->positions, s->trial.positions, 3 * s->unit->atoms * sizeof(double));
    memcpy(s->gradient, s->other, s->order * sizeof *s->gradient);
    s->energy = energy;
    s->stress = worst[0];
    s->force = worst[1];
    return FF_OK;
}

static int minimise(search *s, ff_error *err)
{
    double worst[2] = {0};
    bool moved = true;
    int status = evaluate(s, s->gradient, &s->energy, worst, err);
    s->stress = worst[0];
    s->force = worst[1];
    for (int iteration = 0; status == FF_OK && moved && iteration < 100; iteration++) {
        if (s->stress <= stress_wanted && s->force <= force_wanted)
            return FF_OK;
        status = find_step(s, err);
        if (status == FF_OK)
            status = advance(s, &moved, err);
    }
    if (status != FF_OK)
        return status;
    if (s->stress <= stress_allowed && s->force <= force_allowed)
        return FF_OK;
    return ff_fail(err, FF_E_NUMERIC,
                   "no equilibrium found: the unit cell, with %.6g A^3 per atom, still has a "
                   "stress of %.3g eV/A^3 and forces of %.3g eV/A",
                   ff_frame_volume(s->unit) / (double)s->unit->atoms, s->stress, s->force);
}

ff_cell_freedom ff_equilibrium_freedom(const ff_crystal *crystal)
{
    static const ff_cell_freedom freedoms[] = {[FF_CRYSTAL_CUBIC] = FF_FREE_VOLUME,
                                               [FF_CRYSTAL_HEXAGONAL] = FF_FREE_HEXAGONAL,
                                               [FF_CRYSTAL_PLANAR] = FF_FREE_PLANE};
    return freedoms[crystal->family];
}

/* Atoms that have left each other's range feel nothing either. */
static int check_together(const ff_frame *unit, const ff_potential *potential, ff_error *err)
{
    ff_host host;
    int status = ff_host_of_frame(&host, "", unit, err);
    if (status != FF_OK)
        return status;
    double nearest = ff_host_nearest(&host);
    ff_host_clear(&host);
    return nearest < potential->cutoff
               ? FF_OK
               : ff_fail(err, FF_E_NUMERIC,
                         "no equilibrium found: the crystal flies apart, its atoms are %.4g A from "
                         "each other",
                         nearest);
}

int ff_equilibrium_find(ff_frame *unit, ff_equilibrium *found, const ff_potential *potential,
                        ff_cell_freedom freedom, ff_error *err)
{
    search s;
    *found = (ff_equilibrium){0};
    if (!unit->periodic[2] && (unit->cell[2] != 0 || unit->cell[5] != 0))
        return ff_fail(err, FF_E_RANGE,
                       "a planar crystal whose plane is not xy: its equilibrium is not looked for");
    int status = search_init(&s, unit, potential, freedom, err);
    if (status == FF_OK)
        status = minimise(&s, err);
    if (status == FF_OK)
        status = check_together(unit, potential, err);
    *found = (ff_equilibrium){.energy = s.energy / (double)unit->atoms,
                              .stress = s.stress,
                              .force = s.force,
                              .evaluations = s.evaluations};
    search_clear(&s);
    return status;
}

/* The start. */

/* Energy per atom of the crystal with that lattice constant; infinite where the potential is not
 * meant to be used or not finite. *length: nearest neighbours over the single bond. */
static int energy_at(double *energy, const ff_crystal *crystal, const int *species, double constant,
                     ff_calculator *calculator, ff_error *err)
{
    const double constants[2] = {constant, 0};
    ff_evaluation_result result;
    ff_frame unit;
    int status = ff_crystal_unit(&unit, crystal, species, constants, err);
    if (status == FF_OK)
        status = ff_calculator_evaluate(calculator, &unit, FF_WANT_ENERGY, &result, err);
    if (status == FF_OK)
        *energy = isfinite(result.energy) && result.close.count == 0
                      ? result.energy / (double)unit.atoms
                      : INFINITY;
    ff_frame_clear(&unit);
    return status;
}

int ff_equilibrium_guess(double *lattice_constant, const ff_crystal *crystal, const int *species,
                         const ff_potential *potential, ff_error *err)
{
    enum { POINTS = 62 };
    const double unity[2] = {1, 0};
    ff_calculator *calculator = NULL;
    ff_host host;
    double least = INFINITY, constant = 0;
    int best = -1;
    int status = ff_host_of_crystal(&host, crystal, species, unity, err);
    if (status == FF_OK) {
        constant = 0.65 / ff_host_nearest(&host) *
                   (ff_element_covalent_radius(species[0]) +
                    ff_element_covalent_radius(species[crystal->kinds - 1]));
        status = ff_calculator_new(&calculator, potential, 0.0, err);
    }
    for (int point = 0; point < POINTS && status == FF_OK; point++) {
        double energy;
        status = energy_at(&energy, crystal, species, constant, calculator, err);
        if (status == FF_OK && energy < least) {
            least = energy;
            best = point;
            *lattice_constant = constant;
        }
        constant *= 1.02;
    }
    if (status == FF_OK && (best <= 0 || best == POINTS - 1))
        status = ff_fail(err, FF_E_NUMERIC,
                         "no lattice constant up to %.3g A has the lowest energy: say where to "
                         "start",
                         constant / 1.02);
    ff_calculator_free(calculator);
    ff_host_clear(&host);
    return status;
}
