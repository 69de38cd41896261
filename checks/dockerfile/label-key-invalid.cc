#include <algorithm>

#include "analyzer/engine/check.h"

namespace plimsoll::checks::label_key_invalid {

static bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
static bool is_digit(char c) { return c >= '0' && c <= '9'; }

// What is wrong with a key; "" when nothing is.
static std::string_view fault(std::string_view key) {
    for (std::string_view reserved : {"com.docker.", "io.docker.", "org.dockerproject."})
        if (key.starts_with(reserved)) return "uses a prefix reserved for Docker; take a domain of your own";
    if (key.empty() || !is_lower(key.front())) return "does not start with a lower-case letter";
    if (!is_lower(key.back()) && !is_digit(key.back())) return "does not end with a lower-case letter or digit";
    const bool plain = std::all_of(key.begin(), key.end(), [](char c) { return is_lower(c) || is_digit(c) || c == '.' || c == '-' || c == '_' || c == '/'; });
    if (!plain) return "holds characters other than lower-case letters, digits, '.', '-', '_' and '/'";
    if (key.find("..") != std::string_view::npos || key.find("--") != std::string_view::npos) return "repeats a separator";
    return "";
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::Instruction* label : file.all(docker::Keyword::label, true))
        for (const docker::Pair& pair : label->pairs) {
            const std::optional<std::string> key = file.expand(pair.key, *label);
            const std::string_view wrong = key ? fault(*key) : "";
            if (!wrong.empty()) report.at(pair.key, "label key " + quote(*key) + " " + std::string(wrong));
        }
}

static constexpr Example examples[] = {{.bad = R"(
FROM alpine:3.22
LABEL Vendor=acme release--date=today "com.docker.x"=1 \
      ^^^^^^ label key 'Vendor' does not start with a lower-case letter
                  ^^^^^^^^^^^^^ label key 'release--date' repeats a separator
                                      ^^^^^^^^^^^^^^ label key 'com.docker.x' uses a prefix reserved for Docker; take a domain of your own
      build_=3 build@host=4
      ^^^^^^ label key 'build_' does not end with a lower-case letter or digit
               ^^^^^^^^^^ label key 'build@host' holds characters other than lower-case letters, digits, '.', '-', '_' and '/'
)",
                                        .good = R"(
FROM alpine:3.22
ARG key
LABEL vendor=acme com.example.release-date=today "com.example.x"=1 app.kubernetes.io/name=x $key=y
)"}};

extern constinit const Check label_key_invalid = {
    .id = "label-key-invalid",
    .title = "LABEL key breaks the naming guidelines.",
    .category = Category::style,
    .severity = Severity::info,
    .profile = Profile::recommended,
    .why = "Tools look labels up by exact key. Keys in reverse domain notation, in lower case, without doubled separators "
           "and outside Docker's own name spaces clash with nobody and can be typed.",
    .aliases = {"hadolint:DL3048"},
    .examples = examples,
    .run = on(docker::Keyword::label, run),
};

}
