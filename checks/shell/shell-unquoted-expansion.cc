#include "analyzer/docker/unquoted.h"
#include "analyzer/engine/check.h"

namespace plimsoll::checks::shell_unquoted_expansion {

namespace {

void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::UnquotedExpansion& found : docker::unquoted_expansions(file)) {
        if (found.is_package_list) continue;   // shell-unquoted-package-list
        const Span span = found.node.span();
        Draft draft = report.at(span, "quote " + quote(found.node.text().value) + ": " + std::string(found.what.consequence));
        draft.only({found.what.alias, "sonar:S6570"});
        if (found.may_quote) draft.fix("Quote the expansion", Safety::unsafe, {{{span.begin, span.begin}, "\""}, {{span.end, span.end}, "\""}});
    }
}

constexpr Example examples[] = {{.bad = R"x(
FROM alpine:3.22
RUN tar -xf $archive -C "$target"
            ^^^^^^^^ quote '$archive': its value is split at blanks and its wildcards are expanded
)x",
                                 .good = R"x(
FROM alpine:3.22
RUN tar -xf "$archive" -C "$target"
)x"},
                                {.bad = R"x(
FROM alpine:3.22
RUN version=1.2 file="$(ls /tmp)" && tar -xf $version-$file
                                                      ^^^^^ quote '$file': its value is split at blanks and its wildcards are expanded
)x",
                                 .good = R"x(
FROM alpine:3.22
RUN version=1.2 file="$(ls /tmp)" && tar -xf $version-"$file"
)x"},
                                {.bad = R"x(
FROM alpine:3.22
ARG DIR="/my dir" PACKAGES="curl git"
RUN apk add $PACKAGES && rm -rf $DIR/cache
                                ^^^^ quote '$DIR': its value is split at blanks and its wildcards are expanded
)x",
                                 .good = R"x(
FROM alpine:3.22
ARG DIR="/my dir" PACKAGES="curl git"
RUN apk add $PACKAGES && rm -rf "$DIR"/cache
)x"},
                                {.bad = R"x(
FROM alpine:3.22
RUN cp /boot/$(uname -r) /srv
             ^^^^^^^^^^^ quote '$(uname -r)': its output is split at blanks and its wildcards are expanded
)x",
                                 .good = R"x(
FROM alpine:3.22
ARG VERSION=1.2
ENV HOST=a PORT=80
RUN cp /boot/"$(uname -r)" /srv && echo $VERSION $HOST:${PORT} $? $(seq 3) ${x:+$x}
RUN x=$HOST; for i in $list; do case $i in a) y=$(ls);; esac; done; n=$((1+1)); echo $n
)x",
                                 .fixed = false}};

}

extern constinit const Check shell_unquoted_expansion = {
    .id = "shell-unquoted-expansion",
    .title = "Unquoted expansion in RUN.",
    .category = Category::correctness,
    .severity = Severity::low,
    .profile = Profile::recommended,
    .fix = Safety::unsafe,
    .why = "The shell splits the result of an unquoted expansion at blanks and replaces wildcards in it by file names, so one value may become several "
           "arguments or none. Inside double quotes it stays one argument.",
    .aliases = {"shellcheck:SC2086", "shellcheck:SC2046", "shellcheck:SC2048", "shellcheck:SC2068", "sonar:S6570"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
