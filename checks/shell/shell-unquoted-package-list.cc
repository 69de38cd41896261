#include "analyzer/docker/unquoted.h"
#include "analyzer/engine/check.h"

namespace plimsoll::checks::shell_unquoted_package_list {

namespace {

void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::UnquotedExpansion& found : docker::unquoted_expansions(file)) {
        if (!found.is_package_list) continue;
        report.at(found.node.span(), "a list of packages in " + quote(found.node.text().value) + " is split at blanks and its wildcards are expanded")
            .only({found.what.alias, "sonar:S6570"});
    }
}

constexpr Example examples[] = {{.bad = R"x(
FROM fedora:43
RUN PACKAGES="gcc $EXTRA" && dnf -y install $PACKAGES && rpm -V $PACKAGES
                                            ^^^^^^^^^ a list of packages in '$PACKAGES' is split at blanks and its wildcards are expanded
                                                                ^^^^^^^^^ a list of packages in '$PACKAGES' is split at blanks and its wildcards are expanded
RUN apt-mark manual $kept && apt-get purge -y $(cat packages.txt)
                    ^^^^^ a list of packages in '$kept' is split at blanks and its wildcards are expanded
                                              ^^^^^^^^^^^^^^^^^^^ a list of packages in '$(cat packages.txt)' is split at blanks and its wildcards are expanded
)x",
                                 .good = R"x(
FROM fedora:43
RUN packages=(gcc "$EXTRA") && dnf -y install "${packages[@]}" && rpm -V "${packages[@]}"
RUN xargs apt-get purge -y < packages.txt && dnf install -y tool-$(uname -m) && rm -rf $kept
)x",
                                 .fixed = false}};

}

extern constinit const Check shell_unquoted_package_list = {
    .id = "shell-unquoted-package-list",
    .title = "Unquoted expansion among the packages of an installer.",
    .category = Category::style,
    .severity = Severity::info,
    .profile = Profile::strict,
    .why = "Several packages in one variable only work because the shell splits the value, and it also replaces wildcards in it by the names of files that "
           "lie around. An array, or the names in the command itself, does without that. Most authors mean the split, so only the strict profile asks.",
    .aliases = {"shellcheck:SC2086", "shellcheck:SC2046", "shellcheck:SC2048", "shellcheck:SC2068", "sonar:S6570"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
