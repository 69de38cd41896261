#include "analyzer/cli/fix_command.h"

#include "analyzer/engine/fixer.h"

namespace plimsoll::cli {

FixRun fix_one(const FileSystem* surroundings, const Input& input, const std::string& text, const Registry& registry, const Settings& settings,
               const FixWishes& wishes) {
    FixRun run;
    FixOutcome outcome = fix_input(surroundings, input, text, wishes.safety, registry, settings);
    run.text = outcome.stable ? outcome.text : text;
    if (!outcome.stable) run.complaints.push_back(input.path + ": the fixes undo one another, the file is left alone");
    if (run.text == text) return run;
    run.applied = outcome.applied;
    run.files = 1;
    run.diff = unified_diff(input.path, text, run.text);
    return run;
}

namespace {

// Writes only over the bytes that were analysed; "" or what went wrong.
std::string replace_file(const FileSystem& files, const std::string& path, std::string_view analysed, const std::string& fixed) {
    ReadResult now = files.read(path);
    const std::string* bytes = std::get_if<std::string>(&now);
    if (!bytes) return std::get<ReadError>(now).reason;
    if (*bytes != analysed) return "changed while it was analysed, left alone";
    return write_file(path, fixed);
}

// Paths of files with something to fix, in order.
std::vector<const FileResult*> fixable_files(const Report& report, Safety safety) {
    std::vector<const FileResult*> files;
    for (const Finding& finding : report.findings) {
        if (finding.silenced || !finding.fix || finding.fix->safety < safety) continue;
        if (!files.empty() && files.back()->path == finding.path) continue;
        const FileResult* file = report.file(finding.path);
        if (file && file->source) files.push_back(file);
    }
    return files;
}

}

FixRun fix_files(const FileSystem& files, const Report& report, const Registry& registry, const Configuration& configuration, const FixWishes& wishes) {
    FixRun all;
    for (const FileResult* file : fixable_files(report, wishes.safety)) {
        Input input{file->path, file->kind, true, ""};
        std::string text(file->source->text());
        FixRun one = fix_one(&files, input, text, registry, configuration.for_file(file->path), wishes);
        if (one.files && !wishes.only_diff)
            if (std::string wrong = replace_file(files, file->path, text, one.text); !wrong.empty()) {
                all.complaints.push_back(file->path + ": " + wrong);
                continue;
            }
        all.applied += one.applied;
        all.files += one.files;
        all.diff += one.diff;
        all.complaints.insert(all.complaints.end(), one.complaints.begin(), one.complaints.end());
    }
    return all;
}

}
