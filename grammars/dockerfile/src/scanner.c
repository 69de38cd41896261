// The lexer of the Dockerfile grammar. It follows BuildKit's reader: directives at the very top choose the escape
// character, an escape character at the end of a line joins the next one, comments and blank lines inside a joined line
// are dropped, heredoc bodies follow the line that opens them. In every state it has a token for whatever comes.
#include "state.h"

// ---- Directives

static bool is_regex_space(int32_t c) {
    return c == ' ' || c == '\t' || c == '\f' || c == '\r';
}

static uint8_t directive_bit(const char *name) {
    return strcmp(name, "syntax") == 0 ? 1 : strcmp(name, "escape") == 0 ? 2 : strcmp(name, "check") == 0 ? 4 : 0;
}

static void read_directive_name(Scanner *s, TSLexer *lexer, char name[8]) {
    uint32_t n = 0;
    for (; is_name(lexer->lookahead) && lexer->lookahead != '_' && n < 7; n++) {
        name[n] = (char)(lexer->lookahead | 32);
        take(s, lexer);
    }
    name[n] = 0;
}

// The value must be the escape character and nothing else.
static void read_escape_value(Scanner *s, TSLexer *lexer) {
    int32_t value = lexer->lookahead;
    if (value != '\\' && value != '`') return;
    take(s, lexer);
    while (is_regex_space(lexer->lookahead)) take(s, lexer);
    if (at_line_end(lexer)) s->state.escape = (uint8_t)value;
}

// After '#': is the rest "key = value" with one of the known keys?
static bool is_directive(Scanner *s, TSLexer *lexer) {
    char name[8];
    while (is_space(lexer->lookahead) && !at_line_end(lexer)) take(s, lexer);
    read_directive_name(s, lexer, name);
    uint8_t bit = directive_bit(name);
    while (is_regex_space(lexer->lookahead)) take(s, lexer);
    if (!bit || lexer->lookahead != '=') return false;
    take(s, lexer);
    bool blank = false;
    for (; lexer->lookahead == ' ' || lexer->lookahead == '\t' || lexer->lookahead == '\f'; blank = true) take(s, lexer);
    if (lexer->lookahead == '\r' ? returns_end_line(s, lexer) : at_line_end(lexer)) return blank;
    if (bit == 2 && !(s->state.directives_seen & bit)) read_escape_value(s, lexer);
    s->state.directives_seen |= bit;
    return true;
}

static bool scan_line_end(Scanner *s, TSLexer *lexer, uint8_t mode) {
    returns_end_line(s, lexer);
    if (!lexer->eof(lexer)) take(s, lexer);
    s->state.mode = mode;
    return token(lexer, LINE_END);
}

static bool scan_directive(Scanner *s, TSLexer *lexer, const bool *valid) {
    while (is_space(lexer->lookahead) && lexer->lookahead != '\r' && !at_line_end(lexer)) lexer->advance(lexer, true);
    if (valid[DIRECTIVE_NAME]) {
        while (is_name(lexer->lookahead)) take(s, lexer);
        return token(lexer, DIRECTIVE_NAME);
    }
    if (valid[DIRECTIVE_EQUALS]) {
        while (lexer->lookahead == '\r') lexer->advance(lexer, true);
        while (is_space(lexer->lookahead) && !at_line_end(lexer)) lexer->advance(lexer, true);
        return char_token(s, lexer, DIRECTIVE_EQUALS);
    }
    lexer->mark_end(lexer);
    if (lexer->lookahead == '\r' ? returns_end_line(s, lexer) : at_line_end(lexer)) return scan_line_end(s, lexer, TOP);
    for (bool blank = false; !at_line_end(lexer);) {
        blank = is_regex_space(lexer->lookahead);
        take(s, lexer);
        if (!blank) lexer->mark_end(lexer);
    }
    return marked(lexer, DIRECTIVE_VALUE);
}

// ---- Top level

static enum Token classify(const char *word, bool onbuild) {
    if (strcmp(word, "from") == 0) return FROM;
    if (is_any(word, "run cmd entrypoint ")) return SHELL;
    if (is_any(word, "env label arg ")) return PAIRS;
    if (strcmp(word, "healthcheck") == 0) return HEALTHCHECK;
    if (strcmp(word, "onbuild") == 0 && onbuild) return ONBUILD;
    return WORDS;
}

static bool begin_instruction(Scanner *s, TSLexer *lexer) {
    lexer->mark_end(lexer);
    Prescan ahead;
    prescan(lexer, s->state.escape, &s->line, &ahead);
    State next = {.mode = LINE, .escape = s->state.escape, .directives_done = true, .json = ahead.json, .count = ahead.count};
    s->state = next;
    memcpy(s->heredocs, ahead.heredocs, ahead.count * sizeof(Heredoc));
    return marked(lexer, ahead.keyword_marked ? classify(ahead.keyword, true) : BEGIN);
}

static bool scan_top(Scanner *s, TSLexer *lexer, const bool *valid) {
    while (is_space(lexer->lookahead) && !lexer->eof(lexer)) {
        if (lexer->lookahead == '\n') s->state.directives_done = true;
        lexer->advance(lexer, true);
    }
    if (lexer->eof(lexer)) return false;
    if (lexer->lookahead != '#') return begin_instruction(s, lexer);
    take(s, lexer);
    lexer->mark_end(lexer);
    if (!s->state.directives_done && valid[HASH] && is_directive(s, lexer)) {
        s->state.mode = DIRECTIVE;
        return marked(lexer, HASH);
    }
    s->state.directives_done = true;
    take_rest_of_line(s, lexer);
    return marked(lexer, COMMENT);
}

// ---- Keywords and the words that look like one

// Up to a blank. A word broken by a continuation goes on when the next line starts with text.
static bool scan_keyword(Scanner *s, TSLexer *lexer, const bool *valid, bool dash) {
    char word[16] = "-";
    uint32_t n = dash ? 1 : 0;
    while (!at_line_end(lexer) && !at_blank(lexer)) {
        int32_t c = lexer->lookahead;
        if (c == s->state.escape) {
            lexer->mark_end(lexer);
            if (!take_escape(s, lexer, false)) {
                n = sizeof word - 1;
            } else if (n == 0) {
                return continuation(s, lexer);
            } else if (is_space(lexer->lookahead) || lexer->lookahead == '#' || lexer->eof(lexer)) {
                word[n] = 0;
                return marked(lexer, valid[HEALTH_TYPE] ? HEALTH_TYPE : classify(word, valid[ONBUILD]));
            }
            continue;
        }
        if (n < sizeof word - 1) word[n++] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c < 0x80 ? (char)c : '?';
        take(s, lexer);
    }
    word[n < sizeof word - 1 ? n : 0] = 0;
    return token(lexer, valid[HEALTH_TYPE] ? HEALTH_TYPE : classify(word, valid[ONBUILD]));
}

// "--name"; false, past the first dash, when there is no second one.
static bool scan_flag(Scanner *s, TSLexer *lexer) {
    take(s, lexer);
    if (lexer->lookahead != '-') return false;
    take(s, lexer);
    while (!at_line_end(lexer) && !at_blank(lexer) && lexer->lookahead != '=') {
        bool escape = lexer->lookahead == s->state.escape;
        if (escape) lexer->mark_end(lexer);
        if (!escape) take(s, lexer);
        else if (take_escape(s, lexer, false)) return marked(lexer, FLAG_NAME);
    }
    return token(lexer, FLAG_NAME);
}

static bool scan_as(Scanner *s, TSLexer *lexer) {
    take(s, lexer);
    if ((lexer->lookahead | 32) != 's') return false;
    take(s, lexer);
    return (at_blank(lexer) || at_line_end(lexer)) && token(lexer, AS);
}

// A key in front of '='; false, past some of it, when there is none.
static bool scan_pair_key(Scanner *s, TSLexer *lexer, bool *started) {
    for (; !at_line_end(lexer) && !at_blank(lexer) && lexer->lookahead != s->state.escape; *started = true) {
        int32_t c = lexer->lookahead;
        if (c == '=') return *started && token(lexer, PAIR_KEY);
        if (c == '"' || c == '\'' || c == '$') return false;
        take(s, lexer);
    }
    return false;
}

// At a quote: a quoted key in front of '=', or the quote that opens a string.
static bool scan_quote(Scanner *s, TSLexer *lexer, const bool *valid) {
    int32_t quote = lexer->lookahead;
    take(s, lexer);
    lexer->mark_end(lexer);
    if (valid[PAIR_KEY]) {
        uint32_t n = 0;
        for (; n < MAX_QUOTED_KEY && lexer->lookahead != quote && !at_line_end(lexer); n++) {
            if (lexer->lookahead == s->state.escape || lexer->lookahead == '$') break;
            take(s, lexer);
        }
        if (n > 0 && lexer->lookahead == quote) {
            take(s, lexer);
            if (lexer->lookahead == '=') return token(lexer, PAIR_KEY);
        }
    }
    s->state.quote = (uint8_t)quote;
    return marked(lexer, quote == '"' ? DOUBLE_QUOTE : SINGLE_QUOTE);
}

// ---- Text

// At '$': a variable, the start of an expansion, or NO_TOKEN past the dollar.
static enum Token read_variable(Scanner *s, TSLexer *lexer, const bool *valid) {
    take(s, lexer);
    bool braces = lexer->lookahead == '{';
    if (braces) take(s, lexer);
    else if (is_digit(lexer->lookahead)) return NO_TOKEN;
    bool any = false;
    for (; is_name(lexer->lookahead); any = true) take(s, lexer);
    if (!any) return NO_TOKEN;
    if (!braces) return VARIABLE;
    int32_t c = lexer->lookahead;
    if (c == '}') {
        take(s, lexer);
        return VARIABLE;
    }
    bool operator = c > 0 && c < 0x80 && strchr(":-+?#%/=", c);
    return operator && valid[EXPANSION_START] && s->state.expansions < MAX_EXPANSIONS ? EXPANSION_START : NO_TOKEN;
}

static bool scan_operator(Scanner *s, TSLexer *lexer) {
    int32_t first = lexer->lookahead;
    take(s, lexer);
    int32_t c = lexer->lookahead;
    bool two = first == ':' ? c > 0 && c < 0x80 && strchr("-+?=", c) : c == first && (c == '#' || c == '%' || c == '/');
    if (two) take(s, lexer);
    return token(lexer, OPERATOR);
}

static bool at_heredoc(Scanner *s) {
    while (s->state.shown < s->state.count && s->heredocs[s->state.shown].ordinal < s->state.angles) s->state.shown++;
    return !s->state.half && s->state.shown < s->state.count && s->heredocs[s->state.shown].ordinal == s->state.angles;
}

// The first '<' has been taken.
static bool scan_heredoc_start(Scanner *s, TSLexer *lexer) {
    uint32_t left = s->heredocs[s->state.shown++].length - 1u;
    for (; left > 0 && !at_line_end(lexer) && lexer->lookahead != '\r'; left--) {
        if (lexer->lookahead == s->state.escape) {
            lexer->mark_end(lexer);
            int32_t escape = lexer->lookahead;
            take(s, lexer);
            if (lexer->lookahead == ' ' || lexer->lookahead == '\t' || lexer->lookahead == '\r' || at_line_end(lexer))
                return marked(lexer, HEREDOC_START);
            if (lexer->lookahead == escape && left > 1) {
                take(s, lexer);
                left--;
            }
        } else {
            take(s, lexer);
        }
    }
    return token(lexer, HEREDOC_START);
}

typedef struct {
    enum Token symbol;
    const char *stops;     // characters that end the text
    bool blanks;           // are part of the text
    bool variables, heredocs, escapes;
} TextKind;

static TextKind text_kind(const Scanner *s, const bool *valid) {
    bool words = valid[DOUBLE_QUOTE];
    if (valid[DOUBLE_CONTENT]) return (TextKind){DOUBLE_CONTENT, "\"", true, true, false, true};
    if (valid[SINGLE_CONTENT]) return (TextKind){SINGLE_CONTENT, "'", true, false, false, false};
    if (valid[JSON_CONTENT]) return (TextKind){JSON_CONTENT, "\"", true, false, false, true};
    if (valid[DEFAULT_TEXT]) return (TextKind){DEFAULT_TEXT, s->state.quote ? "}\"" : "}", s->state.quote != 0, true, false, true};
    if (valid[JSON_TEXT]) return (TextKind){JSON_TEXT, valid[JSON_END] ? "\",]" : "", false, false, false, true};
    if (valid[SHELL_FRAGMENT]) return (TextKind){SHELL_FRAGMENT, "", true, false, true, true};
    if (valid[FRAGMENT]) return (TextKind){FRAGMENT, words ? "\"'" : "", false, true, valid[HEREDOC_START], true};
    return (TextKind){NO_TOKEN, "", false, false, false, false};
}

static bool stops(const TextKind *kind, int32_t c) {
    for (const char *stop = kind->stops; *stop; stop++)
        if (c == *stop) return true;
    return false;
}

// Letters, digits and underscores are text wherever text is.
static bool take_plain(Scanner *s, TSLexer *lexer) {
    if (!is_name(lexer->lookahead)) return false;
    s->state.half = false;
    do lexer->advance(lexer, false);
    while (is_name(lexer->lookahead));
    return true;
}

// Text up to something that is not text; `started` when some of it has been taken. What comes instead of text at the
// start (a variable, a heredoc word, a line continuation) is the token then. False when the text is empty.
static bool scan_text(Scanner *s, TSLexer *lexer, const bool *valid, TextKind kind, bool started) {
    for (;; started = true) {
        if (take_plain(s, lexer)) started = true;
        int32_t c = lexer->lookahead;
        if (c != '\r' && c != '\n' && c != s->state.escape && c != '$' && c != '<' && c != '\\' && c != 0 &&
            (kind.blanks || !is_blank(c)) && !stops(&kind, c)) {
            take(s, lexer);
            continue;
        }
        if (at_line_end(lexer) || stops(&kind, c) || (!kind.blanks && is_blank(c))) return started && token(lexer, kind.symbol);
        if (c == '\r') {
            lexer->mark_end(lexer);
            if (returns_end_line(s, lexer)) return started && marked(lexer, kind.symbol);
        } else if (c == s->state.escape) {
            lexer->mark_end(lexer);
            if (take_escape(s, lexer, kind.escapes)) return started ? marked(lexer, kind.symbol) : continuation(s, lexer);
        } else if (c == '\\' && kind.symbol == JSON_CONTENT) {
            take(s, lexer);
            if (!at_line_end(lexer) && lexer->lookahead != s->state.escape && lexer->lookahead != '\r') take(s, lexer);
        } else if (c == '$' && kind.variables) {
            lexer->mark_end(lexer);
            enum Token variable = read_variable(s, lexer, valid);
            if (variable == NO_TOKEN) continue;
            if (started) return marked(lexer, kind.symbol);
            if (variable == EXPANSION_START) s->state.expansions++;
            return token(lexer, variable);
        } else if (c == '<' && kind.heredocs && at_heredoc(s)) {
            lexer->mark_end(lexer);
            take(s, lexer);
            if (lexer->lookahead != '<') continue;
            if (!started) return scan_heredoc_start(s, lexer);
            s->state.half = false;
            return marked(lexer, kind.symbol);
        } else {
            take(s, lexer);
        }
    }
}

// ---- A logical line

// At the end of the logical line: what is still open is closed by empty tokens first.
static bool scan_close(Scanner *s, TSLexer *lexer, const bool *valid) {
    if (valid[EXPANSION_OPEN]) {
        s->state.expansions--;
        return marked(lexer, EXPANSION_OPEN);
    }
    if (valid[STRING_OPEN]) {
        s->state.quote = 0;
        return marked(lexer, STRING_OPEN);
    }
    if (valid[JSON_OPEN]) return marked(lexer, JSON_OPEN);
    return scan_line_end(s, lexer, s->state.count ? BODY : TOP);
}

// The character that ends what the scanner is in: a string, an expansion.
static bool scan_closing(Scanner *s, TSLexer *lexer, const bool *valid, bool blanks) {
    int32_t c = lexer->lookahead;
    if (valid[DEFAULT_TEXT]) {
        bool open = s->state.quote == 0 ? blanks || is_blank(c) : c == '"' && !blanks;
        if (!open && (blanks || c != '}')) return false;
        s->state.expansions--;
        return open ? marked(lexer, EXPANSION_OPEN) : char_token(s, lexer, EXPANSION_END);
    }
    if (blanks) return false;
    if (valid[JSON_CONTENT]) return c == '"' && char_token(s, lexer, JSON_QUOTE_CLOSE);
    bool ends = (valid[DOUBLE_CONTENT] && c == '"') || (valid[SINGLE_CONTENT] && c == '\'');
    if (ends) s->state.quote = 0;
    return ends && char_token(s, lexer, c == '"' ? DOUBLE_CLOSE : SINGLE_CLOSE);
}

static bool scan_punctuation(Scanner *s, TSLexer *lexer, const bool *valid) {
    int32_t c = lexer->lookahead;
    if (c == '=' && valid[EQUALS]) return char_token(s, lexer, EQUALS);
    if (c == '[' && valid[JSON_START] && s->state.json) {
        s->state.json = false;
        return char_token(s, lexer, JSON_START);
    }
    if (c == ']' && valid[JSON_END]) return char_token(s, lexer, JSON_END);
    if (c == ',' && valid[JSON_COMMA]) return char_token(s, lexer, JSON_COMMA);
    return c == '"' && valid[JSON_QUOTE] && char_token(s, lexer, JSON_QUOTE);
}

static bool scan_blank(Scanner *s, TSLexer *lexer) {
    for (lexer->mark_end(lexer); at_blank(lexer);) {
        bool end = lexer->lookahead == '\r' && returns_end_line(s, lexer);
        if (end) break;
        if (at_blank(lexer)) take(s, lexer);
        if (lexer->lookahead == '\r' || !at_blank(lexer)) lexer->mark_end(lexer);
    }
    return marked(lexer, BLANK);
}

// Where nothing but a blank may come, an empty one stands for the blank that is missing.
static bool scan_missing_blank(Scanner *s, TSLexer *lexer) {
    bool joined = lexer->lookahead == s->state.escape && take_escape(s, lexer, false);
    return joined ? continuation(s, lexer) : marked(lexer, BLANK);
}

// The start of an argument. What looked like a flag, a key or AS and is none goes on as text.
static bool scan_argument(Scanner *s, TSLexer *lexer, const bool *valid) {
    bool started = false;
    int32_t c = lexer->lookahead;
    if (c == '-' && valid[FLAG_NAME]) {
        if (scan_flag(s, lexer)) return true;
        started = true;
    }
    if (valid[WORDS] || valid[HEALTH_TYPE]) return scan_keyword(s, lexer, valid, started);
    if (scan_punctuation(s, lexer, valid)) return true;
    if ((c == '"' && valid[DOUBLE_QUOTE]) || (c == '\'' && valid[SINGLE_QUOTE])) return scan_quote(s, lexer, valid);
    if (valid[AS] && (c | 32) == 'a') {
        if (scan_as(s, lexer)) return true;
        started = true;
    }
    if (valid[OPERATOR]) return scan_operator(s, lexer);
    if (valid[PAIR_KEY] && scan_pair_key(s, lexer, &started)) return true;
    TextKind kind = text_kind(s, valid);
    return kind.symbol == NO_TOKEN ? scan_missing_blank(s, lexer) : scan_text(s, lexer, valid, kind, started);
}

// `blanks` when those at the start of a continued line have been taken.
static bool scan_in_line(Scanner *s, TSLexer *lexer, const bool *valid, bool blanks) {
    if (!blanks) {
        while (s->state.lead && at_blank(lexer) && lexer->lookahead != '\r') lexer->advance(lexer, true);
        lexer->mark_end(lexer);
        blanks = lexer->lookahead == '\r';
        if (blanks ? returns_end_line(s, lexer) : at_line_end(lexer)) return scan_close(s, lexer, valid);
    }
    bool content = valid[DOUBLE_CONTENT] || valid[SINGLE_CONTENT] || valid[JSON_CONTENT] || valid[DEFAULT_TEXT];
    if (content) {
        if (scan_closing(s, lexer, valid, blanks)) return true;
    } else {
        if (blanks && s->state.lead) return token(lexer, INDENT);
        if (valid[BLANK] && (blanks || at_blank(lexer))) return scan_blank(s, lexer);
        if (!blanks) return scan_argument(s, lexer, valid);
    }
    return scan_text(s, lexer, valid, text_kind(s, valid), blanks);
}

static bool scan_comment(Scanner *s, TSLexer *lexer) {
    take_rest_of_line(s, lexer);
    s->state.mode = AFTER_COMMENT;
    return marked(lexer, COMMENT);
}

static bool scan_continued(Scanner *s, TSLexer *lexer, const bool *valid) {
    lexer->mark_end(lexer);
    bool blanks = false;
    for (; is_space(lexer->lookahead) && !at_line_end(lexer); blanks = true) take(s, lexer);
    if (lexer->lookahead == '\n') return char_token(s, lexer, EMPTY_LINE);
    if (lexer->eof(lexer) && blanks) return token(lexer, EMPTY_LINE);
    if (lexer->lookahead == '#') {
        if (!blanks) return scan_comment(s, lexer);
        s->state.mode = AT_COMMENT;
        return token(lexer, INDENT);
    }
    s->state.mode = LINE;
    return scan_in_line(s, lexer, valid, blanks);
}

static bool scan_after_comment(Scanner *s, TSLexer *lexer, const bool *valid) {
    while (lexer->lookahead == '\r') lexer->advance(lexer, true);
    if (lexer->lookahead == '\n') lexer->advance(lexer, true);
    s->state.mode = CONTINUED;
    return scan_continued(s, lexer, valid);
}

// ---- Heredoc bodies

// One line, its end included; true when it closes the heredoc.
static bool read_body_line(TSLexer *lexer, const Heredoc *heredoc) {
    uint64_t hash = HASH_START;
    uint32_t returns = 0;
    while (heredoc->chomp && lexer->lookahead == '\t') lexer->advance(lexer, false);
    for (; !at_line_end(lexer); lexer->advance(lexer, false)) {
        if (lexer->lookahead == '\r') {
            returns++;
            continue;
        }
        for (; returns > 0; returns--) hash = hash_step(hash, '\r');
        hash = hash_step(hash, lexer->lookahead);
    }
    if (!lexer->eof(lexer)) lexer->advance(lexer, false);
    return hash == heredoc->hash;
}

static bool scan_body(Scanner *s, TSLexer *lexer) {
    bool closed = false;
    lexer->mark_end(lexer);
    while (!closed && !lexer->eof(lexer)) {
        closed = read_body_line(lexer, &s->heredocs[s->state.body]);
        if (!closed) lexer->mark_end(lexer);
    }
    s->state.mode = TERMINATOR;
    return marked(lexer, HEREDOC_BODY);
}

static uint8_t next_body(Scanner *s) {
    s->state.body++;
    if (s->state.body < s->state.count) return BODY;
    s->state.count = 0;
    return TOP;
}

static bool scan_terminator(Scanner *s, TSLexer *lexer) {
    lexer->mark_end(lexer);
    if (lexer->eof(lexer)) {
        s->state.mode = next_body(s);
        return marked(lexer, HEREDOC_OPEN);
    }
    while (s->heredocs[s->state.body].chomp && lexer->lookahead == '\t') lexer->advance(lexer, true);
    take_rest_of_line(s, lexer);
    s->state.mode = AFTER_TERMINATOR;
    return marked(lexer, HEREDOC_END);
}

// ---- What tree-sitter calls

void *tree_sitter_dockerfile_external_scanner_create(void) {
    Scanner *s = ts_calloc(1, sizeof *s);
    s->state.escape = '\\';
    return s;
}

void tree_sitter_dockerfile_external_scanner_destroy(void *payload) {
    Scanner *s = payload;
    free_text(&s->line.text);
    free_text(&s->line.angles);
    ts_free(s);
}

unsigned tree_sitter_dockerfile_external_scanner_serialize(void *payload, char *buffer) {
    const Scanner *s = payload;
    unsigned size = sizeof s->state + s->state.count * (unsigned)sizeof(Heredoc);
    memcpy(buffer, &s->state, sizeof s->state);
    memcpy(buffer + sizeof s->state, s->heredocs, size - sizeof s->state);
    return size;
}

void tree_sitter_dockerfile_external_scanner_deserialize(void *payload, const char *buffer, unsigned length) {
    Scanner *s = payload;
    memset(&s->state, 0, sizeof s->state);
    s->state.escape = '\\';
    if (length < sizeof s->state) return;
    memcpy(&s->state, buffer, sizeof s->state);
    memcpy(s->heredocs, buffer + sizeof s->state, length - sizeof s->state);
}

static bool scan(Scanner *s, TSLexer *lexer, const bool *valid) {
    switch (s->state.mode) {
        case TOP: return scan_top(s, lexer, valid);
        case DIRECTIVE: return scan_directive(s, lexer, valid);
        case LINE: return scan_in_line(s, lexer, valid, false);
        case CONTINUED: return scan_continued(s, lexer, valid);
        case AT_COMMENT: return scan_comment(s, lexer);
        case AFTER_COMMENT: return scan_after_comment(s, lexer, valid);
        case BODY: return scan_body(s, lexer);
        case TERMINATOR: return scan_terminator(s, lexer);
        default: return scan_line_end(s, lexer, next_body(s));
    }
}

static bool leads(enum Token symbol, bool before) {
    switch (symbol) {
        case LINE_CONTINUATION: case EMPTY_LINE: case COMMENT: case INDENT: return before;
        case BEGIN: case BLANK: case FROM: case SHELL: case HEALTHCHECK: case PAIRS: case WORDS: case ONBUILD: case HEALTH_TYPE: case AS:
        case JSON_START: case JSON_END: case JSON_COMMA: case JSON_QUOTE_CLOSE: return true;
        default: return false;
    }
}

bool tree_sitter_dockerfile_external_scanner_scan(void *payload, TSLexer *lexer, const bool *valid) {
    Scanner *s = payload;
    bool before = s->state.lead;
    if (valid[ERROR_SENTINEL] || !scan(s, lexer, valid)) return false;
    s->state.lead = leads(lexer->result_symbol, before);
    return true;
}
