#include "lines.h"

#include "state.h"
#include "unicode.h"     // tree-sitter's own decoder: both readers see the same characters

void *tree_sitter_dockerfile_external_scanner_create(void);
void tree_sitter_dockerfile_external_scanner_destroy(void *);
bool tree_sitter_dockerfile_external_scanner_scan(void *, TSLexer *, const bool *);

typedef struct {
    TSLexer data;      // first, so that a TSLexer is a Reader
    const uint8_t *text;
    uint32_t size, at, next;
    uint32_t begin, end;      // of the token
} Reader;

static void look(Reader *reader) {
    if (reader->at >= reader->size) {
        reader->data.lookahead = 0;
        reader->next = reader->at;
        return;
    }
    uint8_t byte = reader->text[reader->at];
    uint32_t length = 1;
    if (byte < 0x80) {
        reader->data.lookahead = byte;
    } else {
        length = ts_decode_utf8(reader->text + reader->at, reader->size - reader->at, &reader->data.lookahead);
        if (reader->data.lookahead == TS_DECODE_ERROR) length = 1;
    }
    reader->next = reader->at + length;
}

static void advance(TSLexer *lexer, bool skip) {
    Reader *reader = (Reader *)lexer;
    reader->at = reader->next;
    if (skip) reader->begin = reader->at;
    look(reader);
}

static void mark_end(TSLexer *lexer) {
    Reader *reader = (Reader *)lexer;
    reader->end = reader->at;
}

static bool at_end(const TSLexer *lexer) {
    const Reader *reader = (const Reader *)lexer;
    return reader->at >= reader->size;
}

static uint32_t no_column(TSLexer *lexer) {
    (void)lexer;
    return 0;
}

static bool no_range(const TSLexer *lexer) {
    (void)lexer;
    return false;
}

static void start(Reader *reader, uint32_t at) {
    reader->at = reader->begin = at;
    reader->end = UINT32_MAX;
    look(reader);
    if (at == 0 && reader->data.lookahead == 0xFEFF) advance(&reader->data, true);
}

static void finish(Reader *reader) {
    if (reader->end == UINT32_MAX) reader->end = reader->at;
    if (reader->end < reader->begin) reader->begin = reader->end;
}

static enum DockerfilePart part_of(TSSymbol symbol) {
    switch (symbol) {
        case COMMENT: return DOCKERFILE_COMMENT;
        case HASH: return DOCKERFILE_DIRECTIVE;
        case DIRECTIVE_NAME: return DOCKERFILE_DIRECTIVE_NAME;
        case DIRECTIVE_VALUE: return DOCKERFILE_DIRECTIVE_VALUE;
        case BEGIN: return DOCKERFILE_BEGIN;
        case FROM: case SHELL: case HEALTHCHECK: case PAIRS: case WORDS: case ONBUILD: return DOCKERFILE_KEYWORD;
        case LINE_CONTINUATION: return DOCKERFILE_CONTINUATION;
        case EMPTY_LINE: return DOCKERFILE_EMPTY_LINE;
        case LINE_END: return DOCKERFILE_LINE_END;
        case HEREDOC_BODY: return DOCKERFILE_HEREDOC_BODY;
        case HEREDOC_END: case HEREDOC_OPEN: return DOCKERFILE_HEREDOC_END;
        default: return DOCKERFILE_TEXT;
    }
}

// What the grammar would allow behind the token, as far as the scanner asks.
static void allow(bool *valid, TSSymbol last) {
    switch (last) {
        case LINE_CONTINUATION: case EMPTY_LINE: case COMMENT: case INDENT: return;
        default: memset(valid, 0, NO_TOKEN);
    }
    switch (last) {
        case LINE_END: case HEREDOC_END: case HEREDOC_OPEN: valid[HASH] = true; break;
        case HASH: valid[DIRECTIVE_NAME] = true; break;
        case DIRECTIVE_NAME: valid[DIRECTIVE_EQUALS] = true; break;
        case DIRECTIVE_EQUALS: valid[DIRECTIVE_VALUE] = true; break;
        case BEGIN: valid[WORDS] = valid[ONBUILD] = true; break;
        default: valid[SHELL_FRAGMENT] = true;
    }
}

void dockerfile_read_lines(const char *text, uint32_t size, DockerfileTake take_part, void *context) {
    Reader reader = {
        .data = {.advance = advance, .mark_end = mark_end, .get_column = no_column, .is_at_included_range_start = no_range, .eof = at_end},
        .text = (const uint8_t *)text,
        .size = size,
    };
    bool valid[NO_TOKEN];
    allow(valid, LINE_END);
    void *scanner = tree_sitter_dockerfile_external_scanner_create();
    for (start(&reader, 0); tree_sitter_dockerfile_external_scanner_scan(scanner, &reader.data, valid); start(&reader, reader.end)) {
        finish(&reader);
        TSSymbol symbol = reader.data.result_symbol;
        take_part(context, part_of(symbol), reader.begin, reader.end);
        allow(valid, symbol);
    }
    tree_sitter_dockerfile_external_scanner_destroy(scanner);
}
