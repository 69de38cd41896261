#include "analyzer/engine/file_run.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "analyzer/engine/check.h"
#include "analyzer/engine/fingerprint.h"
#include "analyzer/engine/template_place.h"

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

constexpr std::size_t largest_neighbour = 8U << 20;

// Whatever its case: discovery takes "a.YAML" too.
bool is_yaml_name(std::string_view path) {
    std::string name(path.substr(path.rfind('/') == std::string_view::npos ? 0 : path.rfind('/')));
    for (char& byte : name)
        if (byte >= 'A' && byte <= 'Z') byte = static_cast<char>(byte - 'A' + 'a');
    return name.ends_with(".yaml") || name.ends_with(".yml") || name.ends_with(".json");
}

void fail(FileRun& run, const Input& input, const ReadError& error) {
    FileResult& file = run.out.file;
    file.path = input.path;
    file.kind = input.kind;
    file.status = error.not_a_file && !input.given ? Status::not_applicable : Status::failed;
    file.reason = error.reason;
}

}

const ActiveChecks& ActiveCache::of(const Settings& settings) {
    std::lock_guard lock(mutex_);
    auto& entry = known_[&settings];
    if (!entry) entry = std::make_unique<ActiveChecks>(registry_, settings);
    return *entry;
}

void start_run(FileRun& run, const FileSystem* surroundings, const Input& input, std::string text, const Registry& registry, bool is_patch) {
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

void start_run(FileRun& run, const FileSystem& files, const Input& input, const Registry& registry, bool is_patch) {
    if (!input.failure.empty()) return fail(run, input, {input.failure, false});
    ReadResult read = files.read(input.path);
    if (const ReadError* error = std::get_if<ReadError>(&read)) return fail(run, input, *error);
    // A neighbour of this size would take longer than the file itself; as JSON it is data.
    if (run.context && std::get<std::string>(read).size() > largest_neighbour)
        return fail(run, input, {"is too large to be read beside another file", input.path.ends_with(".json")});
    start_run(run, &files, input, std::move(std::get<std::string>(read)), registry, is_patch);
}

FileAnalysis conclude(FileRun& run, const Registry& registry, const FileSystem* files, bool keep) {
    FileAnalysis out = keep ? run.out : std::move(run.out);
    std::vector<Finding> from_set = keep ? run.from_set : std::move(run.from_set);
    std::vector<Finding>& findings = out.findings;
    out.file.not_validated = run.not_validated;
    findings.reserve(findings.size() + from_set.size());
    std::move(from_set.begin(), from_set.end(), std::back_inserter(findings));
    if (!run.set_failure.empty()) out.file.status = Status::failed, out.file.reason = run.set_failure;
    if (out.file.kind != FileKind::dockerfile) {
        std::erase_if(findings, [&](const Finding& finding) { return finding.check != &internal_error && !run.settings->wants(finding); });
        for (const Suppression& suppression : run.suppressions)   // a kept run may be concluded for the second time
            for (const Suppression::Id& id : suppression.ids) id.used = false;
        silence(findings, run.suppressions, *run.settings, registry);
        const std::size_t judged = findings.size();
        if (run.source) judge_suppressions(run.suppressions, run.source->path(), false, *run.settings, registry, findings);
        for (std::size_t i = judged; i < findings.size(); ++i) complete_finding(findings[i], *run.source);
    }
    finish(findings);
    if (run.source && run.fingerprints) add_fingerprints(findings, *run.source);
    if (run.manifest) out.templates = point_into_templates(findings, *run.manifest, files);
    if (!keep) {
        run.manifest.reset();
        run.names = {};
    }
    findings.shrink_to_fit();
    return out;
}

void complete_finding(Finding& finding, const Source& source) {
    if (finding.anchor == no_anchor) finding.anchor = finding.span.begin;
    finding.path = source.path();
    // Texts that were put together have room for more; there may be a hundred thousand of them.
    finding.message.shrink_to_fit();
    finding.field.shrink_to_fit();
    for (Related& related : finding.related)
        if (related.path.empty()) related.path = finding.path;
    if (finding.fix && !normalise(finding.fix->edits, source.size())) finding.fix.reset();
    if (finding.fix) follow_line_ends(*finding.fix, source.text());
}

}
