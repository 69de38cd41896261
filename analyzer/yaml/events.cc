#include "analyzer/yaml/events.h"

#include <libfyaml.h>

#include <algorithm>

#include "analyzer/yaml/scalar_text.h"
#include "analyzer/yaml/split.h"

namespace plimsoll::yaml {

namespace {

void no_output(fy_diag*, void*, const char*, std::size_t) {}

// libfyaml's reports and our words for them; the first that fits counts.
struct Wording {
    std::string_view theirs, ours;
};

constexpr Wording wordings[] = {
    {"tab character", "a tab cannot be used for indentation"},
    {"multiline plain key", "a key must stand on one line: is the indentation right, or a ':' or quotes missing?"},
    {"nested block mapping on the same line", "': ' inside a value needs quotes"},
    {"mapping values are not allowed", "a mapping cannot begin here: is the indentation right?"},
    {"flow sequence without", "'[' is not closed"},
    {"flow mapping without", "'{' is not closed"},
    {"mismatched flow", "this bracket does not fit the one that was opened"},
    {"without closing quote", "the quotation mark is not closed"},
    {"without a closing", "this is not closed"},
    {"invalid value after mapping", "this line needs a key: is the indentation right, or a ':' missing?"},
    {"trailing content after", "nothing may follow the closing quotation mark"},
    {"missing comma", "a ',' or a closing bracket is missing before this"},
    {"extra closing bracket", "this bracket closes nothing"},
    {"find expected ':'", "a ':' is missing behind this key"},
    {"expected key", "a key is missing here: is the indentation right?"},
    {"expected node content", "a value is missing here"},
    {"missing document start", "this does not belong to the document"},
    {"cannot start with", "this character cannot begin a plain text: put it into quotes"},
    {"invalid escape", "no such escape sequence in a double-quoted text"},
    {"document-start marker", "'---' inside a quoted text ends the document"},
    {"document-end marker", "'...' inside a quoted text ends the document"},
    {"end of block sequence", "this is neither an item of the sequence nor indented as what follows it"},
    {"end of block mapping", "this is neither an entry of the mapping nor indented as what follows it"},
    {"block mapping key on same line", "a key cannot follow on the same line"},
    {"missing ':'", "a ':' is missing behind this key"},
    {"comment without whitespace", "a comment needs a blank before its '#'"},
    {"block sequence on the same line", "an item cannot begin on the line of its key"},
    {"block sequence entries", "an item cannot begin here"},
    {"block entry", "an item cannot begin here"},
    {"key (not allowed", "a key cannot stand here"},
    {"key mark", "a key cannot stand here"},
    {"value mark", "a value cannot stand here"},
    {"key", "this cannot be a key"},
    {"wrong indendation", "the indentation fits nothing above"},
    {"block sequence entry", "an item cannot begin here"},
    {"directives without content", "a directive needs a document"},
    {"indent", "the indentation fits nothing above"},
    {"anchor", "an anchor cannot stand here"},
    {"alias", "an alias cannot stand here"},
    {"tag", "this tag cannot be used here"},
    {"version", "the reader knows YAML 1.1 only"},
    {"directive", "this directive is not known"},
    {"plain", "this character cannot begin a plain text: put it into quotes"},
    {"UTF", "these bytes are not text"},
};

std::string our_words(std::string_view message) {
    for (const Wording& wording : wordings)
        if (message.find(wording.theirs) != std::string_view::npos) return std::string(wording.ours);
    return "the text cannot be read as YAML from here";
}

// The smallest text that shows what is wrong, on one line.
Span narrowed(std::string_view text, Span part, Span span, std::string_view message) {
    std::string_view found = text.substr(span.begin, span.size());
    if (message.find("without closing quote") != std::string_view::npos) {
        bool behind = span.begin > part.begin && (text[span.begin - 1] == '"' || text[span.begin - 1] == '\'') && text[span.begin] != text[span.begin - 1];
        std::uint32_t begin = behind ? span.begin - 1 : span.begin;
        return {begin, std::min(begin + 1, part.end)};
    }
    if (message.find("multiline plain key") != std::string_view::npos) {
        // The line that looks like a key.
        std::size_t line = found.find_last_of("\r\n");
        std::size_t first = line == std::string_view::npos ? line : found.find_first_not_of(" \t", line + 1);
        return first == std::string_view::npos ? span : Span{span.begin + static_cast<std::uint32_t>(first), span.end};
    }
    std::size_t line = found.find_first_of("\r\n");
    return line == std::string_view::npos ? span : Span{span.begin, span.begin + static_cast<std::uint32_t>(line)};
}

Style style_of(fy_scalar_style style) {
    switch (style) {
        case FYSS_SINGLE_QUOTED: return Style::single_quoted;
        case FYSS_DOUBLE_QUOTED: return Style::double_quoted;
        case FYSS_LITERAL: return Style::literal;
        case FYSS_FOLDED: return Style::folded;
        default: return Style::plain;
    }
}

// Reads one part: knows where it lies in the text.
class Reading {
public:
    Reading(std::string_view text, Span part, const TextFacts& facts, Builder& builder)
        : text_(text), part_(part), facts_(facts), builder_(builder), scalars_(text) {}

    // False at the end of the document.
    bool take(fy_event* event) {
        switch (event->type) {
            case FYET_DOCUMENT_START:
                if (event->document_start.document_start) builder_.passed(span_of(event->document_start.document_start).end);
                break;
            case FYET_MAPPING_START: begin(Kind::mapping, event->mapping_start); break;
            case FYET_SEQUENCE_START: begin(Kind::sequence, event->sequence_start); break;
            case FYET_MAPPING_END: builder_.end_collection(span_of(event->mapping_end.mapping_end)); break;
            case FYET_SEQUENCE_END: builder_.end_collection(span_of(event->sequence_end.sequence_end)); break;
            case FYET_SCALAR: scalar(event->scalar); break;
            case FYET_ALIAS: alias(event->alias.anchor); break;
            case FYET_DOCUMENT_END: return false;
            default: break;
        }
        return true;
    }

    Span span_of(fy_token* token) const {
        if (!token) return {builder_.reached(), builder_.reached()};
        const fy_mark *from = fy_token_start_mark(token), *to = fy_token_end_mark(token);
        if (!from || !to) return {builder_.reached(), builder_.reached()};
        std::size_t begin = std::min<std::size_t>(part_.begin + from->input_pos, part_.end);
        std::size_t end = std::min<std::size_t>(part_.begin + to->input_pos, part_.end);
        return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(std::max(begin, end))};
    }

private:
    Builder::Properties properties(fy_token* anchor, fy_token* tag) {
        Builder::Properties out;
        if (anchor) {
            Span place = span_of(anchor);
            out.anchor = text_.substr(place.begin, place.size());
            builder_.passed(std::max(builder_.reached(), place.end));
        }
        if (tag) {
            std::size_t length = 0;
            const char* name = fy_token_get_text(tag, &length);
            if (name) out.tag = {name, length};
            out.has_tag = true;
            builder_.passed(std::max(builder_.reached(), span_of(tag).end));
        }
        return out;
    }

    template <typename Data>
    void begin(Kind kind, const Data& data) {
        Builder::Properties given = properties(data.anchor, data.tag);
        fy_token* token = nullptr;
        if constexpr (requires { data.mapping_start; }) {
            token = data.mapping_start;
        } else {
            token = data.sequence_start;
        }
        Span place = span_of(token);
        bool flow = !place.empty() && (text_[place.begin] == '{' || text_[place.begin] == '[');
        if (!flow) place.end = place.begin;
        builder_.begin_collection(kind, place, flow, given);
    }

    void alias(fy_token* token) {
        Span name = span_of(token);
        Span whole = name.begin > part_.begin && text_[name.begin - 1] == '*' ? Span{name.begin - 1, name.end} : name;
        builder_.alias(text_.substr(name.begin, name.size()), whole);
    }

    void scalar(const fy_event_scalar_data& data) {
        Builder::Properties given = properties(data.anchor, data.tag);
        if (!data.value) return builder_.nothing(given);
        Style style = style_of(fy_token_scalar_style(data.value));
        Span place = span_of(data.value);
        switch (style) {
            case Style::plain:
                if (place.empty()) return builder_.nothing(given);
                // The reader hid the header of a text that is empty.
                if (text_[place.begin] == '|' || text_[place.begin] == '>')
                    return block(place, text_[place.begin] == '|' ? Style::literal : Style::folded, given);
                if (builder_.in_flow() && !builder_.is_json()) check_flow_text(place);
                builder_.scalar(verbatim(place, '\0') ? slice(place) : scalars_.flow(place, style, builder_), place, style, given);
                break;
            case Style::single_quoted:
            case Style::double_quoted: {
                bool direct = verbatim(place, style == Style::single_quoted ? '\'' : '\\');
                std::string_view value = direct ? slice(place) : scalars_.flow(place, style, builder_);
                builder_.scalar(value, with_quotes(place), style, given);
                break;
            }
            default: block(place, style, given);
        }
    }

    // In flow style go-yaml ends a plain text at a '?', and takes a ':' without a blank behind it as part of the text.
    void check_flow_text(Span place) {
        if (std::size_t mark = slice(place).find('?'); mark != std::string_view::npos) {
            std::uint32_t at = place.begin + static_cast<std::uint32_t>(mark);
            builder_.problem(Problem::Kind::syntax, {at, at + 1}, "a text with '?' needs quotes inside brackets");
        } else if (place.end + 1 < part_.end && text_[place.end] == ':' && std::string_view(",[]{}").find(text_[place.end + 1]) != std::string_view::npos) {
            builder_.problem(Problem::Kind::syntax, {place.end, place.end + 1}, "':' needs a blank behind it");
        }
    }

    std::string_view slice(Span place) const { return text_.substr(place.begin, place.size()); }

    // Whether the text of the scalar is its bytes: one line, nothing escaped.
    bool verbatim(Span place, char escape) const {
        std::string_view text = slice(place);
        if (text.find('\n') != std::string_view::npos) return false;
        if (facts_.has_cr && text.find('\r') != std::string_view::npos) return false;
        if (escape && text.find(escape) != std::string_view::npos) return false;
        return !facts_.has_odd_breaks || (text.find("\xc2\x85") == std::string_view::npos && text.find("\xe2\x80") == std::string_view::npos);
    }

    Span with_quotes(Span inner) const { return {inner.begin > part_.begin ? inner.begin - 1 : inner.begin, std::min(inner.end + 1, part_.end)}; }

    // libfyaml places a block scalar from its first line on; its '|' or '>' stands before that.
    void block(Span content, Style style, const Builder::Properties& given) {
        char sign = style == Style::literal ? '|' : '>';
        std::uint32_t at = builder_.reached();
        while (at < content.begin && text_[at] != sign) {
            if (text_[at] == '#' && at > 0 && (text_[at - 1] == ' ' || text_[at - 1] == '\t' || text_[at - 1] == '\n')) {
                while (at < content.begin && text_[at] != '\n' && text_[at] != '\r') ++at;
            } else {
                ++at;
            }
        }
        if (at >= content.begin && (at >= part_.end || text_[at] != sign)) return builder_.scalar({}, content, style, given);
        const ScalarText::Block read = scalars_.block(at, part_.end, builder_);
        if (first_content(text_, {read.end, content.end}) < content.end) builder_.note_misread(at);
        builder_.scalar(read.value, {at, read.end}, style, given);
    }

    std::string_view text_;
    Span part_;
    const TextFacts& facts_;
    Builder& builder_;
    ScalarText scalars_;
};

}

struct Events::State {
    fy_diag* diag = nullptr;
    fy_parser* parser = nullptr;
    bool used = false;

    State() {
        fy_diag_cfg quiet;
        fy_diag_cfg_default(&quiet);
        quiet.fp = nullptr;
        quiet.output_fn = no_output;
        quiet.colorize = false;
        diag = fy_diag_create(&quiet);
        open();
    }
    ~State() {
        if (parser) fy_parser_destroy(parser);
        if (diag) fy_diag_destroy(diag);
    }
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    void open() {
        if (diag) fy_diag_set_collect_errors(diag, true);
        fy_parse_cfg cfg{};
        cfg.flags = static_cast<fy_parse_cfg_flags>(FYPCF_QUIET | FYPCF_DEFAULT_VERSION_1_1 | FYPCF_SLOPPY_FLOW_INDENTATION | FYPCF_DISABLE_DEPTH_LIMIT |
                                                    FYPCF_COLLECT_DIAG | FYPCF_JSON_NONE);
        cfg.diag = diag;
        parser = diag ? fy_parser_create(&cfg) : nullptr;
    }

    // A parser that failed is thrown away: its errors went into the diagnostics.
    bool prepare() {
        if (parser && used && (fy_parser_get_stream_error(parser) || fy_parser_reset(parser) != 0)) {
            fy_parser_destroy(parser);
            fy_diag_reset_error(diag);
            open();
        }
        used = true;
        return parser != nullptr;
    }
};

Events::Events() : state_(std::make_unique<State>()) {}
Events::~Events() = default;

bool Events::read(std::string_view text, std::string_view bytes, Span part, const TextFacts& facts, Builder& builder, Failure& failure) {
    failure = {{part.begin, part.end}, "the YAML reader could not be started", false};
    if (!state_->prepare()) return false;
    if (fy_parser_set_string(state_->parser, bytes.data(), bytes.size()) != 0) return false;
    Reading reading(text, part, facts, builder);
    // What follows the document is read to its end without use: a parser that is stopped half-way cannot be reset.
    bool more = true;
    while (fy_event* event = fy_parser_parse(state_->parser)) {
        more = more && reading.take(event);
        fy_parser_event_free(state_->parser, event);
    }
    if (!more || !fy_parser_get_stream_error(state_->parser)) return true;
    std::uint32_t at = builder.reached();
    failure = {{at, at}, "the text cannot be read as YAML from here", false};
    void* previous = nullptr;
    if (fy_diag_error* error = fy_diag_errors_iterate(state_->diag, &previous)) {
        if (error->fyt) failure.span = reading.span_of(error->fyt);
        std::string_view message = error->msg ? error->msg : "";
        failure.span = narrowed(text, part, failure.span, message);
        failure.message = our_words(message);
        failure.tab = message.find("tab") != std::string_view::npos;
    }
    return false;
}

}
