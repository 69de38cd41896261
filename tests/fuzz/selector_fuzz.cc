// Selectors: any bytes as one, and selectors made from the bytes against a second implementation of what the API server does.

#include <map>
#include <optional>
#include <set>

#include "analyzer/kubernetes/selector.h"
#include "analyzer/yaml/stream.h"
#include "tests/fuzz/law.h"

using namespace plimsoll;
using fuzz::inside;
using fuzz::law;
using kubernetes::Match;
using kubernetes::Selector;

std::vector<std::string> own_seeds() {
    return {
        "labels: {a: b, c: d}\nfirst: {matchLabels: {a: b}, matchExpressions: [{key: c, operator: In, values: [d, e]}]}\nsecond: {a: b}\n",
        "labels:\n  a: &x b\n  app.kubernetes.io/name: *x\nfirst: {matchExpressions: [{key: a, operator: NotIn, values: [b]}, {key: a, operator: Exists}]}\n",
        "labels: ${L}\nfirst: {matchLabels: {a: \"${A}\"}, matchExpressions: [{key: \"${K}\", operator: DoesNotExist}]}\nsecond: ~\n",
        "labels: [a]\nfirst: {matchLabels: [a], matchExpressions: {key: a}}\nsecond: {matchExpressions: [~, 1, {operator: Gt}]}\n",
        "a in (b,c),d!=e,!f,g notin (),h==i",
        std::string("\0\1\2\3\4\5\6\7\10\11\12\13\14\15\16\17", 16),
        "\1selector of bytes: one key, one operator, some values",
    };
}

namespace {

using Labels = std::map<char, char>;

struct Requirement {
    enum Operator { equals, in, not_in, exists, does_not_exist } op = equals;
    char key = 'a';
    std::set<char> values;

    bool met(std::optional<char> label) const {
        switch (op) {
            case equals:
            case in: return label && values.contains(*label);
            case not_in: return !label || !values.contains(*label);
            case exists: return label.has_value();
            default: return !label;
        }
    }
    bool met_by(const Labels& labels) const {
        const auto found = labels.find(key);
        return met(found == labels.end() ? std::nullopt : std::optional(found->second));
    }
};

constexpr std::string_view keys = "abcd", values = "uvwx";   // y would be a boolean

// Numbers from the input; nothing but zeros behind its end.
class Numbers {
public:
    explicit Numbers(std::string_view bytes) : bytes_(bytes) {}
    std::size_t below(std::size_t limit) {
        if (bytes_.empty()) return 0;
        const std::size_t number = static_cast<unsigned char>(bytes_.front()) % limit;
        bytes_.remove_prefix(1);
        return number;
    }

private:
    std::string_view bytes_;
};

std::vector<Requirement> requirements(Numbers& numbers) {
    std::vector<Requirement> made;
    std::set<char> equal;   // a mapping has each key once
    for (std::size_t count = numbers.below(6); count > 0; --count) {
        Requirement one;
        one.op = static_cast<Requirement::Operator>(numbers.below(5));
        one.key = keys[numbers.below(keys.size())];
        if (one.op == Requirement::equals && !equal.insert(one.key).second) one.op = Requirement::in;
        // Of the four values one is never named, so that "another value" can always be had.
        const std::size_t size = one.op == Requirement::equals ? 1 : one.op <= Requirement::not_in ? 1 + numbers.below(3) : 0;
        for (std::size_t i = 0; i < size; ++i) one.values.insert(values[numbers.below(values.size() - 1)]);
        made.push_back(std::move(one));
    }
    return made;
}

std::string text_of(const std::vector<Requirement>& all) {
    constexpr std::string_view names[] = {"", "In", "NotIn", "Exists", "DoesNotExist"};
    std::string pairs, expressions;
    for (const Requirement& one : all) {
        if (one.op == Requirement::equals) {
            pairs.append(pairs.empty() ? "" : ", ").append({one.key}).append(": ").append({*one.values.begin()});
            continue;
        }
        expressions.append(expressions.empty() ? "" : ", ").append("{key: ").append({one.key}).append(", operator: ").append(names[one.op]);
        if (!one.values.empty()) {
            expressions += ", values: [";
            for (const char value : one.values) expressions.append({value, ','});
            expressions += ']';
        }
        expressions += '}';
    }
    return "{matchLabels: {" + pairs + "}, matchExpressions: [" + expressions + "]}";
}

bool all_met(const std::vector<Requirement>& all, const Labels& labels) {
    for (const Requirement& one : all)
        if (!one.met_by(labels)) return false;
    return true;
}

// Keys have nothing to do with one another, so a set of labels that meets all exists when each key has a value, or none, that does.
bool can_be_met(const std::vector<Requirement>& all) {
    for (const char key : keys) {
        bool any = false;
        for (std::size_t choice = 0; choice <= values.size(); ++choice) {
            const std::optional<char> label = choice == values.size() ? std::nullopt : std::optional(values[choice]);
            bool good = true;
            for (const Requirement& one : all) good = good && (one.key != key || one.met(label));
            any = any || good;
        }
        if (!any) return false;
    }
    return true;
}

void compare(Numbers numbers) {
    const std::vector<Requirement> first = requirements(numbers), second = requirements(numbers);
    Labels labels;
    for (std::size_t count = numbers.below(5); count > 0; --count) labels[keys[numbers.below(keys.size())]] = values[numbers.below(values.size())];
    std::string text = "labels: {";
    for (const auto& [key, value] : labels) text.append({key}).append(": ").append({value}).append(", ");
    text += "}\nfirst: " + text_of(first) + "\nsecond: " + text_of(second) + "\n";

    const Source source("selector.yaml", text);
    const yaml::Stream stream(source);
    const yaml::Node root = stream.documents().front().root;
    const Selector one = Selector::labels(root["first"]), other = Selector::labels(root["second"]);
    law(one.valid() && other.valid(), "a selector that was made valid is not");
    law(one.empty() == first.empty(), "empty");
    law((one.matches(root["labels"]) == Match::yes) == all_met(first, labels), "matches otherwise than the second implementation");
    law(one.contradicts_itself() == !can_be_met(first), "contradicts itself otherwise than the second implementation");
    law(static_cast<bool>(one.first_unmet(root["labels"])) == !all_met(first, labels), "met and unmet");
    if (one.same_as(other)) law(all_met(first, labels) == all_met(second, labels), "the same, but matches something else");
    law(one.same_as(other) == other.same_as(one), "the same one way only");
    law(one.same_as(one), "differs from itself");
}

void ask(const Selector& selector, const Selector& other, yaml::Node labels, std::size_t size) {
    const Match match = selector.matches(labels);
    inside(selector.first_unmet(labels).span(), size, "unmet");
    law(selector.same_as(selector), "differs from itself");
    law(selector.same_as(other) == other.same_as(selector), "the same one way only");
    if (selector.absent()) law(match == Match::no, "an absent selector matches");
    if (selector.valid() && selector.contradicts_itself()) law(match != Match::yes, "a contradiction matches");
    if (match == Match::yes) law(!selector.first_unmet(labels), "met and unmet");
    if (const yaml::Entry pair = selector.required_pair(); pair.key) inside(pair.key.span(), size, "pair");
}

}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes = fuzz::text_of(data, size);
    compare(Numbers(bytes));
    kubernetes::is_selector_text(bytes);
    const Source source("selector.yaml", std::string(bytes));
    const yaml::Stream stream(source);
    for (const yaml::Document& document : stream.documents()) {
        const yaml::Node root = document.root, labels = root["labels"];
        const Selector made[] = {Selector::labels(root["first"]), Selector::map(root["first"]), Selector::labels(root["second"]),
                                 Selector::map(root["second"])};
        for (const Selector& one : made)
            for (const Selector& other : made) ask(one, other, labels, size);
    }
    return 0;
}
