#include "stages/cli/number_list.h"

#include "lib/base/error.h"
#include "lib/base/numbers.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static const char apart[] = " ,;\t\n";

/* "1/2" or a number. */
static bool read_fraction(double *value, const char *text, size_t length)
{
    const char *slash = memchr(text, '/', length);
    double below = 1.0;
    size_t above = slash ? (size_t)(slash - text) : length;
    if (ff_double_parse(text, above, value) != FF_OK)
        return false;
    if (slash && (ff_double_parse(slash + 1, length - above - 1, &below) != FF_OK || below == 0.0))
        return false;
    *value /= below;
    return true;
}

/* Takes the next number of a list: 1; 0 at its end; -1 for something else. */
static int take(double *value, const char **text)
{
    const char *start = *text + strspn(*text, apart);
    size_t length = strcspn(start, apart);
    *text = start + length;
    if (length == 0)
        return 0;
    return read_fraction(value, start, length) ? 1 : -1;
}

int ff_parse_numbers(double *list, int most, const char *text)
{
    double value;
    int count = 0, found;
    while ((found = take(&value, &text)) == 1) {
        if (count == most)
            return -1;
        list[count++] = value;
    }
    return found == 0 ? count : -1;
}

int ff_parse_integers(int *list, int most, const char *text)
{
    double value;
    int count = 0, found;
    while ((found = take(&value, &text)) == 1) {
        if (count == most || value != round(value) || fabs(value) > INT32_MAX)
            return -1;
        list[count++] = (int)value;
    }
    return found == 0 ? count : -1;
}
