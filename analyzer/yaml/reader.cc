#include "analyzer/yaml/reader.h"

#include <algorithm>

#include "analyzer/yaml/comments.h"
#include "analyzer/yaml/json_scan.h"

namespace plimsoll::yaml {

namespace {

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
    std::uint32_t begin = builder.position();
    std::size_t line = text_.find_first_not_of(" \t\r\n", begin);
    Span region{std::min(static_cast<std::uint32_t>(std::min<std::size_t>(line, next)), next), next};
    builder.problem(failure.tab ? Problem::Kind::tab : Problem::Kind::syntax, failure.span, failure.message);
    document.problems.back().region = region;
}

void Reader::parse(const Chunk& chunk, Document& document) {
    Builder builder(text_, facts_, records_, document);
    Span part = chunk.span;
    Failure failure;
    for (int tries = 0; tries < most_failures && !events_.read(text_, part, facts_, builder, failure); ++tries) {
        std::uint32_t next = chunk.span.end;
        bool can_go_on = builder.accepts_entries();
        if (can_go_on) next = next_entry(std::max({failure.span.begin, builder.position(), part.begin}), chunk.span.end);
        note_failure(failure, builder, next, document);
        if (next == chunk.span.end) break;
        builder.resume();
        builder.passed(next);
        part.begin = next;
    }
    std::uint32_t rest = first_content(text_, {builder.position(), chunk.span.end});
    if (builder.complete() && document.problems.empty() && rest < chunk.span.end)
        builder.problem(Problem::Kind::dropped, {rest, chunk.span.end}, "the reader stops before this text without a word");
    if (builder.finish()) {
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
    if (first < chunk.span.end) parse(chunk, document);
    collect_comments(text_, chunk, document, comments);
    document.comments_end = static_cast<std::uint32_t>(comments.size());
    documents.push_back(std::move(document));
}

}
