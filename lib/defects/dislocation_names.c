#include "lib/defects/dislocation.h"

#include <stdio.h>
#include <string.h>

/* The glide systems usual in each lattice; lines so chosen that the edge component of the Burgers
 * vector is along +x. */
static const struct named {
    const char *crystal, *name;
    ff_dislocation_kind kind;
} table[] = {
    {"bcc", "screw", {{0.5, 0.5, 0.5}, {1, 1, 1}, {1, -1, 0}}},
    {"bcc", "edge-110", {{0.5, 0.5, 0.5}, {1, 1, -2}, {1, -1, 0}}},
    {"bcc", "edge-112", {{0.5, 0.5, 0.5}, {-1, 1, 0}, {1, 1, -2}}},
    {"bcc", "edge-100", {{1, 0, 0}, {0, -1, 0}, {0, 0, 1}}},
    {"bcc", "mixed-71", {{0.5, 0.5, 0.5}, {1, 1, -1}, {1, -1, 0}}},
    {"fcc", "screw", {{0.5, -0.5, 0}, {1, -1, 0}, {1, 1, 1}}},
    {"fcc", "edge", {{0.5, -0.5, 0}, {-1, -1, 2}, {1, 1, 1}}},
    {"fcc", "mixed-60", {{0.5, -0.5, 0}, {0, -1, 1}, {1, 1, 1}}},
    {"diamond", "screw", {{0.5, -0.5, 0}, {1, -1, 0}, {1, 1, 1}}},
    {"diamond", "edge", {{0.5, -0.5, 0}, {-1, -1, 2}, {1, 1, 1}}},
    {"diamond", "mixed-60", {{0.5, -0.5, 0}, {0, -1, 1}, {1, 1, 1}}},
};

int ff_dislocation_find(ff_dislocation_kind *kind, const char *crystal, const char *name,
                        ff_error *err)
{
    char known[200] = "";
    size_t used = 0;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (strcmp(table[i].crystal, crystal) != 0)
            continue;
        if (strcmp(table[i].name, name) == 0) {
            *kind = table[i].kind;
            return FF_OK;
        }
        int added =
            snprintf(known + used, sizeof known - used, "%s%s", used ? ", " : "", table[i].name);
        used += added > 0 ? (size_t)added : 0;
    }
    if (used == 0)
        return ff_fail(err, FF_E_USAGE,
                       "no dislocation of a %s crystal has a name: expected its "
                       "Burgers vector, line and plane",
                       crystal);
    return ff_fail(err, FF_E_USAGE, "unknown dislocation '%s' of a %s crystal, expected one of: %s",
                   name, crystal, known);
}
