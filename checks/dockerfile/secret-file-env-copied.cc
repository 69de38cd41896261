#include "analyzer/engine/check.h"
#include "analyzer/engine/context.h"
#include "analyzer/text/glob.h"

#include <algorithm>

namespace plimsoll::checks::secret_file_env_copied {

using docker::Instruction;
using docker::Keyword;

namespace {

struct Credential {
    Text name;
    std::string path;
    const Instruction* set_by = nullptr;
};

}

static std::string joined(std::string folder, std::string_view path) {
    if (path.starts_with('/')) return std::string(path);
    if (path.starts_with("./")) path.remove_prefix(2);
    if (path == ".") path = {};
    if (!folder.ends_with('/')) folder += '/';
    return folder + std::string(path);
}

static bool is_absolute_file(std::string_view path) {
    return path.size() > 1 && path.starts_with('/') && !path.ends_with('/') && !path.starts_with("/run/secrets/");
}

static std::vector<Credential> credentials_in(const docker::Dockerfile& file, Reporter& report) {
    std::vector<Glob> names;
    for (const std::string& name : report.list("file_variables")) names.emplace_back(name);
    std::vector<Credential> found;
    for (Keyword keyword : {Keyword::env, Keyword::arg})
        for (const Instruction* in : file.all(keyword)) {
            if (!in->stage || !file.in_result(*in->stage)) continue;
            for (const docker::Pair& pair : in->pairs) {
                if (std::none_of(names.begin(), names.end(), [&](const Glob& name) { return name.matches(pair.key.value); })) continue;
                std::optional<std::string> value = file.expand(pair.value, *in);
                if (value && is_absolute_file(*value) && found.size() < 64) found.push_back({pair.key, std::move(*value), in});
            }
        }
    return found;
}

// The source that becomes `path`; null when none does for certain.
static const Text* source_of(const docker::Dockerfile& file, const Instruction& copy, const std::string& path, const Reporter& report) {
    const Text* destination = copy.destination();
    const std::optional<std::string> folder = file.workdir_before(copy);
    std::optional<std::string> target = destination ? file.expand(*destination, copy) : std::nullopt;
    if (!target || (!target->starts_with('/') && !folder)) return nullptr;
    const bool is_folder = target->ends_with('/') || target->ends_with('.') || copy.sources().size() > 1;
    *target = joined(folder.value_or("/"), *target);
    if (*target == path) return &copy.sources().front();
    if (!target->ends_with('/')) *target += '/';
    if (!path.starts_with(*target)) return nullptr;
    const std::string_view below = std::string_view(path).substr(target->size());
    for (const Text& source : copy.sources()) {
        const std::optional<std::string> value = file.expand(source, copy);
        if (!value) continue;
        std::string from = *value;
        while (from.ends_with('/')) from.pop_back();
        if (is_folder && from.substr(from.rfind('/') + 1) == below) return &source;
        // The content of a folder: certain only when the file is seen there.
        if (!copy.from() && report.context().exists(from.empty() || from == "." ? std::string(below) : from + "/" + std::string(below)).value_or(false))
            return &source;
    }
    return nullptr;
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    const std::vector<Credential> credentials = credentials_in(file, report);
    if (credentials.empty()) return;
    for (Keyword keyword : {Keyword::copy, Keyword::add})
        for (const Instruction* copy : file.all(keyword)) {
            if (!copy->stage || !file.in_result(*copy->stage) || copy->sources().empty()) continue;
            for (const Credential& credential : credentials)
                if (const Text* source = source_of(file, *copy, credential.path, report)) {
                    const Text place = docker::unquoted(*source);
                    report
                        .at(place, quote(place.value) + " becomes the credential file of " + std::string(credential.name.value) +
                                       " in the image; mount it when the container starts")
                        .related(credential.name.span, "named here");
                }
        }
}

static constexpr Option options[] = {
    {.name = "file_variables",
     .value = "GOOGLE_APPLICATION_CREDENTIALS AWS_SHARED_CREDENTIALS_FILE AWS_CONFIG_FILE AWS_WEB_IDENTITY_TOKEN_FILE KUBECONFIG BOTO_CONFIG "
              "NPM_CONFIG_USERCONFIG AZURE_AUTH_LOCATION "
              "*_TOKEN_PATH *_TOKEN_FILE *_CREDENTIALS_FILE *_CREDENTIALS_PATH *_PASSWORD_FILE *_SECRET_FILE *_PRIVATE_KEY_PATH *_PRIVATE_KEY_FILE",
     .what = "Variables that name a credential file; a star stands for anything."},
};

static constexpr Example examples[] = {{.bad = R"(
FROM python:3.14
WORKDIR /srv
ENV GOOGLE_APPLICATION_CREDENTIALS=/srv/gcp.json AWS_CONFIG_FILE=/root/.aws/config
COPY gcp.json app.py ./
     ^^^^^^^^ 'gcp.json' becomes the credential file of GOOGLE_APPLICATION_CREDENTIALS in the image; mount it when the container starts
COPY aws.ini $AWS_CONFIG_FILE
     ^^^^^^^ 'aws.ini' becomes the credential file of AWS_CONFIG_FILE in the image; mount it when the container starts
)",
                                        .good = R"(
FROM python:3.14
WORKDIR /srv
ENV GOOGLE_APPLICATION_CREDENTIALS=/run/secrets/gcp.json KUBECONFIG=/srv/kube/config
COPY app.py ./
COPY . .
)"},
                                       {.bad = R"(
FROM python:3.14
ENV API_TOKEN_PATH=/srv/keys/token
COPY app /srv
     ^^^ 'app' becomes the credential file of API_TOKEN_PATH in the image; mount it when the container starts
)",
                                        .good = R"(
FROM python:3.14
ENV API_TOKEN_PATH=/srv/keys/token
COPY src /srv
)",
                                        .files = {"app/keys/token"}}};

extern constinit const Check secret_file_env_copied = {
    .id = "secret-file-env-copied",
    .title = "Credential file named by ENV is copied into the image.",
    .category = Category::security,
    .severity = Severity::high,
    .profile = Profile::recommended,
    .why = "The variable says that this file holds credentials, and the copy puts them into a layer that everyone who can pull the image can read.",
    .aliases = {"trivy:DS-0031"},
    .standards = {"CIS-Docker-4.10", "NIST-800-190-4.1.4"},
    .options = options,
    .examples = examples,
    .run = on({Keyword::copy, Keyword::add}, run),
};

}
