#include "stages/cli/observations.h"

#include "lib/structure/dataset.h"

#include <string.h>

int ff_parse_observations(unsigned *kinds, const char *text, ff_error *err)
{
    static const char letters[] = "EFV"; /* in the order of enum ff_kind */
    *kinds = 0;
    for (const char *c = text; *c; c++) {
        const char *letter = strchr(letters, *c);
        if (!letter || (*kinds & (1u << (letter - letters))))
            return ff_fail(err, FF_E_USAGE,
                           "'%s' does not name observations: expected each of E, F, V at most once",
                           text);
        *kinds |= 1u << (letter - letters);
    }
    return *kinds ? FF_OK
                  : ff_fail(err, FF_E_USAGE, "no observations named: expected some of E, F, V");
}
