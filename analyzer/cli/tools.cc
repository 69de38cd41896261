#include "analyzer/cli/tools.h"

#include "analyzer/cli/terminal.h"
#include "analyzer/engine/config.h"
#include "analyzer/engine/filesystem.h"
#include "analyzer/engine/registry.h"
#include "analyzer/lsp/serve.h"
#include "analyzer/output/dump_dockerfile.h"
#include "analyzer/output/dump_documents.h"
#include "analyzer/output/explain.h"
#include "analyzer/output/names.h"

namespace plimsoll::cli {

namespace {

std::vector<RegisteredCheck> chosen(const ListArguments& arguments, const Settings& settings) {
    std::vector<RegisteredCheck> out;
    for (const RegisteredCheck& entry : all_checks().all()) {
        if (!arguments.area.empty() && entry.area != arguments.area) continue;
        if (!arguments.category.empty() && name_of(entry.check->category) != arguments.category) continue;
        if (!arguments.profile.empty() && !settings.enabled(*entry.check)) continue;
        out.push_back(entry);
    }
    return out;
}

}

int list(const ListArguments& arguments) {
    DiskFileSystem disk;
    Overrides overrides;
    overrides.no_config = true;
    if (!arguments.profile.empty()) overrides.profile = arguments.profile;
    Configuration configuration(disk, all_checks(), std::move(overrides));
    std::vector<RegisteredCheck> checks = chosen(arguments, configuration.for_file("Dockerfile"));
    std::vector<ConfigProblem> problems = configuration.problems();
    for (const ConfigProblem& problem : problems) print(stderr, "plimsoll: " + problem.message + "\n");
    if (!problems.empty()) return 2;
    std::string text = arguments.format == "json"       ? output::list_json(checks)
                       : arguments.format == "markdown" ? output::list_markdown(checks)
                                                        : output::list_text(checks);
    return print(stdout, text) ? 0 : 2;
}

int explain(const std::string& name) {
    const Registry& registry = all_checks();
    std::vector<const Check*> checks = registry.resolve(name);
    if (checks.empty()) {
        std::string near = registry.nearest(name);
        print(stderr, "plimsoll: no check answers to '" + name + "'" + (near.empty() ? "" : ", did you mean '" + near + "'?") + "\n");
        return 2;
    }
    std::string text;
    for (const Check* check : checks) text += (text.empty() ? "" : "\n") + output::explain_text(*check);
    return print(stdout, text) ? 0 : 2;
}

int dump(const std::string& kind, const std::vector<std::string>& files) {
    DiskFileSystem disk;
    int result = 0;
    for (const std::string& path : files) {
        ReadResult read = disk.read(path);
        if (const ReadError* error = std::get_if<ReadError>(&read)) {
            print(stderr, "plimsoll: " + path + ": " + error->reason + "\n");
            result = 2;
            continue;
        }
        Source source(path, std::move(std::get<std::string>(read)));
        std::string text = kind == "documents" ? dump_documents(source) : dump_dockerfile(docker::Dockerfile(source, {}), path) + "\n";
        if (!print(stdout, text)) return 2;
    }
    return result;
}

int language_server() { return lsp::serve(all_checks()); }

bool is_language_server_name(std::string_view program) { return base_name(program).starts_with("docker-langserver"); }

}
