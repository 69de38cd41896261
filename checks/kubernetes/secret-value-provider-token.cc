#include "analyzer/engine/kubernetes_check.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace plimsoll::checks::secret_value_provider_token {

using kubernetes::Object;
using yaml::Node;

namespace {

constexpr bool is_alnum(char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

// A token whose beginning says what it is.
struct Pattern {
    std::string_view start;
    std::size_t least;            // characters after it
    std::string_view more = {};   // characters besides letters and digits
    std::string_view what;
    std::string_view alias = {};
    bool exact = false;   // exactly so many characters
    bool upper = false;   // capitals and digits only
};

constexpr Pattern patterns[] = {
    {"AKIA", 16, "", "an AWS access key", "datree:ALL_EXPOSED_SECRET_AWS", true, true},
    {"ASIA", 16, "", "an AWS access key", "datree:ALL_EXPOSED_SECRET_AWS", true, true},
    {"AIza", 35, "_-", "a Google API key", "datree:ALL_EXPOSED_SECRET_GCP", true},
    {"ghp_", 36, "", "a GitHub token", "datree:ALL_EXPOSED_SECRET_GITHUB"},
    {"gho_", 36, "", "a GitHub token", "datree:ALL_EXPOSED_SECRET_GITHUB"},
    {"ghu_", 36, "", "a GitHub token", "datree:ALL_EXPOSED_SECRET_GITHUB"},
    {"ghs_", 36, "", "a GitHub token", "datree:ALL_EXPOSED_SECRET_GITHUB"},
    {"ghr_", 36, "", "a GitHub token", "datree:ALL_EXPOSED_SECRET_GITHUB"},
    {"github_pat_", 60, "_", "a GitHub token", "datree:ALL_EXPOSED_SECRET_GITHUB"},
    {"glpat-", 20, "_-", "a GitLab token", "datree:ALL_EXPOSED_SECRET_GITLAB"},
    {"ATBB", 32, "", "a Bitbucket token", "datree:ALL_EXPOSED_SECRET_BITBUCKET", true},
    {"xoxb-", 20, "-", "a Slack token"},
    {"xoxp-", 20, "-", "a Slack token"},
    {"xapp-", 20, "-", "a Slack token"},
    {"sk_live_", 20, "", "a Stripe key", "datree:ALL_EXPOSED_SECRET_STRIPE"},
    {"rk_live_", 20, "", "a Stripe key", "datree:ALL_EXPOSED_SECRET_STRIPE"},
    {"npm_", 36, "", "an npm token", "datree:ALL_EXPOSED_SECRET_NPM", true},
    {"pypi-AgEIcHlwaS5vcmc", 40, "_-", "a PyPI token"},
    {"dckr_pat_", 20, "_-", "a Docker Hub token"},
    {"hf_", 34, "", "a Hugging Face token", {}, true},
    {"SG.", 60, "._-", "a SendGrid key"},
    {"NRAK-", 27, "", "a New Relic key", "datree:ALL_EXPOSED_SECRET_NEWRELIC", true},
    {"hvs.", 24, "_-", "a Vault token", "datree:ALL_EXPOSED_SECRET_VAULT"},
    {"dop_v1_", 64, "", "a DigitalOcean token"},
    {"api-", 36, "-", "a LaunchDarkly key", "datree:ALL_EXPOSED_SECRET_LAUNCHDARKLY", true},
    {"sdk-", 36, "-", "a LaunchDarkly key", "datree:ALL_EXPOSED_SECRET_LAUNCHDARKLY", true},
    {"eyJ", 40, "_-.", "a JSON Web Token", "datree:ALL_EXPOSED_SECRET_JWT"},
    {"-----BEGIN RSA PRIVATE KEY-----", 0, "", "a private key", "datree:ALL_EXPOSED_SECRET_PRIVATEKEY"},
    {"-----BEGIN EC PRIVATE KEY-----", 0, "", "a private key", "datree:ALL_EXPOSED_SECRET_PRIVATEKEY"},
    {"-----BEGIN DSA PRIVATE KEY-----", 0, "", "a private key", "datree:ALL_EXPOSED_SECRET_PRIVATEKEY"},
    {"-----BEGIN OPENSSH PRIVATE KEY-----", 0, "", "a private key", "datree:ALL_EXPOSED_SECRET_PRIVATEKEY"},
    {"-----BEGIN PRIVATE KEY-----", 0, "", "a private key", "datree:ALL_EXPOSED_SECRET_PRIVATEKEY"},
    {"-----BEGIN ENCRYPTED PRIVATE KEY-----", 0, "", "a private key", "datree:ALL_EXPOSED_SECRET_PRIVATEKEY"},
};

// Bytes that begin a pattern, so that most bytes cost one look.
constexpr std::array<bool, 256> first_bytes() {
    std::array<bool, 256> result{};
    for (const Pattern& pattern : patterns) result[static_cast<unsigned char>(pattern.start[0])] = true;
    return result;
}
constexpr std::array<bool, 256> begins = first_bytes();

struct Token {
    std::size_t from = 0, to = 0;
    const Pattern* pattern = nullptr;
};

// Bits a character; words and "xxxx" have few.
double entropy(std::string_view text) {
    std::array<unsigned, 256> counts{};
    for (char c : text) ++counts[static_cast<unsigned char>(c)];
    double bits = 0;
    for (unsigned count : counts) {
        if (count == 0) continue;
        const double share = count / static_cast<double>(text.size());
        bits -= share * std::log2(share);
    }
    return bits;
}

// header.payload.signature, the header an object with "alg".
bool is_web_token(std::string_view text) {
    const std::size_t first = text.find('.'), second = first == std::string_view::npos ? first : text.find('.', first + 1);
    if (second == std::string_view::npos || second - first < 20 || text.size() - second < 20) return false;
    return text.substr(first + 1, 2) == "ey" && text.find('.', second + 1) == std::string_view::npos;
}

// UUID, as 8-4-4-4-12 hexadecimal digits.
bool is_uuid(std::string_view text) {
    if (text.size() != 36) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        const bool hex = (text[i] >= '0' && text[i] <= '9') || (text[i] >= 'a' && text[i] <= 'f');
        if (dash ? text[i] != '-' : !hex) return false;
    }
    return true;
}

std::size_t end_of_token(std::string_view text, std::size_t begin, const Pattern& pattern) {
    std::size_t end = begin;
    while (end < text.size() && (is_alnum(text[end]) || pattern.more.find(text[end]) != std::string_view::npos) &&
           !(pattern.upper && text[end] >= 'a' && text[end] <= 'z'))
        ++end;
    return end;
}

// A private key counts when something like key material follows, not when a document talks about the line.
bool has_key_material(std::string_view text) {
    std::size_t digits = 0;
    for (char c : text.substr(0, 200)) digits += is_alnum(c) || c == '+' || c == '/' || c == '=';
    return digits >= 48;
}

bool matches(std::string_view text, std::size_t at, const Pattern& pattern, double least_entropy, Token& token) {
    if (text.substr(at, pattern.start.size()) != pattern.start) return false;
    const std::size_t begin = at + pattern.start.size(), end = end_of_token(text, begin, pattern);
    const std::string_view rest = text.substr(begin, end - begin);
    token = {at, end, &pattern};
    if (pattern.least == 0) {
        token.to = begin;
        return has_key_material(text.substr(begin));
    }
    if (rest.size() < pattern.least || (pattern.exact && rest.size() != pattern.least)) return false;
    if (pattern.upper && end < text.size() && is_alnum(text[end])) return false;
    if (pattern.start == "eyJ") return is_web_token(text.substr(at, end - at));
    if (pattern.start == "api-" || pattern.start == "sdk-") return is_uuid(rest);
    return entropy(rest) >= least_entropy && rest.find("EXAMPLE") == std::string_view::npos;
}

std::optional<Token> find_token(std::string_view text, double least_entropy) {
    std::size_t seen = 0;   // what was read as part of a token that is none is not read again
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (i < seen || !begins[static_cast<unsigned char>(text[i])]) continue;
        if (text[i] != '-' && i > 0 && (is_alnum(text[i - 1]) || text[i - 1] == '_' || text[i - 1] == '-')) continue;
        if (text[i] == '-' && text.substr(i, 6) != "-----B") continue;
        Token token;
        for (const Pattern& pattern : patterns) {
            if (text[i] != pattern.start[0]) continue;
            token.to = i;
            if (matches(text, i, pattern, least_entropy, token)) return token;
            seen = std::max(seen, token.to);
        }
    }
    return std::nullopt;
}

class Search {
public:
    Search(const Object& object, Reporter& report)
        : object_(object), report_(report), least_entropy_(static_cast<double>(report.number("min_entropy")) / 10), secret_(object.is("Secret")) {}

    void run() { scan(object_.node(), false, 0); }

private:
    void scan(Node node, bool encoded, int depth) {
        if (depth > 200) return;
        for (Node item : node.items()) value(item, encoded, depth);
        for (const yaml::Entry& entry : node.entries()) value(entry.value, encoded || (secret_ && depth == 0 && entry.key.scalar() == "data"), depth);
    }

    void value(Node node, bool encoded, int depth) {
        if (node.is_alias()) return;   // seen where it is written
        if (!node.is_scalar()) return scan(node, encoded, depth + 1);
        const std::string_view text = node.scalar();
        if (text.size() < 20) return;
        if (const std::optional<Token> token = find_token(text, least_entropy_)) {
            tell(node, node.place(token->from, token->to), *token->pattern);
        } else if (encoded) {
            const std::optional<std::string> plain = kubernetes::decode_base64(text);
            if (!plain) return;
            if (const std::optional<Token> inside = find_token(*plain, least_entropy_)) tell(node, node.span(), *inside->pattern);
        }
    }

    void tell(Node node, Span place, const Pattern& pattern) {
        Draft draft = report_.at(place, "this is " + std::string(pattern.what) + "; revoke it and keep the new one out of the repository");
        draft.field(node.path(object_.node()));
        if (pattern.alias.empty())
            draft.only({});
        else
            draft.only({pattern.alias});
    }

    const Object& object_;
    Reporter& report_;
    double least_entropy_;
    bool secret_;
};

}

// The texts of a definition are documentation of fields.
static void run(const Object& object, Reporter& report) {
    if (!object.is("CustomResourceDefinition")) Search(object, report).run();
}

static constexpr Option options[] = {
    {.name = "min_entropy",
     .type = Option::Type::number,
     .value = "30",
     .what = "Tenths of bits a character that a token must have; lower finds more, and more stand-ins."},
};

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.org/web:1.0
    args: [--key=AKIA2E0A8F3B244C9986]
                 ^^^^^^^^^^^^^^^^^^^^ this is an AWS access key; revoke it and keep the new one out of the repository
---
apiVersion: v1
kind: Secret
metadata: {name: aws}
data: {id: QUtJQTJFMEE4RjNCMjQ0Qzk5ODY=}
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ this is an AWS access key; revoke it and keep the new one out of the repository
---
apiVersion: v1
kind: ConfigMap
metadata: {name: ssh}
data:
  id: |
    -----BEGIN OPENSSH PRIVATE KEY-----
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ this is a private key; revoke it and keep the new one out of the repository
    b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtz
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.org/web:1.0
    args: [--key=AKIAIOSFODNN7EXAMPLE, --token=ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: ssh}
data:
  help: |
    The file begins with -----BEGIN PRIVATE KEY-----
    -----BEGIN PUBLIC KEY-----
)",
                                        .path = "app.yaml"}};

extern constinit const Check secret_value_provider_token = {
    .id = "secret-value-provider-token",
    .title = "Value matches a provider's token format.",
    .category = Category::security,
    .severity = Severity::critical,
    .profile = Profile::recommended,
    .why = "The shape says that this is a credential, and it is in the repository for everyone who has a copy, now and in its history. Taking it out does not "
           "help: it must be replaced.",
    .aliases = {"datree:ALL_EXPOSED_SECRET_BITBUCKET", "datree:ALL_EXPOSED_SECRET_DATADOG", "datree:ALL_EXPOSED_SECRET_GCP", "datree:ALL_EXPOSED_SECRET_AWS",
                "datree:ALL_EXPOSED_SECRET_GITHUB", "datree:ALL_EXPOSED_SECRET_GITLAB", "datree:ALL_EXPOSED_SECRET_TERRAFORM",
                "datree:ALL_EXPOSED_SECRET_HEROKU", "datree:ALL_EXPOSED_SECRET_JWT", "datree:ALL_EXPOSED_SECRET_LAUNCHDARKLY",
                "datree:ALL_EXPOSED_SECRET_NEWRELIC", "datree:ALL_EXPOSED_SECRET_NPM", "datree:ALL_EXPOSED_SECRET_OKTA", "datree:ALL_EXPOSED_SECRET_STRIPE",
                "datree:ALL_EXPOSED_SECRET_SUMOLOGIC", "datree:ALL_EXPOSED_SECRET_TWILIO", "datree:ALL_EXPOSED_SECRET_VAULT",
                "datree:ALL_EXPOSED_SECRET_PRIVATEKEY"},
    .standards = {"NIST-800-190-4.1.4", "MITRE-T1552.001", "OWASP-K08"},
    .options = options,
    .examples = examples,
    .run = on_every_object(run),
};

}
