#include "analyzer/engine/check.h"

#include <algorithm>

// Switches of language package managers that give up on knowing whom a package comes from.

namespace plimsoll::checks::package_trust_disabled {

using shell::Manager;

namespace {

constexpr shell::Managers node = {Manager::npm, Manager::yarn, Manager::pnpm};

bool is_config(const docker::PackageUse& use) { return use->action == "config" && !use->operands.empty(); }

// The operand of "config set KEY VALUE" or "KEY=VALUE" whose key is wanted; null when there is none.
const shell::Word* configured(const docker::PackageUse& use, std::string_view key, std::string_view value) {
    const auto& operands = use->operands;
    for (std::size_t i = 0; i < operands.size(); ++i) {
        const std::string_view word = operands[i]->value;
        if (!value.empty() && word == std::string(key) + "=" + std::string(value)) return operands[i];
        if (word == key && i + 1 < operands.size() && (value.empty() || *operands[i + 1] == value)) return operands[i];
    }
    return nullptr;
}

void run_pip(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::PackageUse& use : file.package_uses()) {
        if (use->manager != Manager::pip) continue;
        if (const shell::PackageOption* option = use->option("trusted-host"))
            report.at(*option->word, "no certificate is checked for this host; install its authority's certificate instead of trusting it blindly");
        else if (const shell::Word* key = is_config(use) ? configured(use, "global.trusted-host", "") : nullptr)
            report.at(*key, "no certificate is checked for this host; install its authority's certificate instead of trusting it blindly");
    }
}

void run_npm(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::PackageUse& use : file.package_uses()) {
        if (!node.has(use->manager)) continue;
        const shell::PackageOption* option = use->option("strict-ssl");
        const shell::Word* place = option && option->value && *option->value == "false" ? option->word
                                   : is_config(use)                                     ? configured(use, "strict-ssl", "false")
                                                                                        : nullptr;
        if (place) report.at(*place, "certificates of the registry are not checked; use its authority's certificate (cafile) instead");
    }
}

constexpr Example pip_examples[] = {{.bad = R"(
FROM python:3.13
RUN pip install --trusted-host pypi.example.org flask==3.1.0
                ^^^^^^^^^^^^^^ no certificate is checked for this host; install its authority's certificate instead of trusting it blindly
RUN pip config set global.trusted-host pypi.example.org
                   ^^^^^^^^^^^^^^^^^^^ no certificate is checked for this host; install its authority's certificate instead of trusting it blindly
)",
                                     .good = R"(
FROM python:3.13
RUN pip install --cert /etc/ssl/own.pem flask==3.1.0 && echo --trusted-host
)"}};

constexpr Example npm_examples[] = {{.bad = R"(
FROM node:24
RUN npm config set strict-ssl false && npm ci
                   ^^^^^^^^^^ certificates of the registry are not checked; use its authority's certificate (cafile) instead
RUN npm c set strict-ssl=false
              ^^^^^^^^^^^^^^^^ certificates of the registry are not checked; use its authority's certificate (cafile) instead
RUN npm install --strict-ssl=false
                ^^^^^^^^^^^^^^^^^^ certificates of the registry are not checked; use its authority's certificate (cafile) instead
)",
                                     .good = R"(
FROM node:24
RUN npm config set strict-ssl true && npm config set cafile /etc/ssl/own.pem && echo strict-ssl false
)"}};

constexpr std::string_view why =
    "Whoever stands between the build and the registry can then hand out packages of their own, and what they hand out runs in the build and in the image.";

constexpr Check table[] = {
    {.id = "pip-trusted-host",
     .title = "pip told to skip TLS verification for a host.",
     .category = Category::supply_chain,
     .severity = Severity::high,
     .profile = Profile::recommended,
     .why = why,
     .aliases = {"checkov:CKV2_DOCKER_4"},
     .examples = pip_examples,
     .run = on(docker::Keyword::run, run_pip)},
    {.id = "npm-strict-ssl-disabled",
     .title = "npm or yarn TLS verification turned off.",
     .category = Category::supply_chain,
     .severity = Severity::high,
     .profile = Profile::recommended,
     .why = why,
     .aliases = {"checkov:CKV2_DOCKER_13"},
     .examples = npm_examples,
     .run = on(docker::Keyword::run, run_npm)},
};

}

extern constinit const std::span<const Check> package_trust_disabled = table;

}
