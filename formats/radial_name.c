#include "formats/radial_name.h"

#include "lib/base/numbers.h"

#include <stdio.h>
#include <string.h>

/* In the order of the enums. */
static const struct {
    const char *name;
    int parameters;
} transforms[FF_RADIAL_TRANSFORMS] = {
    [FF_RADIAL_AGNESI] = {"agnesi", 2},
    [FF_RADIAL_POLYNOMIAL] = {"polynomial", 1},
    [FF_RADIAL_EXPONENTIAL] = {"exponential", 1},
    [FF_RADIAL_POWER] = {"power", 1},
};
static const char *const polynomials[FF_RADIAL_POLYNOMIAL_KINDS] = {
    [FF_RADIAL_ORTHOGONAL] = "orthogonal",
    [FF_RADIAL_CHEBYSHEV] = "chebyshev",
};

static bool is_word(const char *word, const char *text, size_t length)
{
    return strlen(word) == length && strncmp(word, text, length) == 0;
}

static int wrong(const char *text, ff_error *err)
{
    return ff_fail(err, FF_E_USAGE,
                   "'%s' is no form of radial functions: expected agnesi[:P,Q], polynomial[:P], "
                   "exponential[:P] or power[:P], and then /chebyshev or nothing",
                   text);
}

/* "P" or "P,Q" in text..end. */
static bool parse_parameters(ff_radial_form *form, const char *text, const char *end)
{
    const char *next = ff_double_scan(text, end, &form->p);
    if (next && transforms[form->transform].parameters == 2)
        next = next < end && *next == ',' ? ff_double_scan(next + 1, end, &form->q) : NULL;
    /* Zero stands for the default and is no value of its own. */
    return next == end && form->p != 0 &&
           (form->q != 0 || transforms[form->transform].parameters < 2);
}

int ff_radial_name_parse(ff_radial_form *form, const char *text, ff_error *err)
{
    const char *slash = strchr(text, '/'), *end = slash ? slash : text + strlen(text);
    size_t length = strcspn(text, ":/");
    int transform = 0, kind = 0;
    while (transform < FF_RADIAL_TRANSFORMS && !is_word(transforms[transform].name, text, length))
        transform++;
    while (slash && kind < FF_RADIAL_POLYNOMIAL_KINDS && strcmp(polynomials[kind], slash + 1) != 0)
        kind++;
    if (transform == FF_RADIAL_TRANSFORMS || kind == FF_RADIAL_POLYNOMIAL_KINDS)
        return wrong(text, err);
    *form = (ff_radial_form){.transform = (ff_radial_transform)transform,
                             .polynomials = (ff_radial_polynomials)kind};
    if (text[length] == ':' && !parse_parameters(form, text + length + 1, end))
        return wrong(text, err);
    return FF_OK;
}

void ff_radial_name_format(char name[FF_RADIAL_NAME_SIZE], const ff_radial_form *form)
{
    char p[FF_DOUBLE_TEXT_SIZE], q[FF_DOUBLE_TEXT_SIZE];
    bool numbers = form->p != 0 || form->q != 0;
    (void)ff_double_format(p, form->p);
    (void)ff_double_format(q, form->q);
    bool two = numbers && transforms[form->transform].parameters == 2;
    (void)snprintf(name, FF_RADIAL_NAME_SIZE, "%s%s%s%s%s%s", transforms[form->transform].name,
                   numbers ? ":" : "", numbers ? p : "", two ? "," : "", two ? q : "",
                   form->polynomials == FF_RADIAL_CHEBYSHEV ? "/chebyshev" : "");
}
