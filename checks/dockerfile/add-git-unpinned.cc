#include "analyzer/engine/check.h"

#include <algorithm>

namespace plimsoll::checks::add_git_unpinned {

static bool is_commit(std::string_view text) {
    return (text.size() == 40 || text.size() == 64) &&
           std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); });
}

// The commit of "url#commit:folder" or "url?commit=...".
static bool names_commit(std::string_view url) {
    if (const std::size_t hash = url.find('#'); hash != std::string_view::npos) {
        const std::string_view fragment = url.substr(hash + 1);
        return is_commit(fragment.substr(0, fragment.find(':')));
    }
    for (std::string_view key : {"commit=", "checksum=", "ref="})
        if (const std::size_t at = url.find(key); at != std::string_view::npos && at > url.find('?')) {
            const std::string_view value = url.substr(at + key.size());
            if (is_commit(value.substr(0, value.find('&')))) return true;
        }
    return false;
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::Instruction* add : file.all(docker::Keyword::add, true)) {
        bool git = false;
        for (const Text& source : add->sources()) {
            const std::optional<std::string> value = file.expand(source, *add);
            if (!value || !docker::is_git_url(*value)) continue;
            git = true;
            if (!names_commit(*value) && !add->flag("checksum"))
                report.at(docker::unquoted(source), "pin the repository to a commit: append # and its full hash");
        }
        const docker::Flag* keep = add->flag("keep-git-dir");
        if (git && keep && (!keep->has_value || keep->value == "true") && add->stage && file.in_result(*add->stage))
            report.at(keep->whole, "the image gets the whole .git folder; drop --keep-git-dir or do this in a builder stage");
    }
}

static constexpr Example examples[] = {{.bad = R"(
FROM alpine:3.22
ADD https://git.example.org/a/b.git#v1.2 /src/
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ pin the repository to a commit: append # and its full hash
ADD --keep-git-dir=true git@git.example.org:a/b.git /b/
    ^^^^^^^^^^^^^^^^^^^ the image gets the whole .git folder; drop --keep-git-dir or do this in a builder stage
                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^ pin the repository to a commit: append # and its full hash
)",
                                        .good = R"(
FROM alpine:3.22 AS source
ADD --keep-git-dir=true https://git.example.org/a/b.git#0123456789abcdef0123456789abcdef01234567:docs /b/
FROM alpine:3.22
ADD --checksum=0123456789abcdef0123456789abcdef01234567 https://git.example.org/a/b.git#v1.2 /src/
ADD https://git.example.org/a/b.git?tag=v1&commit=0123456789abcdef0123456789abcdef01234567 /c/
ADD https://example.org/b.tar.gz /d/
)"}};

extern constinit const Check add_git_unpinned = {
    .id = "add-git-unpinned",
    .title = "ADD of a git repository without a commit.",
    .category = Category::supply_chain,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .why = "A branch or a tag can point elsewhere tomorrow, so the same Dockerfile builds another program; only a full commit hash says what is built. "
           "A kept .git folder also ships the history of the project.",
    .standards = {"NIST-800-190-4.1.5"},
    .examples = examples,
    .run = on(docker::Keyword::add, run),
};

}
