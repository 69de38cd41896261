#include <algorithm>
#include <vector>

#include "analyzer/yaml/edit.h"
#include "analyzer/yaml/json.h"
#include "analyzer/yaml/page.h"
#include "analyzer/yaml/quote.h"
#include "analyzer/yaml/scalar.h"
#include "analyzer/yaml/stream.h"

namespace plimsoll::yaml {

namespace {

using Steps = std::vector<std::string_view>;

Steps steps_of(std::string_view path) {
    Steps out;
    while (!path.empty()) {
        std::size_t dot = std::min(path.find('.'), path.size());
        out.push_back(path.substr(0, dot));
        path.remove_prefix(std::min(dot + 1, path.size()));
    }
    return out;
}

// Writes the rest of a path and its value into a document.
class Setter {
public:
    Setter(const Source& source, const Record* start, std::string_view value) : page_(source, start), value_(value) {
        if (!page_.is_json()) return;
        // JSON wants the value in its own form.
        Source given("value", std::string(value));
        Stream stream(given);
        if (!stream.documents().empty() && stream.documents()[0].root) value_ = to_json(stream.documents()[0].root).value_or(std::string(value));
    }

    std::optional<Edit> set(const Record* at, Steps steps) {
        while (!steps.empty()) {
            if (at->kind == Kind::mapping && at->skip > 1) {
                if (at->redirect) return std::nullopt;
                Node next = Node(at)[steps.front()];
                if (!next) return at->style == Style::flow ? insert_flow(at, steps) : insert_block(at, steps);
                if (next.record()->kind == Kind::alias) return std::nullopt;
                steps.erase(steps.begin());
                at = next.record();
                if (at->flags & anchored) return std::nullopt;
                continue;
            }
            if (at->kind == Kind::mapping) return insert_flow(at, steps);
            return fill(at, steps);
        }
        return replace(at);
    }

private:
    std::string name(std::string_view key, bool in_flow) const {
        if (page_.is_json()) return double_quoted(key);
        return resolve_plain(key) == Type::text && plain_can_hold(key, in_flow) ? std::string(key) : double_quoted(key);
    }

    // {a: {b: value}} without the outer braces.
    std::string in_one_line(const Steps& steps) const {
        std::string out = value_;
        for (std::size_t i = steps.size(); i-- > 0;) {
            out = name(steps[i], true) + ": " + out;
            if (i > 0) out = "{" + out + "}";
        }
        return out;
    }

    // Lines of nested keys, the first at `indent`; begins with a line break.
    std::string in_lines(const Steps& steps, int indent, int step) const {
        std::string out;
        for (std::string_view key : steps) {
            out += page_.line_break() + std::string(static_cast<std::size_t>(indent), ' ') + name(key, false) + ':';
            indent += step;
        }
        return out + ' ' + value_;
    }

    // How much deeper a nested block stands: as another value of this mapping, or as this mapping in its own holder.
    int step_of(const Record* mapping) const {
        int indent = page_.indent(mapping->span.begin);
        for (const Record* key = mapping + 1; key < mapping + mapping->skip;) {
            const Record* value = key + key->skip;
            if (value->kind == Kind::mapping && value->style == Style::block && value->redirect == 0) {
                int difference = page_.indent(value->span.begin) - indent;
                if (difference > 0 && difference <= 8) return difference;
            }
            key = value + value->skip;
        }
        const Record* holder = holder_of(mapping);
        while (holder && holder->kind != Kind::mapping) {
            mapping = holder;
            holder = holder_of(holder);
        }
        int difference = holder ? page_.indent(mapping->span.begin) - page_.indent(holder->span.begin) : 2;
        return difference > 0 && difference <= 8 ? difference : 2;
    }

    std::optional<Edit> insert_block(const Record* mapping, const Steps& steps) const {
        const Record* last = previous_sibling(mapping, mapping + mapping->skip);
        const Record* leaf = mapping + mapping->skip - 1;
        // Empty lines at the end of a text that keeps them belong to it.
        bool block_text = leaf->kind == Kind::scalar && (leaf->style == Style::literal || leaf->style == Style::folded);
        if (block_text && page_.text().substr(leaf->span.begin, 3).find('+') != std::string_view::npos) return std::nullopt;
        std::uint32_t stop = std::max({last->span.end, leaf->span.end, key_record(last)->span.end});
        if (!page_.ends_line(stop)) return std::nullopt;
        // A key behind an empty "-" of the same indent is more than libfyaml can read.
        if (leaf->span.empty() && holder_of(leaf)->kind == Kind::sequence) return std::nullopt;
        std::uint32_t end = page_.line_end(stop);
        // A text without a line feed at its end would get one from a line that follows; "-" says that it wants none.
        if (block_text && end == page_.size() && leaf->value.empty()) return std::nullopt;
        return Edit{{end, end}, in_lines(steps, page_.indent(mapping->span.begin), step_of(mapping))};
    }

    std::optional<Edit> insert_flow(const Record* mapping, const Steps& steps) const {
        std::string text = in_one_line(steps);
        std::uint32_t open = mapping->span.begin + 1;
        if (page_.at(mapping->span.begin) != '{') return std::nullopt;
        if (mapping->skip == 1) return Edit{{open, open}, text};
        const Record* last = previous_sibling(mapping, mapping + mapping->skip);
        const Record* key = key_record(last);
        if (!key) return std::nullopt;
        std::uint32_t end = std::max(last->span.end, key->span.end);
        if (!page_.leads_line(key->span.begin)) return Edit{{end, end}, ", " + text};
        std::uint32_t line = page_.line_begin(key->span.begin);
        return Edit{{end, end}, "," + page_.line_break() + std::string(page_.text().substr(line, key->span.begin - line)) + text};
    }

    // Puts nested keys where nothing stands yet.
    std::optional<Edit> fill(const Record* at, const Steps& steps) const {
        const Record* holder = holder_of(at);
        if (at->kind != Kind::scalar || at->type != Type::null || !holder || (at->flags & (tagged | placeholder))) return std::nullopt;
        if (at->span.empty() && !page_.can_fill(at->span.begin)) return std::nullopt;
        if (!at->span.empty()) return Edit{at->span, "{" + in_one_line(steps) + "}"};
        if (holder->style == Style::flow || holder->kind != Kind::mapping) return Edit{at->span, " {" + in_one_line(steps) + "}"};
        if (!page_.ends_line(at->span.end)) return std::nullopt;
        int step = step_of(holder);
        std::uint32_t end = page_.line_end(at->span.end);
        return Edit{{end, end}, in_lines(steps, page_.indent(holder->span.begin) + step, step)};
    }

    std::optional<Edit> replace(const Record* at) const {
        if ((at->flags & tagged) || (at->span.empty() && !page_.can_fill(at->span.begin))) return std::nullopt;
        bool empty = at->kind != Kind::scalar && at->skip == 1;
        if (at->kind != Kind::scalar && !empty) return std::nullopt;
        return Edit{at->span, at->span.empty() ? " " + value_ : value_};
    }

    const Page page_;
    std::string value_;
};

}

std::optional<Edit> set_key(const Source& source, Node mapping, std::string_view path, std::string_view value) {
    const Record* at = written(mapping);
    Steps steps = steps_of(path);
    if (!at || steps.empty()) return std::nullopt;
    return Setter(source, at, value).set(at, std::move(steps));
}

}
