#include <algorithm>
#include <array>
#include <cctype>

#include "analyzer/engine/check.h"
#include "analyzer/shell/downloads.h"

namespace plimsoll::checks::git_credentials_in_url {

static bool fetches(const shell::Command& command) {
    constexpr std::array<std::string_view, 20> names = {"git", "curl", "wget",   "pip",      "pip3",  "npm",   "yarn", "pnpm",   "poetry", "uv",
                                                        "go",  "gem",  "bundle", "composer", "cargo", "conda", "svn",  "aria2c", "python", "python3"};
    return std::ranges::find(names, command.base_name()) != names.end();
}

static bool names_secret(std::string_view text) {
    constexpr std::array<std::string_view, 8> marks = {"TOKEN", "PASS", "PAT", "SECRET", "KEY", "AUTH", "CRED", "PWD"};
    std::string upper;
    for (char c : text) upper += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return std::ranges::any_of(marks, [&](std::string_view mark) { return upper.find(mark) != std::string::npos; });
}

// user:password, a token alone, or a variable that holds one. A user name alone is no credential.
static bool is_credential(std::string_view user) {
    const std::size_t colon = user.find(':');
    const bool variable_default = user.starts_with("${") && colon != std::string_view::npos && user.find('}') > colon;
    if (colon != std::string_view::npos && !variable_default) return colon + 1 < user.size();
    if (user.starts_with('$')) return names_secret(user);
    return user.size() >= 20 && user.find_first_of("$`<") == std::string_view::npos;
}

static void judge(const Text& text, Reporter& report) {
    const std::size_t mark = text.value.find("://");
    if (mark == std::string_view::npos || text.value.find('@', mark) == std::string_view::npos) return;
    std::size_t begin = mark;
    while (begin > 0 && std::isalpha(static_cast<unsigned char>(text.value[begin - 1])) != 0) --begin;
    const std::optional<shell::Url> url = shell::parse_url(text.value.substr(begin));
    if (!url || url->user.empty() || url->scheme == "ssh" || !is_credential(url->user)) return;
    const std::string_view host = url->host;
    if (host == "localhost" || host.starts_with("127.")) return;
    const std::size_t at = static_cast<std::size_t>(url->user.data() - text.value.data());
    report.at(text.sub(at, at + url->user.size()), "the URL carries a credential into the image; use RUN --mount=type=secret or --mount=type=ssh");
}

static bool has_secret_mount(const docker::Instruction& run) {
    const std::vector<docker::Mount> mounts = run.mounts();
    return std::ranges::any_of(mounts, [](const docker::Mount& mount) { return mount.type() == "secret"; });
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::Instruction* add : file.all(docker::Keyword::add, true))
        for (const Text& source : add->sources()) judge(source, report);
    for (const docker::Command& command : file.commands()) {
        if (!fetches(*command.command)) continue;
        for (const shell::Word& word : command->arguments())
            if (word.text.value.find("://") != std::string_view::npos && !has_secret_mount(command.instruction())) judge(word.text, report);
    }
}

static constexpr Example examples[] = {{.bad = R"(
FROM debian:12-slim
ARG TOKEN
RUN git clone https://bot:gl-9f8e7d6c5b4a@git.example.org/app.git
                      ^^^^^^^^^^^^^^^^^^^ the URL carries a credential into the image; use RUN --mount=type=secret or --mount=type=ssh
RUN pip install "git+https://${TOKEN}@git.example.org/lib.git"
                             ^^^^^^^^ the URL carries a credential into the image; use RUN --mount=type=secret or --mount=type=ssh
ADD https://bot:hunter2@example.org/a.tgz /
            ^^^^^^^^^^^ the URL carries a credential into the image; use RUN --mount=type=secret or --mount=type=ssh
)",
                                        .good = R"(
FROM debian:12-slim
RUN git clone https://git@git.example.org/app.git && git clone ssh://git@git.example.org/app.git
RUN --mount=type=secret,id=token pip install "git+https://x:$(cat /run/secrets/token)@git.example.org/lib.git"
RUN curl -fsSO https://example.org/@scope/name && npm install https://example.org/pkg@1.2
)"}};

extern constinit const Check git_credentials_in_url = {
    .id = "git-credentials-in-url",
    .title = "A clone or download URL carries credentials.",
    .category = Category::security,
    .severity = Severity::high,
    .profile = Profile::recommended,
    .why = "The URL stays in the history of the image, a clone also keeps it in .git/config, and a build argument in it is recorded with the build. "
           "Whoever can pull the image can read the credential.",
    .aliases = {"sonar:S6437"},
    .standards = {"CIS-Docker-4.10", "MITRE-T1552.001"},
    .examples = examples,
    .run = on({docker::Keyword::run, docker::Keyword::add}, run),
};

}
