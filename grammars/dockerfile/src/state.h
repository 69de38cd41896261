// The scanner's tokens and state, and the steps every token is made of.
#ifndef DOCKERFILE_STATE_H
#define DOCKERFILE_STATE_H

#include "prescan.h"

enum Token {
    LINE_CONTINUATION, EMPTY_LINE, COMMENT, INDENT,
    HASH, DIRECTIVE_NAME, DIRECTIVE_EQUALS, DIRECTIVE_VALUE,
    BEGIN, LINE_END, BLANK,
    FROM, SHELL, HEALTHCHECK, PAIRS, WORDS, ONBUILD,
    HEALTH_TYPE, AS,
    FLAG_NAME, EQUALS, PAIR_KEY,
    FRAGMENT, SHELL_FRAGMENT, HEREDOC_START, HEREDOC_BODY, HEREDOC_END, HEREDOC_OPEN,
    VARIABLE, EXPANSION_START, OPERATOR, DEFAULT_TEXT, EXPANSION_END, EXPANSION_OPEN,
    DOUBLE_QUOTE, SINGLE_QUOTE, DOUBLE_CONTENT, SINGLE_CONTENT, DOUBLE_CLOSE, SINGLE_CLOSE, STRING_OPEN,
    JSON_START, JSON_END, JSON_COMMA, JSON_QUOTE, JSON_CONTENT, JSON_QUOTE_CLOSE, JSON_TEXT, JSON_OPEN,
    ERROR_SENTINEL,
    NO_TOKEN
};

enum Mode {
    TOP,               // between instructions
    DIRECTIVE,
    LINE,              // in a logical line
    CONTINUED,         // at the start of a physical line that continues a logical one
    AT_COMMENT,        // at the '#' of a comment inside a continuation
    AFTER_COMMENT,     // at the end of its line
    BODY,              // at the first line of a heredoc's body
    TERMINATOR,        // at the line that closes a heredoc, or at the end of the file
    AFTER_TERMINATOR,
};

enum { MAX_EXPANSIONS = 8, MAX_QUOTED_KEY = 200 };

// No byte of it is padding: tree-sitter compares states byte by byte.
typedef struct {
    uint16_t angles;       // "<<" passed in this line
    uint8_t mode, escape, directives_done, directives_seen;
    uint8_t quote;         // of the string the scanner is in
    uint8_t expansions;    // open "${name:-"
    uint8_t json;          // the arguments of this line are a JSON array
    uint8_t lead;          // blanks mean nothing here: after a keyword, a blank, JSON punctuation
    uint8_t half;          // the last character was the first half of a "<<"
    uint8_t shown;         // heredocs of this line whose word has been passed
    uint8_t body;          // heredoc whose body comes next
    uint8_t count;
} State;

typedef struct {
    State state;
    Heredoc heredocs[MAX_HEREDOCS];
    LogicalLine line;      // memory for looking ahead, no part of the state
} Scanner;

// ---- Characters

static bool take(Scanner *s, TSLexer *lexer) {
    bool angle = lexer->lookahead == '<';
    if (angle && s->state.half && s->state.angles < NO_ORDINAL) s->state.angles++;
    s->state.half = angle && !s->state.half;
    lexer->advance(lexer, false);
    return true;
}

static bool at_blank(TSLexer *lexer) {
    return is_blank(lexer->lookahead);
}

// Past carriage returns; true when they belong to a line end.
static bool returns_end_line(Scanner *s, TSLexer *lexer) {
    while (lexer->lookahead == '\r') take(s, lexer);
    return at_line_end(lexer);
}

static bool token(TSLexer *lexer, enum Token symbol) {
    lexer->mark_end(lexer);
    lexer->result_symbol = symbol;
    return true;
}

// A token whose end was marked before.
static bool marked(TSLexer *lexer, enum Token symbol) {
    lexer->result_symbol = symbol;
    return true;
}

static bool char_token(Scanner *s, TSLexer *lexer, enum Token symbol) {
    take(s, lexer);
    return token(lexer, symbol);
}

static void take_rest_of_line(Scanner *s, TSLexer *lexer) {
    lexer->mark_end(lexer);
    while (!at_line_end(lexer)) {
        if (lexer->lookahead == '\r') {
            if (returns_end_line(s, lexer)) return;
        } else {
            take(s, lexer);
        }
        if (lexer->lookahead == '\r' || at_line_end(lexer)) lexer->mark_end(lexer);
    }
}

// From an escape character on: true, past the line end, when it continues the line. Otherwise it is past the
// characters that cannot be anything but text, the escaped one included.
static bool take_escape(Scanner *s, TSLexer *lexer, bool escapes_quotes) {
    int32_t escape = s->state.escape;
    uint32_t run = 0;
    for (; lexer->lookahead == escape; run++) take(s, lexer);
    if (run == 1) {
        bool blanks = false;
        for (; lexer->lookahead == ' ' || lexer->lookahead == '\t'; blanks = true) take(s, lexer);
        blanks |= lexer->lookahead == '\r';
        if (returns_end_line(s, lexer)) {
            if (!lexer->eof(lexer)) take(s, lexer);
            return true;
        }
        if (blanks) return false;
    }
    if (run % 2 == 1 && escapes_quotes && !at_blank(lexer) && !at_line_end(lexer)) take(s, lexer);
    return false;
}

static bool continuation(Scanner *s, TSLexer *lexer) {
    s->state.mode = CONTINUED;
    s->state.half = false;
    return token(lexer, LINE_CONTINUATION);
}

#endif
