#include "analyzer/engine/check.h"

#include <algorithm>

namespace plimsoll::checks::secret_name_in_arg_or_env {

using docker::Instruction;
using docker::Keyword;
using docker::Pair;

static char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

static std::string lower(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), [](char c) { return lower(c); });
    return out;
}

// The words of a name, in lower case: DB_PASSWORD, db-password and dbPassword all give db, password.
static std::vector<std::string> words_of(std::string_view name) {
    std::vector<std::string> words(1);
    for (std::size_t i = 0; i < name.size(); ++i) {
        const char c = name[i];
        const bool separator = c == '_' || c == '-' || c == '.';
        const bool hump = i > 0 && c >= 'A' && c <= 'Z' && name[i - 1] >= 'a' && name[i - 1] <= 'z';
        if ((separator || hump) && !words.back().empty()) words.emplace_back();
        if (!separator) words.back() += lower(c);
    }
    return words;
}

static bool contains(const std::vector<std::string>& list, std::string_view word) { return std::find(list.begin(), list.end(), word) != list.end(); }

// Long enough to be recognised at the end of a word: DBPASSWORD, MYSECRET.
static bool ends_like_secret(std::string_view word) {
    for (std::string_view end : {"password", "passwd", "passphrase", "secret", "apikey", "secretkey", "accesskey", "privatekey", "authtoken", "accesstoken"})
        if (word.ends_with(end)) return true;
    return false;
}

// "key" and "auth" are part of many harmless names: the value decides too.
static bool is_weak(std::string_view word) { return word == "key" || word == "keys" || word == "auth"; }

namespace {

enum class Name : unsigned char { harmless, weak, strong };

}

static Name judge_name(std::string_view name, Reporter& report) {
    const std::vector<std::string> words = words_of(name);
    const std::string whole = lower(name);
    for (const std::string& extra : report.list("extra_names"))
        if (lower(extra) == whole) return Name::strong;
    Name found = Name::harmless;
    for (const std::string& word : words) {
        if (contains(report.list("allow_tokens"), word)) return Name::harmless;
        if (!contains(report.list("deny_tokens"), word) && !ends_like_secret(word)) continue;
        if (found != Name::strong) found = is_weak(word) ? Name::weak : Name::strong;
    }
    return found;
}

static bool is_switch(std::string_view value) {
    for (std::string_view word : {"true", "false", "yes", "no", "on", "off", "none", "null", "disabled", "enabled", "0", "1"})
        if (value == word) return true;
    return false;
}

static bool all_of(std::string_view value, std::string_view allowed) { return value.find_first_not_of(allowed) == std::string_view::npos; }

// A value that holds no secret whatever the name: a switch, a path, a URL without credentials.
static bool is_harmless_value(std::string_view value, Name name) {
    const std::string text = lower(value);
    if (is_switch(text)) return true;
    if (value.starts_with('/') || value.starts_with("./") || value.starts_with("~/") || value.starts_with("file:")) return true;
    if (const std::size_t scheme = value.find("://"); scheme != std::string_view::npos && scheme < 12) return value.find('@') == std::string_view::npos;
    for (std::string_view end : {".sh", ".py", ".ps1", ".json", ".yaml", ".yml", ".rsp", ".xml", ".properties"})
        if (text.ends_with(end)) return true;   // the name of a file
    if (name != Name::weak) return false;
    // Fingerprints of public keys, one or several, and numbers.
    return (value.size() >= 40 && all_of(text, "0123456789abcdef ")) || all_of(text, "0123456789 ") ||
           (text.starts_with("0x") && all_of(text.substr(2), "0123456789abcdef"));
}

// The unexpanded text names variables only: "$TOKEN", "${TOKEN:-}".
static bool only_variable(std::string_view written) {
    return written.starts_with('$') && (written.ends_with('}') || written.find_first_of(":/- ") == std::string_view::npos);
}

static void judge(const docker::Dockerfile& file, const Instruction& in, const Pair& pair, Reporter& report) {
    const Name name = judge_name(pair.key.value, report);
    if (name == Name::harmless) return;
    const bool argument = in.keyword == Keyword::arg;
    const Text written = docker::unquoted(pair.value);
    const std::optional<std::string> value = pair.has_value ? file.expand(pair.value, in) : std::nullopt;
    // An empty ENV is a place for the value that the container gets when it starts; an empty ARG still asks for a build argument.
    if (pair.has_value && !argument && written.empty()) return;
    if (value && !value->empty() && is_harmless_value(*value, name)) return;
    if (!value && pair.has_value && !only_variable(written.value) && is_harmless_value(written.value, name)) return;
    const bool literal = pair.has_value && !written.empty() && !only_variable(written.value);
    Draft draft = report.at(pair.key, quote(pair.key.value) +
                                          (argument ? " looks like a secret: build arguments stay in the image history; use RUN --mount=type=secret"
                                                    : " looks like a secret: ENV stays in the image for everyone to read; give it when the container starts"));
    if (!literal) draft.severity(Severity::medium);
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (Keyword keyword : {Keyword::arg, Keyword::env})
        for (const Instruction* in : file.all(keyword, true))
            for (const Pair& pair : in->pairs) judge(file, *in, pair, report);
}

static constexpr Option options[] = {
    {.name = "deny_tokens",
     .value = "password passwd pword pwd passphrase secret secrets token tokens key keys apikey auth credential credentials",
     .what = "Words that make a name a secret's; names are cut at underscores, dashes, dots and capitals."},
    {.name = "allow_tokens",
     .value = "public pub file files version path paths name id ids mode url uri endpoint host server domain user username alias type format dir directory "
              "folder location "
              "sock socket gpg pgp fingerprint fingerprints apt keyring keyserver keyservers keyboard size length bits ttl expiry expires expiration timeout "
              "algorithm method "
              "provider realm module plugin enabled disabled enable disable required optional policy prefix suffix header config agent arn region count limit "
              "lifetime "
              "encoding port cert ca issuer audience checksum sha256 sha512 md5 hash digest package parallelism",
     .what = "Words that make a name harmless whatever else it holds."},
    {.name = "extra_names",
     .value = "pgpassword mysql_pwd redis_pass db_pass http_pass smtp_pass ftp_pass github_pat gh_pat",
     .what = "Further names, in full."},
};

static constexpr Example examples[] = {{.bad = R"(
FROM alpine:3.22
ARG NPM_TOKEN
    ^^^^^^^^^ 'NPM_TOKEN' looks like a secret: build arguments stay in the image history; use RUN --mount=type=secret
ENV MODE=x DB_PASSWORD=hunter2
           ^^^^^^^^^^^ 'DB_PASSWORD' looks like a secret: ENV stays in the image for everyone to read; give it when the container starts
ENV DBPASSWORD $NPM_TOKEN
    ^^^^^^^^^^ 'DBPASSWORD' looks like a secret: ENV stays in the image for everyone to read; give it when the container starts
ARG apiKey="" ENCRYPTION_KEY=secret
    ^^^^^^ 'apiKey' looks like a secret: build arguments stay in the image history; use RUN --mount=type=secret
              ^^^^^^^^^^^^^^ 'ENCRYPTION_KEY' looks like a secret: build arguments stay in the image history; use RUN --mount=type=secret
)",
                                        .good = R"(
FROM alpine:3.22
RUN --mount=type=secret,id=npm_token,env=NPM_TOKEN npm ci
ENV DB_PASSWORD= TOKENIZERS_PARALLELISM=false MONKEY=banana AUTHOR=jane
ENV GPG_KEY=0123456789ABCDEF0123456789ABCDEF01234567 SIGNING_KEY=0123456789ABCDEF0123456789ABCDEF01234567
ENV SESSION_SECRET_FILE=/run/secrets/session CREDENTIAL=/etc/app/credential RESET_PASSWORD=reset.sh REQUIRE_AUTH=true TOKEN_URL=https://example.org/token
)"},
                                       {.bad = R"(
FROM alpine:3.22
ARG HOUSE_WORD
    ^^^^^^^^^^ 'HOUSE_WORD' looks like a secret: build arguments stay in the image history; use RUN --mount=type=secret
)",
                                        .good = R"(
FROM alpine:3.22
ARG HOUSE_NUMBER
)",
                                        .config = "checks:\n  secret-name-in-arg-or-env:\n    extra_names: [HOUSE_WORD]\n"}};

extern constinit const Check secret_name_in_arg_or_env = {
    .id = "secret-name-in-arg-or-env",
    .title = "ARG or ENV name looks like a secret.",
    .category = Category::security,
    .severity = Severity::high,
    .profile = Profile::recommended,
    .why = "Build arguments end up in the history of the image and ENV values in its configuration: everyone who can pull the image can read them, and "
           "deleting them later does not help. "
           "A secret mount is there for one RUN only; run-time secrets belong to whoever starts the container.",
    .aliases = {"hadolint:DL3064", "buildkit:SecretsUsedInArgOrEnv", "trivy:DS-0031", "kics:c3e1b6ae-d92c-44b3-8ed5-1f5442bab6a4",
                "semgrep:secret-in-build-arg", "dockle:CIS-DI-0010", "sonar:S6472", "mondoo:no-secrets-in-env"},
    .standards = {"CIS-Docker-4.10", "NIST-800-190-4.1.4", "MITRE-T1552.001", "OWASP-K08"},
    .options = options,
    .examples = examples,
    .run = on({Keyword::arg, Keyword::env}, run),
};

}
