#include "stages/cli/help.h"

#include <string.h>

enum { WIDTH = 79, HELP_COLUMN = 30 };

static const char *const type_words[] = {
    [FF_OPTION_FLAG] = "flag",     [FF_OPTION_TEXT] = "text", [FF_OPTION_INTEGER] = "integer",
    [FF_OPTION_NUMBER] = "number", [FF_OPTION_FILE] = "file", [FF_OPTION_POTENTIAL] = "potential",
};

static bool shown(const ff_option_value *value)
{
    return !(value->option->flags & FF_OPTION_HIDDEN);
}

/* Filled text. */

typedef struct text_filler {
    FILE *stream;
    int column, indent;
    bool open; /* words stand on the current line */
} text_filler;

static void fill_line(text_filler *filler, const char *line, size_t length)
{
    for (const char *word = line; word < line + length;) {
        int width = (int)strcspn(word, " \n");
        if (filler->open && filler->column + 1 + width > WIDTH) {
            fputc('\n', filler->stream);
            filler->column = 0;
            filler->open = false;
        }
        if (width && filler->open)
            filler->column += fprintf(filler->stream, " ");
        else if (width && filler->column < filler->indent)
            filler->column += fprintf(filler->stream, "%*s", filler->indent - filler->column, "");
        filler->column += fprintf(filler->stream, "%.*s", width, word);
        filler->open = filler->open || width;
        word += width + 1;
    }
}

void ff_paragraphs_write(FILE *stream, const char *text, int column, int indent)
{
    text_filler filler = {stream, column, indent, false};
    while (*text) {
        size_t length = strcspn(text, "\n");
        if (length == 0 || *text == ' ') {
            fprintf(stream, "%s%*s%.*s\n", filler.open ? "\n" : "", length ? indent : 0, "",
                    (int)length, text);
            filler.column = 0;
            filler.open = false;
        } else {
            fill_line(&filler, text, length);
        }
        text += length + (text[length] == '\n');
    }
    if (filler.open)
        fputc('\n', stream);
}

/* Every line behind an indent. */
static void write_indented(FILE *stream, const char *text, int indent)
{
    while (*text) {
        size_t length = strcspn(text, "\n");
        fprintf(stream, "%*s%.*s\n", length ? indent : 0, "", (int)length, text);
        text += length + (text[length] == '\n');
    }
}

/* Help. */

static void help_option(FILE *stream, const ff_option_value *value)
{
    const ff_option *option = value->option;
    char text[2048];
    int column =
        value->letter ? fprintf(stream, "  -%c, ", value->letter) : fprintf(stream, "      ");
    column += fprintf(stream, "--%s%s%s", option->name, option->argument ? " " : "",
                      option->argument ? option->argument : "");
    if (column >= HELP_COLUMN - 1) {
        fputc('\n', stream);
        column = 0;
    }
    ff_option_explain(text, sizeof text, option);
    ff_paragraphs_write(stream, text, column, HELP_COLUMN);
}

void ff_help_write(FILE *stream, const ff_arguments *arguments)
{
    const ff_stage *stage = arguments->stage;
    fprintf(stream, "usage: farfield-%s [OPTION]...%s%s\n\n", stage->name,
            stage->operands ? " " : "", stage->operands ? stage->operands : "");
    fprintf(stream, "farfield-%s: %s\n", stage->name, stage->summary);
    if (stage->description) {
        fputc('\n', stream);
        ff_paragraphs_write(stream, stage->description, 0, 0);
    }
    fputs("\nOptions:\n", stream);
    for (size_t i = 0; i < arguments->option_count; i++)
        if (shown(&arguments->options[i]))
            help_option(stream, &arguments->options[i]);
    if (stage->example) {
        fputs("\nExample:\n", stream);
        write_indented(stream, stage->example, 4);
    }
}

void ff_describe_write(FILE *stream, const ff_arguments *arguments)
{
    const ff_stage *stage = arguments->stage;
    const char *kind = stage->output_kind && stage->output_kind[0] ? stage->output_kind : "-";
    fprintf(stream, "stage\t%s\t%s\t%s\t%d\t%d\n", stage->name, FF_VERSION, kind,
            stage->least_operands, stage->most_operands);
    for (size_t i = 0; i < arguments->option_count; i++) {
        const ff_option *option = arguments->options[i].option;
        char letter = arguments->options[i].letter;
        if (option->flags & FF_OPTION_REQUEST)
            continue;
        const char *separator = "";
        fprintf(stream, "%s\t%c\t%s\t", option->name, letter ? letter : '-',
                type_words[option->type]);
        static const struct {
            unsigned flag;
            const char *word;
        } flags[] = {{FF_OPTION_REQUIRED, "required"},
                     {FF_OPTION_REPEATABLE, "repeatable"},
                     {FF_OPTION_NO_EFFECT, "no-effect"}};
        for (size_t j = 0; j < sizeof flags / sizeof flags[0]; j++) {
            if (!(option->flags & flags[j].flag))
                continue;
            fprintf(stream, "%s%s", separator, flags[j].word);
            separator = ",";
        }
        fprintf(stream, "%s\t%s\n", separator[0] ? "" : "-",
                option->default_value ? option->default_value : "-");
    }
}
