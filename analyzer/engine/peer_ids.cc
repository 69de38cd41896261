#include "analyzer/engine/peer_ids.h"

#include <algorithm>
#include <charconv>

#include "analyzer/engine/check.h"
#include "analyzer/engine/finding.h"

namespace plimsoll {

namespace {

constexpr bool is_digit(char c) { return '0' <= c && c <= '9'; }
constexpr bool is_alpha(char c) { return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z'); }
constexpr char upper(char c) { return 'a' <= c && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }
constexpr char lower(char c) { return 'A' <= c && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string to_upper(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = upper(c);
    return out;
}

bool all_digits(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), is_digit); }

unsigned number(std::string_view digits) {
    unsigned value = 0;
    if (std::from_chars(digits.data(), digits.data() + digits.size(), value).ec != std::errc()) return 0;
    return value;
}

// "DL3008" with prefix "DL": four digits follow.
bool is_code(std::string_view id, std::string_view prefix) {
    return id.size() == prefix.size() + 4 && id.starts_with(prefix) && all_digits(id.substr(prefix.size()));
}

// AVD-DS-0001, DS-0001, DS001, DS0001, avd-ds-0001: the part of letters and the number.
bool trivy_parts(std::string_view id, std::string& letters, std::string& digits) {
    std::string text = to_upper(id);
    std::string_view rest = text;
    if (rest.starts_with("AVD-")) rest.remove_prefix(4);
    std::size_t end = 0;
    while (end < rest.size() && is_alpha(rest[end])) ++end;
    letters = rest.substr(0, end);
    if (end < rest.size() && rest[end] == '-') ++end;
    digits = rest.substr(end);
    return !letters.empty() && all_digits(digits) && digits.size() <= 4;
}

std::string trivy_form(std::string_view id) {
    std::string letters, digits;
    if (!trivy_parts(id, letters, digits)) return to_upper(id);
    return letters + '-' + std::string(4 - digits.size(), '0') + digits;
}

bool is_uuid(std::string_view id) {
    if (id.size() != 36) return false;
    for (std::size_t i = 0; i < id.size(); ++i) {
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        const char c = lower(id[i]);
        if (dash ? c != '-' : !(is_digit(c) || ('a' <= c && c <= 'f'))) return false;
    }
    return true;
}

constexpr std::string_view buildkit_rules[] = {
    "ConsistentInstructionCasing",
    "CopyIgnoredFile",
    "DuplicateStageName",
    "ExposeInvalidFormat",
    "ExposeProtoCasing",
    "FromAsCasing",
    "FromPlatformFlagConstDisallowed",
    "InvalidBaseImagePlatform",
    "InvalidDefaultArgInFrom",
    "InvalidDefinitionDescription",
    "JSONArgsRecommended",
    "LegacyKeyValueFormat",
    "MaintainerDeprecated",
    "MultipleInstructionsDisallowed",
    "NoEmptyContinuation",
    "RedundantTargetPlatform",
    "ReservedStageName",
    "SecretsUsedInArgOrEnv",
    "StageNameCasing",
    "UndefinedArgInFrom",
    "UndefinedVar",
    "WorkdirRelativePath",
};

bool is_buildkit_rule(std::string_view id) { return std::binary_search(std::begin(buildkit_rules), std::end(buildkit_rules), id); }

bool in_hadolint(std::string_view id) {
    if (is_code(id, "SC")) return true;
    if (!is_code(id, "DL")) return false;
    const unsigned code = number(id.substr(2));
    return code == 1000 || code == 1001 || (3000 <= code && code <= 3067) || (4000 <= code && code <= 4006 && code != 4002);
}

bool in_checkov(std::string_view id) {
    const std::string text = to_upper(id);
    std::string_view rest = text;
    for (const auto& [prefix, last] : {std::pair<std::string_view, unsigned>{"CKV_DOCKER_", 11}, {"CKV2_DOCKER_", 17}}) {
        if (!rest.starts_with(prefix)) continue;
        const std::string_view digits = rest.substr(prefix.size());
        return all_digits(digits) && number(digits) >= 1 && number(digits) <= last;
    }
    return true;
}

bool in_trivy(std::string_view id) {
    std::string letters, digits;
    if (!trivy_parts(id, letters, digits)) return id.find('-') != std::string_view::npos;   // long ids: "no-sudo-in-dockerfile"
    return letters != "DS" || (number(digits) >= 1 && number(digits) <= 31);
}

// "SC2000-SC2100" of a ShellCheck directive holds the alias's code.
bool in_range(std::string_view range, std::string_view code) {
    const std::size_t dash = range.find('-');
    if (dash == std::string_view::npos || !is_code(range.substr(0, dash), "SC") || !is_code(range.substr(dash + 1), "SC") || !is_code(code, "SC")) return false;
    return range.substr(0, dash) <= code && code <= range.substr(dash + 1);
}

bool alias_matches(std::string_view name, std::string_view alias) {
    if (name == alias) return true;
    const std::string_view tool = tool_of(name);
    if (tool.empty()) return false;
    const std::string_view wanted = name.substr(tool.size() + 1);
    std::string_view other = tool_of(alias);
    const std::string_view id = alias.substr(other.empty() ? 0 : other.size() + 1);
    if (other == "shellcheck") other = "hadolint";   // hadolint shows ShellCheck's findings under their own codes
    return tool == other && (wanted == "*" || wanted == id || (tool == "hadolint" && in_range(wanted, id)));
}

}

std::string_view tool_of(std::string_view alias) {
    const std::size_t colon = alias.find(':');
    return colon == std::string_view::npos ? std::string_view() : alias.substr(0, colon);
}

std::string canonical_alias(std::string_view tool, std::string_view id) {
    if (tool == "shellcheck") tool = "hadolint";
    std::string out = std::string(tool) + ':';
    if (id == "*") return out + '*';
    if (tool == "trivy") return out + trivy_form(id);
    if (tool == "checkov") return out + to_upper(id);
    out += id;
    if (tool == "kics") std::transform(out.begin(), out.end(), out.begin(), lower);
    return out;
}

std::string_view tool_by_form(std::string_view id) {
    if (is_code(id, "DL") || is_code(id, "SC")) return "hadolint";
    if (is_uuid(id)) return "kics";
    if (is_buildkit_rule(id)) return "buildkit";
    const std::string text = to_upper(id);
    for (std::string_view prefix : {"CKV_", "CKV2_"})
        if (text.starts_with(prefix)) return "checkov";
    std::string letters, digits;
    if (!trivy_parts(id, letters, digits)) return {};
    for (std::string_view known : {"DS", "KSV", "KCV", "DIG"})
        if (letters == known) return "trivy";
    return text.starts_with("AVD-") ? "trivy" : std::string_view();
}

bool exists_in_peer(std::string_view tool, std::string_view id) {
    if (id == "*") return true;
    if (tool == "shellcheck" || tool == "hadolint") return in_hadolint(id) || (id.size() == 13 && in_range(id, id.substr(0, 6)));
    if (tool == "buildkit") return is_buildkit_rule(id);
    if (tool == "checkov") return in_checkov(id);
    if (tool == "trivy") return in_trivy(id);
    if (tool == "kics") return is_uuid(id);
    return true;
}

bool stands_for(std::string_view name, const Check& check) {
    if (name == check.id || name == "*") return true;
    return std::any_of(check.aliases.begin(), check.aliases.end(), [&](std::string_view alias) { return alias_matches(name, alias); });
}

bool stands_for(std::string_view name, const Finding& finding) {
    if (name == finding.check->id || name == "*") return true;
    return std::any_of(finding.aliases.begin(), finding.aliases.end(), [&](std::string_view alias) { return alias_matches(name, alias); });
}

std::string canonical_name(std::string_view text) {
    const std::string_view tool = tool_of(text);
    if (!tool.empty()) return canonical_alias(tool, text.substr(tool.size() + 1));
    const std::string_view by_form = tool_by_form(text);
    return by_form.empty() ? std::string(text) : canonical_alias(by_form, text);
}

bool is_date(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
    if (!all_digits(text.substr(0, 4)) || !all_digits(text.substr(5, 2)) || !all_digits(text.substr(8, 2))) return false;
    const unsigned year = number(text.substr(0, 4)), month = number(text.substr(5, 2)), day = number(text.substr(8, 2));
    constexpr unsigned days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (month < 1 || month > 12 || day < 1) return false;
    const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return day <= days[month - 1] + (month == 2 && leap ? 1u : 0u);
}

}
