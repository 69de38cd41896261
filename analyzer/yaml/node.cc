#include "analyzer/yaml/node.h"

#include <vector>

#include "analyzer/yaml/scalar.h"
#include "analyzer/yaml/tree.h"

namespace plimsoll::yaml {

namespace {

// The record that stands for what lies at a record.
const Record& real(const Record* at) { return *Node(at).target(); }

bool matches(const Record* at, std::string_view key) {
    const Record& found = real(at);
    if (found.kind != Kind::scalar) return false;
    // Most keys differ in length or first letter.
    if (found.type == Type::text) return found.value.size() == key.size() && (key.empty() || (found.value[0] == key[0] && found.value == key));
    std::optional<std::string> text = json_key(found);
    return text && *text == key;
}

void append_step(std::string& out, std::string_view key) {
    if (key.find_first_of("./[]") != std::string_view::npos) {
        out += '[';
        out += key;
        out += ']';
        return;
    }
    if (!out.empty()) out += '.';
    out += key;
}

}

std::optional<std::string_view> Node::text() const {
    if (!is_scalar() || real_->type != Type::text || is_placeholder()) return std::nullopt;
    return real_->value;
}

std::optional<bool> Node::boolean() const {
    if (!is_scalar() || real_->type != Type::boolean || is_placeholder()) return std::nullopt;
    return boolean_value(real_->value);
}

std::optional<std::int64_t> Node::integer() const {
    if (!is_scalar() || is_placeholder()) return std::nullopt;
    if (real_->type == Type::integer) {
        std::optional<Integer> whole = integer_value(real_->value);
        return whole && !whole->is_unsigned ? std::optional(whole->value) : std::nullopt;
    }
    if (real_->type != Type::number) return std::nullopt;
    // 1e3 and 5.0 are whole numbers once they are JSON.
    std::optional<double> number = float_value(real_->value);
    if (!number || !(*number > -9e15 && *number < 9e15)) return std::nullopt;
    std::int64_t whole = static_cast<std::int64_t>(*number);
    return static_cast<double>(whole) == *number ? std::optional(whole) : std::nullopt;
}

std::optional<double> Node::number() const {
    if (!is_scalar() || is_placeholder() || (real_->type != Type::integer && real_->type != Type::number)) return std::nullopt;
    return float_value(real_->value);
}

std::size_t Node::size() const {
    std::size_t count = 0;
    if (is_mapping()) {
        for ([[maybe_unused]] Entry entry : entries()) ++count;
    } else if (is_sequence()) {
        for ([[maybe_unused]] Node item : items()) ++count;
    }
    return count;
}

Node Node::operator[](std::string_view key) const {
    Node found;
    if (!is_mapping()) return found;
    bool last_counts = real_->flags & repeated_keys;
    const Record* end = real_ + real_->skip;
    for (const Record* at = real_ + 1; at != end;) {
        const Record* value = at + at->skip;
        if (matches(at, key)) {
            found = Node(value);
            if (!last_counts) break;
        }
        at = value + value->skip;
    }
    return found;
}

Node Node::at(std::string_view path) const {
    Node node = *this;
    while (node && !path.empty()) {
        std::size_t dot = path.find('.');
        node = node[path.substr(0, dot)];
        path = dot == std::string_view::npos ? std::string_view{} : path.substr(dot + 1);
    }
    return node;
}

Node Node::operator[](std::size_t index) const {
    for (Node item : items())
        if (index-- == 0) return item;
    return {};
}

Node Node::key() const {
    if (!at_ || !(at_->flags & is_value)) return {};
    // A scalar or an alias just before is the key; only a key that is a collection needs the walk.
    const Record* before = at_ - 1;
    if (before->parent == at_->parent - 1 && !(before->flags & is_value)) return Node(before);
    for (const Record* at = at_ - at_->parent + 1; at < at_;) {
        const Record* value = at + at->skip;
        if (value == at_) return Node(at);
        at = value + value->skip;
    }
    return {};
}

std::size_t Node::index() const {
    Node holder = parent();
    std::size_t position = 0;
    if (!holder.is_sequence()) return 0;
    for (const Record* at = holder.record() + 1; at < at_; at += at->skip) ++position;
    return position;
}

std::string Node::path(Node below) const {
    std::vector<Node> steps;
    for (Node node = *this; node && !(node == below); node = node.parent()) steps.push_back(node);
    std::string out;
    for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
        if (!step->parent()) continue;
        if (Node name = step->key()) {
            append_step(out, name.scalar());
        } else if (step->parent().is_sequence()) {
            out += '[' + std::to_string(step->index()) + ']';
        }
    }
    return out;
}

Span Node::head() const {
    if (!at_) return {};
    if (Node name = key()) return name.span();
    if (Node name = (*this)["name"]; name.is_scalar() && parent()) return name.span();
    if (is_mapping() && !empty() && !is_alias()) return Node(real_ + 1).span();
    Span all = span();
    return {all.begin, all.begin + (all.empty() ? 0U : 1U)};
}

}
