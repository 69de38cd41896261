#include "analyzer/engine/analyze.h"

#include <algorithm>
#include <atomic>
#include <iterator>
#include <numeric>
#include <tuple>

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "analyzer/engine/check.h"
#include "analyzer/engine/file_run.h"
#include "analyzer/engine/parallel.h"
#include "analyzer/engine/project.h"

namespace plimsoll {

namespace {

// What the allocator keeps of freed trees and findings would come on top of what is made next.
void give_back() {
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}

bool by_place(const Finding& a, const Finding& b) {
    // Nearly all that are compared stand in one file, whose path they share.
    if (a.path.data() != b.path.data() && a.path != b.path) return a.path < b.path;
    return std::tie(a.span, a.check->id, a.message, a.part, a.field) < std::tie(b.span, b.check->id, b.message, b.part, b.field);
}

// Two containers that share a value through an alias are two findings.
bool same_finding(const Finding& a, const Finding& b) {
    return a.path == b.path && a.span == b.span && a.check == b.check && a.message == b.message && a.part == b.part;
}

void count(Summary& summary, const FileResult& file) {
    ++summary.total;
    std::size_t* counts[] = {&summary.analysed, &summary.partial, &summary.not_applicable, &summary.failed};
    ++*counts[static_cast<unsigned>(file.status)];
    summary.documents += file.documents;
    summary.objects += file.objects;
}

std::vector<FileRun*> by_path(std::vector<FileRun>& runs) {
    std::vector<FileRun*> sorted;
    sorted.reserve(runs.size());
    for (FileRun& run : runs) sorted.push_back(&run);
    std::stable_sort(sorted.begin(), sorted.end(), [](const FileRun* a, const FileRun* b) { return a->out.file.path < b->out.file.path; });
    return sorted;
}

}

// Findings move file by file, and each file's share is freed before the next: they are most of the memory of a large run.
Report report_of(std::vector<FileAnalysis> parts, const AnalyzeOptions& options) {
    std::sort(parts.begin(), parts.end(), [](const FileAnalysis& a, const FileAnalysis& b) { return a.file.path < b.file.path; });
    Report report;
    std::size_t total = 0;
    for (const FileAnalysis& part : parts) total += part.findings.size();
    report.findings.reserve(total);
    bool found = false;
    // Returning walks through the whole heap: a fixed number of times, however large the run.
    const std::size_t portion = std::max<std::size_t>(30'000, total / 8);
    std::size_t next_return = total > portion ? 0 : SIZE_MAX;
    for (FileAnalysis& part : parts) {
        if (report.findings.size() >= next_return) {
            give_back();
            next_return += portion;
        }
        count(report.summary, part.file);
        for (Finding& finding : part.findings) {
            if (finding.silenced) {
                ++report.summary.suppressed;
                if (!options.keep_silenced) continue;
            } else {
                ++report.summary.by_severity[static_cast<unsigned>(finding.severity)];
                found |= options.fail_on && finding.severity >= *options.fail_on;
            }
            report.findings.push_back(std::move(finding));
        }
        std::vector<Finding>().swap(part.findings);
        std::move(part.templates.begin(), part.templates.end(), std::back_inserter(report.around));
        report.files.push_back(std::move(part.file));
    }
    // Each part is in order; what moved to a template is not.
    if (!report.around.empty()) std::stable_sort(report.findings.begin(), report.findings.end(), by_place);
    std::stable_sort(report.around.begin(), report.around.end(), [](const auto& a, const auto& b) { return a->path() < b->path(); });
    report.exit_code = report.summary.failed ? 2 : found ? 1 : 0;
    return report;
}

void finish(std::vector<Finding>& findings) {
    // Their numbers are sorted rather than findings, which are many words long.
    std::vector<std::uint32_t> order(findings.size());
    std::iota(order.begin(), order.end(), 0U);
    std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) { return by_place(findings[a], findings[b]); });
    std::vector<Finding> sorted;
    sorted.reserve(findings.size());
    for (const std::uint32_t number : order)
        if (sorted.empty() || !same_finding(sorted.back(), findings[number])) sorted.push_back(std::move(findings[number]));
    findings = std::move(sorted);
}

FileAnalysis analyze_text(const FileSystem* surroundings, const Input& input, std::string text, const Registry& registry, const Settings& settings,
                          bool complete) {
    const ActiveChecks checks(registry, settings);
    FileRun run;
    run.settings = &settings;
    run.checks = &checks;
    start_run(run, surroundings, input, std::move(text), registry, false);
    run_cluster({&run}, surroundings, {complete, 1, {}});
    return conclude(run, registry, surroundings);
}

Report analyze(const FileSystem& files, const std::vector<Input>& inputs, const Registry& registry, const Configuration& configuration,
               const AnalyzeOptions& options) {
    const Project project = options.complete ? Project{} : project_around(files, inputs, configuration);
    std::vector<Input> all = inputs;
    all.insert(all.end(), project.around.begin(), project.around.end());
    std::vector<FileRun> runs(all.size());
    ActiveCache cache(registry);
    std::atomic<std::size_t> done = 0;
    Kustomizations kustomizations = read_kustomizations(files, all, !options.complete);
    in_parallel(runs.size(), options.threads, [&](std::size_t i) {
        runs[i].context = i >= inputs.size();
        runs[i].fingerprints = options.fingerprints;
        runs[i].settings = &configuration.for_file(all[i].path);
        runs[i].checks = &cache.of(*runs[i].settings);
    });
    const bool schemas_wanted = std::ranges::any_of(runs, [](const FileRun& run) { return run.checks->judge_custom_resources(); });
    in_parallel(runs.size(), options.threads, [&](std::size_t i) {
        runs[i].schemas_wanted = schemas_wanted;
        start_run(runs[i], files, all[i], registry, kustomizations.patches.contains(all[i].path));
        if (options.progress) options.progress(++done, runs.size());
    });
    run_cluster(by_path(runs), &files, {project.complete, options.threads, std::move(kustomizations.generated)});
    std::vector<FileAnalysis> parts(inputs.size());
    in_parallel(inputs.size(), options.threads, [&](std::size_t i) { parts[i] = conclude(runs[i], registry, &files); });
    Report report = report_of(std::move(parts), options);
    for (std::size_t i = inputs.size(); i < runs.size(); ++i)
        if (runs[i].source) report.around.push_back(runs[i].source);
    std::stable_sort(report.around.begin(), report.around.end(), [](const auto& a, const auto& b) { return a->path() < b->path(); });
    return report;
}

}
