#include "stages/show/show.h"

#include "formats/provenance.h"

#include <stdio.h>

/* Steps are JSON texts already, so an array of them is one too. */
static void print_json(const ff_history_step *steps, size_t count)
{
    (void)printf("[\n");
    for (size_t i = 0; i < count; i++)
        (void)printf("{\"id\":\"%s\",\"step\":%s}%s\n", steps[i].id, steps[i].json,
                     i + 1 < count ? "," : "");
    (void)printf("]\n");
}

static void print_lines(const ff_history_step *steps, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        (void)printf("%.12s  ", steps[i].id);
        ff_plain_write(stdout, steps[i].summary);
        (void)putchar('\n');
        for (size_t k = 0; k < steps[i].warning_count; k++) {
            (void)printf("%14swarning: ", "");
            ff_plain_write(stdout, steps[i].warnings[k]);
            (void)putchar('\n');
        }
    }
}

int show_provenance(ff_container *container, bool json, ff_error *err)
{
    ff_history_step *steps = NULL;
    size_t count = 0;
    if (!ff_link_exists(ff_container_root(container), "provenance")) {
        int status = ff_fail(err, FF_E_FORMAT, "carries no provenance");
        ff_error_in_file(err, ff_container_name(container));
        return status;
    }
    int status = ff_history_read(container, &count, &steps, err);
    if (status != FF_OK)
        ff_error_in_file(err, ff_container_name(container));
    else if (json)
        print_json(steps, count);
    else
        print_lines(steps, count);
    ff_history_free(count, steps);
    return status;
}
