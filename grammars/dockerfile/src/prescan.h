// Looks ahead over one logical line, before its first token: which heredocs does it open, and are its arguments a JSON
// array of strings? Both depend on the whole line (quotes, variables, a bracket at its very end), so no token can know.
#ifndef DOCKERFILE_PRESCAN_H
#define DOCKERFILE_PRESCAN_H

#include "words.h"

enum {
    MAX_HEREDOCS = 60,       // per line: the state of a scanner is limited to 1,024 bytes
    NO_ORDINAL = 0xFFFF,
};

typedef struct {
    uint64_t hash;       // of the delimiter
    uint16_t ordinal;    // how many "<<" stand before its own in the line
    uint16_t length;     // of the word from "<<" on, in characters
    uint32_t chomp;      // "<<-"; as wide as it is so that no byte of the state is padding
} Heredoc;

typedef struct {
    Heredoc heredocs[MAX_HEREDOCS];
    uint8_t count;
    bool json;
    bool keyword_marked;    // the token ends after the keyword; otherwise it is for a later one to read
    char keyword[16];       // in lower case, cut to its size
} Prescan;

static const uint64_t HASH_START = 14695981039346656037u;

static uint64_t hash_step(uint64_t hash, int32_t character) {
    return (hash ^ (uint64_t)(uint32_t)character) * 1099511628211u;
}

// ---- Heredocs

typedef struct {
    Prescan *result;
    const Text *angles;
    uint32_t cursor;      // first "<<" that may still belong to a word
} HeredocFinder;

static void hash_word(void *context, const int32_t *word, uint32_t size, uint32_t begin, uint32_t end) {
    (void)begin;
    (void)end;
    uint64_t hash = HASH_START;
    for (uint32_t i = 0; i < size; i++) hash = hash_step(hash, word[i]);
    *(uint64_t *)context = hash;
}

// The delimiter is what stays of the word when quotes and escapes are resolved.
static bool hash_delimiter(const int32_t *rest, uint32_t size, uint64_t *hash) {
    Lex lex = {.in = rest, .end = size, .finish = hash_word, .context = hash};
    bool ok = lex_text(&lex, -1, false, 0) && lex.words == 1;
    lex_free(&lex);
    return ok;
}

static uint16_t ordinal_at(HeredocFinder *finder, uint32_t position) {
    while (finder->cursor < finder->angles->size && (uint32_t)finder->angles->at[finder->cursor] < position)
        finder->cursor++;
    bool found = finder->cursor < NO_ORDINAL && finder->cursor < finder->angles->size &&
                 (uint32_t)finder->angles->at[finder->cursor] == position;
    return found ? (uint16_t)finder->cursor : NO_ORDINAL;
}

// Digits, "<<", perhaps "-", then a delimiter without "<".
static void try_heredoc(void *context, const int32_t *word, uint32_t size, uint32_t begin, uint32_t end) {
    HeredocFinder *finder = context;
    uint32_t i = 0;
    while (i < size && is_digit(word[i])) i++;
    uint32_t digits = i;
    if (finder->result->count == MAX_HEREDOCS || size - i < 3 || word[i] != '<' || word[i + 1] != '<') return;
    i += 2;
    Heredoc heredoc = {.chomp = word[i] == '-'};
    if (heredoc.chomp) i++;
    while (i < size && (word[i] == ' ' || word[i] == '\t' || word[i] == '\f' || word[i] == '\r')) i++;
    for (uint32_t k = i; k < size; k++)
        if (word[k] == '<') return;
    if (i == size || !hash_delimiter(word + i, size - i, &heredoc.hash)) return;
    uint32_t length = end - begin - digits;
    heredoc.ordinal = length < NO_ORDINAL ? ordinal_at(finder, begin + digits) : NO_ORDINAL;
    heredoc.length = (uint16_t)(length < NO_ORDINAL ? length : 0);
    finder->result->heredocs[finder->result->count++] = heredoc;
}

static void find_heredocs(const LogicalLine *line, Prescan *result) {
    HeredocFinder finder = {.result = result, .angles = &line->angles};
    Lex lex = {.in = line->text.at, .end = line->text.size, .raw_quotes = true, .finish = try_heredoc, .context = &finder};
    // A line the lexer cannot read (an open quote, an odd substitution) has no heredocs at all.
    if (!lex_text(&lex, -1, true, 0)) result->count = 0;
    lex_free(&lex);
}

// ---- Keyword, flags, JSON

typedef struct {
    const int32_t *at;
    uint32_t pos, end;
} Cursor;

static bool more(const Cursor *cursor) {
    return cursor->pos < cursor->end;
}

static void skip_spaces(Cursor *cursor) {
    while (more(cursor) && is_space(cursor->at[cursor->pos])) cursor->pos++;
}

// The next word in lower case, cut to `size` - 1 characters.
static void take_keyword(Cursor *cursor, char *keyword, uint32_t size) {
    uint32_t n = 0;
    skip_spaces(cursor);
    for (; more(cursor) && !is_blank(cursor->at[cursor->pos]); cursor->pos++) {
        int32_t c = cursor->at[cursor->pos];
        if (c >= 'A' && c <= 'Z') c += 'a' - 'A';
        if (n + 1 < size) keyword[n++] = c < 0x80 ? (char)c : '?';
    }
    keyword[n] = 0;
}

static void skip_flag(Cursor *cursor) {
    int32_t quote = 0;
    for (; more(cursor); cursor->pos++) {
        int32_t c = cursor->at[cursor->pos];
        if (!quote && is_space(c)) return;
        if (c == '\\') cursor->pos++;
        else if (quote ? c == quote : c == '"' || c == '\'') quote = quote ? 0 : c;
    }
    if (cursor->pos > cursor->end) cursor->pos = cursor->end;
}

static void skip_flags(Cursor *cursor) {
    for (;;) {
        skip_spaces(cursor);
        if (cursor->end - cursor->pos < 2 || cursor->at[cursor->pos] != '-' || cursor->at[cursor->pos + 1] != '-') return;
        skip_flag(cursor);
    }
}

static bool json_string(Cursor *cursor) {
    for (cursor->pos++; more(cursor); cursor->pos++) {
        int32_t c = cursor->at[cursor->pos];
        if (c == '"') {
            cursor->pos++;
            return true;
        }
        if (c < 0x20) return false;
        if (c != '\\') continue;
        cursor->pos++;
        if (!more(cursor)) return false;
        c = cursor->at[cursor->pos];
        uint32_t digits = c == 'u' ? 4 : 0;
        if (!digits && (c >= 0x80 || c == 0 || !strchr("\"\\/bfnrt", c))) return false;
        for (; digits > 0; digits--) {
            cursor->pos++;
            c = more(cursor) ? cursor->at[cursor->pos] : -1;
            if (!is_digit(c) && !((c | 32) >= 'a' && (c | 32) <= 'f')) return false;
        }
    }
    return false;
}

static bool json_at(Cursor *cursor, int32_t c) {
    while (more(cursor) && (cursor->at[cursor->pos] == ' ' || cursor->at[cursor->pos] == '\t' || cursor->at[cursor->pos] == '\r'))
        cursor->pos++;
    return more(cursor) && cursor->at[cursor->pos] == c;
}

static bool is_json_array(Cursor cursor) {
    if (!json_at(&cursor, '[')) return false;
    cursor.pos++;
    if (!json_at(&cursor, ']')) {
        for (;;) {
            if (!json_at(&cursor, '"') || !json_string(&cursor)) return false;
            if (!json_at(&cursor, ',')) break;
            cursor.pos++;
        }
        if (!json_at(&cursor, ']')) return false;
    }
    cursor.pos++;
    skip_spaces(&cursor);
    return !more(&cursor);
}

static bool is_any(const char *keyword, const char *list) {
    const char *found = strstr(list, keyword);
    size_t size = strlen(keyword);
    return size > 0 && found && found[size] == ' ' && (found == list || found[-1] == ' ');
}

static bool has_angles(const Text *text) {
    for (uint32_t i = 0; i + 1 < text->size; i++)
        if (text->at[i] == '<' && text->at[i + 1] == '<') return true;
    return false;
}

static void examine(const LogicalLine *line, Prescan *result) {
    char *keyword = result->keyword;
    Cursor cursor = {line->text.at, 0, line->text.size};
    take_keyword(&cursor, keyword, sizeof result->keyword);
    skip_flags(&cursor);
    char nested[sizeof result->keyword];
    if (strcmp(keyword, "onbuild") == 0) {
        keyword = nested;
        take_keyword(&cursor, keyword, sizeof nested);
        skip_flags(&cursor);
    }
    bool heredocs = is_any(keyword, "run copy add ");
    if (strcmp(keyword, "healthcheck") == 0) {
        keyword = nested;
        take_keyword(&cursor, keyword, sizeof nested);
    }
    result->json = is_any(keyword, "run copy add cmd entrypoint shell volume ") && is_json_array(cursor);
    if (heredocs && !result->json && has_angles(&line->text)) find_heredocs(line, result);
}

// A long line's memory is not kept.
static void reset_text(Text *text) {
    if (text->capacity > KEPT_CHARACTERS) free_text(text);
    text->size = 0;
}

static void prescan(TSLexer *lexer, int32_t escape, LogicalLine *line, Prescan *result) {
    memset(result->keyword, 0, sizeof result->keyword);
    result->count = 0;
    result->json = false;
    reset_text(&line->text);
    reset_text(&line->angles);
    result->keyword_marked = read_keyword(lexer, escape, line);
    read_logical_line(lexer, escape, line);
    if (line->text.size > 0) examine(line, result);
}

#endif
