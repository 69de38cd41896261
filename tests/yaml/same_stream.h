#pragma once

#include <algorithm>
#include <string>

#include "analyzer/yaml/stream.h"
#include "analyzer/yaml/tree.h"

namespace plimsoll::yaml {

// libfyaml takes an empty item for an error where the sequence stands no deeper than its key: "a:\n-\n- b". go-yaml does not.
inline bool has_empty_item(const Stream& by_library) {
    const auto says = [](const Problem& problem) { return problem.message == "a value is missing here"; };
    return std::ranges::any_of(by_library.documents(), [&](const Document& document) { return std::ranges::any_of(document.problems, says); });
}

// "" when our reading of a text and the library's found the same; else where they part.
inline std::string difference(const Stream& a, const Stream& b) {
    if (has_empty_item(b)) return {};
    const auto same_problem = [](const Problem& x, const Problem& y) {
        return x.kind == y.kind && x.span == y.span && x.message == y.message && x.other == y.other && x.region == y.region;
    };
    const auto same_record = [](const Record& x, const Record& y) {
        return x.value == y.value && x.span == y.span && x.skip == y.skip && x.parent == y.parent && x.redirect == y.redirect && x.kind == y.kind &&
               x.style == y.style && x.type == y.type && x.flags == y.flags;
    };
    if (a.documents().size() != b.documents().size()) return "another number of documents";
    for (std::size_t i = 0; i < a.documents().size(); ++i) {
        const Document &x = a.documents()[i], &y = b.documents()[i];
        const std::string where = "document " + std::to_string(i) + ": ";
        if (x.refused != y.refused || x.first != y.first || !(x.span == y.span)) return where + "another verdict or place";
        if (!std::ranges::equal(x.problems, y.problems, same_problem)) return where + "other problems";
        const auto &left = x.tree->records, &right = y.tree->records;
        const auto [l, r] = std::ranges::mismatch(left, right, same_record);
        if (l != left.end() || r != right.end()) return where + "record " + std::to_string(l - left.begin());
    }
    return {};
}

}
