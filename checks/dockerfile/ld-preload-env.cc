#include "analyzer/engine/check.h"

namespace plimsoll::checks::ld_preload_env {

using docker::Instruction;
using docker::Keyword;

static constexpr std::string_view search_paths[] = {"PATH", "LD_LIBRARY_PATH", "PYTHONPATH", "NODE_PATH", "PERL5LIB", "RUBYLIB"};

// The entry of a search path that means the current folder; nothing when there is none. `written` keeps variables as they stand:
// only an entry the author wrote counts.
static std::optional<std::string_view> current_folder_entry(std::string_view written) {
    if (written.empty()) return std::nullopt;
    std::size_t depth = 0, begin = 0;
    for (std::size_t i = 0; i <= written.size(); ++i) {
        if (i < written.size()) {
            if (written[i] == '{') ++depth;
            if (written[i] == '}' && depth > 0) --depth;
            if (written[i] != ':' || depth > 0) continue;
        }
        const std::string_view entry = written.substr(begin, i - begin);
        if (entry.empty() || entry == "." || entry == "./" || entry.starts_with("./") || entry.starts_with("../")) return entry;
        begin = i + 1;
    }
    return std::nullopt;
}

static void judge(const docker::Pair& pair, Reporter& report) {
    const std::string_view name = pair.key.value;
    const Text value = docker::unquoted(pair.value);
    if (name == "LD_PRELOAD" || name == "LD_AUDIT") {
        if (!value.empty()) report.at(pair.key, quote(name) + " loads a library into every program of the image; set it for the one program that needs it");
        return;
    }
    if (name == "NODE_OPTIONS") {
        for (std::string_view option : {"--require ./", "--require=./", "-r ./", "--import ./", "--import=./", "--loader ./", "--loader=./"})
            if (const std::size_t at = value.value.find(option); at != std::string_view::npos)
                report.at(value, "NODE_OPTIONS loads code from the current folder; use an absolute path");
        return;
    }
    for (std::string_view path : search_paths) {
        if (name != path) continue;
        if (const std::optional<std::string_view> entry = current_folder_entry(value.value))
            report.at(value, quote(name) + (entry->empty() ? " has an empty entry, which is the current folder" : " has the relative entry " + quote(*entry)) +
                                 "; use absolute paths");
    }
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const Instruction* env : file.all(Keyword::env)) {
        if (!env->stage || !file.in_result(*env->stage)) continue;
        for (const docker::Pair& pair : env->pairs) judge(pair, report);
    }
}

static constexpr Example examples[] = {{.bad = R"(
FROM debian:13
ENV LD_PRELOAD=/usr/lib/libjemalloc.so
    ^^^^^^^^^^ 'LD_PRELOAD' loads a library into every program of the image; set it for the one program that needs it
ENV PATH=.:$PATH LD_LIBRARY_PATH="/opt/lib:"
         ^^^^^^^ 'PATH' has the relative entry '.'; use absolute paths
                                  ^^^^^^^^^ 'LD_LIBRARY_PATH' has an empty entry, which is the current folder; use absolute paths
ENV NODE_OPTIONS="--require ./trace.js"
                  ^^^^^^^^^^^^^^^^^^^^ NODE_OPTIONS loads code from the current folder; use an absolute path
)",
                                        .good = R"(
FROM debian:13
ENV LD_PRELOAD= NODE_OPTIONS="--require /srv/trace.js"
ENV PATH=/opt/bin:${PATH:-/bin:/usr/bin} LD_LIBRARY_PATH=/opt/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
)"}};

extern constinit const Check ld_preload_env = {
    .id = "ld-preload-env",
    .title = "ENV sets a loader or interpreter injection variable.",
    .category = Category::security,
    .severity = Severity::low,
    .profile = Profile::strict,
    .why = "These variables decide which code every program loads. An entry that depends on the current folder lets a file somebody dropped there run with the "
           "rights of whoever starts a program.",
    .examples = examples,
    .run = on(Keyword::env, run),
};

}
