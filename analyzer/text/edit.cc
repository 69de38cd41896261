#include "analyzer/text/edit.h"

#include <algorithm>

namespace plimsoll {

bool normalise(std::vector<Edit>& edits, std::uint32_t size) {
    std::stable_sort(edits.begin(), edits.end(), [](const Edit& a, const Edit& b) { return a.span < b.span; });
    std::uint32_t free_from = 0;
    for (const Edit& edit : edits) {
        if (edit.span.begin < free_from || edit.span.end < edit.span.begin || edit.span.end > size) return false;
        free_from = edit.span.end;
    }
    return true;
}

void follow_line_ends(Fix& fix, std::string_view text) {
    const std::size_t first = text.find('\n');
    if (first == std::string_view::npos || first == 0 || text[first - 1] != '\r') return;
    for (Edit& edit : fix.edits)
        for (std::size_t at = edit.text.find('\n'); at != std::string::npos; at = edit.text.find('\n', at + 1))
            if (at == 0 || edit.text[at - 1] != '\r') edit.text.insert(at++, 1, '\r');
}

std::string apply(std::string_view text, const std::vector<Edit>& edits) {
    std::string out;
    std::size_t at = 0;
    for (const Edit& edit : edits) {
        out.append(text, at, edit.span.begin - at);
        out += edit.text;
        at = edit.span.end;
    }
    return out.append(text.substr(at));
}

}
