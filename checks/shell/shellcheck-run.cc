#include "analyzer/engine/check.h"
#include "analyzer/shell/syntax.h"

namespace plimsoll::checks::shellcheck_run {

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::ShellCode& code : file.shell_codes()) {
        // The peers look at RUN alone.
        const bool other = code.instruction->keyword != docker::Keyword::run;
        for (const shell::SyntaxProblem& problem : shell::syntax_problems(*code.script)) {
            // Other checks speak of these: shell-control-flow-syntax, shell-missing-space, shell-quoting-broken.
            if (problem.topic != shell::Topic::grammar && (!other || !problem.fatal)) continue;
            report.at(problem.span, problem.message).only({std::string("shellcheck:") += other ? std::string_view() : problem.code});
        }
    }
}

static constexpr Example examples[] = {{.bad = R"-(
FROM alpine:3.22
RUN apk add --no-cache git && \
    && rm -rf /tmp/*
    ^^ unexpected '&&': there is no command in front of it
)-",
                                        .good = R"-(
FROM alpine:3.22
RUN apk add --no-cache git \
    && rm -rf /tmp/*
)-"},
                                       {.bad = R"-(
FROM alpine:3.22
RUN if [ -d /srv ]; then rm -rf /srv
    ^^ 'if' has no 'fi': the script ends before it
RUN echo done) > /log
             ^ unexpected ')': no parenthesis is open here
CMD cd /srv && ./serve &&
                       ^^ a command is missing behind '&&'
)-",
                                        .good = R"-(
FROM alpine:3.22
RUN if [ -d /srv ]; then rm -rf /srv; fi
RUN (echo done) > /log
CMD cd /srv && ./serve
)-"},
                                       {.bad = R"-(
FROM alpine:3.22
RUN find / -name core ( -type f ) -delete
                      ^ unexpected '(': quote it, or write \( when it is meant as text
)-",
                                        .good = R"-(
FROM alpine:3.22
RUN find / -name core \( -type f \) -delete
RUN npm ci || ((if [ -f npm-debug.log ]; then cat npm-debug.log; fi) && false)
)-"},
                                       {.bad = R"-(
FROM debian:13
RUN <<EOF
for f in /etc/*.conf; do
  echo "$f"
fi
^^ unexpected 'fi': nothing here is open that it could continue or close
EOF
)-",
                                        .good = R"-(
FROM debian:13
RUN <<EOF
for f in /etc/*.conf; do
  echo "$f"
done
EOF
RUN ["find", "/", "(", "-type", "f", ")"]
SHELL ["pwsh", "-Command"]
RUN Write-Host ('hello {0}' -f $env:USER)
)-"}};

extern constinit const Check shellcheck_run = {
    .id = "shellcheck-run",
    .title = "The shell cannot parse the code of an instruction.",
    .category = Category::correctness,
    .severity = Severity::high,
    .profile = Profile::bugs,
    .why = "The shell reads a whole command line before it runs any of it, so a RUN with a syntax error does nothing but stop the build, and a CMD with one "
           "ends the container. "
           "The code is read with the grammar of sh and the additions of bash; what only bash knows is the matter of shell-bashism-in-sh.",
    .aliases = {"shellcheck:SC1036", "shellcheck:SC1070", "shellcheck:SC1072", "shellcheck:SC1088", "shellcheck:SC1089", "shellcheck:SC1133",
                "shellcheck:SC1141"},
    .examples = examples,
    .run = on({docker::Keyword::run, docker::Keyword::cmd, docker::Keyword::entrypoint, docker::Keyword::healthcheck}, run),
};

}
