#include "stages/cli/observations.h"

#include <string.h>

const char *const ff_kind_letters[FF_KINDS] = {[FF_KIND_ENERGY] = "E",
                                               [FF_KIND_FORCE] = "F",
                                               [FF_KIND_VIRIAL] = "V",
                                               [FF_KIND_FORCE_CONSTANT] = "FC"};

const char *const ff_kind_names[FF_KINDS] = {[FF_KIND_ENERGY] = "energies",
                                             [FF_KIND_FORCE] = "forces",
                                             [FF_KIND_VIRIAL] = "virials",
                                             [FF_KIND_FORCE_CONSTANT] = "force constants"};

/* The longest that fits, since "FC" begins with "F". */
size_t ff_kind_scan(const char *text, enum ff_kind *kind)
{
    size_t longest = 0;
    for (int k = 0; k < FF_KINDS; k++) {
        size_t length = strlen(ff_kind_letters[k]);
        if (length > longest && strncmp(text, ff_kind_letters[k], length) == 0) {
            longest = length;
            *kind = (enum ff_kind)k;
        }
    }
    return longest;
}

int ff_parse_observations(unsigned *kinds, const char *text, ff_error *err)
{
    *kinds = 0;
    if (!text[0])
        return ff_fail(err, FF_E_USAGE, "no observations named: expected some of E, F, V, FC");
    for (const char *c = text; *c;) {
        enum ff_kind kind = FF_KIND_ENERGY;
        size_t length = ff_kind_scan(c, &kind);
        if (length == 0 || (*kinds & (1u << kind)))
            return ff_fail(err, FF_E_USAGE,
                           "'%s' does not name observations: expected each of E, F, V, FC at most "
                           "once",
                           text);
        *kinds |= 1u << kind;
        c += length;
        c += c[0] == '+' && c[1];
    }
    return FF_OK;
}
