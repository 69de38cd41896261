#include "analyzer/kubernetes/selector.h"

#include <algorithm>
#include <string>
#include <vector>

#include "analyzer/kubernetes/values.h"

namespace plimsoll::kubernetes {

namespace {

enum class Operator : unsigned char { in, not_in, exists, does_not_exist, unknown };

Operator operator_of(yaml::Node expression) {
    const std::string_view name = expression["operator"].text_or_empty();
    if (name == "In") return Operator::in;
    if (name == "NotIn") return Operator::not_in;
    if (name == "Exists") return Operator::exists;
    return name == "DoesNotExist" ? Operator::does_not_exist : Operator::unknown;
}

// A pair that has to be there.
Match match_pair(yaml::Node labels, std::string_view key, yaml::Node value) {
    if (labels.is_placeholder() || value.is_placeholder()) return Match::unknown;
    const yaml::Node label = labels[key];
    if (!label) return Match::no;
    if (label.is_placeholder()) return Match::unknown;
    return label.scalar() == value.scalar() ? Match::yes : Match::no;
}

Match among(yaml::Node label, yaml::Node values) {
    if (label.is_placeholder()) return Match::unknown;
    bool open = false;
    for (const yaml::Node value : values.items()) {
        if (value.is_placeholder())
            open = true;
        else if (value.scalar() == label.scalar())
            return Match::yes;
    }
    return open ? Match::unknown : Match::no;
}

Match inverse(Match match) { return match == Match::unknown ? match : match == Match::yes ? Match::no : Match::yes; }

Match match_expression(yaml::Node labels, yaml::Node expression) {
    const yaml::Node key = expression["key"];
    const Operator op = operator_of(expression);
    if (op == Operator::unknown || key.is_placeholder() || labels.is_placeholder()) return Match::unknown;
    const yaml::Node label = labels[key.scalar()];
    switch (op) {
        case Operator::exists: return label ? Match::yes : Match::no;
        case Operator::does_not_exist: return label ? Match::no : Match::yes;
        case Operator::in: return label ? among(label, expression["values"]) : Match::no;
        default: return label ? inverse(among(label, expression["values"])) : Match::yes;
    }
}

bool valid_pairs(yaml::Node pairs) {
    if (pairs.is_set() && !pairs.is_mapping()) return false;
    for (const yaml::Entry entry : pairs.entries()) {
        if (entry.value.is_placeholder()) continue;
        const std::optional<std::string_view> value = entry.value.text();
        if (!is_qualified_name(entry.key.scalar()) || !value || !is_label_value(*value)) return false;
    }
    return true;
}

bool valid_expression(yaml::Node expression) {
    const yaml::Node key = expression["key"], values = expression["values"];
    if (!key.is_placeholder() && !is_qualified_name(key.text_or_empty())) return false;
    const Operator op = operator_of(expression);
    if (op == Operator::unknown) return expression["operator"].is_placeholder();
    if (op == Operator::exists || op == Operator::does_not_exist) return values.empty() || !values.is_set();
    if (!values.is_sequence() || values.empty()) return false;
    for (const yaml::Node value : values.items()) {
        const std::optional<std::string_view> text = value.text();
        if (!value.is_placeholder() && (!text || !is_label_value(*text))) return false;
    }
    return true;
}

// What may stand under one key, gathered from all requirements.
struct Allowed {
    std::string_view key;
    bool must_exist = false, must_not_exist = false, limited = false;
    std::vector<std::string_view> values;   // when limited
    std::vector<std::string_view> forbidden;
};

Allowed& allowed_for(std::vector<Allowed>& all, std::string_view key) {
    for (Allowed& one : all) {
        if (one.key == key) return one;
    }
    return all.emplace_back(Allowed{key, false, false, false, {}, {}});
}

void limit(Allowed& to, const std::vector<std::string_view>& values) {
    to.must_exist = true;
    if (!to.limited) {
        to.limited = true;
        to.values = values;
        return;
    }
    std::erase_if(to.values, [&](std::string_view value) { return std::ranges::find(values, value) == values.end(); });
}

std::vector<std::string_view> texts(yaml::Node list) {
    std::vector<std::string_view> values;
    for (const yaml::Node value : list.items()) values.push_back(value.scalar());
    return values;
}

void add_expression(std::vector<Allowed>& all, yaml::Node expression) {
    Allowed& to = allowed_for(all, expression["key"].scalar());
    switch (operator_of(expression)) {
        case Operator::in: return limit(to, texts(expression["values"]));
        case Operator::exists: to.must_exist = true; return;
        case Operator::does_not_exist: to.must_not_exist = true; return;
        case Operator::not_in: {
            const std::vector<std::string_view> values = texts(expression["values"]);
            to.forbidden.insert(to.forbidden.end(), values.begin(), values.end());
            return;
        }
        case Operator::unknown: return;
    }
}

bool impossible(const Allowed& key) {
    if (key.must_exist && key.must_not_exist) return true;
    return key.limited && std::ranges::all_of(key.values, [&](std::string_view v) { return std::ranges::find(key.forbidden, v) != key.forbidden.end(); });
}

// Scalars with their lengths, so that no text can pretend to be two.
void add_scalar(std::string& text, yaml::Node node) {
    const std::string_view value = node.scalar();
    text.append(node.is_placeholder() ? "?" : "=").append(std::to_string(value.size())).append(":").append(value);
}

// One requirement as a text that is the same for equal ones.
std::string canonical(yaml::Node expression) {
    std::vector<std::string_view> values = texts(expression["values"]);
    std::ranges::sort(values);
    values.erase(std::unique(values.begin(), values.end()), values.end());
    const std::string_view op = expression["operator"].scalar();
    std::string text(expression["key"].scalar());
    if (op == "In" && values.size() == 1) return text.append(1, '\0').append("=").append(1, '\0').append(values[0]);
    text.append(1, '\0').append(op);
    for (const std::string_view value : values) text.append(1, '\0').append(value);
    return text;
}

}

Selector Selector::labels(yaml::Node label_selector) {
    Selector selector;
    selector.node_ = label_selector;
    return selector;
}

Selector Selector::map(yaml::Node plain_map) {
    Selector selector;
    selector.node_ = plain_map;
    selector.plain_ = true;
    return selector;
}

bool Selector::empty() const {
    if (!node_.is_set()) return false;
    return plain_ ? node_.empty() : node_["matchLabels"].empty() && node_["matchExpressions"].empty();
}

bool Selector::valid() const {
    if (!node_.is_set()) return true;
    if (plain_) return valid_pairs(node_);
    const yaml::Node expressions = node_["matchExpressions"];
    if (!node_.is_mapping() || (expressions.is_set() && !expressions.is_sequence()) || !valid_pairs(node_["matchLabels"])) return false;
    for (const yaml::Node expression : expressions.items()) {
        if (!valid_expression(expression)) return false;
    }
    return true;
}

Match Selector::matches(yaml::Node labels) const {
    if (absent() || (plain_ && node_.empty())) return Match::no;
    if (node_.is_placeholder()) return Match::unknown;
    // One requirement that is not met decides; one that is not known leaves the rest to decide.
    Match all = Match::yes;
    const auto fails = [&](Match one) {
        if (one != Match::yes) all = one;
        return one == Match::no;
    };
    for (const yaml::Entry pair : pairs().entries())
        if (fails(match_pair(labels, pair.key.scalar(), pair.value))) return Match::no;
    if (plain_) return all;
    for (const yaml::Node expression : node_["matchExpressions"].items())
        if (fails(match_expression(labels, expression))) return Match::no;
    return all;
}

void Selector::add_key(std::string& text) const {
    text += absent() ? '-' : node_.is_placeholder() ? '?' : plain_ ? 'm' : 's';
    for (const yaml::Entry pair : pairs().entries()) {
        add_scalar(text, pair.key);
        add_scalar(text, pair.value);
    }
    if (plain_) return;
    for (const yaml::Node expression : node_["matchExpressions"].items()) {
        text += '!';
        add_scalar(text, expression["key"]);
        text += static_cast<char>('0' + static_cast<int>(operator_of(expression)));
        for (const yaml::Node value : expression["values"].items()) add_scalar(text, value);
    }
}

void add_labels_key(yaml::Node labels, std::string& text) {
    text += labels.is_placeholder() ? '?' : '=';
    for (const yaml::Entry label : labels.entries()) {
        add_scalar(text, label.key);
        add_scalar(text, label.value);
    }
}

yaml::Node Selector::first_unmet(yaml::Node labels) const {
    for (const yaml::Entry pair : pairs().entries()) {
        if (match_pair(labels, pair.key.scalar(), pair.value) == Match::no) return pair.value;
    }
    if (plain_) return {};
    for (const yaml::Node expression : node_["matchExpressions"].items()) {
        if (match_expression(labels, expression) == Match::no) return expression;
    }
    return {};
}

bool Selector::contradicts_itself() const {
    const yaml::Node expressions = node_["matchExpressions"];
    if (plain_ || expressions.empty()) return false;
    std::vector<Allowed> all;
    for (const yaml::Entry pair : node_["matchLabels"].entries()) limit(allowed_for(all, pair.key.scalar()), {pair.value.scalar()});
    for (const yaml::Node expression : expressions.items()) {
        // An unknown part could be what makes them agree; keys by the thousand are no selector but an attack on this loop.
        if (expression["key"].is_placeholder() || all.size() > 1000) return false;
        for (const yaml::Node value : expression["values"].items()) {
            if (value.is_placeholder()) return false;
        }
        add_expression(all, expression);
    }
    return std::ranges::any_of(all, impossible);
}

bool Selector::same_as(const Selector& other) const {
    if (absent() || other.absent()) return absent() && other.absent();
    const auto requirements = [](const Selector& selector) {
        std::vector<std::string> all;
        for (const yaml::Entry pair : selector.pairs().entries()) {
            all.push_back(std::string(pair.key.scalar()).append(1, '\0').append("=").append(1, '\0').append(pair.value.scalar()));
        }
        if (!selector.plain_) {
            for (const yaml::Node expression : selector.node_["matchExpressions"].items()) all.push_back(canonical(expression));
        }
        std::ranges::sort(all);
        all.erase(std::unique(all.begin(), all.end()), all.end());
        return all;
    };
    return requirements(*this) == requirements(other);
}

}
