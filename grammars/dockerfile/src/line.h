// Characters, and the logical line: what a Dockerfile line is once continuations are joined and the comments and blank
// lines inside them are dropped.
#ifndef DOCKERFILE_LINE_H
#define DOCKERFILE_LINE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "tree_sitter/alloc.h"
#include "tree_sitter/parser.h"

enum { KEPT_CHARACTERS = 65536 };

typedef struct {
    int32_t *at;
    uint32_t size, capacity;
} Text;

typedef struct {
    Text text;
    Text angles;      // where the "<<" that no line break divides stand in `text`
} LogicalLine;

static bool is_space(int32_t c) {
    if (c < 0x80) return c == ' ' || (c >= '\t' && c <= '\r');
    return c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 ||
           c == 0x202F || c == 0x205F || c == 0x3000;
}

static bool is_blank(int32_t c) {
    return c == ' ' || c == '\t' || c == '\v' || c == '\f' || c == '\r';
}

static bool is_digit(int32_t c) {
    return c >= '0' && c <= '9';
}

static bool is_name(int32_t c) {
    return c == '_' || is_digit(c) || ((c | 32) >= 'a' && (c | 32) <= 'z');
}

static void push(Text *text, int32_t c) {
    if (text->size == text->capacity) {
        text->capacity = text->capacity ? text->capacity * 2 : 256;
        text->at = ts_realloc(text->at, text->capacity * sizeof(int32_t));
    }
    text->at[text->size++] = c;
}

static void free_text(Text *text) {
    ts_free(text->at);
    *text = (Text){0};
}

static bool at_line_end(TSLexer *lexer) {
    return lexer->lookahead == '\n' || (lexer->lookahead == 0 && lexer->eof(lexer));
}

static void push_run(Text *text, int32_t c, uint32_t count) {
    while (count-- > 0) push(text, c);
}

static uint32_t advance_run(TSLexer *lexer, int32_t c) {
    uint32_t count = 0;
    for (; lexer->lookahead == c; count++) lexer->advance(lexer, false);
    return count;
}

// From an escape character on. True when it continues the line: it stands alone, and only blanks follow it.
static bool read_escape(TSLexer *lexer, int32_t escape, Text *text) {
    uint32_t start = text->size;
    uint32_t run = advance_run(lexer, escape);
    push_run(text, escape, run);
    if (run > 1) return false;
    while (lexer->lookahead == ' ' || lexer->lookahead == '\t') {
        push(text, lexer->lookahead);
        lexer->advance(lexer, false);
    }
    uint32_t returns = advance_run(lexer, '\r');
    if (at_line_end(lexer)) {
        text->size = start;
        return true;
    }
    push_run(text, '\r', returns);
    return false;
}

// One physical line without its line end; true when the next line belongs to it.
static bool read_physical(TSLexer *lexer, int32_t escape, LogicalLine *line) {
    bool half = false;
    for (;;) {
        int32_t c = lexer->lookahead;
        if (is_name(c)) {
            half = false;
            push(&line->text, c);
            lexer->advance(lexer, false);
        } else if (at_line_end(lexer)) {
            return false;
        } else if (c == escape) {
            half = false;
            if (read_escape(lexer, escape, &line->text)) return true;
        } else if (c == '\r') {
            uint32_t returns = advance_run(lexer, '\r');
            half = false;
            if (at_line_end(lexer)) return false;
            push_run(&line->text, '\r', returns);
        } else {
            if (c == '<' && half) push(&line->angles, (int32_t)line->text.size - 1);
            half = c == '<' && !half;
            push(&line->text, c < 0 ? 0xFFFD : c);
            lexer->advance(lexer, false);
        }
    }
}

// The keyword, when nothing in it needs more than a look at one character.
static bool read_keyword(TSLexer *lexer, int32_t escape, LogicalLine *line) {
    while (!at_line_end(lexer) && !is_blank(lexer->lookahead)) {
        int32_t c = lexer->lookahead;
        if (c == escape || c == '<') return false;
        push(&line->text, c < 0 ? 0xFFFD : c);
        lexer->advance(lexer, false);
    }
    lexer->mark_end(lexer);
    return true;
}

static void read_logical_line(TSLexer *lexer, int32_t escape, LogicalLine *line) {
    bool more = read_physical(lexer, escape, line);
    while (more && !lexer->eof(lexer)) {
        lexer->advance(lexer, false);
        uint32_t start = line->text.size;
        while (is_space(lexer->lookahead) && !at_line_end(lexer)) {
            push(&line->text, lexer->lookahead);
            lexer->advance(lexer, false);
        }
        bool dropped = at_line_end(lexer) || lexer->lookahead == '#';
        if (dropped) {
            line->text.size = start;
            while (!at_line_end(lexer)) lexer->advance(lexer, false);
        } else {
            more = read_physical(lexer, escape, line);
        }
    }
}

#endif
