#include <algorithm>
#include <vector>

#include "analyzer/engine/check.h"
#include "analyzer/shell/syntax.h"

namespace plimsoll::checks {

// A stretch of a word that is quoted one way.
struct Part {
    enum Kind { plain, single, twice, expansion } kind;
    std::size_t begin, end;
    bool one_expansion = false;   // double quotes around nothing but one expansion
};

// Offset behind the expansion at `at`.
static std::size_t behind_expansion(std::string_view text, std::size_t at) {
    std::size_t i = at + 1;
    if (text[at] == '`') {
        while (i < text.size() && text[i] != '`') i += text[i] == '\\' ? 2 : 1;
        return std::min(i + 1, text.size());
    }
    char open = i < text.size() ? text[i] : '\0';
    if (open != '(' && open != '{') {
        while (i < text.size() && (text[i] == '_' || (text[i] >= '0' && text[i] <= '9') || ((text[i] | 0x20) >= 'a' && (text[i] | 0x20) <= 'z'))) ++i;
        return std::max(i, std::min(at + 2, text.size()));
    }
    for (unsigned level = 0; i < text.size(); ++i) {
        level += text[i] == open;
        if (text[i] == (open == '(' ? ')' : '}') && --level == 0) return i + 1;
    }
    return text.size();
}

static std::vector<Part> parts_of(std::string_view text) {
    std::vector<Part> parts;
    for (std::size_t i = 0; i < text.size();) {
        Part part{Part::plain, i, i};
        char c = text[i];
        if (c == '\'') {
            part.kind = Part::single;
            i = std::min(text.find('\'', i + 1), text.size() - 1) + 1;
        } else if (c == '"') {
            part.kind = Part::twice;
            std::size_t expansions = 0, letters = 0;
            for (++i; i < text.size() && text[i] != '"';) {
                if (text[i] == '$' || text[i] == '`') i = behind_expansion(text, i), ++expansions;
                else i += text[i] == '\\' ? 2 : 1, ++letters;
            }
            ++i;
            part.one_expansion = expansions == 1 && letters == 0;
        } else if (c == '$' || c == '`') {
            part.kind = Part::expansion;
            i = behind_expansion(text, i);
        } else {
            while (i < text.size() && text[i] != '\'' && text[i] != '"' && text[i] != '$' && text[i] != '`') i += text[i] == '\\' ? 2 : 1;
        }
        i = std::min(i, text.size());
        part.end = i;
        parts.push_back(part);
    }
    return parts;
}

static bool is_letter_or_digit(char c) { return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z'); }

// 'a'b'c' and "a"b"c": the middle stands outside the quotes.
static void outside(const shell::Word& word, Reporter& report) {
    std::string_view text = word.text.value;
    if (!word.quoted || text.size() < 5) return;
    std::vector<Part> parts = parts_of(text);
    for (std::size_t i = 1; i + 1 < parts.size(); ++i) {
        const Part &before = parts[i - 1], &middle = parts[i], &after = parts[i + 1];
        std::string_view literal = text.substr(middle.begin, middle.end - middle.begin);
        if (middle.kind != Part::plain) continue;
        if (before.kind == Part::single && std::ranges::all_of(literal, is_letter_or_digit)) {
            report.at(word.text.place(middle.begin, middle.end), quote(literal) + " stands outside the quotes: a quote inside single quotes is written '\\''").only({"shellcheck:SC2026"});
            return;
        }
        bool glue = literal == "=" || literal == ":" || literal == "/" || literal.find_first_of("*?[]{}\\~") != std::string_view::npos;
        if (before.kind != Part::twice || after.kind != Part::twice || glue || (before.one_expansion && after.one_expansion)) continue;
        report.at(word.text.place(middle.begin, middle.end), quote(literal) + " stands outside the quotes: write \\\" for quotes inside a string").only({"shellcheck:SC2140"});
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
    for (const Part& part : parts_of(text)) {
        if (part.kind != Part::plain) continue;
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
        for (const shell::SyntaxProblem& problem : shell::syntax_problems(*code.script)) {
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

static constexpr Example examples[] = {
    {.bad = R"(
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
    .aliases = {"shellcheck:SC1015", "shellcheck:SC1016", "shellcheck:SC1018", "shellcheck:SC1072", "shellcheck:SC1077", "shellcheck:SC1078", "shellcheck:SC2026",
                "shellcheck:SC2140"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
