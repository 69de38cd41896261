#include <algorithm>
#include <array>

#include "analyzer/engine/check.h"
#include "analyzer/shell/downloads.h"

namespace plimsoll::checks::weak_tls_protocol {

// Options that allow or demand a broken protocol; an empty value means the option alone.
struct WeakOption {
    std::string_view program, key, value;
};

constexpr std::array<WeakOption, 17> weak = {{
    {"curl", "sslv2", ""},
    {"curl", "sslv3", ""},
    {"curl", "tlsv1.0", ""},
    {"curl", "tlsv1.1", ""},
    {"curl", "tls-max", "1.0"},
    {"curl", "tls-max", "1.1"},
    {"curl", "proxy-tlsv1", ""},
    {"wget", "secure-protocol", "SSLv2"},
    {"wget", "secure-protocol", "SSLv3"},
    {"wget", "secure-protocol", "TLSv1"},
    {"wget", "secure-protocol", "TLSv1_0"},
    {"wget", "secure-protocol", "TLSv1_1"},
    {"openssl", "-ssl2", ""},
    {"openssl", "-ssl3", ""},
    {"openssl", "-tls1", ""},
    {"openssl", "-tls1_0", ""},
    {"openssl", "-tls1_1", ""},
}};

static std::string message(std::string_view text) { return quote(text) + " allows a broken protocol; ask for TLS 1.2 or later"; }

static void judge_download(const shell::Download& call, Reporter& report) {
    for (const shell::DownloadOption& option : call.options) {
        auto same = [&](const WeakOption& w) {
            return w.program == shell::name_of(call.tool) && w.key == option.key && (w.value.empty() || w.value == option.value);
        };
        auto found = std::ranges::find_if(weak, same);
        if (found == weak.end()) continue;
        const shell::Word& word = !found->value.empty() && option.value_word ? *option.value_word : *option.word;
        report.at(word, message(word.value));
    }
}

static void judge_openssl(const shell::Command& command, Reporter& report) {
    if (!command.is("openssl", "s_client") && !command.is("openssl", "s_server")) return;
    for (const shell::Word& word : command.arguments())
        if (std::ranges::any_of(weak, [&](const WeakOption& w) { return w.program == "openssl" && w.key == word.value; })) report.at(word, message(word.value));
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::Command& command : file.commands()) {
        if (command->is("openssl"))
            judge_openssl(*command.command, report);
        else if (const std::optional<shell::Download> call = shell::download_call(*command.command))
            judge_download(*call, report);
    }
}

static constexpr Example examples[] = {{.bad = R"(
FROM debian:12-slim
RUN curl -f --tlsv1.0 -O https://example.org/a
            ^^^^^^^^^ '--tlsv1.0' allows a broken protocol; ask for TLS 1.2 or later
RUN curl -f3 -O https://example.org/a --tls-max 1.1
         ^^^ '-f3' allows a broken protocol; ask for TLS 1.2 or later
                                                ^^^ '1.1' allows a broken protocol; ask for TLS 1.2 or later
RUN wget -q --secure-protocol=TLSv1 https://example.org/a
            ^^^^^^^^^^^^^^^^^^^^^^^ '--secure-protocol=TLSv1' allows a broken protocol; ask for TLS 1.2 or later
RUN openssl s_client -connect example.org:443 -tls1
                                              ^^^^^ '-tls1' allows a broken protocol; ask for TLS 1.2 or later
)",
                                        .good = R"(
FROM debian:12-slim
RUN curl -f --tlsv1.2 --tls-max 1.3 -O https://example.org/a
RUN wget -q --secure-protocol=TLSv1_2 https://example.org/a
)"}};

extern constinit const Check weak_tls_protocol = {
    .id = "weak-tls-protocol",
    .title = "A client is allowed an old TLS version.",
    .category = Category::security,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .why = "SSL 2 and 3 and TLS 1.0 and 1.1 have known attacks and are withdrawn. A server that speaks nothing newer should not feed a build.",
    .aliases = {"sonar:S4423"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
