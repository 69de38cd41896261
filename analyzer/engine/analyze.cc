#include "analyzer/engine/analyze.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <map>
#include <mutex>
#include <thread>
#include <tuple>

#include "analyzer/docker/dockerfile.h"
#include "analyzer/docker/limits.h"
#include "analyzer/engine/check.h"
#include "analyzer/engine/context.h"
#include "analyzer/engine/fingerprint.h"
#include "analyzer/engine/suppression.h"

namespace plimsoll {

namespace {

// A check that throws is our bug, but the user's run goes on.
constinit const Check internal_error = {
    .id = "internal-error",
    .title = "A check broke on this file.",
    .category = Category::correctness,
    .severity = Severity::high,
    .profile = Profile::bugs,
    .why = "Plimsoll itself failed here; what the named check would have said is unknown. Please report it with the file.",
};

struct ActiveCheck {
    const Check* check;
    Severity severity;
};

std::vector<ActiveCheck> active_checks(const Registry& registry, const Settings& settings) {
    std::vector<ActiveCheck> active;
    for (const RegisteredCheck& entry : registry.all())
        if (settings.enabled(*entry.check)) active.push_back({entry.check, settings.severity_of(*entry.check)});
    return active;
}

std::uint32_t keywords_of(const docker::Dockerfile& file) {
    std::uint32_t keywords = 0;
    for (const docker::Instruction& instruction : file.instructions())
        for (const docker::Instruction* at = &instruction; at; at = at->trigger.get()) keywords |= bit(at->keyword);
    return keywords;
}

// The top-level instruction whose bytes hold the offset; null between instructions.
const docker::Instruction* instruction_at(const docker::Dockerfile& file, std::uint32_t offset) {
    const auto& all = file.instructions();
    auto after = std::upper_bound(all.begin(), all.end(), offset, [](std::uint32_t at, const docker::Instruction& i) { return at < i.span.begin; });
    if (after == all.begin()) return nullptr;
    const docker::Instruction& before = *(after - 1);
    return offset <= before.span.end ? &before : nullptr;
}

void complete(Finding& finding, const docker::Dockerfile& file) {
    const docker::Instruction* instruction = instruction_at(file, finding.span.begin);
    if (finding.anchor == no_anchor) finding.anchor = instruction ? instruction->span.begin : finding.span.begin;
    if (finding.stage.empty() && instruction && instruction->stage) finding.stage = instruction->stage->label();
    finding.path = file.source().path();
    for (Related& related : finding.related)
        if (related.path.empty()) related.path = finding.path;
    if (finding.fix && !normalise(finding.fix->edits, file.source().size())) finding.fix.reset();
    if (finding.fix) follow_line_ends(*finding.fix, file.source().text());
}

void run_checks(const docker::Dockerfile& file, const std::vector<ActiveCheck>& checks, const Settings& settings, const Context& context, FileAnalysis& out) {
    const std::uint32_t keywords = keywords_of(file);
    for (const ActiveCheck& active : checks) {
        const Runner& runner = active.check->run;
        if (!runner.dockerfile || (runner.keywords && !(runner.keywords & keywords))) continue;
        const std::size_t before = out.findings.size();
        try {
            Reporter reporter(*active.check, active.severity, settings, context, out.findings);
            runner.dockerfile(file, reporter);
        } catch (const std::exception& problem) {
            out.findings.resize(before);
            Reporter reporter(internal_error, internal_error.severity, settings, context, out.findings);
            reporter.at(Span{}, "check " + quote(active.check->id) + " failed: " + problem.what());
            out.file.status = Status::failed;
            out.file.reason = "check " + std::string(active.check->id) + " failed";
        }
    }
}

std::size_t problems_of(const docker::Dockerfile& file) {
    std::size_t count = file.problems().size();
    for (const docker::Instruction& instruction : file.instructions()) count += instruction.error || (instruction.trigger && instruction.trigger->error);
    return count;
}

// What a limit kept from being analysed.
void note_limits(const docker::Dockerfile& file, FileResult& result) {
    for (const docker::ShellCode& code : file.shell_codes())
        if (code.script->truncated()) result.regions.push_back(code.instruction->span);
    const bool deep = !result.regions.empty();
    for (const Span part : docker::unread_parts(file)) result.regions.push_back(part);
    if (result.regions.empty() || result.status == Status::failed) return;
    result.status = Status::partial;
    result.reason = deep ? "shell code is nested too deeply or too long to be read in full" : "the file is too long to be read in full";
}

void analyse_dockerfile(const Source& source, const std::vector<ActiveCheck>& checks, const Registry& registry, const Settings& settings,
                        const Context& context, FileAnalysis& out) {
    docker::Dockerfile file(source, settings.build);
    out.file.documents = 1;
    out.file.problems = problems_of(file);
    run_checks(file, checks, settings, context, out);
    for (Finding& finding : out.findings) complete(finding, file);
    std::vector<Suppression> suppressions;
    if (settings.suppressions) suppressions = suppressions_of(file, registry, settings);
    silence(out.findings, suppressions, settings, registry);
    const std::size_t judged = out.findings.size();
    judge_suppressions(suppressions, source.path(), settings, registry, out.findings);
    for (std::size_t i = judged; i < out.findings.size(); ++i) complete(out.findings[i], file);
    note_limits(file, out.file);
}

bool by_place(const Finding& a, const Finding& b) {
    return std::tie(a.path, a.span, a.check->id, a.message) < std::tie(b.path, b.span, b.check->id, b.message);
}

bool same_finding(const Finding& a, const Finding& b) { return a.path == b.path && a.span == b.span && a.check == b.check && a.message == b.message; }

FileAnalysis analyse(const FileSystem* surroundings, const Input& input, std::string text, const std::vector<ActiveCheck>& checks, const Registry& registry,
                     const Settings& settings) {
    FileAnalysis out;
    out.file.path = input.path;
    out.file.kind = input.kind;
    if (out.file.kind == FileKind::other && input.given) out.file.kind = kind_by_content(text);
    auto source = std::make_shared<const Source>(input.path, std::move(text));
    out.file.source = source;
    if (out.file.kind != FileKind::dockerfile) {
        out.file.status = Status::not_applicable;
        out.file.reason = "not a Dockerfile";
        return out;
    }
    Context context(surroundings, folder_of(input.path));
    analyse_dockerfile(*source, checks, registry, settings, context, out);
    finish(out.findings);
    add_fingerprints(out.findings, *source);
    return out;
}

FileAnalysis failure(const Input& input, const ReadError& error) {
    FileAnalysis out;
    out.file.path = input.path;
    out.file.kind = input.kind;
    out.file.status = error.not_a_file && !input.given ? Status::not_applicable : Status::failed;
    out.file.reason = error.reason;
    return out;
}

// The checks that run under one settings object, found once for each.
class ActiveCache {
public:
    explicit ActiveCache(const Registry& registry) : registry_(registry) {}
    const std::vector<ActiveCheck>& of(const Settings& settings) {
        std::lock_guard lock(mutex_);
        auto [entry, is_new] = known_.try_emplace(&settings);
        if (is_new) entry->second = active_checks(registry_, settings);
        return entry->second;
    }

private:
    const Registry& registry_;
    std::mutex mutex_;
    std::map<const Settings*, std::vector<ActiveCheck>> known_;
};

FileAnalysis analyse_input(const FileSystem& files, const Input& input, const Registry& registry, const Configuration& configuration, ActiveCache& cache) {
    if (!input.failure.empty()) return failure(input, {input.failure, false});
    ReadResult read = files.read(input.path);
    if (const ReadError* error = std::get_if<ReadError>(&read)) return failure(input, *error);
    const Settings& settings = configuration.for_file(input.path);
    return analyse(&files, input, std::move(std::get<std::string>(read)), cache.of(settings), registry, settings);
}

// Runs `work(i)` for 0 <= i < count on several threads.
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

FileAnalysis analyze_text(const FileSystem* surroundings, const Input& input, std::string text, const Registry& registry, const Settings& settings) {
    return analyse(surroundings, input, std::move(text), active_checks(registry, settings), registry, settings);
}

Report analyze(const FileSystem& files, const std::vector<Input>& inputs, const Registry& registry, const Configuration& configuration,
               const AnalyzeOptions& options) {
    std::vector<FileAnalysis> parts(inputs.size());
    ActiveCache cache(registry);
    std::atomic<std::size_t> done = 0;
    in_parallel(inputs.size(), options.threads, [&](std::size_t i) {
        parts[i] = analyse_input(files, inputs[i], registry, configuration, cache);
        if (options.progress) options.progress(++done, inputs.size());
    });
    return collect(std::move(parts), options);
}

}
