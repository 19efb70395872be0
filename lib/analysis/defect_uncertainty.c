#include "lib/analysis/defect_uncertainty.h"

#include "lib/analysis/bonds.h"
#include "lib/base/memory.h"
#include "lib/defects/crystal_response.h"
#include "lib/defects/cylinder.h"
#include "lib/defects/minimise.h"
#include "lib/defects/relax.h"
#include "lib/potentials/ensemble.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Of the preconditioned residual, relative: more than what first order is worth. */
static const double TOLERANCE = 1e-6;
enum { MOST_STEPS = 500 };

void ff_defect_uncertainty_init(ff_defect_uncertainty *uncertainty)
{
    *uncertainty = (ff_defect_uncertainty){0};
}

void ff_defect_uncertainty_clear(ff_defect_uncertainty *uncertainty)
{
    free(uncertainty->energy);
    free(uncertainty->geometry);
    free(uncertainty->displacement);
    ff_defect_uncertainty_init(uncertainty);
}

/* Conjugate gradients for all members at a time. The arrays are [members][atoms][3]; those whose
 * member has converged are moved behind the others, so that H works on the first `active`. */
typedef struct solving {
    const ff_potential *potential;
    ff_calculator *calculator;
    ff_crystal_response crystal;
    const ff_relaxation *relaxation;
    ff_frame frame;
    size_t members, size; /* size: 3 atoms */
    size_t active;
    size_t *member; /* [members] whose vectors stand at each place */
    double *solution, *residual, *direction, *product;
    double *scratch;     /* [size] preconditioned residual */
    double *rho, *first; /* [members] <residual, P residual>, now and at first */
} solving;

static void solving_clear(solving *s)
{
    ff_calculator_free(s->calculator);
    ff_crystal_response_clear(&s->crystal);
    ff_frame_clear(&s->frame);
    free(s->member);
    free(s->solution);
    free(s->residual);
    free(s->direction);
    free(s->product);
    free(s->scratch);
    free(s->rho);
    free(s->first);
}

static int solving_init(solving *s, const ff_relaxation *relaxation, ff_error *err)
{
    s->members = s->potential->members;
    s->size = 3 * relaxation->reference.atoms;
    s->member = ff_new_array(s->members, sizeof *s->member, err);
    s->solution = ff_new_array(s->members, s->size * sizeof(double), err);
    s->residual = ff_new_array(s->members, s->size * sizeof(double), err);
    s->direction = ff_new_array(s->members, s->size * sizeof(double), err);
    s->product = ff_new_array(s->members, s->size * sizeof(double), err);
    s->scratch = ff_new_array(s->size, sizeof(double), err);
    s->rho = ff_new_array(s->members, sizeof(double), err);
    s->first = ff_new_array(s->members, sizeof(double), err);
    if (!s->member || !s->solution || !s->residual || !s->direction || !s->product || !s->scratch ||
        !s->rho || !s->first)
        return FF_E_NOMEM;
    int status = ff_relaxation_frame(relaxation, &s->frame, err);
    if (status == FF_OK)
        status = ff_calculator_new(&s->calculator, s->potential, 0, err);
    if (status == FF_OK)
        status = ff_crystal_response_init(&s->crystal, relaxation, s->potential, &s->frame, err);
    return status;
}

static void swap(double *a, double *b, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        double keep = a[i];
        a[i] = b[i];
        b[i] = keep;
    }
}

/* Takes the member at place p out of the active ones. */
static void retire(solving *s, size_t p)
{
    size_t last = --s->active, member = s->member[p];
    double *const arrays[] = {s->solution, s->residual, s->direction, s->product};
    if (p == last)
        return;
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        swap(arrays[i] + p * s->size, arrays[i] + last * s->size, s->size);
    swap(s->rho + p, s->rho + last, 1);
    swap(s->first + p, s->first + last, 1);
    s->member[p] = s->member[last];
    s->member[last] = member;
}

/* direction = P residual + beta direction; retires the member when it has converged. */
static bool turn(solving *s, size_t p, bool first)
{
    double *residual = s->residual + p * s->size, *direction = s->direction + p * s->size;
    ff_crystal_response_apply(&s->crystal, residual, s->scratch);
    double rho = ff_dot(residual, s->scratch, s->size), beta = first ? 0 : rho / s->rho[p];
    if (first)
        s->first[p] = rho;
    s->rho[p] = rho;
    if (!(rho > TOLERANCE * TOLERANCE * s->first[p])) {
        retire(s, p);
        return false;
    }
    for (size_t i = 0; i < s->size; i++)
        direction[i] = s->scratch[i] + beta * direction[i];
    return true;
}

static int step(solving *s, size_t p, ff_error *err)
{
    double *direction = s->direction + p * s->size, *product = s->product + p * s->size;
    double *solution = s->solution + p * s->size, *residual = s->residual + p * s->size;
    double curvature = ff_dot(direction, product, s->size), length = s->rho[p] / curvature;
    if (!(curvature > 0) || !isfinite(length))
        return ff_fail(
            err, FF_E_NUMERIC,
            "the relaxed structure is no minimum (a curvature of %.3g eV/A^2 was met), so "
            "that its uncertainty has no first order",
            curvature / ff_dot(direction, direction, s->size));
    for (size_t i = 0; i < s->size; i++) {
        solution[i] += length * direction[i];
        residual[i] -= length * product[i];
    }
    return FF_OK;
}

/* Puts every member's vectors back to its own place. */
static void restore_order(solving *s)
{
    for (size_t p = 0; p < s->members; p++)
        while (s->member[p] != p) {
            size_t to = s->member[p];
            swap(s->solution + p * s->size, s->solution + to * s->size, s->size);
            s->member[p] = s->member[to];
            s->member[to] = to;
        }
}

/* solution = H^-1 residual. */
static int solve(solving *s, size_t *products, const ff_progress *progress, ff_error *err)
{
    int status = FF_OK, steps = 0;
    s->active = s->members;
    for (size_t p = 0; p < s->members; p++)
        s->member[p] = p;
    for (size_t p = 0; p < s->active;)
        p += turn(s, p, true);
    for (; s->active > 0 && status == FF_OK && steps < MOST_STEPS; steps++) {
        status = ff_calculator_hessian_products(s->calculator, &s->frame, s->active, s->direction,
                                                s->product, err);
        *products += s->active;
        if (progress)
            progress->advance(progress->context, s->active);
        for (size_t p = 0; p < s->active && status == FF_OK; p++) {
            ff_relaxation_hold_fixed(s->relaxation, s->product + p * s->size);
            status = step(s, p, err);
        }
        for (size_t p = 0; p < s->active && status == FF_OK;)
            p += turn(s, p, false);
    }
    if (status == FF_OK && s->active > 0)
        status = ff_fail(err, FF_E_NUMERIC,
                         "the response of the relaxed structure did not converge in %d steps",
                         MOST_STEPS);
    restore_order(s);
    return status;
}

/* Formation energies of the members with the atoms where they are, less the potential's: energies
 * against the members' own bulk, species by species as those of a relaxation. */

/* bulk[members][FF_MAX_SPECIES + 1] */
static int bulk_energies(const ff_relaxation *relaxation, ff_calculator *calculator, size_t members,
                         double *bulk, ff_error *err)
{
    const ff_frame *unit = &relaxation->unit;
    size_t count[FF_MAX_SPECIES + 1] = {0};
    double *energy = ff_new_array(members, sizeof *energy, err);
    double *sites = ff_new_array(members, unit->atoms * sizeof *sites, err);
    int status = energy && sites ? FF_OK : FF_E_NOMEM;
    if (status == FF_OK)
        status = ff_calculator_members(
            calculator, unit, &(ff_ensemble_result){.energy = energy, .site_energies = sites}, err);
    for (size_t i = 0; i < unit->atoms; i++)
        count[unit->species[i]]++;
    for (size_t k = 0; k < members * unit->atoms && status == FF_OK; k++) {
        int z = unit->species[k % unit->atoms];
        bulk[k / unit->atoms * (FF_MAX_SPECIES + 1) + (size_t)z] += sites[k] / (double)count[z];
    }
    free(energy);
    free(sites);
    return status;
}

/* energy[members] and s->residual, the forces of the members. */
static int evaluate_members(solving *s, const ff_relaxation *relaxation, double *energy,
                            ff_error *err)
{
    size_t atoms = s->frame.atoms;
    ff_cylinder cylinder;
    const ff_cylinder *within = relaxation->fixed ? &cylinder : NULL;
    double *bulk = ff_new_array(s->members, (FF_MAX_SPECIES + 1) * sizeof *bulk, err);
    double *sites = ff_new_array(s->members, atoms * sizeof *sites, err);
    int status = bulk && sites ? FF_OK : FF_E_NOMEM;
    if (within)
        ff_cylinder_measure(&cylinder, relaxation);
    if (status == FF_OK)
        status = bulk_energies(relaxation, s->calculator, s->members, bulk, err);
    if (status == FF_OK)
        status = ff_calculator_members(
            s->calculator, &s->frame,
            &(ff_ensemble_result){.energy = energy, .site_energies = sites, .forces = s->residual},
            err);
    for (size_t m = 0; m < s->members && status == FF_OK; m++) {
        double *site = sites + m * atoms;
        for (size_t i = 0; i < atoms; i++)
            site[i] = ff_cylinder_counts(within, relaxation, i)
                          ? site[i] - bulk[m * (FF_MAX_SPECIES + 1) + (size_t)s->frame.species[i]]
                          : 0;
        ff_relaxation_hold_fixed(relaxation, s->residual + m * s->size);
        energy[m] = ff_compensated_sum(site, atoms, 0);
    }
    free(bulk);
    free(sites);
    return status;
}

/* From the solutions. forces[members][atoms][3] has gone into them. */
static int summarise(ff_defect_uncertainty *u, const solving *s, const ff_relaxation *relaxation,
                     ff_error *err)
{
    ff_bonds bonds;
    ff_bonds_init(&bonds);
    double *site = ff_new_array(u->atoms, sizeof *site, err);
    int status = site ? ff_bonds_build(&bonds, relaxation, false, err) : FF_E_NOMEM;
    for (size_t m = 0; m < u->members && status == FF_OK; m++) {
        const double *change = s->solution + m * s->size;
        u->geometry[m] = sqrt(ff_bonds_square(&bonds, change, site, NULL));
        for (size_t i = 0; i < u->atoms; i++)
            u->displacement[i] += ff_dot(change + 3 * i, change + 3 * i, 3);
    }
    for (size_t i = 0; i < u->atoms; i++)
        u->displacement[i] = sqrt(u->displacement[i] / (double)u->members);
    u->energy_deviation = ff_members_deviation(u->energy, u->members, 1);
    u->geometry_deviation = ff_members_deviation(u->geometry, u->members, 1);
    ff_bonds_clear(&bonds);
    free(site);
    return status;
}

static int find(ff_defect_uncertainty *u, solving *s, const ff_relaxation *relaxation,
                const ff_progress *progress, ff_error *err)
{
    u->members = s->potential->members;
    u->atoms = relaxation->reference.atoms;
    u->energy = ff_new_array(u->members, sizeof *u->energy, err);
    u->geometry = ff_new_array(u->members, sizeof *u->geometry, err);
    u->displacement = ff_new_array(u->atoms, sizeof *u->displacement, err);
    int status = u->energy && u->geometry && u->displacement ? FF_OK : FF_E_NOMEM;
    if (status == FF_OK)
        status = solving_init(s, relaxation, err);
    if (status == FF_OK)
        status = evaluate_members(s, relaxation, u->energy, err);
    if (status != FF_OK)
        return status;
    double *forces = ff_copy_array(s->residual, u->members * s->size, sizeof *forces, err);
    status = forces ? solve(s, &u->products, progress, err) : FF_E_NOMEM;
    for (size_t m = 0; m < u->members && status == FF_OK; m++)
        u->energy[m] -= 0.5 * ff_dot(forces + m * s->size, s->solution + m * s->size, s->size);
    free(forces);
    return status == FF_OK ? summarise(u, s, relaxation, err) : status;
}

int ff_defect_uncertainty_find(ff_defect_uncertainty *uncertainty, const ff_relaxation *relaxation,
                               const ff_potential *potential, const ff_progress *progress,
                               ff_error *err)
{
    solving s = {.potential = potential, .relaxation = relaxation};
    ff_defect_uncertainty_init(uncertainty);
    if (potential->members == 0)
        return ff_fail(err, FF_E_USAGE, "the potential has no ensemble");
    int status = find(uncertainty, &s, relaxation, progress, err);
    solving_clear(&s);
    if (status != FF_OK)
        ff_defect_uncertainty_clear(uncertainty);
    return status;
}
