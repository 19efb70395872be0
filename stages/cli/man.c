#include "stages/cli/help.h"

#include <ctype.h>
#include <string.h>

/* One character in roff: hyphens stay hyphens when copied from the page. */
static void write_character(FILE *stream, char character)
{
    if (character == '\\')
        fputs("\\e", stream);
    else if (character == '-')
        fputs("\\-", stream);
    else if (character == '~')
        fputs("\\(ti", stream);
    else if (character == '^')
        fputs("\\(ha", stream);
    else if (character == '`')
        fputs("\\(ga", stream);
    else if (character == '\'')
        fputs("\\(aq", stream);
    else
        fputc(character, stream);
}

/* filled: lines of the source may break at blanks (man pages are kept below 80 columns). */
static void write_escaped(FILE *stream, const char *text, size_t length, bool filled)
{
    enum { SOURCE_WIDTH = 48 };
    size_t column = 0;
    for (size_t i = 0; i < length; i++) {
        if (column == 0 && text[i] == '.')
            fputs("\\&", stream);
        bool line_break = filled && text[i] == ' ' && column >= SOURCE_WIDTH;
        write_character(stream, line_break ? '\n' : text[i]);
        column = line_break ? 0 : column + 1;
    }
}

void ff_man_write_text(FILE *stream, const char *text)
{
    write_escaped(stream, text, strlen(text), false);
}

void ff_man_write_verbatim(FILE *stream, const char *text)
{
    fputs(".nf\n", stream);
    while (*text) {
        size_t length = strcspn(text, "\n");
        write_escaped(stream, text, length, false);
        fputc('\n', stream);
        text += length + (text[length] == '\n');
    }
    fputs(".fi\n", stream);
}

void ff_man_write_paragraphs(FILE *stream, const char *text)
{
    bool verbatim = false;
    while (*text) {
        size_t length = strcspn(text, "\n");
        bool keep = *text == ' ';
        bool blank = length == 0;
        const char *next = text + length + (text[length] == '\n');
        if (keep != verbatim && !blank) {
            fputs(keep ? ".nf\n" : ".fi\n", stream);
            verbatim = keep;
        }
        if (blank && *next && *next != '\n' && *next != ' ' && !verbatim)
            fputs(".PP\n", stream);
        if (!blank) {
            write_escaped(stream, text, length, !verbatim);
            fputc('\n', stream);
        }
        text = next;
    }
    if (verbatim)
        fputs(".fi\n", stream);
}

void ff_man_write_title(FILE *stream, const char *program, const char *summary)
{
    fputs(".TH ", stream);
    for (const char *c = program; *c; c++)
        write_character(stream, (char)toupper((unsigned char)*c));
    fputs(" 1 " FF_RELEASED " \"Farfield " FF_VERSION "\"\n.SH NAME\n", stream);
    ff_man_write_text(stream, program);
    fputs(" \\- ", stream);
    ff_man_write_paragraphs(stream, summary);
}

static void write_option(FILE *stream, const ff_option_value *value)
{
    const ff_option *option = value->option;
    fputs(".TP\n", stream);
    if (value->letter)
        fprintf(stream, "\\fB\\-%c\\fR, ", value->letter);
    fputs("\\fB\\-\\-", stream);
    ff_man_write_text(stream, option->name);
    fputs("\\fR", stream);
    if (option->argument) {
        fputs(" \\fI", stream);
        ff_man_write_text(stream, option->argument);
        fputs("\\fR", stream);
    }
    fputc('\n', stream);
    char text[2048];
    ff_option_explain(text, sizeof text, option);
    ff_man_write_paragraphs(stream, text);
}

static const char exit_status[] =
    "0 done; 1 the answer is no, or a check failed; 2 wrong command line; 3 input not valid;\n"
    "4 numerical failure (not converged, singular); 5 system (I/O, memory).\n"
    "After a failure the previous output stays as it was.\n";

void ff_man_write(FILE *stream, const ff_arguments *arguments)
{
    const ff_stage *stage = arguments->stage;
    char program[128];
    (void)snprintf(program, sizeof program, "farfield-%s", stage->name);
    ff_man_write_title(stream, program, stage->summary);
    fputs(".SH SYNOPSIS\n\\fB", stream);
    ff_man_write_text(stream, program);
    fputs("\\fR [\\fIOPTION\\fR]...", stream);
    if (stage->operands) {
        fputs(" \\fI", stream);
        ff_man_write_text(stream, stage->operands);
        fputs("\\fR", stream);
    }
    fputc('\n', stream);
    if (stage->description) {
        fputs(".SH DESCRIPTION\n", stream);
        ff_man_write_paragraphs(stream, stage->description);
    }
    fputs(".SH OPTIONS\n", stream);
    for (size_t i = 0; i < arguments->option_count; i++)
        if (!(arguments->options[i].option->flags & FF_OPTION_HIDDEN))
            write_option(stream, &arguments->options[i]);
    fputs(".SH \"EXIT STATUS\"\n", stream);
    ff_man_write_paragraphs(stream, exit_status);
    if (stage->example) {
        fputs(".SH EXAMPLES\n", stream);
        ff_man_write_verbatim(stream, stage->example);
    }
    fputs(".SH \"SEE ALSO\"\n\\fBfarfield\\fR(1)\n", stream);
}
