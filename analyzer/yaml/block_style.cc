#include "analyzer/yaml/block_style.h"

#include <algorithm>
#include <array>

namespace plimsoll::yaml {

namespace {

constexpr int deepest_flow = 50;
constexpr std::size_t deepest_block = 500;
constexpr std::uint32_t longest_key = 1000;   // YAML ends at 1024 characters
constexpr std::uint32_t no_place = UINT32_MAX;

// What a byte means to the scans of plain text.
enum Class : std::uint8_t {
    starts_plain = 1,   // may be the first of a plain text, whatever follows
    inner_block = 2,    // of no interest inside a plain text in block style
    inner_flow = 4,     // likewise in flow style
};

constexpr std::array<std::uint8_t, 256> classes = [] {
    std::array<std::uint8_t, 256> out{};
    for (unsigned c = 0x21; c < 256; ++c) {
        const std::string_view indicators = "-?:,[]{}#&*!|>'\"%@`";
        if (indicators.find(static_cast<char>(c)) == std::string_view::npos) out[c] |= starts_plain;
        if (c != ':' && c != '#') out[c] |= inner_block;
        if (std::string_view(":#?,[]{}").find(static_cast<char>(c)) == std::string_view::npos) out[c] |= inner_flow;
    }
    out[' '] |= inner_block | inner_flow;
    return out;
}();

bool is(char c, Class what) { return classes[static_cast<unsigned char>(c)] & what; }

bool joins_in_flow(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' || c == '_' || c == '.' || c == '-';
}

}

bool BlockStyle::read(Span part, Builder& builder) {
    if (part.empty() || (part.begin > 0 && text_[part.begin - 1] != '\n')) return false;
    found_.clear();
    levels_.clear();
    strange_ = false;
    at_ = part.begin;
    end_ = part.end;
    if (!document() || found_.empty() || found_.back().event != Event::end) return false;
    replay(builder);
    return true;
}

bool BlockStyle::document() {
    if (!marker()) return false;
    while (next_line())
        if (!line() || levels_.size() > deepest_block) return false;
    while (!levels_.empty()) close();
    return !strange_;
}

// "---" above all content.
bool BlockStyle::marker() {
    if (next_line()) {
        at_ = line_;
        return true;
    }
    if (!strange_) return true;
    if (text_.substr(at_, 3) != "---" || !is_blank(at_ + 3)) return false;
    strange_ = false;
    add(Event::marker, at_, at_ + 3);
    at_ += 3;
    return rest_is_blank();
}

// Goes to the first byte of the next line that holds anything but blanks and comments.
bool BlockStyle::next_line() {
    while (at_ < end_) {
        line_ = at_;
        skip_blanks();
        if (at_ == end_) return false;
        if (text_[at_] == '\n') {
            ++at_;
        } else if (text_[at_] == '#') {
            at_ = std::min(line_end(at_) + 1, end_);
        } else {
            depth_ = at_ - line_;
            const std::string_view start = text_.substr(at_, 3);
            strange_ = depth_ == 0 && (start == "---" || start == "..." || start[0] == '%');
            return !strange_;
        }
    }
    return false;
}

std::uint32_t BlockStyle::line_end(std::uint32_t at) const {
    const std::size_t found = text_.find('\n', at);
    return found < end_ ? static_cast<std::uint32_t>(found) : end_;
}

bool BlockStyle::is_item(std::uint32_t at) const { return text_[at] == '-' && is_blank(at + 1); }

// Puts a line among the collections that are open.
bool BlockStyle::line() {
    const bool item = is_item(at_);
    const bool first = levels_.empty() && (found_.empty() || found_.back().event == Event::marker);
    while (!levels_.empty() && (levels_.back().depth > depth_ || (levels_.back().depth == depth_ && levels_.back().is_sequence && !item))) close();
    if (levels_.empty()) return first && entries();
    Level& top = levels_.back();
    if (top.depth < depth_) return top.waiting && entries();   // else more text of a scalar
    if (item && !top.is_sequence) return top.waiting && entries();
    if (top.waiting) add(Event::nothing, at_, at_);
    top.waiting = false;
    return item ? entries() : entry();
}

void BlockStyle::open(bool is_sequence) {
    if (!levels_.empty()) levels_.back().waiting = false;
    add(is_sequence ? Event::sequence : Event::mapping, at_, at_);
    levels_.push_back({at_ - line_, is_sequence, false});
}

void BlockStyle::close() {
    if (levels_.back().waiting) add(Event::nothing, at_, at_);
    add(Event::end, at_, at_);
    levels_.pop_back();
}

// From at_ on: items that begin on this line, and what stands in the last one.
bool BlockStyle::entries() {
    while (is_item(at_)) {
        const bool known = !levels_.empty() && levels_.back().is_sequence && levels_.back().depth == at_ - line_;
        if (!known) open(true);
        ++at_;
        skip_blanks();
        if (rest_is_blank()) return levels_.back().waiting = true;
    }
    if (colon_of_key() == no_place) {
        if (levels_.empty()) return false;
        levels_.back().waiting = false;
        return value();
    }
    open(false);
    return entry();
}

bool BlockStyle::entry() {
    const std::uint32_t colon = colon_of_key();
    if (colon == no_place || colon - at_ > longest_key) return false;
    if (text_[at_] == '"' || text_[at_] == '\'') {
        add(Event::quoted, at_, colon);
    } else {
        add(Event::plain, at_, trimmed(colon));
    }
    at_ = colon + 1;
    skip_blanks();
    if (rest_is_blank()) return levels_.back().waiting = true;
    return value();
}

// The ':' behind the key at at_; no_place when there is no key of this kind.
std::uint32_t BlockStyle::colon_of_key() const {
    if (text_[at_] == '"' || text_[at_] == '\'') {
        const std::uint32_t end = end_of_quoted(at_);
        return end != no_place && end < end_ && text_[end] == ':' && is_blank(end + 1) ? end : no_place;
    }
    if (!begins_plain(at_)) return no_place;
    for (std::uint32_t at = at_ + 1; at < end_; ++at) {
        const char c = text_[at];
        if (is(c, inner_block)) continue;
        if (c == ':' && is_blank(at + 1)) return at;
        if (c != ':' && (c != '#' || text_[at - 1] == ' ')) return no_place;
    }
    return no_place;
}

bool BlockStyle::begins_plain(std::uint32_t at) const { return is(text_[at], starts_plain) || ((text_[at] == '-' || text_[at] == ':') && !is_blank(at + 1)); }

// Behind the closing quote on the same line.
std::uint32_t BlockStyle::end_of_quoted(std::uint32_t at) const {
    const char quote = text_[at];
    for (++at; at < end_ && text_[at] != '\n' && text_[at] != '\t'; ++at) {
        if (quote == '"' && text_[at] == '\\') {
            if (++at == end_ || text_[at] == '\n') return no_place;
        } else if (text_[at] == quote) {
            if (quote == '"' || at + 1 == end_ || text_[at + 1] != quote) return at + 1;
            ++at;
        }
    }
    return no_place;
}

// Nothing but blanks and a comment up to the end of the line; goes there then.
bool BlockStyle::rest_is_blank() {
    const std::uint32_t from = at_;
    skip_blanks();
    if (at_ < end_ && text_[at_] == '#' && at_ > line_ && text_[at_ - 1] == ' ') at_ = line_end(at_);
    if (at_ < end_ && text_[at_] != '\n') {
        at_ = from;
        return false;
    }
    at_ = std::min(at_ + 1, end_);
    return true;
}

bool BlockStyle::value() {
    switch (text_[at_]) {
        case '"':
        case '\'': return quoted_value();
        case '|':
        case '>': return block_value();
        case '[':
        case '{': return flow(0) && rest_is_blank();
        default: return plain_value();
    }
}

bool BlockStyle::quoted_value() {
    std::uint32_t end = end_of_quoted(at_);
    // Over several lines: each must be indented, no matter how deep.
    for (std::uint32_t at = at_ + 1; end == no_place; ++at) {
        if (at >= end_ || text_[at] == '\t') return false;
        if (text_[at_] == '"' && text_[at] == '\\' && at + 1 < end_ && text_[at + 1] != '\n') {
            ++at;
        } else if (text_[at] == '\n') {
            const std::uint32_t next = text_below(at, 0);
            if (next == no_place) return false;
            at = next - 1;
        } else if (text_[at] == text_[at_]) {
            if (text_[at_] == '\'' && at + 1 < end_ && text_[at + 1] == '\'') {
                ++at;
            } else {
                end = at + 1;
            }
        }
    }
    add(Event::quoted, at_, end);
    line_ = at_ = end;
    return rest_is_blank();
}

// The first byte of the next line that is not blank, when it stands deeper than that; else no_place.
std::uint32_t BlockStyle::text_below(std::uint32_t line_break, std::uint32_t depth) const {
    for (std::uint32_t begin = line_break + 1, at = begin; begin < end_; begin = ++at) {
        while (at < end_ && text_[at] == ' ') ++at;
        if (at < end_ && text_[at] != '\n') return at - begin > depth ? at : no_place;
    }
    return no_place;
}

bool BlockStyle::plain_value() {
    const std::uint32_t begin = at_;
    if (!begins_plain(at_)) return false;
    std::uint32_t end;
    int lines = 0;
    do {
        if (!plain_line()) return false;
        end = trimmed(at_);
        ++lines;
    } while (continues());
    if (strange_) return false;
    add(lines == 1 ? Event::plain : Event::plain_lines, begin, end);
    return rest_is_blank();
}

// A line of plain text from its first byte to the line break or the comment.
bool BlockStyle::plain_line() {
    for (++at_; at_ < end_; ++at_) {
        const char c = text_[at_];
        if (is(c, inner_block)) continue;
        if (c == '\n' || (c == '#' && text_[at_ - 1] == ' ')) return true;
        if ((c == ':' && is_blank(at_ + 1)) || (c != ':' && c != '#')) return false;
    }
    return true;
}

// More of the plain text stands on a line below: goes to its first byte.
bool BlockStyle::continues() {
    if (at_ == end_ || text_[at_] != '\n') return false;
    const std::uint32_t next = text_below(at_, levels_.back().depth);
    if (next == no_place || text_[next] == '#') return false;
    at_ = next;
    strange_ = text_[next] == '?' || text_[next] == ':' || text_[next] == '\t' || is_item(next);
    return !strange_;
}

bool BlockStyle::block_value() {
    const std::uint32_t header = at_++;
    if (at_ < end_ && (text_[at_] == '-' || text_[at_] == '+')) ++at_;
    if (!is_blank(at_) || !rest_is_blank()) return false;
    const std::uint32_t indent = block_indent();
    if (indent <= levels_.back().depth) return false;
    while (at_ < end_) {
        std::uint32_t at = at_;
        while (at < end_ && at - at_ < indent && text_[at] == ' ') ++at;
        if (at < end_ && at - at_ < indent && text_[at] != '\n') {
            if (text_[at] == '\t') return false;
            break;
        }
        at_ = std::min(line_end(at) + 1, end_);
    }
    add(Event::block, header, header + 1);
    return true;
}

// Blanks in front of the first line of a block text; 0 when that is not enough to tell how deep it is.
std::uint32_t BlockStyle::block_indent() const {
    std::uint32_t longest = 0;   // of the blank lines above it
    for (std::uint32_t begin = at_, at = at_; begin < end_; begin = ++at) {
        while (at < end_ && text_[at] == ' ') ++at;
        if (at == end_) return 0;
        if (text_[at] != '\n') return text_[at] == '\t' || longest > at - begin ? 0 : at - begin;
        longest = std::max(longest, at - begin);
    }
    return 0;
}

bool BlockStyle::flow(int depth) {
    if (depth == deepest_flow) return false;
    const bool is_sequence = text_[at_] == '[';
    const char closing = is_sequence ? ']' : '}';
    add(is_sequence ? Event::flow_sequence : Event::flow_mapping, at_, at_ + 1);
    ++at_;
    skip_blanks();
    for (bool more = at_ < end_ && text_[at_] != closing; more;) {
        if ((!is_sequence && !flow_key()) || !flow_value(depth)) return false;
        skip_blanks();
        more = at_ < end_ && text_[at_] == ',';
        if (more) ++at_;
        skip_blanks();
    }
    if (at_ == end_ || text_[at_] != closing) return false;
    add(Event::end, at_, at_ + 1);
    ++at_;
    return true;
}

// "key: " in a flow mapping.
bool BlockStyle::flow_key() {
    if (at_ == end_ || !flow_scalar() || at_ + 1 >= end_ || text_[at_] != ':' || text_[at_ + 1] != ' ') return false;
    ++at_;
    skip_blanks();
    return true;
}

bool BlockStyle::flow_value(int depth) {
    if (at_ == end_) return false;
    return text_[at_] == '[' || text_[at_] == '{' ? flow(depth + 1) : flow_scalar();
}

bool BlockStyle::flow_scalar() {
    if (text_[at_] == '"' || text_[at_] == '\'') {
        const std::uint32_t end = end_of_quoted(at_);
        if (end == no_place) return false;
        add(Event::quoted, at_, end);
        at_ = end;
        return true;
    }
    const std::uint32_t begin = at_;
    if (!is(text_[at_], starts_plain) && (text_[at_] != '-' || at_ + 1 == end_ || !is(text_[at_ + 1], starts_plain))) return false;
    for (++at_; at_ < end_; ++at_) {
        const char c = text_[at_];
        if (is(c, inner_flow)) continue;
        if (c != ':') break;
        if (is_blank(at_ + 1)) break;
        if (!joins_in_flow(text_[at_ + 1])) return false;
    }
    if (at_ == end_ || std::string_view(":,]}").find(text_[at_]) == std::string_view::npos) return false;
    if (text_[at_] == ':' && text_[at_ - 1] == ' ') return false;
    add(Event::plain, begin, trimmed(at_));
    return true;
}

void BlockStyle::replay(Builder& builder) {
    for (const Found& found : found_) {
        switch (found.event) {
            case Event::mapping: builder.begin_collection(Kind::mapping, found.span, false, {}); break;
            case Event::sequence: builder.begin_collection(Kind::sequence, found.span, false, {}); break;
            case Event::flow_mapping: builder.begin_collection(Kind::mapping, found.span, true, {}); break;
            case Event::flow_sequence: builder.begin_collection(Kind::sequence, found.span, true, {}); break;
            case Event::end: builder.end_collection(found.span); break;
            case Event::nothing: builder.nothing({}); break;
            case Event::marker: builder.passed(found.span.end); break;
            default: scalar(found, builder);
        }
    }
}

void BlockStyle::scalar(const Found& found, Builder& builder) {
    const char first = text_[found.span.begin];
    if (found.event == Event::quoted) {
        const Span inner{found.span.begin + 1, found.span.end - 1};
        const char escape = first == '"' ? '\\' : '\'';
        const Style style = first == '"' ? Style::double_quoted : Style::single_quoted;
        const std::string_view bytes = text_.substr(inner.begin, inner.size());
        const bool as_written = std::ranges::none_of(bytes, [&](char c) { return c == escape || c == '\n'; });
        builder.scalar(as_written ? bytes : scalars_.flow(inner, style, builder), found.span, style, {});
    } else if (found.event == Event::block) {
        const ScalarText::Block read = scalars_.block(found.span.begin, end_, builder);
        builder.scalar(read.value, {found.span.begin, read.end}, first == '|' ? Style::literal : Style::folded, {});
    } else {
        const bool as_written = found.event == Event::plain;
        const std::string_view value = as_written ? text_.substr(found.span.begin, found.span.size()) : scalars_.flow(found.span, Style::plain, builder);
        builder.scalar(value, found.span, Style::plain, {});
    }
}

}
