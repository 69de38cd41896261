#include <algorithm>
#include <array>
#include <cctype>
#include <set>

#include "analyzer/engine/check.h"

namespace plimsoll::checks::secret_arg_consumed_in_run {

static bool has_part(std::string_view name, std::span<const std::string_view> words) {
    while (!name.empty()) {
        const std::size_t end = std::min(name.find_first_of("_-"), name.size());
        if (std::ranges::find(words, name.substr(0, end)) != words.end()) return true;
        name.remove_prefix(std::min(end + 1, name.size()));
    }
    return false;
}

// A name one part of which is a word for secrets, unless another part says that only a place, a name or public data is meant.
static bool names_secret(std::string_view written) {
    constexpr std::array<std::string_view, 16> secret = {"PASSWORD",   "PASSWD",      "PASS",    "PASSPHRASE", "PWD",    "SECRET", "TOKEN",     "APIKEY",
                                                         "CREDENTIAL", "CREDENTIALS", "SECRETS", "PASSWORDS",  "TOKENS", "PAT",    "AUTHTOKEN", "ACCESSTOKEN"};
    constexpr std::array<std::string_view, 21> harmless = {"FILE",        "PATH", "DIR",      "URL",  "URI",  "NAME",    "ID",
                                                           "VERSION",     "MODE", "PUBLIC",   "PUB",  "GPG",  "PGP",     "KEYRING",
                                                           "FINGERPRINT", "TYPE", "ENDPOINT", "HOST", "USER", "ENABLED", "OLD"};
    constexpr std::array<std::string_view, 5> kinds_of_key = {"API", "PRIVATE", "ACCESS", "SSH", "ENCRYPTION"};
    constexpr std::array<std::string_view, 1> key = {"KEY"};
    std::string name;
    for (char c : written) name += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    if (name == "PWD" || name == "OLDPWD" || has_part(name, harmless)) return false;
    return has_part(name, secret) || (has_part(name, key) && has_part(name, kinds_of_key));
}

static void judge(const docker::Dockerfile& file, const docker::ShellCode& code, const std::set<std::string, std::less<>>& names, Reporter& report) {
    std::set<std::string_view> reported;
    for (shell::Kind kind : {shell::Kind::simple_expansion, shell::Kind::expansion}) {
        for (const shell::Node& node : code.script->all(kind)) {
            const shell::Node variable = node.child(shell::Kind::variable_name);
            if (!variable) continue;
            auto found = names.find(variable.text().value);
            if (found == names.end() || file.lookup(*found, *code.instruction).kind != docker::Variable::Kind::arg || !reported.insert(*found).second) continue;
            report.at(node.span(), "the value of " + quote(*found) + " stays in the history of the image; use RUN --mount=type=secret");
        }
    }
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    std::set<std::string, std::less<>> names;
    for (const docker::Instruction* arg : file.all(docker::Keyword::arg))
        for (const docker::Pair& pair : arg->pairs)
            if (names_secret(pair.key.value)) names.emplace(pair.key.value);
    if (names.empty()) return;
    for (const docker::ShellCode& code : file.shell_codes())
        if (code.instruction->keyword == docker::Keyword::run) judge(file, code, names, report);
}

static constexpr Example examples[] = {{.bad = R"(
FROM node:22
ARG NPM_TOKEN
RUN echo "//registry.npmjs.org/:_authToken=${NPM_TOKEN}" > .npmrc && npm ci
                                           ^^^^^^^^^^^^ the value of 'NPM_TOKEN' stays in the history of the image; use RUN --mount=type=secret
)",
                                        .good = R"(
FROM node:22
ARG NPM_TOKEN_FILE=/run/secrets/token TOKENIZERS_PARALLELISM=1 GPG_KEY=ABCD
RUN --mount=type=secret,id=npm,env=NPM_TOKEN npm ci && echo "$NPM_TOKEN_FILE $TOKENIZERS_PARALLELISM $GPG_KEY"
)"}};

extern constinit const Check secret_arg_consumed_in_run = {
    .id = "secret-arg-consumed-in-run",
    .title = "A secret-like ARG is expanded inside RUN.",
    .category = Category::security,
    .severity = Severity::high,
    .profile = Profile::recommended,
    .why = "The values of the build arguments a RUN uses are written into the history of the image and into the record of the build. "
           "Whoever has the image can read them. A secret mount is there while the RUN runs and leaves nothing behind.",
    .standards = {"CIS-Docker-4.10"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
