#include <algorithm>
#include <vector>

#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::yaml_keys_unsorted {

namespace {

struct Place {
    std::string_view key;
    Span span;   // the entry, key and value
};

// Larger mappings are left to their authors: a fix that moves more than a screen or two is a rewrite of the file.
constexpr std::uint32_t most_bytes = 4096;

// Whether the parts of a mapping may change places: no part refers to another one, and no text depends on what follows it.
bool can_move(const Source& source, const yaml::Record* mapping) {
    for (const yaml::Record* at = mapping; at < mapping + mapping->skip; ++at) {
        if (at->kind == yaml::Kind::alias || at->redirect != 0 || (at->flags & yaml::anchored)) return false;
        bool block = at->style == yaml::Style::literal || at->style == yaml::Style::folded;
        if (block && source.slice(at->span).substr(0, 3).find('+') != std::string_view::npos) return false;
    }
    return true;
}

// A comment would stay where it is and speak of another key.
bool has_comment(const yaml::Stream& stream, const Source& source, Span span) {
    const auto& comments = stream.comments();
    auto next =
        std::lower_bound(comments.begin(), comments.end(), span.begin, [](const yaml::Comment& comment, std::uint32_t at) { return comment.span.begin < at; });
    if (next == comments.end()) return false;
    const std::uint32_t begin = next->span.begin;
    return begin < span.end || source.slice({span.end, begin}).find('\n') == std::string_view::npos;
}

// With the blanks behind it, or a key that another fix adds at the end of that line would stay behind when the entry moves away.
Span with_blanks(const Source& source, Span entry) {
    while (entry.end < source.size() && (source.text()[entry.end] == ' ' || source.text()[entry.end] == '\t')) ++entry.end;
    return entry;
}

// "key:" with nothing before it that belongs to the key.
bool is_simple(const Source& source, const yaml::Record* key) {
    if (key->kind != yaml::Kind::scalar || (key->flags & yaml::tagged)) return false;
    std::string_view text = source.text();
    std::size_t before = text.substr(0, key->span.begin).find_last_not_of(" \t");
    return before == std::string_view::npos || text[before] != '?';
}

std::vector<Edit> sorted(const kubernetes::Manifest& file, yaml::Node mapping) {
    const Source& source = file.source();
    if (mapping.span().size() > most_bytes || !can_move(source, mapping.record()) || has_comment(file.stream(), source, mapping.span())) return {};
    std::vector<Place> places;
    for (auto [key, value] : mapping.entries()) {
        if (!is_simple(source, key.record())) return {};
        places.push_back({key.scalar(), with_blanks(source, cover(key.span(), value.span()))});
    }
    std::vector<Place> order = places;
    std::stable_sort(order.begin(), order.end(), [](const Place& a, const Place& b) { return a.key < b.key; });
    if (std::adjacent_find(order.begin(), order.end(), [](const Place& a, const Place& b) { return a.key == b.key; }) != order.end()) return {};
    // One edit from the first entry that moves to the last, with what stands between the entries as it is.
    std::size_t first = 0, last = places.size();
    while (first < last && order[first].span == places[first].span) ++first;
    while (last > first && order[last - 1].span == places[last - 1].span) --last;
    if (first == last) return {};
    std::string text;
    for (std::size_t i = first; i < last; ++i) {
        text += source.slice(order[i].span);
        if (i + 1 < last) text += source.slice({places[i].span.end, places[i + 1].span.begin});
    }
    return {{{places[first].span.begin, places[last - 1].span.end}, std::move(text)}};
}

void judge(const kubernetes::Object& object, yaml::Node mapping, Reporter& report) {
    std::string_view last;
    for (auto [key, value] : mapping.entries()) {
        std::string_view name = key.scalar();
        if (name < last) {
            Draft draft = report.at(object, key.span(), quote(name) + " belongs before " + quote(last) + ": sort the keys");
            draft.field(mapping.path(object.node()));
            std::vector<Edit> edits = sorted(object.manifest(), mapping);
            if (!edits.empty()) draft.fix("Sort the keys", Safety::safe, std::move(edits));
            return;
        }
        last = name;
    }
}

void walk(const kubernetes::Object& object, yaml::Node node, bool recursive, Reporter& report) {
    if (node.is_alias()) return;
    if (node.is_mapping()) {
        judge(object, node, report);
        if (!recursive) return;
        for (auto [key, value] : node.entries()) walk(object, value, true, report);
    }
    for (yaml::Node item : node.items()) walk(object, item, recursive, report);
}

void run(const kubernetes::Object& object, Reporter& report) { walk(object, object.node(), report.flag("recursive"), report); }

constexpr Option options[] = {
    {.name = "recursive", .type = Option::Type::flag, .value = "true", .what = "Look into nested mappings, not at the object's own keys alone."},
};

constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: ConfigMap
data:
^^^^ 'data' belongs before 'kind': sort the keys
  b: |
    two
  a: {d: 1, c: 2}
  ^ 'a' belongs before 'b': sort the keys
            ^ 'c' belongs before 'd': sort the keys
metadata:
  name: settings
)",
                                 .good = R"(
apiVersion: v1
data:
  a: {c: 2, d: 1}
  b: |
    two
kind: ConfigMap
metadata:
  name: settings
)",
                                 .path = "app.yaml"},
                                {.bad = R"(
apiVersion: v1
metadata: {}
kind: ConfigMap   # a comment speaks of the key it stands beside
^^^^ 'kind' belongs before 'metadata': sort the keys
)",
                                 .good = R"(
apiVersion: v1
kind: ConfigMap   # a comment speaks of the key it stands beside
metadata: {}
)",
                                 .path = "app.yaml",
                                 .fixed = false}};

}

extern constinit const Check yaml_keys_unsorted = {
    .id = "yaml-keys-unsorted",
    .title = "YAML keys are not sorted.",
    .category = Category::style,
    .severity = Severity::info,
    .profile = Profile::strict,
    .fix = Safety::safe,
    .why = "A fixed order makes differences between versions and between files small. The order means nothing to Kubernetes.",
    .aliases = {"kube-linter:sorted-keys"},
    .options = options,
    .examples = examples,
    .run = on_every_object(run),
};

}
