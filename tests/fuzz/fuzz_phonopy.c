/* Force constants as phonopy's text, and what becomes of them in a frame and back. (The HDF5 form
 * is the library's to parse.) */

#include "tests/fuzz/fuzz.h"

#include "formats/phonopy_file.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ff_error err = {0};
    ff_frame frame = {0};
    ff_phonopy_table table, again;
    ff_text_writer *writer = NULL;
    if (size >= 4 && memcmp(data, "\x89HDF", 4) == 0)
        return 0;
    if (ff_phonopy_read(&table, fuzz_file(data, size), &err) != FF_OK)
        return 0;
    if (ff_frame_init(&frame, table.atoms, &err) == FF_OK &&
        ff_phonopy_label(&frame, &table, &err) == FF_OK && table.rows == table.atoms &&
        ff_phonopy_of_frame(&again, &frame, 1e-5, &err) == FF_OK) {
        if (ff_text_writer_open_memory(&writer, &err) == FF_OK)
            (void)ff_phonopy_write(writer, &again, &err);
        ff_phonopy_table_clear(&again);
    }
    ff_text_writer_close(writer);
    ff_frame_clear(&frame);
    ff_phonopy_table_clear(&table);
    return 0;
}
