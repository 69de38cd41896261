// The lines of a Dockerfile from the scanner alone, without the parser around it: for whoever wants to know which lines
// belong together but no words. Its tokens are those of the grammar, with one piece of text for every argument.
#ifndef DOCKERFILE_LINES_H
#define DOCKERFILE_LINES_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum DockerfilePart {
    DOCKERFILE_COMMENT,             // from '#' to the end of the line, in and between instructions
    DOCKERFILE_DIRECTIVE,           // its '#'
    DOCKERFILE_DIRECTIVE_NAME,
    DOCKERFILE_DIRECTIVE_VALUE,
    DOCKERFILE_BEGIN,               // an empty place: the first line of the instruction holds an escape character only
    DOCKERFILE_KEYWORD,
    DOCKERFILE_CONTINUATION,        // escape character, blanks, line end
    DOCKERFILE_EMPTY_LINE,
    DOCKERFILE_TEXT,
    DOCKERFILE_LINE_END,            // of a directive, a logical line or the line that closes a heredoc; empty at the end of the file
    DOCKERFILE_HEREDOC_BODY,
    DOCKERFILE_HEREDOC_END,         // the word that closes it; without one, the end of the file (empty)
};

typedef void (*DockerfileTake)(void *context, enum DockerfilePart part, uint32_t begin, uint32_t end);

// Hands every part to `take`, in order.
void dockerfile_read_lines(const char *text, uint32_t size, DockerfileTake take, void *context);

#ifdef __cplusplus
}
#endif

#endif
