#include "analyzer/yaml/reader.h"

#include <algorithm>

#include "analyzer/yaml/comments.h"
#include "analyzer/yaml/decode.h"
#include "analyzer/yaml/json_scan.h"
#include "analyzer/yaml/strict.h"

namespace plimsoll::yaml {

namespace {

constexpr int most_hidden = 10;      // block texts of one document that libfyaml may get wrong
constexpr int most_failures = 100;   // parts of one document that are tried after an error

bool starts_key(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '"' || c == '\'' || c == '_'; }

}

// The next line at the left edge that looks like a key; the end when there is none.
std::uint32_t Reader::next_entry(std::uint32_t from, std::uint32_t end) const {
    for (std::size_t at = text_.find('\n', from); at < end; at = text_.find('\n', at + 1)) {
        std::size_t line = at + 1;
        if (line >= end || !starts_key(text_[line])) continue;
        std::size_t stop = std::min<std::size_t>(text_.find('\n', line), end);
        std::size_t colon = text_.substr(line, stop - line).find(':');
        if (colon == std::string_view::npos) continue;
        std::size_t after = line + colon + 1;
        if (after >= stop || text_[after] == ' ' || text_[after] == '\t' || text_[after] == '\r') return static_cast<std::uint32_t>(line);
    }
    return end;
}

void Reader::note_failure(const Failure& failure, Builder& builder, std::uint32_t next, Document& document) const {
    std::uint32_t begin = builder.reached();
    std::size_t line = text_.find_first_not_of(" \t\r\n", begin);
    Span region{std::min(static_cast<std::uint32_t>(std::min<std::size_t>(line, next)), next), next};
    builder.problem(failure.tab ? Problem::Kind::tab : Problem::Kind::syntax, failure.span, failure.message);
    document.problems.back().region = region;
}

// libfyaml stumbles over "-" at the very end of a text.
bool Reader::ends_with_empty_item(const Builder& builder, std::uint32_t end) const {
    if (!builder.in_block_sequence()) return false;
    std::uint32_t dash = first_content(text_, {builder.reached(), end});
    return dash < end && text_[dash] == '-' && first_content(text_, {dash + 1, end}) == end;
}

// libfyaml ends a document before text that stands no less deep than its first key, where go-yaml misses a key.
bool Reader::continues(const Builder& builder, std::uint32_t end, Failure& failure) const {
    std::uint32_t rest = first_content(text_, {builder.reached(), end});
    if (rest == end || text_.substr(rest, 3) == "..." || builder.root_column() < 0 || column_of(text_, rest) < builder.root_column()) return false;
    std::uint32_t stop = static_cast<std::uint32_t>(std::min<std::size_t>(text_.find_first_of(" \t\r\n", rest), end));
    failure = {{rest, stop}, "this is neither an entry of what stands above nor indented as what follows", false};
    return true;
}

void Reader::read_parts(Span whole, Builder& builder, Document& document) {
    if (!by_library_ && !document.is_json && shown_.empty() && block_style_.read(whole, builder)) return;
    Span part = whole;
    Failure failure;
    for (int tries = 0; tries < most_failures; ++tries) {
        std::string_view seen = shown_.empty() ? text_.substr(whole.begin, whole.size()) : std::string_view(shown_);
        bool read = events_.read(text_, seen.substr(part.begin - whole.begin), part, facts_, builder, failure);
        if (builder.misread()) return;
        if (!read && ends_with_empty_item(builder, whole.end)) {
            builder.nothing({});
            builder.end_of_text();
            read = true;
        }
        if (read && !continues(builder, whole.end, failure)) return;
        if (read) builder.reopen();
        std::optional<std::uint32_t> flow = read ? std::nullopt : builder.drop_open_flow();
        if (flow && failure.span.begin >= whole.end) failure.span = {*flow, *flow + 1};
        std::uint32_t next = whole.end;
        std::uint32_t behind = std::max({std::min(failure.span.begin, whole.end), builder.reached(), part.begin});
        if (builder.accepts_entries()) next = next_entry(behind, whole.end);
        note_failure(failure, builder, next, document);
        if (next == whole.end) return;
        builder.resume();
        builder.passed(next);
        part.begin = next;
    }
}

// A block text that is not indented is empty for go-yaml, and what follows is read as YAML; libfyaml takes those lines as its content. So it gets
// to see "~" in the place of the header.
bool Reader::hide(std::uint32_t header, Span whole) {
    if (shown_.empty()) shown_ = text_.substr(whole.begin, whole.size());
    std::size_t at = header - whole.begin;
    if (shown_[at] == '~') return false;
    shown_[at] = '~';
    for (++at; at < shown_.size() && std::string_view("+-0123456789").find(shown_[at]) != std::string_view::npos; ++at) shown_[at] = ' ';
    return true;
}

void Reader::parse(const Chunk& chunk, Document& document) {
    const std::size_t problems = document.problems.size();
    const bool refused = document.refused;
    shown_.clear();
    for (int tries = 0; tries < most_hidden; ++tries) {
        Builder builder(text_, facts_, records_, document);
        read_parts(chunk.span, builder, document);
        if (builder.misread() && tries + 1 < most_hidden && hide(*builder.misread(), chunk.span)) {
            document.problems.resize(problems);
            document.refused = refused;
            continue;
        }
        return finish(chunk, builder, document);
    }
}

void Reader::finish(const Chunk& chunk, Builder& builder, Document& document) {
    if (builder.misread()) builder.problem(Problem::Kind::syntax, {*builder.misread(), *builder.misread() + 1}, "the text behind this sign must be indented");
    std::uint32_t rest = first_content(text_, {builder.reached(), chunk.span.end});
    if (builder.complete() && document.problems.empty() && rest < chunk.span.end)
        builder.problem(Problem::Kind::dropped, {rest, chunk.span.end}, "the reader stops before this text without a word");
    bool has_root = builder.close();
    Span seen{chunk.span.begin, builder.complete() ? std::min(rest + 1, chunk.span.end) : chunk.span.end};
    if (!document.is_json) check_strictness(text_, seen, facts_.has_tab, records_, document);
    if (has_root) {
        builder.apply_merges();
        document.tree->records.assign(records_.begin(), records_.end());
        document.root = Node(&document.tree->records[1]);
    }
}

void Reader::read(const Chunk& chunk, const std::vector<Span>& bad, std::vector<Document>& documents, std::vector<Comment>& comments) {
    std::uint32_t first = first_content(text_, chunk.span);
    if (first == chunk.span.end || text_[first] != '{' || !chunk.content.empty() || chunk.dropped.end > chunk.span.end)
        return read_one(chunk, false, bad, documents, comments);
    // JSON texts may follow one another without a separator.
    Chunk rest = chunk;
    while (std::optional<std::uint32_t> end = json_end(text_, {first, chunk.span.end})) {
        std::uint32_t next = first_content(text_, {*end, chunk.span.end});
        Chunk one = rest;
        bool last = next == chunk.span.end || text_[next] != '{';
        if (!last) one.span.end = *end;
        read_one(one, true, bad, documents, comments);
        if (last) return;
        rest.span.begin = *end;
        first = next;
    }
    read_one(rest, false, bad, documents, comments);
}

void Reader::read_one(const Chunk& chunk, bool is_json, const std::vector<Span>& bad, std::vector<Document>& documents, std::vector<Comment>& comments) {
    Document document;
    document.span = chunk.span;
    document.is_json = is_json;
    document.index = static_cast<std::uint32_t>(documents.size());
    document.tree.reset(new Tree);
    std::uint32_t first = first_content(text_, chunk.span);
    document.first = first < chunk.span.end ? first : chunk.span.begin;
    if (!chunk.content.empty()) {
        document.problems.push_back({Problem::Kind::directive, chunk.content, "nothing but a comment may follow '---' on its line", {}, {}});
        document.refused = true;
    }
    for (auto wrong = std::lower_bound(bad.begin(), bad.end(), Span{chunk.span.begin, 0}); wrong != bad.end() && wrong->begin < chunk.span.end; ++wrong) {
        document.problems.push_back({Problem::Kind::encoding, *wrong, "these bytes are not UTF-8 text", {}, *wrong});
        document.refused = true;
    }
    document.comments_begin = static_cast<std::uint32_t>(comments.size());
    if (first < chunk.span.end) {
        parse(chunk, document);
    } else if (facts_.has_tab) {
        // Tabs are refused between comments too.
        records_.assign(1, Record{});
        check_strictness(text_, chunk.span, true, records_, document);
    }
    std::uint32_t lost = first_content(text_, chunk.dropped);
    if (lost < chunk.dropped.end)
        document.problems.push_back(
            {Problem::Kind::dropped, {lost, chunk.dropped.end}, "the reader stops at '...' and drops this text without a word", {}, {}});
    collect_comments(text_, chunk, document, comments);
    document.comments_end = static_cast<std::uint32_t>(comments.size());
    documents.push_back(std::move(document));
}

}
