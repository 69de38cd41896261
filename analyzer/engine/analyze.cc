#include "analyzer/engine/analyze.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <map>
#include <mutex>
#include <thread>
#include <tuple>

#include "analyzer/engine/check.h"
#include "analyzer/engine/file_run.h"
#include "analyzer/engine/fingerprint.h"

namespace plimsoll {

// A check that throws is our bug, but the user's run goes on.
extern constinit const Check internal_error = {
    .id = "internal-error",
    .title = "A check broke on this file.",
    .category = Category::correctness,
    .severity = Severity::high,
    .profile = Profile::bugs,
    .why = "Plimsoll itself failed here; what the named check would have said is unknown. Please report it with the file.",
};

namespace {

bool by_place(const Finding& a, const Finding& b) {
    return std::tie(a.path, a.span, a.check->id, a.message, a.container, a.field) < std::tie(b.path, b.span, b.check->id, b.message, b.container, b.field);
}

// Two containers that share a value through an alias are two findings.
bool same_finding(const Finding& a, const Finding& b) {
    return a.path == b.path && a.span == b.span && a.check == b.check && a.message == b.message && a.container == b.container;
}

// Whatever its case: discovery takes "a.YAML" too.
bool is_yaml_name(std::string_view path) {
    std::string name(path.substr(path.rfind('/') == std::string_view::npos ? 0 : path.rfind('/')));
    for (char& byte : name)
        if (byte >= 'A' && byte <= 'Z') byte = static_cast<char>(byte - 'A' + 'a');
    return name.ends_with(".yaml") || name.ends_with(".yml") || name.ends_with(".json");
}

// Everything that can be said of the file by itself.
void start(FileRun& run, const FileSystem* surroundings, const Input& input, std::string text, const Registry& registry, bool is_patch) {
    FileResult& file = run.out.file;
    file.path = input.path;
    file.kind = input.kind;
    const bool named_yaml = is_yaml_name(input.path);
    if (file.kind == FileKind::other && input.given && !named_yaml) file.kind = kind_by_content(text);
    run.source = std::make_shared<const Source>(input.path, std::move(text));
    file.source = run.source;
    const Context context(surroundings, folder_of(input.path));
    if (file.kind == FileKind::dockerfile) return run_dockerfile(run, registry, context);
    if (named_yaml || input.given) return run_manifest(run, registry, context, is_patch);
    file.status = Status::not_applicable;
    file.reason = "neither a Dockerfile nor a manifest";
}

// Suppressions, order and fingerprints, once all findings of the file are there.
void end(FileRun& run, const Registry& registry) {
    std::vector<Finding>& findings = run.out.findings;
    if (run.out.file.kind != FileKind::dockerfile) {
        std::erase_if(findings, [&](const Finding& finding) { return finding.check != &internal_error && !run.settings->wants(finding); });
        silence(findings, run.suppressions, *run.settings, registry);
        const std::size_t judged = findings.size();
        if (run.source) judge_suppressions(run.suppressions, run.source->path(), false, *run.settings, registry, findings);
        for (std::size_t i = judged; i < findings.size(); ++i) complete_finding(findings[i], *run.source, run.manifest.get());
    }
    finish(findings);
    if (run.source) add_fingerprints(findings, *run.source);
    run.manifest.reset();
}

void fail(FileRun& run, const Input& input, const ReadError& error) {
    FileResult& file = run.out.file;
    file.path = input.path;
    file.kind = input.kind;
    file.status = error.not_a_file && !input.given ? Status::not_applicable : Status::failed;
    file.reason = error.reason;
}

// The checks that run under one settings object, found once for each.
class ActiveCache {
public:
    explicit ActiveCache(const Registry& registry) : registry_(registry) {}
    const ActiveChecks& of(const Settings& settings) {
        std::lock_guard lock(mutex_);
        auto& entry = known_[&settings];
        if (!entry) entry = std::make_unique<ActiveChecks>(registry_, settings);
        return *entry;
    }

private:
    const Registry& registry_;
    std::mutex mutex_;
    std::map<const Settings*, std::unique_ptr<ActiveChecks>> known_;
};

void start_input(FileRun& run, const FileSystem& files, const Input& input, const Registry& registry, bool is_patch) {
    if (!input.failure.empty()) return fail(run, input, {input.failure, false});
    ReadResult read = files.read(input.path);
    if (const ReadError* error = std::get_if<ReadError>(&read)) return fail(run, input, *error);
    start(run, &files, input, std::move(std::get<std::string>(read)), registry, is_patch);
}

// Absence means something only where a folder was named or the user says that there is nothing else.
bool is_complete(const std::vector<Input>& inputs, const AnalyzeOptions& options) {
    return options.complete || std::none_of(inputs.begin(), inputs.end(), [](const Input& input) { return input.given; });
}

void count(Summary& summary, const FileResult& file) {
    ++summary.total;
    std::size_t* counts[] = {&summary.analysed, &summary.partial, &summary.not_applicable, &summary.failed};
    ++*counts[static_cast<unsigned>(file.status)];
    summary.documents += file.documents;
    summary.objects += file.objects;
}

Report collect(std::vector<FileAnalysis> parts, const AnalyzeOptions& options) {
    std::sort(parts.begin(), parts.end(), [](const FileAnalysis& a, const FileAnalysis& b) { return a.file.path < b.file.path; });
    Report report;
    bool found = false;
    for (FileAnalysis& part : parts) {
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
        report.files.push_back(std::move(part.file));
    }
    report.exit_code = report.summary.failed ? 2 : found ? 1 : 0;
    return report;
}

}

void finish(std::vector<Finding>& findings) {
    std::stable_sort(findings.begin(), findings.end(), by_place);
    findings.erase(std::unique(findings.begin(), findings.end(), same_finding), findings.end());
}

// Rendered documents say which template they come from.
static void name_template(Finding& finding, const kubernetes::Manifest& manifest) {
    const auto& documents = manifest.stream().documents();
    const auto after = std::upper_bound(documents.begin(), documents.end(), finding.span.begin,
                                        [](std::uint32_t offset, const yaml::Document& document) { return offset < document.span.begin; });
    if (after == documents.begin()) return;
    const std::string_view origin = manifest.rendered_from(static_cast<std::uint32_t>(after - 1 - documents.begin()));
    if (!origin.empty()) finding.related.push_back({std::string(origin), {}, "the template it was rendered from"});
}

void complete_finding(Finding& finding, const Source& source, const kubernetes::Manifest* manifest) {
    if (finding.anchor == no_anchor) finding.anchor = finding.span.begin;
    finding.path = source.path();
    for (Related& related : finding.related)
        if (related.path.empty()) related.path = finding.path;
    if (manifest) name_template(finding, *manifest);
    if (finding.fix && !normalise(finding.fix->edits, source.size())) finding.fix.reset();
    if (finding.fix) follow_line_ends(*finding.fix, source.text());
}

void in_parallel(std::size_t count, unsigned threads, const std::function<void(std::size_t)>& work) {
    std::atomic<std::size_t> next = 0;
    auto loop = [&] {
        for (std::size_t i = next++; i < count; i = next++) work(i);
    };
    if (threads == 0) threads = std::max(1u, std::thread::hardware_concurrency());
    std::vector<std::jthread> pool;
    for (unsigned i = 1; i < std::min<std::size_t>(threads, count); ++i) pool.emplace_back(loop);
    loop();
}

FileAnalysis analyze_text(const FileSystem* surroundings, const Input& input, std::string text, const Registry& registry, const Settings& settings,
                          bool complete) {
    const ActiveChecks checks(registry, settings);
    std::vector<FileRun> runs(1);
    runs[0].settings = &settings;
    runs[0].checks = &checks;
    start(runs[0], surroundings, input, std::move(text), registry, false);
    run_cluster(runs, surroundings, {complete, 1, {}});
    end(runs[0], registry);
    return std::move(runs[0].out);
}

Report analyze(const FileSystem& files, const std::vector<Input>& inputs, const Registry& registry, const Configuration& configuration,
               const AnalyzeOptions& options) {
    std::vector<FileRun> runs(inputs.size());
    ActiveCache cache(registry);
    std::atomic<std::size_t> done = 0;
    Kustomizations kustomizations = read_kustomizations(files, inputs, !options.complete);
    in_parallel(inputs.size(), options.threads, [&](std::size_t i) {
        runs[i].settings = &configuration.for_file(inputs[i].path);
        runs[i].checks = &cache.of(*runs[i].settings);
        start_input(runs[i], files, inputs[i], registry, kustomizations.patches.contains(inputs[i].path));
        if (options.progress) options.progress(++done, inputs.size());
    });
    run_cluster(runs, &files, {is_complete(inputs, options), options.threads, std::move(kustomizations.generated)});
    in_parallel(inputs.size(), options.threads, [&](std::size_t i) { end(runs[i], registry); });
    std::vector<FileAnalysis> parts;
    parts.reserve(runs.size());
    for (FileRun& run : runs) parts.push_back(std::move(run.out));
    return collect(std::move(parts), options);
}

}
