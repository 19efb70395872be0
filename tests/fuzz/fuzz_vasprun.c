/* vasprun.xml, plain or gzip, to frames. */

#include "tests/fuzz/fuzz.h"

#include "formats/vasprun.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t sum = 0;
    const ff_vasprun_options options = {.energy = (ff_vasprun_energy)(size % 3),
                                        .whole_steps = size % 2};
    ff_error err = {0};
    ff_text_reader *text = NULL;
    ff_vasprun_reader *reader = NULL;
    const char *head = NULL;
    size_t held = 0;
    if (ff_text_reader_open_memory(&text, "fuzz", data, size, &err) != FF_OK)
        return 0;
    if (ff_text_reader_peek(text, &head, &held, &err) == FF_OK)
        sum += ff_vasprun_recognise(head, held);
    if (ff_vasprun_open(&reader, text, &options, &err) != FF_OK)
        return 0;
    int status = FF_OK;
    for (bool more = true; status == FF_OK && more;) {
        ff_frame frame;
        ff_vasprun_step step = {0};
        status = ff_vasprun_next(reader, &frame, &step, &more, &err);
        for (size_t i = 0; i < 3 * frame.atoms; i++) /* touched, so that a sanitizer sees it */
            sum += frame.positions[i] > 0 || (frame.forces && frame.forces[i] > 0);
        ff_frame_clear(&frame);
    }
    char message[1024];
    sum += strlen(ff_error_describe(&err, message, sizeof message)) +
           (size_t)ff_vasprun_ended_early(reader);
    ff_vasprun_close(reader);
    return sum == SIZE_MAX ? -1 : 0;
}
