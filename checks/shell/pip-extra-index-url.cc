#include "analyzer/engine/check.h"

#include <algorithm>

namespace plimsoll::checks::pip_extra_index_url {

namespace {

constexpr std::string_view message =
    "any package may then come from either index, whichever has the higher version; use --index-url with one index that has them all";

constexpr Option options[] = {
    {.name = "allow-hosts", .type = Option::Type::list, .value = "download.pytorch.org", .what = "hosts whose index holds only packages of their own names"}};

std::string_view host_of(std::string_view url) {
    const std::size_t scheme = url.find("://");
    if (scheme == std::string_view::npos) return {};
    url.remove_prefix(scheme + 3);
    url = url.substr(0, url.find('/'));
    return url.substr(url.find('@') == std::string_view::npos ? 0 : url.find('@') + 1);
}

bool allowed(std::string_view url, const Reporter& report) {
    const auto& hosts = report.list("allow-hosts");
    return std::ranges::find(hosts, host_of(url)) != hosts.end();
}

void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::PackageUse& use : file.package_uses()) {
        if (use->manager != shell::Manager::pip || use->has("require-hashes")) continue;
        const shell::PackageOption* option = use->option("extra-index-url");
        if (option && !(option->value && allowed(option->value->value, report))) report.at(*option->word, std::string(message));
    }
    for (docker::Keyword keyword : {docker::Keyword::env, docker::Keyword::arg})
        for (const docker::Instruction* instruction : file.all(keyword, true))
            for (const docker::Pair& pair : instruction->pairs)
                if (pair.key == "PIP_EXTRA_INDEX_URL" && !pair.value.empty() && !allowed(docker::unquoted(pair.value).value, report))
                    report.at(pair.key, std::string(message));
}

}

static constexpr Example examples[] = {{.bad = R"(
FROM python:3.13
ENV PIP_EXTRA_INDEX_URL=https://pypi.example.org/simple
    ^^^^^^^^^^^^^^^^^^^ any package may then come from either index, whichever has the higher version; use --index-url with one index that has them all
RUN pip install --extra-index-url https://pypi.example.org/simple -r requirements.txt
                ^^^^^^^^^^^^^^^^^ any package may then come from either index, whichever has the higher version; use --index-url with one index that has them all
)",
                                        .good = R"(
FROM python:3.13
RUN pip install --index-url https://pypi.example.org/simple -r requirements.txt
RUN pip install --require-hashes --extra-index-url https://pypi.example.org/simple -r requirements.txt
RUN pip install torch==2.8.0 --extra-index-url https://download.pytorch.org/whl/cpu
)"}};

extern constinit const Check pip_extra_index_url = {
    .id = "pip-extra-index-url",
    .title = "pip --extra-index-url invites dependency confusion.",
    .category = Category::supply_chain,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .why = "pip treats all indexes alike and takes the highest version. Whoever registers the name of your internal package on the public index, with a higher "
           "version, gets their code into your image.",
    .standards = {"MITRE-T1195"},
    .options = options,
    .examples = examples,
    .run = on({docker::Keyword::run, docker::Keyword::env, docker::Keyword::arg}, run),
};

}
