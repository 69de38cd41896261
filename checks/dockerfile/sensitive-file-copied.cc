#include "analyzer/engine/check.h"
#include "analyzer/engine/context.h"
#include "analyzer/text/glob.h"

#include <algorithm>

namespace plimsoll::checks::sensitive_file_copied {

using docker::Instruction;
using docker::Keyword;

namespace {

// Patterns as in .gitignore: without a slash they are compared with the last name.
struct Pattern {
    explicit Pattern(std::string_view text) : path(text.find('/') != std::string_view::npos), glob(path ? "**/" + std::string(text) : std::string(text)) {}
    bool path;
    Glob glob;
};

}

static std::string_view base_name(std::string_view path) {
    while (path.ends_with('/')) path.remove_suffix(1);
    return path.substr(path.rfind('/') + 1);
}

// Templates and examples hold no secret.
static bool is_sample(std::string_view name) {
    for (std::string_view word : {"example", "sample", "template", "dist", "tpl", "tmpl", ".pub", "test", "mock", "dummy", "default", ".j2", ".erb"})
        if (name.find(word) != std::string_view::npos) return true;
    return false;
}

// An .npmrc without credentials is only settings.
static bool holds_no_credentials(std::string_view path, const Reporter& report) {
    const std::string_view name = base_name(path);
    if (name != ".npmrc" && name != ".yarnrc") return false;
    const std::optional<std::string> text = report.context().read(path);
    return text && text->find("_auth") == std::string::npos && text->find("_password") == std::string::npos;
}

static void judge(const docker::Dockerfile& file, const Instruction& copy, const std::vector<Pattern>& patterns, Reporter& report) {
    for (const Text& source : copy.sources()) {
        if (source.value.starts_with("<<")) continue;
        const std::optional<std::string> value = file.expand(source, copy);
        if (!value || docker::is_remote(*value)) continue;
        std::string_view path = *value;
        while (path.ends_with('/') || path.starts_with("./")) path = path.ends_with('/') ? path.substr(0, path.size() - 1) : path.substr(2);
        const std::string_view name = base_name(path);
        const bool sensitive =
            std::any_of(patterns.begin(), patterns.end(), [&](const Pattern& pattern) { return pattern.glob.matches(pattern.path ? path : name); });
        if (!sensitive || is_sample(name) || (!copy.from() && holds_no_credentials(path, report))) continue;
        const Text place = docker::unquoted(source);
        report.at(place, quote(place.value) +
                             " usually holds secrets and stays in the image; use RUN --mount=type=secret, or give it to the container when it starts");
    }
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    std::vector<Pattern> patterns;
    for (Keyword keyword : {Keyword::copy, Keyword::add})
        for (const Instruction* copy : file.all(keyword)) {
            if (!copy->stage || !file.in_result(*copy->stage)) continue;
            if (patterns.empty())
                for (const std::string& text : report.list("patterns")) patterns.emplace_back(text);
            judge(file, *copy, patterns, report);
        }
}

static constexpr Option options[] = {
    {.name = "patterns",
     .value = "id_rsa id_dsa id_ecdsa id_ed25519 *_rsa *_ed25519 privkey.pem private.pem *-key.pem *_key.pem private.key server.key tls.key *.ppk *.p12 *.pfx "
              ".env .env.* .npmrc .pypirc .netrc _netrc .git-credentials .htpasswd .pgpass .my.cnf .s3cfg .boto .dockercfg .docker/config.json kubeconfig "
              "*.kubeconfig .kube/config "
              ".aws .aws/* .ssh .ssh/* .gnupg .gnupg/* .azure .config/gcloud .kube terraform.tfstate terraform.tfstate.* *.tfstate *.tfvars "
              "credentials.json service-account.json service_account.json serviceaccount.json secrets.yml secrets.yaml secrets.json master.key *.kdbx "
              ".vault-token .vault_pass",
     .what = "File names, or paths when they hold a slash, as in .gitignore."},
};

static constexpr Example examples[] = {{.bad = R"(
FROM node:22
COPY .npmrc package.json /srv/
     ^^^^^^ '.npmrc' usually holds secrets and stays in the image; use RUN --mount=type=secret, or give it to the container when it starts
ADD ["./deploy/.ssh/known", "keys/id_rsa", "/root/.ssh/"]
      ^^^^^^^^^^^^^^^^^^^ './deploy/.ssh/known' usually holds secrets and stays in the image; use RUN --mount=type=secret, or give it to the container when it starts
                             ^^^^^^^^^^^ 'keys/id_rsa' usually holds secrets and stays in the image; use RUN --mount=type=secret, or give it to the container when it starts
)",
                                        .good = R"(
FROM node:22 AS build
COPY .npmrc package.json /srv/
FROM node:22
COPY --from=build /srv/dist /srv/
COPY .env.example id_rsa.pub ca.pem /srv/
)"},
                                       {.bad = R"(
FROM node:22
COPY .npmrc /srv/
     ^^^^^^ '.npmrc' usually holds secrets and stays in the image; use RUN --mount=type=secret, or give it to the container when it starts
)",
                                        .good = R"(
FROM node:22
COPY app/.npmrc /srv/
)",
                                        .files = {".npmrc=//registry.npmjs.org/:_authToken=abc", "app/.npmrc=engine-strict=true"}}};

extern constinit const Check sensitive_file_copied = {
    .id = "sensitive-file-copied",
    .title = "COPY or ADD names a sensitive file.",
    .category = Category::security,
    .severity = Severity::high,
    .profile = Profile::recommended,
    .why = "Everyone who can pull the image can take the file out of its layer, also when a later step deletes it. A secret mount is there for one RUN and "
           "leaves nothing behind.",
    .aliases = {"dockle:CIS-DI-0010"},
    .standards = {"CIS-Docker-4.10", "NIST-800-190-4.1.4"},
    .options = options,
    .examples = examples,
    .run = on({Keyword::copy, Keyword::add}, run),
};

}
