#pragma once

#include <memory>
#include <string>

#include "analyzer/engine/analyze.h"
#include "analyzer/engine/check.h"
#include "analyzer/output/writer.h"

// Reports made by hand: writers are pure functions of a report.
namespace plimsoll {

inline constexpr Example fixture_examples[] = {{.bad = R"(
FROM alpine
ADD a.py /srv/
^^^ use COPY here
)",
                                                .good = R"(
FROM alpine
COPY a.py /srv/
)"}};

inline constinit const Check fixture_check = {
    .id = "fixture-check",
    .title = "A check for tests.",
    .category = Category::supply_chain,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .fix = Safety::safe,
    .why = "Because the tests say so.",
    .aliases = {"hadolint:DL3020", "buildkit:JSONArgsRecommended"},
    .standards = {"CIS-Docker-4.9"},
    .options = {},
    .examples = fixture_examples,
    .run = {},
};

struct ReportFixture {
    Report report;
    output::WriteOptions options;

    Finding& add(const std::string& path, const std::string& text, Span span, std::string message = "use COPY here") {
        auto source = std::make_shared<const Source>(path, text);
        FileResult file;
        file.path = path;
        file.kind = FileKind::dockerfile;
        file.source = source;
        file.documents = 1;
        report.files.push_back(file);
        ++report.summary.total;
        ++report.summary.analysed;
        ++report.summary.documents;
        ++report.summary.by_severity[static_cast<unsigned>(Severity::medium)];
        Finding finding;
        finding.check = &fixture_check;
        finding.path = source->path();
        finding.span = span;
        finding.anchor = span.begin;
        finding.message = std::move(message);
        finding.severity = Severity::medium;
        finding.aliases = AliasSet(fixture_check.aliases);
        finding.fingerprint = 0x0123456789abcdef;
        report.exit_code = 1;
        return report.findings.emplace_back(std::move(finding));
    }

    std::string written(void (*write)(const Report&, const output::WriteOptions&, std::string&)) const {
        std::string out;
        write(report, options, out);
        return out;
    }
};

// Span of the first occurrence of `part`.
inline Span span_of(std::string_view text, std::string_view part) {
    auto begin = static_cast<std::uint32_t>(text.find(part));
    return {begin, begin + static_cast<std::uint32_t>(part.size())};
}

}
