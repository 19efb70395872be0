#include "formats/comparison_file.h"
#include "lib/base/memory.h"

#include <stdio.h>
#include <stdlib.h>

int ff_tags_write(hid_t location, const ff_tags *tags, ff_error *err)
{
    enum { SIZE = sizeof(ff_tag) + 1 };
    char *packed = ff_new_array(tags->count, SIZE, err);
    const char **texts = ff_new_array(tags->count, sizeof *texts, err);
    int status = packed && texts ? FF_OK : FF_E_NOMEM;
    for (size_t i = 0; i < tags->count && status == FF_OK; i++) {
        texts[i] = packed + i * SIZE;
        (void)snprintf(packed + i * SIZE, SIZE, "%s=%s", tags->list[i].name, tags->list[i].value);
    }
    if (status == FF_OK)
        status = ff_texts_write(location, "tags", tags->count, texts,
                                "NAME=VALUE, what the user calls this result", err);
    free(packed);
    free(texts);
    return status;
}

int ff_tags_read(hid_t location, ff_tags *tags, ff_error *err)
{
    size_t count = 0;
    char **texts = NULL;
    ff_tags_init(tags);
    int status = ff_texts_read(location, "tags", &count, &texts, err);
    for (size_t i = 0; i < count && status == FF_OK; i++)
        if (ff_tags_add(tags, texts[i], err) != FF_OK)
            status =
                ff_fail(err, FF_E_FORMAT, "the tag '%s' is not of the form NAME=VALUE", texts[i]);
    ff_texts_free(count, texts);
    return status;
}
