#include <algorithm>

#include "analyzer/engine/check.h"

namespace plimsoll::checks::useradd_high_uid_sparse_log {

// The word that holds the value of -u or --uid, and the value.
struct Uid {
    const shell::Word* word = nullptr;
    Text text;
};

static std::optional<Uid> uid_of(const shell::Command& useradd) {
    std::span<const shell::Word> words = useradd.arguments();
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string_view text = words[i].text.value;
        if (text.starts_with("--uid=")) return Uid{&words[i], words[i].text.sub(6)};
        const bool letters = text.size() > 1 && text[0] == '-' && text[1] != '-';
        const std::size_t letter = letters ? text.find('u') : std::string_view::npos;
        if (letter != std::string_view::npos && letter + 1 < text.size() && letter == 1) return Uid{&words[i], words[i].text.sub(2)};
        if ((text == "--uid" || (letter != std::string_view::npos && letter + 1 == text.size())) && i + 1 < words.size())
            return Uid{&words[i + 1], words[i + 1].text};
    }
    return std::nullopt;
}

static bool is_large(std::string_view uid) {
    return uid.size() >= 6 && uid[0] != '0' && std::ranges::all_of(uid, [](char c) { return c >= '0' && c <= '9'; });
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::Command& command : file.commands()) {
        if (!command->is("useradd") || command->has_any({"l", "no-log-init"})) continue;
        const std::optional<Uid> uid = uid_of(*command.command);
        if (!uid) continue;
        const std::optional<std::string> value = file.expand(uid->text, command.instruction());
        if (!value || !is_large(*value)) continue;
        const Span name = command->name_span();
        report.at(uid->text, "a UID of " + std::to_string(value->size()) + " digits makes useradd write a huge sparse log; add --no-log-init")
            .fix("Add --no-log-init", Safety::safe, {Span{name.end, name.end}, " --no-log-init"});
    }
}

static constexpr Example examples[] = {{.bad = R"(
FROM debian:12-slim
RUN useradd -m -u 1000660000 app
                  ^^^^^^^^^^ a UID of 10 digits makes useradd write a huge sparse log; add --no-log-init
)",
                                        .good = R"(
FROM debian:12-slim
RUN useradd --no-log-init -m -u 1000660000 app
)"},
                                       {.bad = R"(
FROM debian:12-slim
ARG ID=1234567
RUN useradd --uid=$ID app
                  ^^^ a UID of 7 digits makes useradd write a huge sparse log; add --no-log-init
)",
                                        .good = R"(
FROM debian:12-slim
ARG ID=1234567
RUN useradd --no-log-init --uid=$ID app
)"},
                                       {.bad = R"(
FROM debian:12-slim
RUN useradd -mu 200000 app
                ^^^^^^ a UID of 6 digits makes useradd write a huge sparse log; add --no-log-init
)",
                                        .good = R"(
FROM debian:12-slim
ARG LONG_NAME=1000
RUN useradd -u 10001 app && useradd -l -u 1000000 a && useradd -u "$LONG_NAME" b && useradd -ml -u 1000000 c
)",
                                        .fixed = false}};

extern constinit const Check useradd_high_uid_sparse_log = {
    .id = "useradd-high-uid-sparse-log",
    .title = "useradd is given a large UID without --no-log-init.",
    .category = Category::efficiency,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .fix = Safety::safe,
    .why = "useradd sets up an entry in /var/log/lastlog and faillog at an offset that grows with the UID. The file is sparse on disk, but layers are stored "
           "as tar archives "
           "that hold its full length, so the image grows by gigabytes or the build fails.",
    .aliases = {"hadolint:DL3046"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
