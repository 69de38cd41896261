#include "analyzer/engine/check.h"

namespace plimsoll::checks::exec_form_malformed_json {

// Quotes that word processors put in place of ": U+201C, U+201D, U+201E.
static std::size_t curly_quote(std::string_view text, std::size_t at) {
    const std::string_view three = text.substr(at, 3);
    return three == "\xE2\x80\x9C" || three == "\xE2\x80\x9D" || three == "\xE2\x80\x9E" ? 3 : 0;
}

static bool is_quote(std::string_view text, std::size_t at) { return at < text.size() && (text[at] == '"' || text[at] == '\'' || curly_quote(text, at) > 0); }

static std::size_t skip_blanks(std::string_view text, std::size_t at) {
    while (at < text.size() && (text[at] == ' ' || text[at] == '\t')) ++at;
    return at;
}

// Meant as an array: '[' and a quote. With a blank between it may be the command "[", so a comma behind the first string is asked for.
static bool looks_like_array(std::string_view text) {
    if (!text.starts_with('[')) return false;
    const std::size_t first = skip_blanks(text, 1);
    if (!is_quote(text, first)) return false;
    if (first == 1) return true;
    for (std::size_t at = first + 1; at < text.size(); ++at)
        if (is_quote(text, at)) {
            at = skip_blanks(text, at + (curly_quote(text, at) > 0 ? 3 : 1));
            return at < text.size() && text[at] == ',';
        }
    return false;
}

// Reads the array as its author meant it and notes what has to change.
struct Repair {
    struct Change {
        std::size_t begin, end;
        std::string text;
    };
    std::string_view text;
    std::vector<Change> changes;
    std::size_t at = 1;

    void quote_at(std::size_t length) {
        if (text.substr(at, length) != "\"") changes.push_back({at, at + length, "\""});
        at += length;
    }
    void backslash() {
        const std::string_view known = "\"\\/bfnrtu";
        const bool pair = at + 1 < text.size() && known.find(text[at + 1]) != std::string_view::npos;
        if (!pair) changes.push_back({at, at, "\\"});
        at += pair ? 2 : 1;
    }
    bool string() {
        const bool curly = curly_quote(text, at) > 0;
        const char quote = text[at];
        quote_at(curly ? 3 : 1);
        while (at < text.size()) {
            if (curly ? curly_quote(text, at) > 0 : text[at] == quote) {
                quote_at(curly ? 3 : 1);
                return true;
            }
            if (text[at] == '\\') {
                backslash();
                continue;
            }
            if (text[at] == '"') changes.push_back({at, at, "\\"});
            ++at;
        }
        return false;
    }
    bool array() {
        for (at = skip_blanks(text, 1); is_quote(text, at);) {
            if (!string()) return false;
            const std::size_t end = at, next = skip_blanks(text, at);
            if (next < text.size() && text[next] == ']') return skip_blanks(text, next + 1) == text.size();
            const bool comma = next < text.size() && text[next] == ',';
            if (!comma) changes.push_back({end, end, ","});
            at = skip_blanks(text, comma ? next + 1 : next);
            if (!comma || at >= text.size() || text[at] != ']') continue;
            changes.push_back({next, next + 1, ""});
            return skip_blanks(text, at + 1) == text.size();
        }
        return false;
    }
};

static void judge(const docker::Instruction& instruction, const Text& text, Reporter& report) {
    if (instruction.json || !looks_like_array(text.value)) return;
    const bool shell =
        instruction.keyword != docker::Keyword::copy && instruction.keyword != docker::Keyword::add && instruction.keyword != docker::Keyword::volume;
    auto finding = report.at(text.place(0, 1), "this is no valid JSON array of strings, so the builder takes it as " +
                                                   std::string(shell ? "a shell command" : "plain words") +
                                                   "; use double quotes, commas between and nothing behind the ']'");
    if (instruction.keyword == docker::Keyword::cmd || instruction.keyword == docker::Keyword::entrypoint)
        finding.only({"sonar:S7030", "hadolint:DL3025", "buildkit:JSONArgsRecommended"});
    else
        finding.only({"sonar:S7030"});
    Repair repair{text.value, {}};
    if (!repair.array() || repair.changes.empty()) return;
    std::vector<Edit> edits;
    for (const Repair::Change& change : repair.changes) edits.push_back({text.place(change.begin, change.end), change.text});
    finding.fix("Write a JSON array", Safety::unsafe, std::move(edits));
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    using docker::Keyword;
    for (Keyword keyword : {Keyword::add, Keyword::cmd, Keyword::copy, Keyword::entrypoint, Keyword::run, Keyword::volume})
        for (const docker::Instruction* instruction : file.all(keyword, true)) judge(*instruction, instruction->argument, report);
    for (const docker::Instruction* probe : file.all(Keyword::healthcheck, true))
        if (probe->words.size() == 2) judge(*probe, probe->words[1], report);
}

static constexpr Example examples[] = {{.bad = R"(
FROM node:22
ENTRYPOINT ['node', 'it is "x"',]
           ^ this is no valid JSON array of strings, so the builder takes it as a shell command; use double quotes, commas between and nothing behind the ']'
CMD [ "a" , 'b']
    ^ this is no valid JSON array of strings, so the builder takes it as a shell command; use double quotes, commas between and nothing behind the ']'
COPY ["C:\Program Files" "/srv/"]
     ^ this is no valid JSON array of strings, so the builder takes it as plain words; use double quotes, commas between and nothing behind the ']'
)",
                                        .good = R"(
FROM node:22
ENTRYPOINT ["node", "it is \"x\""]
CMD [ "a" , "b"]
COPY ["C:\\Program Files", "/srv/"]
)"},
                                       {.bad = R"(
FROM node:22
CMD ["node"] # start
    ^ this is no valid JSON array of strings, so the builder takes it as a shell command; use double quotes, commas between and nothing behind the ']'
VOLUME ['/data']
       ^ this is no valid JSON array of strings, so the builder takes it as plain words; use double quotes, commas between and nothing behind the ']'
HEALTHCHECK CMD ["node"
                ^ this is no valid JSON array of strings, so the builder takes it as a shell command; use double quotes, commas between and nothing behind the ']'
)",
                                        .good = R"(
FROM node:22
RUN [ "$x" = 'a, b' ] || [ -f /x ]
RUN [[ -f /x ]]
COPY [a-z]*.txt /srv/
VOLUME []
CMD ["C:\\node", "a\u0020b"]
)",
                                        .fixed = false}};

extern constinit const Check exec_form_malformed_json = {
    .id = "exec-form-malformed-json",
    .title = "Text starts like exec form but is not valid JSON.",
    .category = Category::correctness,
    .severity = Severity::high,
    .profile = Profile::bugs,
    .fix = Safety::unsafe,
    .why = "The builder does not complain about an array that is not valid JSON. It hands the text to a shell, which looks for a program called \"[node,\" at "
           "run time; "
           "COPY and VOLUME take the brackets as part of the path.",
    .aliases = {"sonar:S7030", "hadolint:DL3025", "buildkit:JSONArgsRecommended"},
    .examples = examples,
    .run = on({docker::Keyword::add, docker::Keyword::cmd, docker::Keyword::copy, docker::Keyword::entrypoint, docker::Keyword::healthcheck,
               docker::Keyword::run, docker::Keyword::volume},
              run),
};

}
