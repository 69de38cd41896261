#include "analyzer/output/summary.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <vector>

#include "analyzer/engine/check.h"
#include "analyzer/output/excerpt.h"

namespace plimsoll::output {

namespace {

std::string count(std::size_t number, std::string_view one, std::string_view many) {
    return std::to_string(number) + " " + std::string(number == 1 ? one : many);
}

std::string by_severity(const Summary& summary) {
    std::string out;
    for (unsigned i = 5; i-- > 0;) {
        if (summary.by_severity[i] == 0) continue;
        out += out.empty() ? "" : ", ";
        out += std::to_string(summary.by_severity[i]) + " " + std::string(name_of(static_cast<Severity>(i)));
    }
    return out;
}

std::string fixable(const Report& report) {
    std::size_t safe = 0, unsafe = 0;
    for (const Finding& finding : report.findings)
        if (finding.fix && !finding.silenced) ++(finding.fix->safety == Safety::safe ? safe : unsafe);
    std::string out;
    if (safe) out = std::to_string(safe) + " fixable with --fix";
    if (unsafe) out += (out.empty() ? "" : ", ") + std::to_string(unsafe) + (safe ? " more" : " fixable") + " with --fix --unsafe-fixes";
    return out;
}

}

std::string summary_line(const Report& report) {
    const Summary& summary = report.summary;
    std::size_t findings = 0;
    for (std::size_t number : summary.by_severity) findings += number;
    std::string out = count(findings, "finding", "findings");
    if (findings) out += " (" + by_severity(summary) + ")";
    out += " in " + count(summary.total, "file", "files") + ": " + std::to_string(summary.analysed) + " analysed, ";
    out += std::to_string(summary.partial) + " partial, " + std::to_string(summary.not_applicable) + " not applicable, ";
    out += std::to_string(summary.failed) + " failed";
    if (const std::size_t number = report.not_validated()) out += "; " + count(number, "object", "objects") + " of custom kinds not validated";
    if (summary.suppressed) out += "; " + std::to_string(summary.suppressed) + " suppressed";
    std::string fixes = fixable(report);
    if (!fixes.empty()) out += "; " + fixes;
    return out + "\n";
}

std::string incomplete_files(const Report& report, std::size_t most) {
    std::string out;
    std::size_t seen = 0;
    for (const FileResult& file : report.files) {
        if (file.status != Status::partial && file.status != Status::failed) continue;
        if (++seen > most) continue;
        out += printable(file.path) + ": " + std::string(name_of(file.status)) + ": " + printable(file.reason) + "\n";
    }
    if (seen > most) out += "and " + std::to_string(seen - most) + " more files that are partial or failed (all of them: --format json)\n";
    return out;
}

std::string statistics(const Report& report) {
    std::map<std::string_view, std::size_t> counts;
    for (const Finding& finding : report.findings)
        if (!finding.silenced) ++counts[finding.check->id];
    std::vector<std::pair<std::string_view, std::size_t>> rows(counts.begin(), counts.end());
    std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
    std::string out;
    for (const auto& [id, number] : rows) {
        std::string digits = std::to_string(number);
        out.append(digits.size() < 7 ? 7 - digits.size() : 0, ' ');
        out += digits + "  " + std::string(id) + "\n";
    }
    return out;
}

}
