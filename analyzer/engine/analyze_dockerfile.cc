#include <algorithm>

#include "analyzer/docker/dockerfile.h"
#include "analyzer/docker/limits.h"
#include "analyzer/engine/file_run.h"

namespace plimsoll {

namespace {

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
    if (finding.anchor == no_anchor && instruction) finding.anchor = instruction->span.begin;
    if (finding.part.empty() && instruction && instruction->stage) finding.part = instruction->stage->label();
    complete_finding(finding, file.source());
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

}

void run_dockerfile(FileRun& run, const Registry& registry, const Context& context) {
    const Settings& settings = *run.settings;
    std::vector<Finding>& findings = run.out.findings;
    docker::Dockerfile file(*run.source, settings.build);
    run.out.file.documents = 1;
    run.out.file.problems = problems_of(file);
    const std::uint32_t keywords = keywords_of(file);
    for (const ActiveCheck& active : run.checks->dockerfile()) {
        const Runner& runner = active.check->run;
        if (runner.keywords && !(runner.keywords & keywords)) continue;
        guarded(active, settings, context, run.out, [&](Reporter& reporter) { runner.dockerfile(file, reporter); });
    }
    for (Finding& finding : findings) complete(finding, file);
    std::vector<Suppression> suppressions;
    if (settings.suppressions) suppressions = suppressions_of(file, registry, settings);
    silence(findings, suppressions, settings, registry);
    const std::size_t judged = findings.size();
    judge_suppressions(suppressions, run.source->path(), true, settings, registry, findings);
    for (std::size_t i = judged; i < findings.size(); ++i) complete(findings[i], file);
    note_limits(file, run.out.file);
}

}
