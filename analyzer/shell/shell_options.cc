#include "analyzer/shell/shell_options.h"

namespace plimsoll::shell {

std::optional<bool> sets_option(const Command& command, char letter, std::string_view name) {
    if (!command.is("set")) return std::nullopt;
    std::optional<bool> found;
    bool named = false, on = true;   // the word before asks for a name with -o or +o
    for (const Word& word : command.arguments()) {
        const std::string_view value = word.value;
        if (named && value == name) found = on;
        named = false;
        if (value == "--" || value.size() < 2) continue;
        if ((value[0] != '-' && value[0] != '+') || value[1] == '-') continue;
        on = value[0] == '-';
        named = value.back() == 'o';
        if (letter != '\0' && value.find(letter, 1) != std::string_view::npos) found = on;
    }
    return found;
}

}
