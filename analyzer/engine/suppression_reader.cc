#include <algorithm>

#include "analyzer/engine/config.h"
#include "analyzer/engine/peer_ids.h"
#include "analyzer/engine/registry.h"
#include "analyzer/engine/suppression_dialects.h"
#include "analyzer/engine/suppression_objects.h"

namespace plimsoll::suppressing {

std::string_view trim(std::string_view text) {
    while (!text.empty() && (is_blank(text.front()) || text.front() == '\r')) text.remove_prefix(1);
    while (!text.empty() && (is_blank(text.back()) || text.back() == '\r')) text.remove_suffix(1);
    return text;
}

bool Cursor::skip_blanks() {
    const std::size_t from = at_;
    while (!done() && is_blank(text_[at_])) ++at_;
    return at_ != from;
}

bool Cursor::take(std::string_view expected) {
    if (!rest().starts_with(expected)) return false;
    at_ += expected.size();
    return true;
}

std::vector<Suppression> Reader::finished() {
    close_all_blocks();
    std::stable_sort(found_.begin(), found_.end(), [](const Suppression& x, const Suppression& y) { return x.span < y.span; });
    return std::move(found_);
}

void Reader::join_blocks() {
    for (std::size_t i = comments_.size(); i-- > 0;) {
        const bool goes_on = i + 1 < comments_.size() && comments_[i + 1].alone && comments_[i + 1].line == comments_[i].line + 1;
        comments_[i].block_end = goes_on ? comments_[i + 1].block_end : comments_[i].line;
    }
}

void Reader::add(Span span, Place place, const docker::Instruction* inside, const docker::ShellCode* code) {
    // A shell comment may run over a continuation; what counts stands on its first line.
    std::string_view text = source_.slice(span);
    text = text.substr(0, text.find('\n'));
    const std::size_t blank = text.find_last_not_of(" \t\r\\");
    if (blank == std::string_view::npos) return;
    const std::uint32_t end = span.begin + static_cast<std::uint32_t>(blank + 1);
    const std::uint32_t line = source_.line_of(span.begin);
    const Span whole = source_.line_span(line);
    const bool alone = trim(source_.slice({whole.begin + (line == 1 ? source_.bom() : 0), span.begin})).empty();
    comments_.push_back({{span.begin, end}, place, inside, code, alone, line, line});
}

Suppression Reader::start(std::string_view dialect, const Comment& comment) const {
    Suppression found;
    found.dialect = dialect;
    found.span = comment.span;
    found.line = comment.span;
    if (comment.alone && comment.place != Place::script) {
        const Span line = source_.line_span(comment.line);
        const Span next = source_.line_span(comment.line + 1);
        found.line = {line.begin + (comment.line == 1 ? source_.bom() : 0), next.begin};
    }
    return found;
}

Suppression::Id Reader::id(std::string_view tool, std::string_view text, std::uint32_t begin) const {
    Suppression::Id id = make_id(registry_, tool, text, {begin, begin + static_cast<std::uint32_t>(text.size())});
    if (text == "*") id.known = true;
    return id;
}

}
