/* What a ratio of labels to what they should be says, and which option mends it. */

#include "lib/audit/audit_parts.h"

#include "lib/base/units.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static bool is_near(double value, double wanted)
{
    return value > 0 && fabs(value / wanted - 1) < 0.06;
}

/* The unit that labels are in, when they are `size` times too large; false when no mistake of units
 * does that. confused receives "kbar read as GPa". */
static bool find_unit(const char *quantity, double size, char confused[64], char unit[24])
{
    if (!ff_units_confused(confused, 64, quantity, size))
        return false;
    const char *end = strstr(confused, " read as ");
    (void)snprintf(unit, 24, "%.*s", end ? (int)(end - confused) : 0, confused);
    return true;
}

static void explain_sign(int kind, ff_audit_words *words)
{
    const bool energies = kind == FF_KIND_ENERGY;
    (void)snprintf(words->what, sizeof words->what, "the sign is wrong%s",
                   energies ? ", or those of forces and virials both" : "");
    (void)snprintf(words->mend, sizeof words->mend, "%s",
                   kind == FF_KIND_VIRIAL ? "the other --stress-sign or --virial-sign"
                   : energies             ? "--gradients and the other --stress-sign or "
                                            "--virial-sign, if it is those of forces and virials"
                                          : "--gradients: the column holds dE/dx");
}

/* Virial = -volume * stress, so that a stress read as a virial has the ratio -1/volume when it is
 * positive in tension. */
static bool explain_stress_as_virial(double rest, bool tension, ff_audit_words *words)
{
    char confused[64], unit[24];
    const bool other = !is_near(rest, 1);
    if (other && !find_unit("stress", rest, confused, unit))
        return false;
    (void)snprintf(words->what, sizeof words->what, "stresses read as virials%s%s%s",
                   other ? ", in " : "", other ? unit : "",
                   tension ? "" : ", positive in compression");
    (void)snprintf(words->mend, sizeof words->mend, "--stress KEY in place of --virial KEY%s%s%s",
                   other ? ", --units stress=" : "", other ? unit : "",
                   tension ? "" : ", --stress-sign compression");
    return true;
}

static bool explain_virial_as_stress(double rest, bool usual, ff_audit_words *words)
{
    if (!is_near(rest, 1))
        return false;
    (void)snprintf(words->what, sizeof words->what, "virials read as stresses%s",
                   usual ? "" : ", of the other sign");
    (void)snprintf(words->mend, sizeof words->mend, "--virial KEY in place of --stress KEY%s",
                   usual ? "" : ", --virial-sign plus");
    return true;
}

static bool explain_virial(const ff_audit_ratio *r, double size, ff_audit_words *words)
{
    char confused[64], unit[24];
    const bool flipped = r->ratio < 0;
    if (r->power == -1)
        return explain_stress_as_virial(size, flipped, words);
    if (r->power == 1)
        return explain_virial_as_stress(size, flipped, words);
    if (!find_unit("stress", size, confused, unit))
        return r->volume > 0 && (explain_stress_as_virial(size * r->volume, flipped, words) ||
                                 explain_virial_as_stress(size / r->volume, flipped, words));
    (void)snprintf(words->what, sizeof words->what, "%s%s", confused,
                   flipped ? ", and the sign is wrong" : "");
    (void)snprintf(words->mend, sizeof words->mend, "--units stress=%s%s", unit,
                   flipped ? ", and the other --stress-sign" : "");
    return true;
}

static bool explain_energy(const ff_audit_ratio *r, double size, ff_audit_words *words)
{
    char confused[64], unit[24];
    const bool per_atom = r->power == -1 || (r->atoms > 1 && is_near(size * (double)r->atoms, 1));
    const char *sign = r->ratio < 0 ? ", and the sign is wrong" : "";
    if (per_atom) {
        (void)snprintf(words->what, sizeof words->what, "energies per atom read as energies%s",
                       sign);
        (void)snprintf(words->mend, sizeof words->mend,
                       "name the key of the total energy, or multiply");
        return true;
    }
    if (!find_unit("energy", size, confused, unit))
        return false;
    (void)snprintf(words->what, sizeof words->what, "%s%s", confused, sign);
    (void)snprintf(words->mend, sizeof words->mend, "--units energy=%s", unit);
    return true;
}

/* Units of forces, and units of energy that forces or virials were converted with. */
static bool explain_derivative(const ff_audit_ratio *r, double size, ff_audit_words *words)
{
    char confused[64], unit[24];
    const bool force = r->kind == FF_KIND_FORCE;
    const bool of_force = force && find_unit("force", size, confused, unit);
    if (r->power != 0 || (!of_force && !find_unit("energy", size, confused, unit)))
        return false;
    (void)snprintf(words->what, sizeof words->what, "%s%s", confused,
                   r->ratio < 0 ? ", and the sign is wrong" : "");
    (void)snprintf(words->mend, sizeof words->mend, "--units %s=%s%s", force ? "force" : "virial",
                   unit, force && !of_force ? "/A" : "");
    return true;
}

void ff_audit_explain_ratio(const ff_audit_ratio *r, ff_audit_words *words)
{
    const double size = fabs(r->ratio);
    if (r->power == 0 && is_near(size, 1)) {
        explain_sign(r->kind, words);
        return;
    }
    if ((r->kind == FF_KIND_VIRIAL && explain_virial(r, size, words)) ||
        (r->kind == FF_KIND_ENERGY && explain_energy(r, size, words)) ||
        (r->kind != FF_KIND_ENERGY && explain_derivative(r, size, words)))
        return;
    (void)snprintf(words->what, sizeof words->what, "%.4g times what they should be%s%s", size,
                   r->power == 0               ? ""
                   : r->kind == FF_KIND_ENERGY ? " over the number of atoms"
                   : r->power > 0              ? " times the volume"
                                               : " over the volume",
                   r->ratio < 0 ? ", and the sign is wrong" : "");
    (void)snprintf(words->mend, sizeof words->mend,
                   "find out which unit the file is in, and say so with --units");
}
