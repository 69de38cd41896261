#include "analyzer/engine/check.h"

namespace plimsoll::checks::legacy_key_value_format {

// How "key value" becomes "key=value" with the same value. A value with blanks outside quotes goes into double quotes as a
// whole; its own quote characters are then in the way.
struct Rewrite {
    bool wrap = false;
    std::vector<std::size_t> quotes;   // quote characters in the value
    bool possible = true;
};

static Rewrite rewrite(std::string_view value, char escape) {
    Rewrite out;
    char quote = 0;
    bool hard = value.empty() || value.starts_with('='), special = false;
    for (std::size_t i = 0; i < value.size(); ++i) {
        const char c = value[i];
        if (c == escape && quote != '\'') {
            // Quotes give the escape character another meaning.
            special = special || quote == 0;
            ++i;
        } else if (quote ? c == quote : c == '"' || c == '\'') {
            quote = quote ? '\0' : c;
            out.quotes.push_back(i);
        } else if (quote == '\'') {
            special = special || c == '$' || c == '"' || c == escape;
        } else if (!quote) {
            out.wrap = out.wrap || c == ' ' || c == '\t';
            // An expansion may hold blanks and quotes of its own.
            hard = hard || value.substr(i).starts_with("${") || value.substr(i).starts_with("$(");
        }
    }
    out.possible = quote == 0 && (out.wrap ? !special && !hard : !value.empty() && !value.starts_with('='));
    return out;
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (docker::Keyword keyword : {docker::Keyword::env, docker::Keyword::label})
        for (const docker::Instruction* instruction : file.all(keyword, true))
            for (const docker::Pair& pair : instruction->pairs) {
                if (!pair.legacy) continue;
                const std::string name(docker::name_of(keyword));
                auto finding = report.at(pair.key, "the form " + quote(name + " key value") + " is deprecated; write " +
                                                       quote(std::string(pair.key.value) + "=...") + " with quotes around a value that holds blanks");
                const Rewrite change = rewrite(pair.value.value, file.escape());
                if (!change.possible || !instruction->comments.empty() || pair.value.span.begin <= pair.key.span.end) continue;
                std::vector<Edit> edits = {{{pair.key.span.end, pair.value.span.begin}, change.wrap ? "=\"" : "="}};
                if (change.wrap) {
                    const std::size_t size = pair.value.value.size();
                    const bool at_end = !change.quotes.empty() && change.quotes.back() + 1 == size;
                    for (std::size_t at : change.quotes)
                        if (at + 1 != size) edits.push_back({pair.value.place(at, at + 1), ""});
                    edits.push_back({at_end ? pair.value.place(size - 1, size) : Span{pair.value.span.end, pair.value.span.end}, "\""});
                }
                finding.fix("Write it with an equals sign", Safety::safe, std::move(edits));
            }
}

static constexpr Example examples[] = {{.bad = R"(
FROM alpine:3.22
ENV GREETING hello world
    ^^^^^^^^ the form 'ENV key value' is deprecated; write 'GREETING=...' with quotes around a value that holds blanks
LABEL maintainer	ada@example.org
      ^^^^^^^^^^ the form 'LABEL key value' is deprecated; write 'maintainer=...' with quotes around a value that holds blanks
ENV PATH $PATH:/opt/bin
    ^^^^ the form 'ENV key value' is deprecated; write 'PATH=...' with quotes around a value that holds blanks
)",
                                        .good = R"(
FROM alpine:3.22
ENV GREETING="hello world"
LABEL maintainer=ada@example.org
ENV PATH=$PATH:/opt/bin
)"},
                                       {.bad = R"(
FROM alpine:3.22
ENV A "b c" d "e"
    ^ the form 'ENV key value' is deprecated; write 'A=...' with quotes around a value that holds blanks
ENV E b 'c d'
    ^ the form 'ENV key value' is deprecated; write 'E=...' with quotes around a value that holds blanks
ENV B 'b c'
    ^ the form 'ENV key value' is deprecated; write 'B=...' with quotes around a value that holds blanks
ENV C b \
    ^ the form 'ENV key value' is deprecated; write 'C=...' with quotes around a value that holds blanks
      d
ONBUILD ENV D $X y
            ^ the form 'ENV key value' is deprecated; write 'D=...' with quotes around a value that holds blanks
)",
                                        .good = R"(
FROM alpine:3.22
ENV A="b c d e"
ENV E="b c d"
ENV B='b c'
ENV C="b \
      d"
ONBUILD ENV D="$X y"
)"},
                                       {.bad = R"(
FROM alpine:3.22
ENV A b\ c d
    ^ the form 'ENV key value' is deprecated; write 'A=...' with quotes around a value that holds blanks
)",
                                        .good = R"(
FROM alpine:3.22
ENV A=b\ c D="e f=g"
LABEL "com.example.x"="y z" w=
)",
                                        .fixed = false}};

extern constinit const Check legacy_key_value_format = {
    .id = "legacy-key-value-format",
    .title = "ENV or LABEL written without an equals sign.",
    .category = Category::deprecation,
    .severity = Severity::low,
    .profile = Profile::recommended,
    .fix = Safety::safe,
    .why = "Without an equals sign the whole rest of the line is one value, so a second pair on it is swallowed without a word. "
           "Docker keeps the form for old files only and warns about it.",
    .aliases = {"buildkit:LegacyKeyValueFormat", "dockerfilelint:label_invalid"},
    .examples = examples,
    .run = on({docker::Keyword::env, docker::Keyword::label}, run),
};

}
