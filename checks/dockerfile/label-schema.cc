#include <algorithm>
#include <array>
#include <cstdlib>

#include "analyzer/engine/check.h"
#include "analyzer/engine/config.h"

// The checks of the label schema: values of labels that the configuration lists with a type.

namespace plimsoll::checks {

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
static bool is_alphanumeric(char c) { return is_digit(c) || is_letter(c); }

template <typename Test>
static bool all_of(std::string_view text, Test test) { return !text.empty() && std::all_of(text.begin(), text.end(), test); }

// Cut at a separator, empty parts included.
static std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> out;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find(separator, at), text.size());
        out.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return out;
}

static bool is_filled(std::string_view value, const Reporter&) { return !value.empty(); }

// RFC 3986: a scheme, something behind it, and none of the characters that a URI may not hold.
static bool is_url(std::string_view value, const Reporter&) {
    const std::size_t colon = value.find(':');
    if (colon == std::string_view::npos || colon == 0 || colon + 1 == value.size() || !is_letter(value[0])) return false;
    if (!all_of(value.substr(0, colon), [](char c) { return is_alphanumeric(c) || c == '+' || c == '-' || c == '.'; })) return false;
    for (std::size_t i = colon + 1; i < value.size(); ++i) {
        const char c = value[i];
        const bool hex = c != '%' || (i + 2 < value.size() && std::isxdigit(static_cast<unsigned char>(value[i + 1])) && std::isxdigit(static_cast<unsigned char>(value[i + 2])));
        if (!hex || (!is_alphanumeric(c) && std::string_view("-._~:/?#[]@!$&'()*+,;=%").find(c) == std::string_view::npos)) return false;
    }
    return true;
}

static int number(std::string_view digits) {
    int out = 0;
    for (char c : digits) out = out * 10 + (c - '0');
    return out;
}

static bool is_time(std::string_view hours, std::string_view minutes) { return number(hours) < 24 && number(minutes) < 60; }

static bool is_date(int year, int month, int day) {
    constexpr std::array days = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (month < 1 || month > 12) return false;
    const bool leap = month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return day >= 1 && day <= days[static_cast<std::size_t>(month - 1)] + (leap ? 1 : 0);
}

// "dddd-dd-dd" and the like: d stands for a digit.
static bool has_shape(std::string_view text, std::string_view shape) {
    return text.size() == shape.size() && std::equal(text.begin(), text.end(), shape.begin(), [](char c, char s) { return s == 'd' ? is_digit(c) : s == 'T' ? c == 'T' || c == 't' : c == s; });
}

static bool is_rfc3339(std::string_view value, const Reporter&) {
    if (!has_shape(value.substr(0, 19), "dddd-dd-ddTdd:dd:dd")) return false;
    if (!is_date(number(value.substr(0, 4)), number(value.substr(5, 2)), number(value.substr(8, 2)))) return false;
    if (!is_time(value.substr(11, 2), value.substr(14, 2)) || number(value.substr(17, 2)) > 60) return false;
    std::string_view rest = value.substr(19);
    if (rest.starts_with('.')) {
        const std::size_t end = rest.find_first_not_of("0123456789", 1);
        if (end == std::string_view::npos || end == 1) return false;
        rest = rest.substr(end);
    }
    if (rest == "Z" || rest == "z") return true;
    return (has_shape(rest, "+dd:dd") || has_shape(rest, "-dd:dd")) && is_time(rest.substr(1, 2), rest.substr(4, 2));
}

// The parts behind '-' or '+'. Numbers of a pre-release have no leading zero.
static bool are_identifiers(std::string_view text, bool leading_zero) {
    for (std::string_view part : split(text, '.')) {
        if (!all_of(part, [](char c) { return is_alphanumeric(c) || c == '-'; })) return false;
        if (!leading_zero && part.size() > 1 && part[0] == '0' && all_of(part, is_digit)) return false;
    }
    return true;
}

static bool is_semver(std::string_view value, const Reporter&) {
    const std::size_t plus = value.find('+');
    if (plus != std::string_view::npos && !are_identifiers(value.substr(plus + 1), true)) return false;
    value = value.substr(0, plus);
    const std::size_t dash = value.find('-');
    if (dash != std::string_view::npos && !are_identifiers(value.substr(dash + 1), false)) return false;
    const auto numbers = split(value.substr(0, dash), '.');
    return numbers.size() == 3 && std::all_of(numbers.begin(), numbers.end(), [](std::string_view n) { return all_of(n, is_digit) && (n.size() == 1 || n[0] != '0'); });
}

static bool is_git_hash(std::string_view value, const Reporter&) {
    return (value.size() == 7 || value.size() == 40) && all_of(value, [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); });
}

static bool is_email(std::string_view value, const Reporter&) {
    const std::size_t at = value.rfind('@');
    if (at == std::string_view::npos || at == 0 || at > 64) return false;
    const std::string_view local = value.substr(0, at), domain = value.substr(at + 1);
    const bool quoted = local.size() > 2 && local.starts_with('"') && local.ends_with('"');
    const auto atoms = split(local, '.');
    const auto atom = [](std::string_view a) { return all_of(a, [](char c) { return is_alphanumeric(c) || std::string_view("!#$%&'*+/=?^_`{|}~-").find(c) != std::string_view::npos || (c & 0x80); }); };
    if (!quoted && !std::all_of(atoms.begin(), atoms.end(), atom)) return false;
    const auto labels = split(domain, '.');
    return std::all_of(labels.begin(), labels.end(), [](std::string_view l) {
        return all_of(l, [](char c) { return is_alphanumeric(c) || c == '-' || (c & 0x80); }) && l.front() != '-' && l.back() != '-';
    });
}

// The SPDX licence list, version 3.27, deprecated identifiers included; separated by blanks.
static constexpr std::string_view licences =
@LICENCES@;

static constexpr std::string_view exceptions =
@EXCEPTIONS@;

static bool listed(std::string_view list, std::string_view id) {
    for (std::size_t at = list.find(id); at != std::string_view::npos; at = list.find(id, at + 1)) {
        const std::size_t end = at + id.size();
        if ((at == 0 || list[at - 1] == ' ') && (end == list.size() || list[end] == ' ')) return true;
    }
    return false;
}

static bool is_licence(std::string_view id) {
    if (id.ends_with('+')) id.remove_suffix(1);
    const bool own = id.starts_with("LicenseRef-") || id.starts_with("DocumentRef-");
    if (own) return all_of(id.substr(id.find('-') + 1), [](char c) { return is_alphanumeric(c) || c == '-' || c == '.' || c == ':'; });
    return !id.empty() && listed(licences, id);
}

// Words and parentheses of a licence expression.
static std::vector<std::string_view> tokens(std::string_view text) {
    std::vector<std::string_view> out;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = at + 1;
        if (text[at] != ' ' && text[at] != '(' && text[at] != ')') end = std::min(text.find_first_of(" ()", at), text.size());
        if (text[at] != ' ') out.push_back(text.substr(at, end - at));
        at = end;
    }
    return out;
}

static bool is_licence_expression(std::string_view text) {
    int depth = 0;
    bool operand = true;   // a licence or '(' comes next
    const auto all = tokens(text);
    for (std::size_t i = 0; i < all.size(); ++i) {
        const std::string_view token = all[i];
        if (operand && token == "(") ++depth;
        else if (operand && is_licence(token)) operand = false;
        else if (!operand && token == ")" && depth > 0) --depth;
        else if (!operand && (token == "AND" || token == "OR")) operand = true;
        else if (!operand && token == "WITH" && i + 1 < all.size() && listed(exceptions, all[i + 1]) && is_licence(all[i - 1])) ++i;
        else return false;
    }
    return !operand && depth == 0;
}

static bool is_spdx(std::string_view value, const Reporter& report) { return report.flag("allow_expressions") ? is_licence_expression(value) : is_licence(value); }

struct Row {
    std::string_view type;      // of the schema; "" for every type
    std::string_view wanted;    // behind "is not"
    bool (*valid)(std::string_view value, const Reporter& report);
};

static void judge(const Row& row, const docker::Dockerfile& file, Reporter& report) {
    const LabelSchema& schema = report.settings().label_schema;
    if (schema.empty()) return;
    for (const docker::Instruction* label : file.all(docker::Keyword::label, true))
        for (const docker::Pair& pair : label->pairs) {
            const std::optional<std::string> key = file.expand(pair.key, *label);
            const auto entry = key ? schema.find(*key) : schema.end();
            if (entry == schema.end() || (!row.type.empty() && entry->second != row.type)) continue;
            const std::optional<std::string> value = file.expand(pair.value, *label);
            if (!value || (value->empty() && !row.type.empty()) || row.valid(*value, report)) continue;
            if (value->empty()) report.at(pair.key, "label " + quote(*key) + " is empty; give it a value");
            else report.at(pair.value, "value " + quote(*value) + " of label " + quote(*key) + " is not " + std::string(row.wanted));
        }
}

template <const Row& row>
static void run(const docker::Dockerfile& file, Reporter& report) { judge(row, file, report); }

static constexpr Row filled = {"", "filled in", is_filled};
static constexpr Row email = {"email", "an e-mail address; write name@domain", is_email};
static constexpr Row git_hash = {"hash", "a git hash of 7 or 40 lower-case hexadecimal digits", is_git_hash};
static constexpr Row rfc3339 = {"rfc3339", "an RFC 3339 time such as 2026-01-31T12:00:00Z", is_rfc3339};
static constexpr Row semver = {"semver", "a semantic version such as 1.2.3 (without v)", is_semver};
static constexpr Row spdx = {"spdx", "an SPDX licence such as Apache-2.0", is_spdx};
static constexpr Row url = {"url", "an absolute URL such as https://example.org/", is_url};

static constexpr Example empty_examples[] = {{
    .bad = R"(
FROM alpine:3.22
LABEL vendor="" other=""
      ^^^^^^ label 'vendor' is empty; give it a value
)",
    .good = R"(
FROM alpine:3.22
LABEL vendor="acme" other=""
)", .config = "label-schema: {vendor: text}"}};

static constexpr Example email_examples[] = {{
    .bad = R"(
FROM alpine:3.22
LABEL contact="Ada" contact="a b@example.org"
              ^^^^^ value 'Ada' of label 'contact' is not an e-mail address; write name@domain
                            ^^^^^^^^^^^^^^^^^ value 'a b@example.org' of label 'contact' is not an e-mail address; write name@domain
)",
    .good = R"(
FROM alpine:3.22
ARG CONTACT
LABEL contact="ada.l+x@mail.example.org" contact=$CONTACT
)", .config = "label-schema: {contact: email}"}};

static constexpr Example hash_examples[] = {{
    .bad = R"(
FROM alpine:3.22
LABEL revision=v1.2.3
               ^^^^^^ value 'v1.2.3' of label 'revision' is not a git hash of 7 or 40 lower-case hexadecimal digits
)",
    .good = R"(
FROM alpine:3.22
LABEL revision=0a1b2c3
)", .config = "label-schema: {revision: hash}"}};

static constexpr Example time_examples[] = {{
    .bad = R"(
FROM alpine:3.22
LABEL created="2026-02-29T12:00:00Z" created=2026-01-31
              ^^^^^^^^^^^^^^^^^^^^^^ value '2026-02-29T12:00:00Z' of label 'created' is not an RFC 3339 time such as 2026-01-31T12:00:00Z
                                             ^^^^^^^^^^ value '2026-01-31' of label 'created' is not an RFC 3339 time such as 2026-01-31T12:00:00Z
)",
    .good = R"(
FROM alpine:3.22
LABEL created="2024-02-29T12:00:00.5+02:00"
)", .config = "label-schema: {created: rfc3339}"}};

static constexpr Example version_examples[] = {{
    .bad = R"(
FROM alpine:3.22
ARG VERSION=v1.2.3
LABEL version=$VERSION version=1.02.3
              ^^^^^^^^ value 'v1.2.3' of label 'version' is not a semantic version such as 1.2.3 (without v)
                               ^^^^^^ value '1.02.3' of label 'version' is not a semantic version such as 1.2.3 (without v)
)",
    .good = R"(
FROM alpine:3.22
LABEL version=1.2.3-rc.1+build.05
)", .config = "label-schema: {version: semver}"}};

static constexpr Example spdx_examples[] = {{
    .bad = R"(
FROM alpine:3.22
LABEL licence="Apache 2" licence="MIT OR"
              ^^^^^^^^^^ value 'Apache 2' of label 'licence' is not an SPDX licence such as Apache-2.0
                                 ^^^^^^^^ value 'MIT OR' of label 'licence' is not an SPDX licence such as Apache-2.0
)",
    .good = R"(
FROM alpine:3.22
LABEL licence=Apache-2.0 licence="(MIT OR GPL-2.0-only WITH Classpath-exception-2.0) AND LicenseRef-acme"
)", .config = "label-schema: {licence: spdx}"}, {
    .bad = R"(
FROM alpine:3.22
LABEL licence="MIT OR ISC"
              ^^^^^^^^^^^^ value 'MIT OR ISC' of label 'licence' is not an SPDX licence such as Apache-2.0
)",
    .good = R"(
FROM alpine:3.22
LABEL licence=ISC
)", .config = "{label-schema: {licence: spdx}, checks: {label-not-spdx: {allow_expressions: false}}}"}};

static constexpr Example url_examples[] = {{
    .bad = R"(
FROM alpine:3.22
LABEL url=example.org
          ^^^^^^^^^^^ value 'example.org' of label 'url' is not an absolute URL such as https://example.org/
)",
    .good = R"(
FROM alpine:3.22
LABEL url=https://example.org/a%20b?c#d
)", .config = "label-schema: {url: url}"}};

static constexpr Option spdx_options[] = {
    {.name = "allow_expressions", .type = Option::Type::flag, .value = "true", .what = "accept expressions with AND, OR and WITH, as the OCI annotations do"}};

static constexpr std::string_view reason =
    "The label schema of the configuration gives this label a type because something reads it. A value of another shape breaks that reader, often long after the build.";

static constexpr Check table[] = {
    {
        .id = "label-empty",
        .title = "Schema label has an empty value.",
        .category = Category::compliance,
        .severity = Severity::low,
        .why = "The label schema of the configuration asks for this label. An empty value passes for present and says nothing.",
        .aliases = {"hadolint:DL3051"},
        .examples = empty_examples,
        .run = on(docker::Keyword::label, run<filled>),
    },
    {
        .id = "label-not-email",
        .title = "Label of type email is not an e-mail address.",
        .category = Category::compliance,
        .severity = Severity::low,
        .why = reason,
        .aliases = {"hadolint:DL3058"},
        .examples = email_examples,
        .run = on(docker::Keyword::label, run<email>),
    },
    {
        .id = "label-not-git-hash",
        .title = "Label of type hash is not a git hash.",
        .category = Category::compliance,
        .severity = Severity::low,
        .why = reason,
        .aliases = {"hadolint:DL3055"},
        .examples = hash_examples,
        .run = on(docker::Keyword::label, run<git_hash>),
    },
    {
        .id = "label-not-rfc3339",
        .title = "Label of type rfc3339 is not a timestamp.",
        .category = Category::compliance,
        .severity = Severity::low,
        .why = reason,
        .aliases = {"hadolint:DL3053"},
        .examples = time_examples,
        .run = on(docker::Keyword::label, run<rfc3339>),
    },
    {
        .id = "label-not-semver",
        .title = "Label of type semver is not a semantic version.",
        .category = Category::compliance,
        .severity = Severity::low,
        .why = reason,
        .aliases = {"hadolint:DL3056"},
        .examples = version_examples,
        .run = on(docker::Keyword::label, run<semver>),
    },
    {
        .id = "label-not-spdx",
        .title = "Label of type spdx is not an SPDX licence id.",
        .category = Category::compliance,
        .severity = Severity::low,
        .why = reason,
        .aliases = {"hadolint:DL3054"},
        .options = spdx_options,
        .examples = spdx_examples,
        .run = on(docker::Keyword::label, run<spdx>),
    },
    {
        .id = "label-not-url",
        .title = "Label of type url is not a URL.",
        .category = Category::compliance,
        .severity = Severity::low,
        .why = reason,
        .aliases = {"hadolint:DL3052"},
        .examples = url_examples,
        .run = on(docker::Keyword::label, run<url>),
    },
};

extern constinit const std::span<const Check> label_schema = table;

}
