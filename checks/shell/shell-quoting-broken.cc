#include <algorithm>
#include <vector>

#include "analyzer/engine/check.h"
#include "analyzer/shell/parts.h"
#include "analyzer/shell/syntax.h"

namespace plimsoll::checks::shell_quoting_broken {

static bool is_letter_or_digit(char c) { return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z'); }

// 'a'b'c' and "a"b"c": the middle stands outside the quotes.
static void outside(const shell::Word& word, Reporter& report) {
    std::string_view text = word.text.value;
    if (!word.quoted || text.size() < 5) return;
    std::vector<shell::Part> parts = shell::parts_of(text);
    for (std::size_t i = 1; i + 1 < parts.size(); ++i) {
        const shell::Part &before = parts[i - 1], &middle = parts[i], &after = parts[i + 1];
        std::string_view literal = text.substr(middle.begin, middle.end - middle.begin);
        if (middle.kind != shell::Part::plain) continue;
        if (before.kind == shell::Part::single_quoted && std::ranges::all_of(literal, is_letter_or_digit)) {
            report.at(word.text.place(middle.begin, middle.end), quote(literal) + " stands outside the quotes: a quote inside single quotes is written '\\''")
                .only({"shellcheck:SC2026"});
            return;
        }
        bool glue = literal == "=" || literal == ":" || literal == "/" || literal.find_first_of("*?[]{}\\~") != std::string_view::npos;
        if (before.kind != shell::Part::double_quoted || after.kind != shell::Part::double_quoted || glue || (before.one_expansion && after.one_expansion))
            continue;
        report.at(word.text.place(middle.begin, middle.end), quote(literal) + " stands outside the quotes: write \\\" for quotes inside a string")
            .only({"shellcheck:SC2140"});
        return;
    }
}

// Characters that look like quotes or blanks and are neither.
static void lookalikes(const shell::Word& word, Reporter& report) {
    struct Lookalike {
        std::string_view bytes, message, code;
    };
    constexpr Lookalike known[] = {
        {"\xC2\xA0", "this no-break space is no blank for the shell: type a space", "shellcheck:SC1018"},
        {"\xE2\x80\x9C", "this typographic quote does not quote: type \"", "shellcheck:SC1015"},
        {"\xE2\x80\x9D", "this typographic quote does not quote: type \"", "shellcheck:SC1015"},
        {"\xE2\x80\x98", "this typographic quote does not quote: type '", "shellcheck:SC1016"},
        {"\xE2\x80\x99", "this typographic quote does not quote: type '", "shellcheck:SC1016"},
        {"\xC2\xB4", "this accent is no backtick: use $( )", "shellcheck:SC1077"},
    };
    std::string_view text = word.text.value;
    if (std::ranges::none_of(text, [](char c) { return c == '\xC2' || c == '\xE2'; })) return;
    for (const shell::Part& part : shell::parts_of(text)) {
        if (part.kind != shell::Part::plain) continue;
        for (const Lookalike& one : known)
            if (std::size_t at = text.substr(0, part.end).find(one.bytes, part.begin); at != std::string_view::npos) {
                report.at(word.text.place(at, at + one.bytes.size()), std::string(one.message)).only({one.code});
                return;
            }
    }
}

static void word_quotes(const shell::Word& word, Reporter& report) {
    outside(word, report);
    lookalikes(word, report);
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::ShellCode& code : file.shell_codes()) {
        if (code.exec || code.instruction->keyword != docker::Keyword::run || !is_posix_family(code.shell.dialect)) continue;
        bool broken = false;
        const std::vector<shell::SyntaxProblem>& problems = shell::syntax_problems(*code.script);
        if (!problems.empty() && code.script->has_error())
            for (const shell::SyntaxProblem& problem : problems) {
                broken = broken || problem.fatal;
                if (problem.topic == shell::Topic::quoting) report.at(problem.span, problem.message).only({"shellcheck:SC1072", "shellcheck:SC1078"});
            }
        if (broken) continue;
        for (const shell::Command& command : code.script->commands()) {
            if (command.wrapper || command.is("[[")) continue;
            for (const shell::Word& word : command.words) word_quotes(word, report);
            for (const shell::Assignment& assignment : command.assignments) word_quotes(assignment.value, report);
            for (const shell::Redirect& redirect : command.redirects) word_quotes(redirect.target, report);
        }
    }
}

static constexpr Example examples[] = {{.bad = R"(
FROM alpine:3.22
RUN echo 'it's done' > /log
                   ^ this quote is never closed
RUN echo 'a\'' > /log
             ^ this quote is never closed: a backslash does not escape a quote inside single quotes
RUN echo "a > /log
         ^ this quote is never closed
)",
                                        .good = R"(
FROM alpine:3.22
RUN echo "it's done" > /log
RUN echo 'a'\''' > /log
RUN echo "a" > /log
)"},
                                       {.bad = R"(
FROM alpine:3.22
RUN echo "{"name": 1}" > /a.json
            ^^^^ 'name' stands outside the quotes: write \" for quotes inside a string
RUN sed -i 's/a/'b'/' /etc/hosts
                 ^ 'b' stands outside the quotes: a quote inside single quotes is written '\''
RUN echo “hello”
         ^^^ this typographic quote does not quote: type "
)",
                                        .good = R"(
FROM alpine:3.22
RUN echo "{\"name\": 1}" > /a.json
RUN sed -i 's/a/b/' /etc/hosts
RUN echo "hello “you”" "$A"-"$B" "a"="b" 'x'"$y"'z' a"b"c
)"}};

extern constinit const Check shell_quoting_broken = {
    .id = "shell-quoting-broken",
    .title = "Broken or suspicious quoting.",
    .category = Category::correctness,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .why = "A quote inside a string ends it, so what was meant as text stands unquoted and loses its quotes. "
           "A quote without its partner makes the shell refuse the whole RUN, and typographic quotes are letters like any other.",
    .aliases = {"shellcheck:SC1015", "shellcheck:SC1016", "shellcheck:SC1018", "shellcheck:SC1072", "shellcheck:SC1077", "shellcheck:SC1078",
                "shellcheck:SC2026", "shellcheck:SC2140"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
