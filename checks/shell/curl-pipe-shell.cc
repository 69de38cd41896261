#include <algorithm>
#include <array>

#include "analyzer/engine/check.h"
#include "analyzer/shell/downloads.h"

namespace plimsoll::checks::curl_pipe_shell {

namespace {

struct Interpreter {
    std::string_view name;
    std::string_view code_letters;   // options whose argument is the program
};

constexpr std::array<Interpreter, 14> interpreters = {{
    {"sh", "c"},
    {"bash", "c"},
    {"dash", "c"},
    {"ash", "c"},
    {"zsh", "c"},
    {"ksh", "c"},
    {"python", "cm"},
    {"python2", "cm"},
    {"python3", "cm"},
    {"perl", "eEnp"},
    {"ruby", "enp"},
    {"node", "ep"},
    {"php", "rRf"},
    {"pwsh", "c"},
}};

}

static const Interpreter* interpreter_of(const shell::Command& command) {
    std::string_view name = command.base_name();
    auto same = std::ranges::find(interpreters, name, &Interpreter::name);
    if (same == interpreters.end() && name.starts_with("python3.")) same = std::ranges::find(interpreters, "python3", &Interpreter::name);
    return same == interpreters.end() ? nullptr : &*same;
}

// Whether the program comes from standard input.
static bool reads_program(const shell::Command& command, const Interpreter& interpreter) {
    for (const shell::Word& word : command.arguments()) {
        const std::string_view value = word.value;
        if (value == "-" || value == "-s" || value == "/dev/stdin" || value == "--") return true;
        if (value.size() < 2 || (value[0] != '-' && value[0] != '+')) {
            if (value == "pipefail" || value == "errexit") continue;
            return false;
        }
        if (value[1] == '-') continue;
        if (value.find_first_of(interpreter.code_letters, 1) != std::string_view::npos) return false;
        if (value.find('s') != std::string_view::npos && interpreter.code_letters == "c") return true;
    }
    return true;
}

static bool allowed(const shell::Command& command, Reporter& report) {
    const std::vector<std::string>& prefixes = report.list("allow_urls");
    if (prefixes.empty()) return false;
    const std::optional<shell::Download> call = shell::download_call(command);
    auto known = [&](const shell::Word* url) { return std::ranges::any_of(prefixes, [&](const std::string& prefix) { return url->starts_with(prefix); }); };
    return !call->urls.empty() && std::ranges::all_of(call->urls, known);
}

static bool downloads(const shell::Command& command) { return command.is("curl") || command.is("wget"); }

// A word that is what a substitution gives: "$(curl ...)", <(curl ...).
static bool is_substitution(const shell::Word& word) { return word.starts_with("$(") || word.starts_with("<(") || word.starts_with("`"); }

static void complain(const shell::Command& runner, const shell::Command& download, Reporter& report) {
    report.at(runner.name_span(), quote(runner.name()) + " runs whatever " + std::string(download.base_name()) + " gets; save it, check its hash, then run it")
        .related(download.span, "the download");
}

// sh -c "$(curl ...)", bash <(curl ...), eval "$(curl ...)", source <(curl ...).
static const shell::Word* program_word(const shell::Command& command) {
    const bool evaluates = command.is("eval") || command.is("source") || command.is(".");
    if (!evaluates && !interpreter_of(command)) return nullptr;
    for (const shell::Word& word : command.arguments()) {
        if (is_substitution(word)) return &word;
        if (!word.starts_with("-") && word != "pipefail" && word != "errexit") return nullptr;
    }
    return nullptr;
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    const shell::Command* download = nullptr;   // the last one seen
    const docker::ShellCode* code = nullptr;
    const shell::Command* evaluator = nullptr;   // and the word it takes its program from
    const shell::Word* program = nullptr;
    for (const docker::Command& at : file.commands()) {
        if (at.code != code) download = evaluator = nullptr;
        code = at.code;
        if (downloads(*at.command)) {
            if (allowed(*at.command, report)) continue;
            download = at.command;
            if (evaluator && at->in_substitution && program->span().contains(at->span)) complain(*evaluator, *download, report);
            if (evaluator && program->span().contains(at->span)) evaluator = nullptr;
            continue;
        }
        const Interpreter* interpreter = interpreter_of(*at.command);
        const bool piped = at->before == shell::Joint::pipe || at->before == shell::Joint::pipe_all;
        if (interpreter && piped && download && download->pipeline == at->pipeline && reads_program(*at.command, *interpreter))
            complain(*at.command, *download, report);
        if (const shell::Word* word = program_word(*at.command)) {
            evaluator = at.command;
            program = word;
        }
    }
}

static constexpr Option options[] = {
    {"allow_urls", Option::Type::list, "", "beginnings of URLs whose scripts may be run unseen"},
};

static constexpr Example examples[] = {{.bad = R"df(
FROM debian:12-slim
RUN curl -fsSL https://example.org/i.sh | sudo -E bash -
                                                  ^^^^ 'bash' runs whatever curl gets; save it, check its hash, then run it
RUN wget -qO- https://example.org/i.py | python3
                                         ^^^^^^^ 'python3' runs whatever wget gets; save it, check its hash, then run it
RUN bash <(curl -fsSL https://example.org/i.sh)
    ^^^^ 'bash' runs whatever curl gets; save it, check its hash, then run it
RUN sh -c "$(curl -fsSL https://example.org/i.sh)" -- --yes
    ^^ 'sh' runs whatever curl gets; save it, check its hash, then run it
RUN curl -fsSL https://example.org/i.sh.gz | gunzip | sh -s -- --yes
                                                      ^^ 'sh' runs whatever curl gets; save it, check its hash, then run it
)df",
                                        .good = R"df(
FROM debian:12-slim
RUN curl -fsSL https://example.org/a.tgz | tar xz
RUN curl -fs https://example.org/a.json | python3 -m json.tool && curl -fs https://example.org/a | python3 -c 'import sys'
RUN curl -fsSLo i.sh https://example.org/i.sh && echo "1234  i.sh" | sha256sum -c && sh i.sh
RUN sh -c "V=$(curl -fs https://example.org/v); echo $V" && cat x | sh
)df"},
                                       {.bad = R"df(
FROM debian:12-slim
RUN curl -fsSL https://example.org/i.sh | sh && curl -fsSL https://sh.example.com/i.sh | sh
                                          ^^ 'sh' runs whatever curl gets; save it, check its hash, then run it
)df",
                                        .good = R"df(
FROM debian:12-slim
RUN curl -fsSL https://sh.example.com/i.sh | sh
)df",
                                        .config = "checks:\n  curl-pipe-shell:\n    allow_urls: [https://sh.example.com/]\n"}};

extern constinit const Check curl_pipe_shell = {
    .id = "curl-pipe-shell",
    .title = "A download goes straight into an interpreter.",
    .category = Category::supply_chain,
    .severity = Severity::high,
    .profile = Profile::recommended,
    .why = "The script is whatever the server sends at that moment: nobody has read it, nothing pins it, and two builds may run two different programs. "
           "A connection that breaks half way runs half a script.",
    .aliases = {"sonar:S6474"},
    .standards = {"CIS-Docker-4.11", "MITRE-T1195"},
    .options = options,
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
