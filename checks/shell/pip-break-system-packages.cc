#include "analyzer/engine/check.h"

namespace plimsoll::checks::pip_break_system_packages {

static void run(const docker::Dockerfile& file, Reporter& report) {
    const std::string message = "pip overwrites files that belong to the distribution's packages; install into a virtual environment";
    for (const docker::PackageUse& use : file.package_uses())
        if (const shell::PackageOption* option = use->manager == shell::Manager::pip ? use->option("break-system-packages") : nullptr)
            report.at(*option->word, message);
    for (const docker::Instruction* env : file.all(docker::Keyword::env, true))
        for (const docker::Pair& pair : env->pairs)
            if (pair.key == "PIP_BREAK_SYSTEM_PACKAGES" && docker::unquoted(pair.value).value != "0") report.at(pair.key, message);
}

static constexpr Example examples[] = {{.bad = R"(
FROM debian:13
ENV PIP_BREAK_SYSTEM_PACKAGES=1
    ^^^^^^^^^^^^^^^^^^^^^^^^^ pip overwrites files that belong to the distribution's packages; install into a virtual environment
RUN pip install --break-system-packages flask==3.1.0
                ^^^^^^^^^^^^^^^^^^^^^^^ pip overwrites files that belong to the distribution's packages; install into a virtual environment
)",
                                        .good = R"(
FROM debian:13
RUN python3 -m venv /opt/venv && /opt/venv/bin/pip install flask==3.1.0
)"}};

extern constinit const Check pip_break_system_packages = {
    .id = "pip-break-system-packages",
    .title = "pip --break-system-packages in an image.",
    .category = Category::reliability,
    .severity = Severity::low,
    .profile = Profile::strict,
    .why = "The distribution marks its Python as its own because its tools depend on the versions it ships. The switch lets pip replace them, and a later "
           "upgrade of either side breaks the other.",
    .examples = examples,
    .run = on({docker::Keyword::run, docker::Keyword::env}, run),
};

}
