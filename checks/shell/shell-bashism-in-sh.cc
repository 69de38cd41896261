#include <algorithm>

#include "analyzer/engine/check.h"
#include "analyzer/shell/syntax.h"

namespace plimsoll::checks::shell_bashism_in_sh {

// How much of bash the /bin/sh of a stage understands.
enum class Sh { unknown, busybox, bash };

static Sh shell_of(const docker::Stage* stage) {
    if (!stage || !stage->root_image()) return Sh::unknown;
    std::string name = stage->root_image()->familiar();
    if (name == "busybox" || stage->root_image()->text.find("alpine") != std::string::npos) return Sh::busybox;
    for (std::string_view bash : {"almalinux", "amazonlinux", "archlinux", "centos", "fedora", "oraclelinux", "rockylinux"})
        if (name == bash) return Sh::bash;
    return name.starts_with("quay.io/centos/") || name.starts_with("registry.access.redhat.com/") ? Sh::bash : Sh::unknown;
}

// What busybox's shell has of bash.
static bool busybox_knows(std::string_view code) {
    constexpr std::string_view known[] = {"SC2113", "SC3001", "SC3003", "SC3010", "SC3014", "SC3015",
                                          "SC3020", "SC3040", "SC3045", "SC3046", "SC3057", "SC3060"};
    return std::ranges::binary_search(known, code);
}

// Reports with the aliases of one condition; where the base image's sh happens to understand it, it is only worth a remark.
static void add(Reporter& report, const docker::ShellCode& code, Span span, std::string message, std::string_view number,
                const shell::Bashism* also = nullptr) {
    if (code.shell.dialect == shell::Dialect::ash && busybox_knows(number)) return;
    const std::string full = std::string("shellcheck:") += number;
    const std::string_view name = full;
    auto draft = report.at(span, std::move(message));
    std::string_view equals = also && also->equals ? "shellcheck:SC3014" : name, matches = also && also->matches ? "shellcheck:SC3015" : name;
    draft.only({name, equals, matches, also && also->is_set ? std::string_view("shellcheck:SC3016") : name, "shellcheck:SC2039"});
    Sh sh = shell_of(code.stage);
    if (sh == Sh::bash || (sh == Sh::busybox && busybox_knows(number))) draft.severity(Severity::info);
}

static void test_operators(const docker::ShellCode& code, const shell::Command& command, Reporter& report) {
    bool unary = true;   // an operator with one operand may stand here
    for (const shell::Word& word : command.arguments()) {
        if (word.text.value == "==")
            add(report, code, word.span(), "'==' is not known to POSIX sh: write '='", "SC3014");
        else if (word.text.value == "=~")
            add(report, code, word.span(), "'=~' is not known to POSIX sh: use 'case' or grep", "SC3015");
        else if (unary && word.text.value == "-v" && &word != &command.arguments().back() && !(&word + 1)->starts_with("]"))
            add(report, code, word.span(), "'-v' is not known to POSIX sh: write [ -n \"${name+x}\" ]", "SC3016");
        unary = word == "!" || word == "-a" || word == "-o" || word == "(";
    }
}

static bool posix_option(std::string_view name) {
    constexpr std::string_view names[] = {"allexport", "errexit", "hashall", "ignoreeof", "monitor", "noclobber", "noexec",
                                          "noglob",    "nolog",   "notify",  "nounset",   "verbose", "vi",        "xtrace"};
    return std::ranges::binary_search(names, name);
}

static void set_options(const docker::ShellCode& code, const shell::Command& command, Reporter& report) {
    std::span<const shell::Word> words = command.arguments();
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
        std::string_view word = words[i].value;
        if (word == "--" || word.size() < 2 || (word[0] != '-' && word[0] != '+')) return;
        if (word.back() != 'o') continue;
        const shell::Word& option = words[++i];
        if (option.literal && !posix_option(option.value))
            add(report, code, option.span(), "the option " + quote(option.value) + " of 'set' is not known to every sh: set SHELL to a shell that has it",
                "SC3040");
    }
}

// Options of builtins that POSIX sh does not have.
static void builtin_options(const docker::ShellCode& code, const shell::Command& command, Reporter& report) {
    struct Known {
        std::string_view name, options;
    };
    constexpr Known known[] = {{"read", "r"}, {"ulimit", "f"}, {"export", "p"}, {"readonly", "p"}, {"unset", "fv"},
                               {"type", ""},  {"wait", ""},    {"trap", ""},    {"hash", "r"}};
    auto found = std::ranges::find(known, command.name(), &Known::name);
    if (found == std::end(known) || command.arguments().empty()) return;
    const shell::Word& first = command.arguments().front();
    if (!first.literal || first.value.size() < 2 || first.value[0] != '-' || first == "--") return;
    if (first.value.find_first_not_of(found->options, 1) == std::string::npos) return;
    add(report, code, first.span(), "the option " + quote(first.value) + " of " + quote(command.name()) + " is not known to POSIX sh: set SHELL to bash",
        "SC3045");
}

static void command_words(const docker::ShellCode& code, const shell::Command& command, Reporter& report) {
    std::string_view name = command.name();
    if (name == "[" || name == "test") return test_operators(code, command, report);
    if (name == "set") return set_options(code, command, report);
    if (name == "source") return add(report, code, command.name_span(), "'source' is not known to POSIX sh: write '.'", "SC3046");
    for (std::string_view bash : {"declare", "typeset", "shopt", "pushd", "popd", "dirs", "mapfile", "readarray", "disown", "caller", "compgen", "complete"})
        if (name == bash) return add(report, code, command.name_span(), quote(name) + " is not known to POSIX sh: set SHELL to bash", "SC3044");
    builtin_options(code, command, report);
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::ShellCode& code : file.shell_codes()) {
        shell::Dialect dialect = code.shell.dialect;
        bool plain = dialect == shell::Dialect::posix || dialect == shell::Dialect::dash || dialect == shell::Dialect::ash;
        if (!plain || code.exec || code.instruction->keyword != docker::Keyword::run || !shell::parses(*code.script)) continue;
        for (const shell::Bashism& found : shell::bashisms(*code.script)) {
            std::string_view name = file.source().slice(found.span);
            name.remove_prefix(std::min(name.find_first_not_of("${"), name.size()));
            if (found.code == "SC3028" && (file.lookup(name.substr(0, name.find('}')), *code.instruction).set_by != nullptr)) continue;
            add(report, code, found.span, found.message, found.code, &found);
        }
        for (const shell::Command& command : code.script->commands())
            if (!command.wrapper || code.script->commands()[*command.wrapper].is("command")) command_words(code, command, report);
    }
}

static constexpr Example examples[] = {{.bad = R"(
FROM debian:13
RUN if [[ -n "$X" ]]; then echo y; fi
       ^^ [[ ]] is not known to POSIX sh: use [ ] or set SHELL to bash
RUN source /etc/profile && id
    ^^^^^^ 'source' is not known to POSIX sh: write '.'
RUN if [ "$A" == b ]; then id nobody &>/dev/null; fi
              ^^ '==' is not known to POSIX sh: write '='
                                     ^^ '&>' is not known to POSIX sh: use '>file 2>&1' or set SHELL to bash
)",
                                        .good = R"(
FROM debian:13
RUN if [ -n "$X" ]; then echo y; fi
RUN . /etc/profile && id
RUN if [ "$A" = b ]; then id nobody >/dev/null 2>&1; fi
)"},
                                       {.bad = R"(
FROM debian:13
RUN set -euo pipefail; rm -rf /var/lib/{apt,dpkg}/* "/tmp/{a,b}"
             ^^^^^^^^ the option 'pipefail' of 'set' is not known to every sh: set SHELL to a shell that has it
                                       ^^^^^^^^^^ brace expansion is not known to POSIX sh: write the words out or set SHELL to bash
RUN diff <(ls /a) /b; echo ${V//,/ } ${V:0:3} ${V:-x} $'\n' && names=(a b)
         ^^ process substitution is not known to POSIX sh: use a pipe or a file or set SHELL to bash
                           ^^^^^^^^^ replacing in an expansion is not known to POSIX sh: use 'sed' or set SHELL to bash
                                     ^^^^^^^^ a substring by position is not known to POSIX sh: use 'cut' or ${x#pattern} or set SHELL to bash
                                                      ^^ $'...' is not known to POSIX sh: use printf or set SHELL to bash
                                                                     ^ an array is not known to POSIX sh: use a list of words or "$@" or set SHELL to bash
)",
                                        .good = R"(
FROM debian:13
SHELL ["/bin/bash", "-c"]
RUN set -euo pipefail; rm -rf /var/lib/{apt,dpkg}/* "/tmp/{a,b}"
RUN diff <(ls /a) /b; echo ${V//,/ } ${V:0:3} ${V:-x} $'\n' && names=(a b)
)"},
                                       {.bad = R"(
FROM debian:13
ENV UID=1000
RUN echo "$RANDOM" $UID
          ^^^^^^^ this variable is not known to POSIX sh: compute the value or set SHELL to bash
RUN ulimit -n 65536; [ -v HOME ]; grep -v x /etc/passwd; read -r a
           ^^ the option '-n' of 'ulimit' is not known to POSIX sh: set SHELL to bash
                       ^^ '-v' is not known to POSIX sh: write [ -n "${name+x}" ]
)",
                                        .good = R"(
FROM debian:13
RUN bash -c 'source /etc/profile; [[ -n "$X" ]]'; ulimit -f 10; [ -n "${HOME+x}" ]; find . -exec rm {} \; -name '{a,b}'
SHELL ["/bin/ash", "-c"]
RUN [[ -n "$X" ]] && set -o pipefail && source /etc/profile
)"}};

extern constinit const Check shell_bashism_in_sh = {
    .id = "shell-bashism-in-sh",
    .title = "bash-only syntax while the shell is /bin/sh.",
    .category = Category::correctness,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .why = "RUN uses /bin/sh unless SHELL says otherwise, and what that is depends on the base image: dash on Debian and Ubuntu, busybox on Alpine, bash on "
           "Fedora and its kin. dash knows nothing of bash's additions and often does not refuse them but does something else: 'id x &>/dev/null' starts a "
           "background job "
           "and is always true. Where the base image's sh is known to understand the construct the finding is only informational.",
    .aliases = {"shellcheck:SC2039", "shellcheck:SC3001", "shellcheck:SC3002", "shellcheck:SC3003", "shellcheck:SC3005", "shellcheck:SC3006",
                "shellcheck:SC3009", "shellcheck:SC3010", "shellcheck:SC3011", "shellcheck:SC3014", "shellcheck:SC3015", "shellcheck:SC3016",
                "shellcheck:SC3020", "shellcheck:SC3024", "shellcheck:SC3028", "shellcheck:SC3030", "shellcheck:SC3040", "shellcheck:SC3044",
                "shellcheck:SC3045", "shellcheck:SC3046", "shellcheck:SC3053", "shellcheck:SC3054", "shellcheck:SC3057", "shellcheck:SC3060"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
