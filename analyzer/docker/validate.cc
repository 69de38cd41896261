#include "analyzer/docker/validate.h"

#include <algorithm>
#include <charconv>

#include "analyzer/docker/words.h"

namespace plimsoll::docker {

namespace {

enum class FlagKind : std::uint8_t { boolean, single, repeated };

struct FlagRule {
    std::string_view name;
    FlagKind kind;
};

constexpr FlagRule from_flags[] = {{"platform", FlagKind::single}};
constexpr FlagRule run_flags[] = {{"mount", FlagKind::repeated}, {"network", FlagKind::single}, {"security", FlagKind::single}, {"device", FlagKind::repeated}};
constexpr FlagRule copy_flags[] = {{"from", FlagKind::single},  {"chown", FlagKind::single},    {"chmod", FlagKind::single},
                                   {"link", FlagKind::boolean}, {"parents", FlagKind::boolean}, {"exclude", FlagKind::repeated}};
constexpr FlagRule add_flags[] = {{"chown", FlagKind::single},         {"chmod", FlagKind::single},    {"link", FlagKind::boolean},
                                  {"keep-git-dir", FlagKind::boolean}, {"checksum", FlagKind::single}, {"unpack", FlagKind::boolean},
                                  {"exclude", FlagKind::repeated}};
constexpr FlagRule healthcheck_flags[] = {{"interval", FlagKind::single},
                                          {"timeout", FlagKind::single},
                                          {"start-period", FlagKind::single},
                                          {"start-interval", FlagKind::single},
                                          {"retries", FlagKind::single}};

std::span<const FlagRule> flag_rules(Keyword keyword) {
    switch (keyword) {
        case Keyword::from: return from_flags;
        case Keyword::run: return run_flags;
        case Keyword::copy: return copy_flags;
        case Keyword::add: return add_flags;
        case Keyword::healthcheck: return healthcheck_flags;
        default: return {};
    }
}

std::string quoted(std::string_view text) { return '"' + std::string(text) + '"'; }

using Maybe = std::optional<Problem>;

Maybe problem(Span span, std::string message) { return Problem{span, std::move(message), Phase::instruction}; }

// Number of single-letter changes between two short words, case ignored.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            std::size_t above = row[j];
            bool same = equal_ignoring_case(a.substr(i - 1, 1), b.substr(j - 1, 1));
            row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (same ? 0 : 1)});
            diagonal = above;
        }
    }
    return row[b.size()];
}

Maybe unknown_instruction(const Instruction& in) {
    std::string message = "unknown instruction " + quoted(in.name.value);
    std::string_view best;
    std::size_t fewest = 3;
    if (in.name.value.size() < 20)
        for (std::size_t k = 0; k + 1 < keyword_count; ++k) {
            std::string_view name = name_of(static_cast<Keyword>(k));
            std::size_t changes = distance(in.name.value, name);
            if (changes < fewest && changes < name.size()) fewest = changes, best = name;
        }
    message += best.empty() ? ": a line starts with an instruction such as RUN, or belongs to the line above that lacks its continuation character"
                            : ", did you mean " + std::string(best);
    return problem(in.name.span, std::move(message));
}

Maybe unknown_flag(const Instruction& in, const Flag& flag, std::span<const FlagRule> rules) {
    std::string message = "unknown flag " + quoted("--" + std::string(flag.name.value)) + " for " + std::string(name_of(in.keyword));
    const char* separator = ": it knows --";
    for (const FlagRule& rule : rules) {
        message += separator + std::string(rule.name);
        separator = ", --";
    }
    if (rules.empty()) message += ": it has no flags";
    return problem(flag.whole.span, std::move(message));
}

Maybe flags(const Instruction& in) {
    std::span<const FlagRule> rules = flag_rules(in.keyword);
    for (std::size_t i = 0; i < in.flags.size(); ++i) {
        const Flag& flag = in.flags[i];
        auto rule = std::find_if(rules.begin(), rules.end(), [&](const FlagRule& r) { return r.name == flag.name.value; });
        if (rule == rules.end()) return unknown_flag(in, flag, rules);
        std::string name = "--" + std::string(rule->name);
        auto before = in.flags.begin() + static_cast<std::ptrdiff_t>(i);
        bool single = rule->kind != FlagKind::repeated;
        bool again = single && std::any_of(in.flags.begin(), before, [&](const Flag& other) { return other.name.value == rule->name; });
        if (again) return problem(flag.whole.span, name + " is given twice: keep one");
        bool boolean = rule->kind == FlagKind::boolean;
        if (boolean ? flag.has_value && flag.value.empty() : !flag.has_value)
            return problem(flag.whole.span, name + " needs a value: write " + name + "=VALUE");
        if (boolean && flag.has_value && !equal_ignoring_case(flag.value.value, "true") && !equal_ignoring_case(flag.value.value, "false"))
            return problem(flag.value.span, name + " is true or false, not " + quoted(flag.value.value));
    }
    return std::nullopt;
}

Maybe exactly_one(const Instruction& in) {
    if (in.words.size() == 1) return std::nullopt;
    return problem(in.name.span, std::string(name_of(in.keyword)) + " requires exactly one argument");
}

Maybe at_least_one(const Instruction& in) {
    if (!in.words.empty()) return std::nullopt;
    return problem(in.name.span, std::string(name_of(in.keyword)) + " requires at least one argument");
}

bool is_stage_name(std::string_view name) {
    auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    if (name.empty() || !letter(name[0])) return false;
    return std::all_of(name.begin(), name.end(), [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.'; });
}

Maybe from(const Instruction& in) {
    if (in.words.size() == 3 && equal_ignoring_case(in.words[1].value, "as")) {
        if (is_stage_name(in.words[2].value)) return std::nullopt;
        return problem(in.words[2].span,
                       "stage name " + quoted(in.words[2].value) + " is not valid: start with a letter, then letters, digits, \"-\", \"_\" or \".\"");
    }
    if (in.words.size() == 1) return std::nullopt;
    if (in.words.empty()) return problem(in.name.span, "FROM requires an image: write FROM image or FROM image AS name");
    return problem(cover(in.words[1].span, in.words.back().span), "FROM takes an image and optionally AS name, not " + quoted(in.words[1].value));
}

Maybe sources_and_destination(const Instruction& in) {
    std::string name(name_of(in.keyword));
    if (in.words.size() < 2) return problem(in.name.span, name + " requires a source and a destination");
    if (is_heredoc_word(in.words.back().value)) return problem(in.words.back().span, name + " cannot write to a heredoc: the last argument is the destination");
    return std::nullopt;
}

Maybe names_not_blank(const Instruction& in) {
    for (const Pair& pair : in.pairs)
        if (pair.key.empty())
            return problem(cover(pair.key.span, pair.value.span), std::string(name_of(in.keyword)) + " names cannot be blank: write name=value");
    return std::nullopt;
}

Maybe volume(const Instruction& in) {
    for (const Text& word : in.words)
        if (trimmed(word).empty()) return problem(word.span, "a VOLUME path cannot be empty");
    return std::nullopt;
}

Maybe shell(const Instruction& in) {
    if (in.json || in.words.empty()) return at_least_one(in);
    return problem(in.argument.span, "SHELL requires its arguments as a JSON array: write SHELL [\"executable\", \"parameter\"]");
}

Maybe interval(const Flag& flag) {
    if (flag.value.empty()) return std::nullopt;
    std::optional<double> duration = parse_duration(flag.value.value);
    if (!duration)
        return problem(flag.value.span, "--" + std::string(flag.name.value) + " is not a duration such as 30s or 1m30s: " + quoted(flag.value.value));
    if (*duration == 0 || *duration >= 1e6) return std::nullopt;
    return problem(flag.value.span, "--" + std::string(flag.name.value) + " cannot be less than 1ms: " + quoted(flag.value.value));
}

Maybe retries(const Flag& flag) {
    std::string_view text = flag.value.value;
    if (text.empty()) return std::nullopt;
    if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
    std::int32_t count = -1;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error == std::errc() && end == text.data() + text.size() && count >= 0) return std::nullopt;
    return problem(flag.value.span, "--retries is not a whole number of 0 or more: " + quoted(flag.value.value));
}

Maybe healthcheck(const Instruction& in) {
    if (in.words.empty()) return at_least_one(in);
    const Text& type = in.words[0];
    if (equal_ignoring_case(type.value, "none")) {
        if (in.words.size() == 1) return std::nullopt;
        return problem(cover(in.words[1].span, in.words.back().span), "HEALTHCHECK NONE takes no arguments");
    }
    if (Maybe found = flags(in)) return found;
    if (!equal_ignoring_case(type.value, "cmd")) return problem(type.span, "HEALTHCHECK is followed by CMD or NONE, not " + quoted(type.value));
    if (in.words.size() < 2) return problem(type.span, "HEALTHCHECK CMD requires a command");
    for (const Flag& flag : in.flags)
        if (Maybe found = flag.name == "retries" ? retries(flag) : interval(flag)) return found;
    return std::nullopt;
}

Maybe onbuild(const Instruction& in) {
    if (!in.trigger) return at_least_one(in);
    if (Maybe found = flags(in)) return found;
    const Instruction& trigger = *in.trigger;
    switch (trigger.keyword) {
        case Keyword::onbuild: return problem(trigger.name.span, "ONBUILD cannot be the trigger of another ONBUILD");
        case Keyword::from:
        case Keyword::maintainer: return problem(trigger.name.span, std::string(name_of(trigger.keyword)) + " cannot be an ONBUILD trigger");
        default: return std::nullopt;
    }
}

Maybe run(const Instruction& in) {
    if (Maybe found = flags(in)) return found;
    Maybe later;
    for (const Flag& flag : in.flags) {
        std::string_view value = flag.value.value;
        if (flag.name == "network" && value != "default" && value != "none" && value != "host")
            return problem(flag.value.span, "--network is default, none or host, not " + quoted(value));
        if (flag.name == "security" && value != "sandbox" && value != "insecure")
            return problem(flag.value.span, "--security is sandbox or insecure, not " + quoted(value));
        if (flag.value.empty() && (flag.name == "mount" || flag.name == "device"))
            return problem(flag.whole.span, "--" + std::string(flag.name.value) + " needs a value");
        if (flag.name != "mount") continue;
        Maybe found = mount_problem(flag);
        if (found && found->phase == Phase::instruction) return found;
        if (found && !later) later = std::move(found);
    }
    return later;
}

Maybe first_of(Maybe first, Maybe (*second)(const Instruction&), const Instruction& in) { return first ? first : second(in); }

}

std::optional<Problem> instruction_problem(const Instruction& in) {
    switch (in.keyword) {
        case Keyword::unknown: return unknown_instruction(in);
        case Keyword::from: return first_of(from(in), flags, in);
        case Keyword::run: return run(in);
        case Keyword::copy:
        case Keyword::add: return first_of(sources_and_destination(in), flags, in);
        case Keyword::env:
        case Keyword::label: return first_of(first_of(flags(in), at_least_one, in), names_not_blank, in);
        case Keyword::arg: return first_of(at_least_one(in), names_not_blank, in);
        case Keyword::cmd:
        case Keyword::entrypoint: return flags(in);
        case Keyword::expose: return first_of(at_least_one(in), flags, in);
        case Keyword::volume: return first_of(first_of(at_least_one(in), flags, in), volume, in);
        case Keyword::stopsignal: return exactly_one(in);
        case Keyword::user:
        case Keyword::workdir:
        case Keyword::maintainer: return first_of(exactly_one(in), flags, in);
        case Keyword::shell: return first_of(flags(in), shell, in);
        case Keyword::healthcheck: return healthcheck(in);
        case Keyword::onbuild: return onbuild(in);
    }
    return std::nullopt;
}

}
