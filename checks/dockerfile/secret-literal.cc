#include "analyzer/engine/check.h"

#include <algorithm>
#include <cmath>

namespace plimsoll::checks::secret_literal {

using docker::Command;
using docker::Instruction;
using docker::Keyword;

static bool is_alnum(char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

namespace {

// A token whose beginning says what it is.
struct Pattern {
    std::string_view start;
    std::size_t least;            // characters after it
    std::string_view more = {};   // characters besides letters and digits
    std::string_view what;
    bool upper = false;   // capitals and digits only
};

}

static constexpr Pattern patterns[] = {
    {"AKIA", 16, "", "an AWS access key", true},
    {"ASIA", 16, "", "an AWS access key", true},
    {"ghp_", 36, "", "a GitHub token"},
    {"gho_", 36, "", "a GitHub token"},
    {"ghu_", 36, "", "a GitHub token"},
    {"ghs_", 36, "", "a GitHub token"},
    {"ghr_", 36, "", "a GitHub token"},
    {"github_pat_", 60, "_", "a GitHub token"},
    {"glpat-", 20, "_-", "a GitLab token"},
    {"xoxb-", 20, "-", "a Slack token"},
    {"xoxp-", 20, "-", "a Slack token"},
    {"xoxa-", 20, "-", "a Slack token"},
    {"sk_live_", 20, "", "a Stripe key"},
    {"rk_live_", 20, "", "a Stripe key"},
    {"npm_", 36, "", "an npm token"},
    {"pypi-AgEIcHlwaS5vcmc", 40, "_-", "a PyPI token"},
    {"dckr_pat_", 20, "_-", "a Docker Hub token"},
    {"hf_", 34, "", "a Hugging Face token"},
    {"SG.", 60, "._-", "a SendGrid key"},
    {"AIza", 35, "_-", "a Google API key"},
    {"-----BEGIN RSA PRIVATE KEY-----", 0, "", "a private key"},
    {"-----BEGIN EC PRIVATE KEY-----", 0, "", "a private key"},
    {"-----BEGIN DSA PRIVATE KEY-----", 0, "", "a private key"},
    {"-----BEGIN OPENSSH PRIVATE KEY-----", 0, "", "a private key"},
    {"-----BEGIN PRIVATE KEY-----", 0, "", "a private key"},
    {"-----BEGIN ENCRYPTED PRIVATE KEY-----", 0, "", "a private key"},
};

// Bits a character; words and "xxxx" have few.
static double entropy(std::string_view text) {
    std::size_t counts[256] = {};
    for (char c : text) ++counts[static_cast<unsigned char>(c)];
    double bits = 0;
    for (std::size_t count : counts) {
        if (count == 0) continue;
        const double share = static_cast<double>(count) / static_cast<double>(text.size());
        bits -= share * std::log2(share);
    }
    return bits;
}

namespace {

class Search {
public:
    Search(const docker::Dockerfile& file, Reporter& report)
        : text_(file.source().slice({0, file.source().size()})), report_(report), least_entropy_(static_cast<double>(report.number("min_entropy")) / 10) {}

    // Tokens and URLs of a stretch of the file.
    void scan(Span span) {
        const std::string_view part = text_.substr(span.begin, span.size());
        for (std::size_t i = 0; i < part.size(); ++i) {
            if (part[i] == ':' && part.substr(i, 3) == "://")
                url(span.begin + i);
            else if ((part[i] >= 'A' && part[i] <= 'Z') || part[i] == 'g' || part[i] == 'x' || part[i] == 's' || part[i] == 'r' || part[i] == 'n' ||
                     part[i] == 'p' || part[i] == 'd' || part[i] == 'h' || part[i] == '-')
                token(part, i, span.begin);
        }
    }

private:
    void token(std::string_view part, std::size_t at, std::uint32_t base) {
        if (part[at] != '-' && at > 0 && (is_alnum(part[at - 1]) || part[at - 1] == '_')) return;
        for (const Pattern& pattern : patterns) {
            if (part[at] != pattern.start[0] || part.substr(at, pattern.start.size()) != pattern.start) continue;
            std::size_t end = at + pattern.start.size();
            while (end < part.size() && (is_alnum(part[end]) || pattern.more.find(part[end]) != std::string_view::npos) &&
                   !(pattern.upper && part[end] >= 'a' && part[end] <= 'z'))
                ++end;
            const std::string_view rest = part.substr(at + pattern.start.size(), end - at - pattern.start.size());
            if (rest.size() < pattern.least || (pattern.upper && (rest.size() != pattern.least || (end < part.size() && is_alnum(part[end]))))) continue;
            if (pattern.least > 0 && (entropy(rest) < least_entropy_ || rest.find("EXAMPLE") != std::string_view::npos)) continue;
            const auto begin = static_cast<std::uint32_t>(base + at);
            report_.at(Span{begin, begin + static_cast<std::uint32_t>(end - at)},
                       "this is " + std::string(pattern.what) + "; revoke it and use RUN --mount=type=secret");
            return;
        }
    }

    // scheme://user:password@host
    void url(std::size_t colon) {
        const std::size_t begin = colon + 3;
        std::size_t end = begin;
        const std::size_t limit = std::min(text_.size(), begin + 300);
        while (end < limit && std::string_view(" \t\r\n/\"'<>\\`?#,;()|&").find(text_[end]) == std::string_view::npos) ++end;
        const std::string_view authority = text_.substr(begin, end - begin);
        const std::size_t at = authority.rfind('@'), split = authority.find(':');
        if (at == std::string_view::npos || split == std::string_view::npos || split > at) return;
        const std::string_view user = authority.substr(0, split), password = authority.substr(split + 1, at - split - 1);
        if (!is_literal_password(user, password)) return;
        const auto place = static_cast<std::uint32_t>(begin + split + 1);
        report_.at(Span{place, place + static_cast<std::uint32_t>(password.size())},
                   "the URL holds a password; use RUN --mount=type=secret, or give it when the container starts");
    }

    // No variable, no stand-in such as "password" or "***".
    static bool is_literal_password(std::string_view user, std::string_view password) {
        if (password.size() < 4 || password.find_first_of("$%{}[]@*") != std::string_view::npos || user.find_first_of("{}[]") != std::string_view::npos ||
            password == user)
            return false;
        std::string small(password);
        std::transform(small.begin(), small.end(), small.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
        if (small.find_first_not_of(small[0]) == std::string::npos) return false;
        for (std::string_view stand_in :
             {"password", "passwd", "pass", "secret", "token", "changeme", "example", "placeholder", "your", "x-oauth-basic", "dummy", "fake", "user", "guest"})
            if (small.find(stand_in) != std::string::npos) return false;
        return true;
    }

    std::string_view text_;
    Reporter& report_;
    double least_entropy_;
};

}

// --password=literal, of commands that take it on the command line.
static void judge_option(const Command& command, Reporter& report) {
    for (const shell::Word& word : command->arguments()) {
        if (!word.literal || !word.starts_with("--")) continue;
        const std::string_view text = word.value;
        const std::size_t equals = text.find('=');
        if (equals == std::string_view::npos) continue;
        const std::string_view name = text.substr(0, equals), value = text.substr(equals + 1);
        if (name != "--password" && name != "--passwd" && name != "--token" && name != "--access-token" && name != "--auth-token" && name != "--api-key")
            continue;
        if (value.size() < 6 || value.starts_with('/') || value.starts_with("stdin") || value.starts_with('<')) continue;
        if (value == "password" || value == "secret" || value.find("example") != std::string_view::npos || value.find("changeme") != std::string_view::npos)
            continue;
        report.at(word, quote(name) + " is given in plain text; use RUN --mount=type=secret");
    }
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    Search search(file, report);
    for (const Instruction& in : file.instructions()) search.scan(in.span);
    for (const Command& command : file.commands()) judge_option(command, report);
}

static constexpr Option options[] = {
    {.name = "min_entropy",
     .type = Option::Type::number,
     .value = "30",
     .what = "Tenths of bits a character that a token must have; lower finds more, and more stand-ins."},
};

static constexpr Example examples[] = {{.bad = R"(
FROM debian:13
RUN git clone https://bot:gl-9f8e7d6c5b4a@git.example.org/a/b.git
                          ^^^^^^^^^^^^^^^ the URL holds a password; use RUN --mount=type=secret, or give it when the container starts
ENV DATABASE_URL=postgres://app:Tr0ub4dor@db:5432/app
                                ^^^^^^^^^ the URL holds a password; use RUN --mount=type=secret, or give it when the container starts
RUN login --password=Tr0ub4dor && true
          ^^^^^^^^^^^^^^^^^^^^ '--password' is given in plain text; use RUN --mount=type=secret
)",
                                        .good = R"(
FROM debian:13
RUN git clone https://git.example.org/a/b.git && git clone https://bot:${TOKEN}@git.example.org/a/b.git
ENV DATABASE_URL=postgres://app:password@db:5432/app PUBLIC_URL=https://example.org:8080/a@b
RUN login --password="$PASSWORD"
ENV KEY=AKIAIOSFODNN7EXAMPLE TOKEN=ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
)"},
                                       {.bad = R"(
FROM debian:13
COPY <<EOF /root/.ssh/id
-----BEGIN OPENSSH PRIVATE KEY-----
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ this is a private key; revoke it and use RUN --mount=type=secret
EOF
LABEL key=AKIA2E0A8F3B244C9986
          ^^^^^^^^^^^^^^^^^^^^ this is an AWS access key; revoke it and use RUN --mount=type=secret
)",
                                        .good = R"(
FROM debian:13
COPY <<EOF /root/.ssh/id.pub
-----BEGIN PUBLIC KEY-----
EOF
)"}};

extern constinit const Check secret_literal = {
    .id = "secret-literal",
    .title = "Literal credential in the Dockerfile.",
    .category = Category::security,
    .severity = Severity::critical,
    .profile = Profile::recommended,
    .why = "The credential is in the repository and in every image built from it. Taking it out later does not help: whoever has a copy has the secret, so it "
           "must be replaced.",
    .aliases = {"kics:c3e1b6ae-d92c-44b3-8ed5-1f5442bab6a4", "sonar:S6437", "dockle:CIS-DI-0010"},
    .standards = {"CIS-Docker-4.10", "NIST-800-190-4.1.4", "MITRE-T1552.001", "OWASP-K08"},
    .options = options,
    .examples = examples,
    .run = on_every_dockerfile(run),
};

}
