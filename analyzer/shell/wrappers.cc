#include <algorithm>
#include <numeric>
#include <utility>

#include "analyzer/shell/scanner.h"

// Commands that run another command: sudo, env, xargs ... and sh -c '...'.

namespace plimsoll::shell {

namespace {

constexpr std::size_t nowhere = SIZE_MAX;
// sudo sudo sudo ...: each level copies the words behind it.
constexpr int chain_limit = 8;

struct Wrapper {
    std::string_view name;
    std::string_view letters;   // one-letter options that take a value
    std::string_view names;     // long ones, blank on both sides
    int operands = 0;           // words in front of the command: a user, a duration
    bool assignments = false;   // NAME=value may stand in front of the command
};

constexpr Wrapper wrappers_known[] = {
    {"sudo", "ughpCrtUDRT", " --user --group --host --prompt --chdir --chroot --role --type --other-user --command-timeout --close-from ", 0, true},
    {"doas", "uC", ""},
    {"env", "uCS", " --unset --chdir --split-string ", 0, true},
    {"exec", "a", ""},
    {"command", "", ""},
    {"builtin", "", ""},
    {"busybox", "", ""},
    {"nice", "n", " --adjustment "},
    {"ionice", "cn", " --class --classdata "},
    {"nohup", "", ""},
    {"time", "fo", " --format --output "},
    {"timeout", "sk", " --signal --kill-after ", 1},
    {"gosu", "", "", 1},
    {"su-exec", "", "", 1},
    {"s6-setuidgid", "", "", 1},
    {"setpriv", "", " --reuid --regid --groups --inh-caps --ambient-caps --bounding-set --securebits --pdeathsig --selinux-label --apparmor-profile "},
    {"xargs", "aEILnPsd", " --arg-file --delimiter --max-args --max-procs --max-chars --process-slot-var "},
    {"stdbuf", "ioe", " --input --output --error "},
    {"chroot", "", "", 1},
    {"eatmydata", "", ""},
    {"fakeroot", "lisb", " --lib --faked "},
    {"tini", "pe", ""},
    {"dumb-init", "r", " --rewrite "},
};

const Wrapper* wrapper_of(std::string_view name) {
    auto found = std::find_if(std::begin(wrappers_known), std::end(wrappers_known), [name](const Wrapper& w) { return w.name == name; });
    return found == std::end(wrappers_known) ? nullptr : found;
}

bool is_assignment(std::string_view word) {
    std::size_t i = 0;
    while (i < word.size() && is_name(word[i])) ++i;
    return i > 0 && is_name_start(word[0]) && i < word.size() && word[i] == '=';
}

// Whether the option's value is the next word.
bool takes_next(const Wrapper& wrapper, std::string_view option) {
    if (option.starts_with("--")) {
        std::size_t at = wrapper.names.find(option);
        return at != std::string_view::npos && wrapper.names[at - 1] == ' ' && wrapper.names[at + option.size()] == ' ';
    }
    for (std::size_t i = 1; i < option.size(); ++i)
        if (wrapper.letters.find(option[i]) != std::string_view::npos) return i + 1 == option.size();
    return false;
}

// Index of the first word of the wrapped command, assignments in front of it included.
std::size_t inner_start(const Command& command, const Wrapper& wrapper) {
    bool looks_up = wrapper.name == "command" && (command.option("v") || command.option("V"));
    if (looks_up) return nowhere;
    int operands = wrapper.operands;
    for (std::size_t i = 1; i < command.words.size(); ++i) {
        std::string_view word = command.words[i].value;
        if (word == "--") {
            i += static_cast<std::size_t>(operands);
            return i + 1 < command.words.size() ? i + 1 : nowhere;
        }
        if (word.size() > 1 && word[0] == '-') {
            if (takes_next(wrapper, word)) ++i;
        } else if (operands-- <= 0) {
            return i;
        }
    }
    return nowhere;
}

Assignment as_assignment(const Word& word) {
    Assignment made;
    std::size_t equals = word.text.value.find('='), value_equals = word.value.find('=');
    if (equals == std::string_view::npos) equals = word.text.value.size();
    made.name = word.text.sub(0, equals);
    made.value = word;
    made.value.text = word.text.sub(equals + 1);
    made.value.value = word.value.substr(value_equals + 1);
    return made;
}

// Moves the part from `start` into a command of its own.
std::optional<Command> inner_of(const Command& outer, std::size_t start, bool assignments) {
    Command made = outer;
    made.words.clear();
    made.assignments.clear();
    made.inner.reset();
    std::size_t i = start;
    for (; assignments && i < outer.words.size() && is_assignment(outer.words[i].value); ++i) made.assignments.push_back(as_assignment(outer.words[i]));
    made.words.assign(outer.words.begin() + static_cast<std::ptrdiff_t>(i), outer.words.end());
    if (made.words.empty()) return {};
    made.span = cover(outer.words[start].span(), outer.words.back().span());
    return made;
}

bool is_shell(std::string_view name) {
    Dialect dialect = dialect_of(name);
    return is_posix_family(dialect) && name != "busybox";
}

// The argument of -c.
std::size_t script_word(const Command& command) {
    bool wanted = false;
    bool user_first = command.is("su");   // su USER -c ...
    for (std::size_t i = 1; i < command.words.size(); ++i) {
        std::string_view word = command.words[i].value;
        bool option = word.size() > 1 && (word[0] == '-' || word[0] == '+');
        if (!option) {
            if (wanted) return i;
            if (!user_first) return nowhere;
        } else if (word == "--command") {
            wanted = true;
        } else if (word[0] == '-' && word[1] != '-') {
            wanted = wanted || word.find('c') != std::string_view::npos;
        }
        if (option && !user_first && (word.back() == 'o' || word.back() == 'O') && word[1] != '-') ++i;
    }
    return nowhere;
}

struct Range {
    std::uint32_t begin = 0, end = 0;
};

// The bytes of a script given as an argument, when they stand in the file as the inner shell reads them.
std::optional<Range> script_range(const Word& word) {
    std::string_view text = word.text.value;
    if (!word.text.map || text.size() < 3) return {};
    char quote = text.front();
    std::string_view inside = text.substr(1, text.size() - 2);
    if ((quote != '\'' && quote != '"') || text.back() != quote || inside.find(quote) != std::string_view::npos) return {};
    if (quote == '"' && inside.find('\\') != std::string_view::npos) return {};
    std::uint32_t begin = word.text.joined + 1;
    return Range{begin, begin + static_cast<std::uint32_t>(inside.size())};
}

}

// Adds the commands of a script argument; those inside its substitutions are there already when the outer shell expands them.
static void add_script(const Script& script, std::vector<Command>& commands, std::size_t outer, const Word& word, std::uint32_t& pipelines) {
    auto range = script_range(word);
    if (!range) return;
    Scanner scanner(script);
    scanner.pipelines = pipelines;
    const Command& from = commands[outer];
    scanner.run(range->begin, range->end, {false, false, from.in_substitution, from.in_subshell, from.in_function, 0});
    pipelines = scanner.pipelines;
    bool expanded = word.text.value.front() == '"';
    for (Command& found : scanner.commands) {
        if (expanded && found.in_substitution && !commands[outer].in_substitution) continue;
        found.wrapper = static_cast<std::uint32_t>(outer);
        if (!commands[outer].inner) commands[outer].inner = static_cast<std::uint32_t>(commands.size());
        commands.push_back(std::move(found));
    }
}

// Puts the commands back in order of their first byte.
static void sort_commands(std::vector<Command>& commands) {
    auto by_place = [&](std::uint32_t a, std::uint32_t b) { return commands[a].span.begin < commands[b].span.begin; };
    std::vector<std::uint32_t> order(commands.size()), place(commands.size());
    std::iota(order.begin(), order.end(), 0U);
    std::stable_sort(order.begin(), order.end(), by_place);
    std::vector<Command> sorted;
    sorted.reserve(commands.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) {
        place[order[i]] = i;
        sorted.push_back(std::move(commands[order[i]]));
    }
    for (Command& command : sorted) {
        if (command.wrapper) command.wrapper = place[*command.wrapper];
        if (command.inner) command.inner = place[*command.inner];
    }
    commands = std::move(sorted);
}

void Builder::wrappers(Script& script) {
    std::vector<Command>& commands = script.commands_;
    std::size_t before = commands.size();
    std::uint32_t pipelines = 0;
    for (const Command& command : commands) pipelines = std::max(pipelines, command.pipeline);
    std::vector<std::uint8_t> level(before, 0);
    for (std::size_t i = 0; i < commands.size(); ++i) {
        if (commands[i].words.size() < 2 || level[i] >= chain_limit) continue;
        std::string_view name = commands[i].base_name();
        std::size_t known = commands.size();
        if (const Wrapper* wrapper = wrapper_of(name)) {
            std::size_t start = inner_start(commands[i], *wrapper);
            auto inner = start == nowhere ? std::nullopt : inner_of(commands[i], start, wrapper->assignments);
            if (inner) {
                inner->wrapper = static_cast<std::uint32_t>(i);
                commands[i].inner = static_cast<std::uint32_t>(known);
                commands.push_back(std::move(*inner));
            }
        } else if (name == "eval") {
            if (commands[i].words.size() == 2) add_script(script, commands, i, Word(commands[i].words[1]), pipelines);
        } else if (is_shell(name) || name == "su" || name == "runuser") {
            std::size_t at = script_word(commands[i]);
            if (at != nowhere) add_script(script, commands, i, Word(commands[i].words[at]), pipelines);
        }
        level.resize(commands.size(), static_cast<std::uint8_t>(level[i] + 1));
    }
    if (commands.size() > before) sort_commands(commands);
}

}
