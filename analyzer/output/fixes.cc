#include "analyzer/output/fixes.h"

namespace plimsoll::output {

namespace {

bool uses_crlf(std::string_view text) {
    std::size_t first = text.find('\n');
    return first != std::string_view::npos && first > 0 && text[first - 1] == '\r';
}

}

void follow_line_ends(Fix& fix, std::string_view file_text) {
    if (!uses_crlf(file_text)) return;
    for (Edit& edit : fix.edits)
        for (std::size_t at = edit.text.find('\n'); at != std::string::npos; at = edit.text.find('\n', at + 1))
            if (at == 0 || edit.text[at - 1] != '\r') edit.text.insert(at++, 1, '\r');
}

std::vector<Finding> fixable_findings(FileAnalysis analysis, std::string_view file_text) {
    std::erase_if(analysis.findings, [](const Finding& finding) { return finding.silenced || !finding.fix; });
    for (Finding& finding : analysis.findings) follow_line_ends(*finding.fix, file_text);
    return std::move(analysis.findings);
}

}
