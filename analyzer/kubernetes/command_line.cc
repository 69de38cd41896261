#include <algorithm>
#include <array>

#include "analyzer/kubernetes/pod.h"

namespace plimsoll::kubernetes {

namespace {

using WordNodes = std::vector<yaml::Node>;

constexpr auto shells = std::to_array<std::string_view>({"ash", "bash", "dash", "ksh", "mksh", "sh", "zsh"});

template <std::size_t N>
bool one_of(const std::array<std::string_view, N>& list, std::string_view word) {
    return std::ranges::find(list, word) != list.end();
}

std::string_view program(yaml::Node word) {
    const std::string_view path = word.scalar();
    const std::size_t slash = path.find_last_of('/');
    return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

bool is_option(yaml::Node word) { return word.scalar().starts_with('-') || word.scalar().starts_with('+'); }

bool is_assignment(std::string_view word) {
    const std::size_t equals = word.find('=');
    return equals != std::string_view::npos && equals > 0 && !word.starts_with('-');
}

// Programs that start the one behind their options; `operands` of their own come first (timeout 5, gosu user).
struct Wrapper {
    std::string_view name;
    std::string_view valued;   // letters of options that take the next word
    int operands = 0;
};
constexpr auto wrappers = std::to_array<Wrapper>({
    {"exec", "a"},
    {"env", "uSC"},
    {"nohup", ""},
    {"nice", "n"},
    {"ionice", "cnp"},
    {"stdbuf", "ioe"},
    {"setsid", ""},
    {"time", "fo"},
    {"timeout", "ks", 1},
    {"gosu", "", 1},
    {"su-exec", "", 1},
    {"tini", "pe"},
    {"tini-static", "pe"},
    {"dumb-init", "r"},
    {"catatonit", ""},
    {"busybox", ""},
    {"sudo", "ugCphrtDR"},
    {"chroot", "", 1},
});

// Where the program behind a wrapper at `at` stands; `at` itself when there is no wrapper.
std::size_t behind_wrapper(const WordNodes& words, std::size_t at) {
    const auto wrapper = std::ranges::find(wrappers, program(words[at]), &Wrapper::name);
    if (wrapper == wrappers.end()) return at;
    ++at;
    while (at < words.size() && words[at].scalar().starts_with('-')) {
        const std::string_view option = words[at++].scalar();
        if (option == "--") break;
        const bool takes_next = option.size() == 2 && wrapper->valued.find(option[1]) != std::string_view::npos;
        if (takes_next) ++at;
    }
    if (wrapper->name == "env" || wrapper->name == "sudo") {
        while (at < words.size() && is_assignment(words[at].scalar())) ++at;
    }
    return std::min(at + static_cast<std::size_t>(wrapper->operands), words.size());
}

// The word that "-c" of the shell at `at` makes its script: "sh -ec X", "bash -o pipefail -c X", "sh -c -- X".
yaml::Node script_of(const WordNodes& words, std::size_t at) {
    bool script = false;
    for (++at; at < words.size() && is_option(words[at]); ++at) {
        const std::string_view option = words[at].scalar();
        if (option == "--") {
            ++at;
            break;
        }
        if (option == "--rcfile" || option == "--init-file") ++at;
        if (option.starts_with("--")) continue;
        script = script || (option.starts_with('-') && option.find('c') != std::string_view::npos);
        if (option.ends_with('o') || option.ends_with('O')) ++at;
    }
    return script && at < words.size() ? words[at] : yaml::Node();
}

}

std::vector<yaml::Node> Container::command_line() const {
    WordNodes words;
    for (const std::string_view field : {"command", "args"}) {
        for (const yaml::Node item : node[field].items()) words.push_back(item);
    }
    return words;
}

yaml::Node Container::shell_script() const {
    // Most containers have no shell: look before collecting.
    if (!node["command"].is_sequence() && !node["args"].is_sequence()) return {};
    const WordNodes words = command_line();
    std::size_t at = 0;
    for (int depth = 0; depth < 8 && at < words.size(); ++depth) {
        const std::size_t next = behind_wrapper(words, at);
        if (next == at) break;
        at = next;
    }
    if (at >= words.size() || !one_of(shells, program(words[at]))) return {};
    const yaml::Node script = script_of(words, at);
    return script.is_scalar() && !script.is_null() ? script : yaml::Node();
}

}
