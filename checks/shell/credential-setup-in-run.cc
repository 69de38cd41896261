#include <algorithm>
#include <array>

#include "analyzer/engine/check.h"

namespace plimsoll::checks::credential_setup_in_run {

namespace {

// A command that writes a credential to its configuration: program, the words that follow it in order, and an option or
// a beginning of a word that shows that a credential is given. Empty fields ask for nothing.
struct Login {
    std::string_view program;
    std::array<std::string_view, 3> words;
    std::array<std::string_view, 3> marks;
};

constexpr std::array<Login, 29> logins = {{
    {"aws", {"configure", "set"}, {"aws_secret_access_key", "aws_session_token"}},
    {"gcloud", {"auth", "activate-service-account"}, {}},
    {"gcloud", {"auth", "login"}, {"--cred-file"}},
    {"az", {"login"}, {"-p", "--password"}},
    {"az", {"acr", "login"}, {"-p", "--password"}},
    {"doctl", {"auth", "init"}, {"-t", "--access-token"}},
    {"docker", {"login"}, {"-p", "--password", "--password-stdin"}},
    {"podman", {"login"}, {"-p", "--password", "--password-stdin"}},
    {"buildah", {"login"}, {"-p", "--password", "--password-stdin"}},
    {"skopeo", {"login"}, {"-p", "--password", "--password-stdin"}},
    {"crane", {"auth", "login"}, {"-p", "--password", "--password-stdin"}},
    {"oras", {"login"}, {"-p", "--password", "--password-stdin"}},
    {"helm", {"registry", "login"}, {"-p", "--password", "--password-stdin"}},
    {"helm", {"repo", "add"}, {"--password"}},
    {"gh", {"auth", "login"}, {"--with-token"}},
    {"glab", {"auth", "login"}, {"-t", "--token", "--stdin"}},
    {"npm", {"config", "set"}, {"_auth", "//", "_password"}},
    {"npm", {"set"}, {"_auth", "//", "_password"}},
    {"yarn", {"config", "set"}, {"npmAuthToken", "npmAuthIdent", "//"}},
    {"pnpm", {"config", "set"}, {"_auth", "//"}},
    {"composer", {"config"}, {"http-basic.", "github-oauth.", "gitlab-token."}},
    {"poetry", {"config"}, {"http-basic.", "pypi-token."}},
    {"cargo", {"login"}, {}},
    {"huggingface-cli", {"login"}, {"--token"}},
    {"hf", {"auth", "login"}, {"--token"}},
    {"heroku", {"login"}, {}},
    {"vault", {"login"}, {}},
    {"oc", {"login"}, {"-p", "--password", "--token"}},
    {"dotnet", {"nuget", "add"}, {"-p", "--password"}},
}};

// The words of a login in order, options between them left out; what remains behind them.
std::optional<std::span<const shell::Word>> rest_of(const shell::Command& command, const Login& login) {
    std::span<const shell::Word> words = command.arguments();
    for (std::string_view wanted : login.words) {
        if (wanted.empty()) break;
        while (!words.empty() && words.front().starts_with("-")) words = words.subspan(1);
        if (words.empty() || words.front() != wanted) return std::nullopt;
        words = words.subspan(1);
    }
    return words;
}

bool shows(const shell::Word& word, std::string_view mark) {
    const std::string_view value = word.value;
    if (mark.starts_with("--")) return value == mark || (value.starts_with(mark) && value[mark.size()] == '=');
    if (mark.starts_with('-')) return value.starts_with(mark) && !value.starts_with("--");
    // A setting: aws profile.name.aws_secret_access_key, npm //host/:_authToken.
    if (mark == "//") return value.starts_with("//") && (value.find("_auth") != std::string_view::npos || value.find("_password") != std::string_view::npos);
    return value.starts_with(mark) || value.ends_with("." + std::string(mark));
}

const shell::Word* credential_in(const shell::Command& command, const Login& login) {
    const std::optional<std::span<const shell::Word>> rest = rest_of(command, login);
    if (!rest) return nullptr;
    if (login.marks[0].empty()) return rest->empty() ? nullptr : &command.words.front();
    for (const shell::Word& word : *rest)
        if (std::ranges::any_of(login.marks, [&](std::string_view mark) { return !mark.empty() && shows(word, mark); })) return &word;
    return nullptr;
}

bool has_secret_mount(const docker::Instruction& run) {
    if (run.flags.empty()) return false;
    const std::vector<docker::Mount> mounts = run.mounts();
    return std::ranges::any_of(mounts, [](const docker::Mount& mount) { return mount.type() == "secret"; });
}

// "docker login ... && docker push && docker logout": nothing is left.
bool logs_out(std::span<const docker::Command> commands, std::string_view program) {
    return std::ranges::any_of(commands, [&](const docker::Command& command) { return command->is(program, "logout"); });
}

void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::Command& command : file.commands()) {
        const std::string_view name = command->base_name();
        auto known = std::ranges::find(logins, name, &Login::program);
        for (; known != logins.end() && known->program == name; ++known) {
            const shell::Word* word = credential_in(*command.command, *known);
            if (!word || has_secret_mount(command.instruction()) || logs_out(file.commands_of(command.instruction()), name)) continue;
            report.at(*word, quote(name) + " keeps this credential in the layer; give it with RUN --mount=type=secret where it is used");
            break;
        }
    }
}

constexpr Example examples[] = {{.bad = R"(
FROM debian:12-slim
RUN aws configure set aws_secret_access_key "$KEY"
                      ^^^^^^^^^^^^^^^^^^^^^ 'aws' keeps this credential in the layer; give it with RUN --mount=type=secret where it is used
RUN docker login -u bot -p "$PASSWORD" registry.example.org
                        ^^ 'docker' keeps this credential in the layer; give it with RUN --mount=type=secret where it is used
RUN npm config set //registry.npmjs.org/:_authToken "$TOKEN"
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ 'npm' keeps this credential in the layer; give it with RUN --mount=type=secret where it is used
RUN gcloud --quiet auth activate-service-account --key-file=/key.json
    ^^^^^^ 'gcloud' keeps this credential in the layer; give it with RUN --mount=type=secret where it is used
)",
                                 .good = R"(
FROM debian:12-slim
RUN aws configure set region eu-central-1 && npm config set registry https://npm.example.org && npm config set fund false
RUN --mount=type=secret,id=aws,target=/root/.aws/credentials aws s3 cp s3://bucket/key .
RUN --mount=type=secret,id=p docker login -u bot --password-stdin < /run/secrets/p
RUN az login --identity && helm repo add stable https://charts.example.org
)"}};

}

extern constinit const Check credential_setup_in_run = {
    .id = "credential-setup-in-run",
    .title = "RUN logs in to a service without a secret mount.",
    .category = Category::security,
    .severity = Severity::high,
    .profile = Profile::recommended,
    .why = "These commands save the credential in a file of the home directory, and that file becomes part of the layer and of every image built on it. "
           "The value also stays in the history.",
    .aliases = {"trivy:DS-0031"},
    .standards = {"CIS-Docker-4.10", "NIST-800-190-4.1.4"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
