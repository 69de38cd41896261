#include "analyzer/yaml/builder.h"

#include <algorithm>

#include "analyzer/yaml/decode.h"
#include "analyzer/yaml/merge.h"
#include "analyzer/yaml/scalar.h"

namespace plimsoll::yaml {

namespace {

// One of the marks of the configuration.
bool has_marked_part(std::string_view text, std::span<const std::string> marks) {
    return std::any_of(marks.begin(), marks.end(), [&](std::string_view mark) {
        const std::size_t blank = mark.find(' '), begin = text.find(mark.substr(0, blank));
        return blank != std::string_view::npos && begin != std::string_view::npos && text.find(mark.substr(blank + 1), begin + blank) != std::string_view::npos;
    });
}

bool has_placeholder(std::string_view text) {
    for (std::size_t at = text.find_first_of("{<"); at != std::string_view::npos; at = text.find_first_of("{<", at + 1)) {
        if (text[at] == '<') {
            if (text.substr(at + 1, 1) == "%" && text.find("%>", at + 2) != std::string_view::npos) return true;
        } else if (text.substr(at + 1, 1) == "{") {
            if (text.find("}}", at + 2) != std::string_view::npos) return true;
        } else if (at > 0 && text[at - 1] == '$' && text.find('}', at + 1) != std::string_view::npos) {
            return true;
        }
    }
    return false;
}

// The user's words in a message: on one line, not too long, whole characters.
std::string quoted(std::string_view text) {
    std::size_t end = std::min<std::size_t>(text.size(), 60);
    while (end > 0 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
    std::string out = "'";
    for (char c : text.substr(0, end)) out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    if (end < text.size()) out += "...";
    return out + "'";
}

}

Builder::Builder(std::string_view text, TextFacts facts, std::vector<Record>& records, Document& document)
    : text_(text), facts_(facts), records_(records), document_(document), position_(document.span.begin) {
    records_.clear();
    Record header;
    header.value = text;
    if (document.is_json) header.flags |= json_text;
    records_.push_back(header);
}

void Builder::problem(Problem::Kind kind, Span span, std::string message) {
    document_.problems.push_back({kind, span, std::move(message), {}, {}});
    if (kind != Problem::Kind::dropped && kind != Problem::Kind::duplicate_key) document_.refused = true;
}

std::uint32_t Builder::after(std::uint32_t from, char indicator) const {
    std::uint32_t at = from;
    while (at < document_.span.end) {
        char c = text_[at];
        if (c == indicator) return at + 1;
        if (c == '#' && at > from) {
            std::size_t end = text_.find('\n', at);
            if (end == std::string_view::npos) break;
            at = static_cast<std::uint32_t>(end);
        } else if (c != ' ' && c != '\t' && c != '\n' && c != '\r') {
            break;
        }
        ++at;
    }
    return from;
}

// go-yaml knows letters, digits, '_' and '-' in the names of anchors.
void Builder::check_name(std::string_view name, Span span) {
    for (char c : name)
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-'))
            return problem(Problem::Kind::syntax, span, "an anchor's name holds letters, digits, '-' and '_' only");
}

std::uint32_t Builder::append(const Record& record) {
    std::uint32_t index = static_cast<std::uint32_t>(records_.size());
    records_.push_back(record);
    Record& added = records_.back();
    if (frames_.empty()) return index;
    Frame& frame = frames_.back();
    Record& holder = records_[frame.record];
    added.parent = index - frame.record;
    if (frame.children == 0 && added.span.begin < holder.span.begin) holder.span.begin = added.span.begin;
    if (holder.kind == Kind::mapping && frame.children % 2 == 1) added.flags |= is_value;
    ++frame.children;
    ++frame.size;
    return index;
}

void Builder::register_anchor(std::uint32_t record, std::string_view name, bool open) {
    if (name.empty()) return;
    records_[record].flags |= anchored;
    check_name(name, {static_cast<std::uint32_t>(name.data() - text_.data()), static_cast<std::uint32_t>(name.data() - text_.data() + name.size())});
    anchors_[name] = Anchor{record, 1, 1, open};
}

// libfyaml takes a value that stands on a line of its own no deeper than its key; go-yaml looks for a key there.
void Builder::check_depth(std::uint32_t begin) {
    if (frames_.empty() || begin <= position_) return;
    const Frame& frame = frames_.back();
    const Record& holder = records_[frame.record];
    bool is_entry = holder.kind == Kind::mapping && frame.children % 2 == 1;
    if (holder.style != Style::block || (holder.kind == Kind::mapping && !is_entry)) return;
    bool other_line = false;
    for (std::uint32_t at = position_; at < begin && !other_line; ++at) other_line = text_[at] == '\n' || text_[at] == '\r';
    if (!other_line || text_[begin - 1] == '-') return;
    // The item may stand on the line of its '-'.
    std::uint32_t line = begin;
    while (line > position_ && text_[line - 1] == ' ') --line;
    if (line > 0 && text_[line - 1] != '\n' && text_[line - 1] != '\r') return;
    if (column_of(text_, begin) <= column_of(text_, holder.span.begin))
        problem(Problem::Kind::syntax, {begin, begin + 1}, "a value must stand deeper than its key");
}

void Builder::begin_collection(Kind kind, Span place, bool flow, const Properties& properties) {
    if (joining_) {
        // Only entries of a block mapping can join the root; anything else is passed over.
        joining_ = false;
        if (kind != Kind::mapping || flow) {
            passing_ = true;
            skipped_ = 1;
        }
        return;
    }
    if (root_closed_) return;
    if (skipped_ > 0 || frames_.size() >= deepest) {
        if (skipped_++ > 0) return;
        if (!limited_) problem(Problem::Kind::limit, {place.begin, std::min(place.begin + 1, document_.span.end)}, "nested more than 1000 levels deep");
        limited_ = true;
        append({.value = {}, .span = place, .kind = kind, .style = flow ? Style::flow : Style::block, .flags = placeholder});
        return;
    }
    if (flow) check_depth(place.begin);
    bool inside_flow = !frames_.empty() && records_[frames_.back().record].style == Style::flow;
    Record record{.value = {}, .span = place, .kind = kind, .style = flow || inside_flow ? Style::flow : Style::block};
    if (properties.has_tag) record.flags |= tagged;
    std::uint32_t index = append(record);
    records_[index].skip = 0;   // open
    register_anchor(index, properties.anchor, true);
    frames_.push_back({.record = index, .anchor = properties.anchor});
    position_ = std::max(position_, place.end);
}

void Builder::end_collection(Span place) {
    if (root_closed_) return;
    // The end of a block has no bytes and lies where the next thing begins.
    if (!place.empty()) position_ = std::max(position_, place.end);
    if (skipped_ > 0) {
        if (--skipped_ == 0 && !passing_) records_.back().span.end = std::max(records_.back().span.end, position_);
        return;
    }
    if (frames_.empty()) return;
    close_frame();
    if (frames_.empty()) complete_ = root_closed_ = true;
}

void Builder::close_frame() {
    Frame frame = frames_.back();
    frames_.pop_back();
    Record& record = records_[frame.record];
    record.skip = static_cast<std::uint32_t>(records_.size()) - frame.record;
    record.span.end = std::max(record.span.end, position_);
    if (record.kind == Kind::mapping) {
        check_keys(frame.record, frame);
        if (frame.merges) merging_.push_back(frame.record);
    }
    if (!frame.anchor.empty()) {
        // Inside the node its anchor may have been given away.
        Anchor& anchor = anchors_[frame.anchor];
        if (anchor.record == frame.record) anchor = {frame.record, frame.size, frame.height, false};
    }
    if (frames_.empty()) return;
    frames_.back().size += frame.size - 1;
    frames_.back().height = std::max(frames_.back().height, frame.height + 1);
}

void Builder::set_scalar_type(Record& record, const Properties& properties) {
    if (properties.has_tag) {
        record.flags |= tagged;
        std::optional<Type> type = resolve_tagged(record.value, properties.tag);
        if (!type) problem(Problem::Kind::syntax, record.span, quoted(record.value) + " is not of the type that its tag says");
        record.type = type.value_or(Type::text);
        if (properties.tag == "tag:yaml.org,2002:binary") decode_binary(record);
        return;
    }
    record.type = record.style == Style::plain ? resolve_plain(record.value) : Type::text;
}

void Builder::decode_binary(Record& record) {
    std::optional<std::string> bytes = decode_base64(record.value);
    if (!bytes) return problem(Problem::Kind::syntax, record.span, quoted(record.value) + " is not base64");
    record.value = document_.tree->arena.store(*bytes);
}

void Builder::scalar(std::string_view value, Span span, Style style, const Properties& properties) {
    if (skipped_ > 0 || root_closed_ || joining_) {
        if (!frames_.empty()) position_ = span.end;
        return;
    }
    Record record{.value = value, .span = span, .style = style};
    set_scalar_type(record, properties);
    if (facts_.has_placeholders && (has_placeholder(value) || has_marked_part(value, facts_.marks))) record.flags |= placeholder;
    check_depth(span.begin);
    bool is_key = !frames_.empty() && records_[frames_.back().record].kind == Kind::mapping && frames_.back().children % 2 == 0;
    if (record.type == Type::number && !is_key && json_number(float_value(value).value_or(0)).empty())
        problem(Problem::Kind::syntax, span, quoted(value) + " cannot be written as JSON");
    position_ = span.end;
    if (frames_.empty()) {
        register_anchor(append(record), properties.anchor, false);
        complete_ = root_closed_ = true;
        return;
    }
    Frame& frame = frames_.back();
    if (is_key) {
        if (style == Style::plain && value == "<<" && (!properties.has_tag || properties.tag == "tag:yaml.org,2002:merge")) {
            frame.merges = true;
            record.flags |= merge_key;
        } else if (record.type != Type::text) {
            frame.other_keys = true;
        }
    }
    register_anchor(append(record), properties.anchor, false);
}

void Builder::nothing(const Properties& properties) {
    if (frames_.empty() && !root_closed_) {
        scalar({}, {position_, position_}, Style::plain, properties);
        return;
    }
    if (frames_.empty()) return;
    bool in_mapping = records_[frames_.back().record].kind == Kind::mapping;
    char indicator = !in_mapping ? '-' : frames_.back().children % 2 == 1 ? ':' : '?';
    std::uint32_t at = after(position_, indicator);
    bool later_item = !in_mapping && records_[frames_.back().record].style == Style::block && frames_.back().children > 0;
    if (later_item && text_.substr(position_, at - position_).find_first_of("\r\n") == std::string_view::npos && !facts_.has_odd_breaks)
        problem(Problem::Kind::syntax, {at - (at > position_ ? 1 : 0), at}, "an item must begin on a line of its own");
    scalar({}, {at, at}, Style::plain, properties);
}

void Builder::alias(std::string_view name, Span span) {
    if (skipped_ == 0 && !root_closed_ && !joining_) check_depth(span.begin);
    position_ = span.end;
    if (skipped_ > 0 || root_closed_ || joining_) return;
    Record record{.value = name, .span = span, .kind = Kind::alias, .type = Type::none};
    auto found = anchors_.find(name);
    std::uint32_t index = append(record);
    if (frames_.empty()) root_closed_ = complete_ = true;
    check_name(name, span);
    if (found == anchors_.end()) return problem(Problem::Kind::unknown_anchor, span, "no anchor " + quoted(name) + " stands before this alias");
    const Anchor& anchor = found->second;
    if (anchor.open) return problem(Problem::Kind::unknown_anchor, span, "the anchor " + quoted(name) + " holds this alias itself");
    if (frames_.empty()) return;
    Frame& frame = frames_.back();
    std::uint64_t size = frame.size + anchor.size;
    for (std::size_t i = 0; i + 1 < frames_.size() && size <= most_nodes; ++i) size += frames_[i].size;
    if (size > most_nodes || frames_.size() + anchor.height > deepest) {
        if (!limited_) problem(Problem::Kind::limit, span, "the aliases of this document stand for too many nodes");
        limited_ = true;
        return;
    }
    frame.size += anchor.size;
    frame.height = std::max(frame.height, anchor.height + 1);
    records_[index].redirect = static_cast<std::int32_t>(anchor.record) - static_cast<std::int32_t>(index);
    if (frame.children % 2 == 1 && records_[frame.record].kind == Kind::mapping) frame.other_keys = true;
}

int Builder::block_column() const { return frames_.empty() ? -1 : column_of(text_, records_[frames_.back().record].span.begin); }

bool Builder::in_block_sequence() const {
    if (frames_.empty() || skipped_ > 0) return false;
    const Record& record = records_[frames_.back().record];
    return record.kind == Kind::sequence && record.style == Style::block;
}

bool Builder::accepts_entries() const {
    return !records_.empty() && records_.size() > 1 && records_[1].kind == Kind::mapping && records_[1].style == Style::block && !root_closed_;
}

void Builder::complete_entry() {
    Frame& frame = frames_.back();
    if (records_[frame.record].kind != Kind::mapping || frame.children % 2 == 0) return;
    append({.value = {}, .span = {position_, position_}, .type = Type::null, .flags = placeholder});
}

void Builder::resume() {
    skipped_ = 0;
    passing_ = false;
    while (frames_.size() > 1) {
        complete_entry();
        records_[frames_.back().record].flags |= placeholder;
        close_frame();
    }
    if (!frames_.empty()) complete_entry();
    joining_ = true;
}

int Builder::root_column() const {
    bool block = records_.size() > 1 && records_[1].kind != Kind::scalar && records_[1].kind != Kind::alias && records_[1].style == Style::block;
    return block ? column_of(text_, records_[1].span.begin) : -1;
}

void Builder::reopen() {
    if (records_.size() < 2 || !frames_.empty() || records_[1].kind != Kind::mapping) return;
    Frame frame;
    frame.record = 1;
    for (std::uint32_t at = 2; at < records_.size(); at += records_[at].skip) ++frame.children;
    if (!merging_.empty() && merging_.back() == 1) {
        merging_.pop_back();
        frame.merges = true;
    }
    frame.other_keys = true;
    frame.size = records_.size();
    frames_.push_back(frame);
    records_[1].skip = 0;
    root_closed_ = complete_ = false;
}

std::optional<std::uint32_t> Builder::drop_open_flow() {
    std::size_t level = 0;
    while (level < frames_.size() && records_[frames_[level].record].style != Style::flow) ++level;
    if (level == frames_.size() || level == 0) return std::nullopt;
    std::uint32_t first = frames_[level].record;
    position_ = records_[first].span.begin;
    frames_.resize(level);
    --frames_.back().children;
    records_.resize(first);
    skipped_ = 0;
    std::erase_if(anchors_, [&](const auto& entry) { return entry.second.record >= first; });
    std::erase_if(merging_, [&](std::uint32_t mapping) { return mapping >= first; });
    return position_;
}

void Builder::end_of_text() {
    while (!frames_.empty()) {
        complete_entry();
        close_frame();
    }
    complete_ = root_closed_ = true;
}

bool Builder::close() {
    if (!frames_.empty()) {
        resume();
        records_[frames_.back().record].flags |= placeholder;
        close_frame();
    }
    joining_ = false;
    root_closed_ = true;
    return records_.size() > 1;
}

void Builder::apply_merges() {
    std::uint64_t room = most_nodes;
    for (std::uint32_t mapping : merging_)
        if (std::optional<MergeFault> fault = merge(records_, mapping, room)) problem(fault->kind, fault->span, fault->message);
}

void Builder::repeated(std::uint32_t mapping, std::uint32_t first, std::uint32_t second) {
    records_[mapping].flags |= repeated_keys;
    const Record& key = records_[second];
    document_.problems.push_back({Problem::Kind::duplicate_key, key.span, "the key " + quoted(key.value) + " stands here twice", records_[first].span, {}});
}

// Keys that are not text are compared as the strings that JSON makes of them.
void Builder::check_keys(std::uint32_t mapping, const Frame& frame) {
    std::uint32_t end = mapping + records_[mapping].skip;
    if (frame.other_keys || frame.children > 24) return check_many_keys(mapping);
    std::uint32_t keys[12];
    std::uint32_t count = 0;
    for (std::uint32_t at = mapping + 1; at < end;) {
        const Record& key = records_[at];
        if (key.kind != Kind::scalar) return check_many_keys(mapping);
        for (std::uint32_t i = 0; i < count; ++i) {
            const Record& other = records_[keys[i]];
            if (other.value.size() == key.value.size() && other.value == key.value && !(key.flags & merge_key)) {
                repeated(mapping, keys[i], at);
                break;
            }
        }
        if (count < 12) keys[count++] = at;
        at += key.skip;
        at += records_[at].skip;
    }
}

void Builder::check_many_keys(std::uint32_t mapping) {
    std::uint32_t end = mapping + records_[mapping].skip;
    std::unordered_map<std::string_view, std::uint32_t> seen;
    for (std::uint32_t at = mapping + 1; at < end;) {
        const Record& key = *Node(&records_[at]).target();
        std::uint32_t value = at + records_[at].skip;
        if (key.kind == Kind::scalar && !(key.flags & merge_key)) {
            std::string_view name = key.value;
            if (key.type != Type::text) {
                std::optional<std::string> text = json_key(key);
                if (!text) problem(Problem::Kind::syntax, records_[at].span, "a key must be text");
                name = document_.tree->arena.store(text.value_or(std::string{}));
            }
            auto [found, added] = seen.try_emplace(name, at);
            if (!added && (key.type == Type::text || json_key(key))) repeated(mapping, found->second, at);
        } else if (key.kind == Kind::mapping || key.kind == Kind::sequence) {
            problem(Problem::Kind::syntax, records_[at].span, "a key must be text, not a mapping or a sequence");
        }
        at = value + records_[value].skip;
    }
}

}
