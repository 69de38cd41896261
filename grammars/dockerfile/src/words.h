// The words of a logical line as BuildKit's shell lexer splits them when it looks for heredocs.
#ifndef DOCKERFILE_WORDS_H
#define DOCKERFILE_WORDS_H

#include "line.h"

enum { MAX_NESTING = 100 };     // of ${a:-${b:-...}}; a line that goes deeper counts as one the lexer cannot read

typedef struct {
    const int32_t *in;
    uint32_t pos, end;
    bool raw_quotes, failed;
    Text out;              // what has been lexed, without a break between words
    Text word;             // the word being collected
    uint32_t word_begin;   // where it starts in `in`
    bool in_word;
    uint32_t words;        // finished words
    void (*finish)(void *, const int32_t *word, uint32_t size, uint32_t begin, uint32_t end);
    void *context;
} Lex;

static int32_t lex_peek(const Lex *lex) {
    return lex->pos < lex->end ? lex->in[lex->pos] : -1;
}

static int32_t lex_next(Lex *lex) {
    return lex->pos < lex->end ? lex->in[lex->pos++] : -1;
}

static void finish_word(Lex *lex, uint32_t end) {
    if (lex->word.size == 0) return;
    lex->words++;
    lex->finish(lex->context, lex->word.at, lex->word.size, lex->word_begin, end);
    lex->word.size = 0;
    lex->in_word = false;
}

static void word_raw(Lex *lex, int32_t c, uint32_t from) {
    if (!lex->in_word) lex->word_begin = from;
    lex->in_word = true;
    push(&lex->word, c);
}

static void word_char(Lex *lex, int32_t c, uint32_t from) {
    if (!is_space(c)) word_raw(lex, c, from);
    else if (lex->in_word) finish_word(lex, from);
}

static bool fail(Lex *lex) {
    lex->failed = true;
    return false;
}

static bool lex_text(Lex *lex, int32_t stop, bool raw_escapes, uint32_t depth);

static void lex_single(Lex *lex) {
    if (lex->raw_quotes) push(&lex->out, '\'');
    lex_next(lex);
    for (int32_t c; (c = lex_next(lex)) != '\'';) {
        if (c < 0) {
            fail(lex);
            return;
        }
        push(&lex->out, c);
    }
    if (lex->raw_quotes) push(&lex->out, '\'');
}

static uint32_t lex_name(Lex *lex) {
    uint32_t start = lex->pos;
    int32_t c = lex_peek(lex);
    if (is_digit(c)) {
        while (is_digit(lex_peek(lex))) lex->pos++;
    } else if (c > 0 && c < 0x80 && strchr("@*#?-$!", c)) {
        lex->pos++;
    } else {
        for (; is_name(c) || c >= 0x80; c = lex_peek(lex)) lex->pos++;
    }
    for (uint32_t i = start; i < lex->pos; i++) push(&lex->out, lex->in[i]);
    return lex->pos - start;
}

// After "${": the variable stays as it is, its default word is lexed.
static bool lex_braces(Lex *lex, uint32_t depth) {
    int32_t c = lex_peek(lex);
    if (c < 0 || c == '{' || c == '}' || c == ':' || depth >= MAX_NESTING) return fail(lex);
    lex_name(lex);
    c = lex_next(lex);
    if (c < 0 || c >= 0x80 || !strchr("}:+-?#%/", c) || c == 0) return fail(lex);
    push(&lex->out, c);
    if (c == '}') return true;
    if (c == '/') {
        if (lex_peek(lex) == '/') lex->pos++;
        if (!lex_text(lex, '/', true, depth + 1)) return false;
        push(&lex->out, '/');
        return lex_text(lex, '}', true, depth + 1) && (push(&lex->out, '}'), true);
    }
    if (c == ':') {
        c = lex_next(lex);
        push(&lex->out, c);
    }
    if (!lex_text(lex, '}', c == '#' || c == '%', depth + 1)) return false;
    push(&lex->out, '}');
    return true;
}

static bool lex_dollar(Lex *lex, uint32_t depth) {
    push(&lex->out, lex_next(lex));
    if (lex_peek(lex) != '{') {
        lex_name(lex);
        return true;
    }
    push(&lex->out, lex_next(lex));
    return lex_braces(lex, depth);
}

static bool lex_double(Lex *lex, bool raw_escapes, uint32_t depth) {
    if (lex->raw_quotes) push(&lex->out, '"');
    lex_next(lex);
    for (int32_t c; (c = lex_peek(lex)) != '"';) {
        if (c < 0) return fail(lex);
        if (c == '$') {
            if (!lex_dollar(lex, depth)) return false;
            continue;
        }
        lex->pos++;
        if (c == '\\') {
            if (raw_escapes) push(&lex->out, c);
            int32_t escaped = lex_peek(lex);
            if (escaped < 0) continue;
            if (escaped == '"' || escaped == '$' || escaped == '\\') c = lex_next(lex);
        }
        push(&lex->out, c);
    }
    if (lex->raw_quotes) push(&lex->out, '"');
    lex->pos++;
    return true;
}

// "<<" takes the blanks that follow into its word.
static void lex_angle(Lex *lex) {
    push(&lex->out, lex_next(lex));
    if (lex_peek(lex) != '<') return;
    push(&lex->out, lex_next(lex));
    while (is_space(lex_peek(lex))) push(&lex->out, lex_next(lex));
}

static bool lex_special(Lex *lex, bool raw_escapes, uint32_t depth) {
    switch (lex_peek(lex)) {
        case '$': return lex_dollar(lex, depth);
        case '"': return lex_double(lex, raw_escapes, depth);
        case '\'': lex_single(lex); return !lex->failed;
        default: lex_angle(lex); return true;
    }
}

static bool lex_plain(Lex *lex, bool raw_escapes, bool words) {
    uint32_t from = lex->pos;
    int32_t c = lex_next(lex);
    if (c != '\\') {
        push(&lex->out, c);
        if (words) word_char(lex, c, from);
        return true;
    }
    if (raw_escapes) {
        push(&lex->out, c);
        if (words) word_raw(lex, c, from);
    }
    c = lex_next(lex);
    if (c < 0) return false;
    push(&lex->out, c);
    if (words) word_raw(lex, c, from);
    return true;
}

// Up to `stop`, or to the end when that is negative; only the outermost call splits into words.
static bool lex_text(Lex *lex, int32_t stop, bool raw_escapes, uint32_t depth) {
    bool words = stop < 0;
    for (int32_t c; (c = lex_peek(lex)) >= 0;) {
        if (c == stop) {
            lex->pos++;
            return true;
        }
        if (c != '$' && c != '"' && c != '\'' && c != '<') {
            if (!lex_plain(lex, raw_escapes, words)) break;
            continue;
        }
        uint32_t from = lex->pos, made = lex->out.size;
        if (!lex_special(lex, raw_escapes, depth)) return fail(lex);
        if (!words) continue;
        for (uint32_t i = made; i < lex->out.size; i++)
            (c == '$' ? word_char : word_raw)(lex, lex->out.at[i], from);
        lex->out.size = 0;
    }
    if (!words) return fail(lex);
    finish_word(lex, lex->end);
    return true;
}

static void lex_free(Lex *lex) {
    ts_free(lex->out.at);
    ts_free(lex->word.at);
}

#endif
