#include "analyzer/shell/packages.h"

#include <algorithm>
#include <utility>

#include "analyzer/shell/package_grammars.h"

namespace plimsoll::shell {

namespace {

// The part value[from, to) of a word with its place in the file. Quotes around the rest of the word are left out.
Text part(const Word& word, std::size_t from, std::size_t to = std::string_view::npos) {
    std::string_view value = word.value, raw = word.text.value;
    to = std::min(to, value.size());
    from = std::min(from, to);
    if (raw.substr(0, to) == value.substr(0, to) && (to < value.size() || raw.size() == value.size())) return word.text.sub(from, to);
    if (to == value.size() && raw.substr(0, from) == value.substr(0, from)) {
        std::string_view rest = raw.substr(from);
        bool quoted = rest.size() >= 2 && (rest.front() == '"' || rest.front() == '\'') && rest.substr(1, rest.size() - 2) == value.substr(from);
        if (quoted) return word.text.sub(from + 1, raw.size() - 1);
    }
    return {value.substr(from, to - from), word.span(), nullptr, 0};
}

class Reader {
public:
    Reader(const Command& command, const PackageGrammar& grammar, std::size_t program) : grammar_(grammar), words_(command.words), at_(program + 1) {
        call_.manager = grammar.manager;
        call_.command = &command;
        call_.program = &words_[program];
    }

    PackageCall read();

private:
    void option(const Word& word);
    void long_option(const Word& word, std::size_t dashes);
    void letters(const Word& word);
    void operand(const Word& word);
    void add(Text name, const Word& word, std::optional<Text> value);
    std::optional<Text> next_value();
    std::string_view key_of(std::string_view name) const;
    void pacman();

    const PackageGrammar& grammar_;
    const std::vector<Word>& words_;
    std::size_t at_;
    PackageCall call_;
};

PackageCall Reader::read() {
    bool only_operands = false;
    while (at_ < words_.size()) {
        const Word& word = words_[at_++];
        std::string_view value = word.value;
        if (only_operands || value.size() < 2 || value[0] != '-')
            operand(word);
        else if (value == "--")
            only_operands = true;
        else
            option(word);
        // npx and the like hand everything behind their command to it.
        bool runs = call_.manager == Manager::npx || call_.action == "exec" || call_.action == "run";
        if (runs && !call_.operands.empty()) only_operands = true;
    }
    if (call_.manager == Manager::pacman) pacman();
    if (!call_.subcommand && call_.action.empty()) call_.action = grammar_.default_action;
    return std::move(call_);
}

void Reader::operand(const Word& word) {
    // npx has no sub-commands.
    if (call_.subcommand || call_.manager == Manager::pacman || call_.manager == Manager::npx) {
        call_.operands.push_back(&word);
        return;
    }
    if (call_.manager == Manager::yarn && word == "global" && at_ < words_.size() && !words_[at_].starts_with("-")) {
        add(part(word, 0), word, {});
        return;
    }
    // rustup's toolchain: cargo +nightly install
    if (call_.manager == Manager::cargo && word.starts_with("+")) return;
    call_.subcommand = &word;
    std::string_view known = list_value(grammar_.actions, word.value);
    call_.action = known.empty() ? std::string_view(word.value) : known;
}

std::optional<Text> Reader::next_value() {
    if (at_ >= words_.size()) return {};
    return part(words_[at_++], 0);
}

void Reader::option(const Word& word) {
    if (word.starts_with("--"))
        long_option(word, 2);
    else if (grammar_.one_dash)
        long_option(word, 1);
    else
        letters(word);
}

void Reader::long_option(const Word& word, std::size_t dashes) {
    std::string_view value = word.value;
    std::size_t equals = value.find('=');
    Text name = part(word, dashes, equals);
    std::optional<Text> given;
    if (equals != std::string_view::npos)
        given = part(word, equals + 1);
    else if (list_has(grammar_.valued, value.substr(dashes)))
        given = next_value();
    add(name, word, given);
}

// "-yqq", "-t release", "-trelease", "-q=2"
void Reader::letters(const Word& word) {
    std::string_view value = word.value;
    for (std::size_t i = 1; i < value.size(); ++i) {
        // An expansion among the letters: nothing is known about the rest.
        if (value[i] == '$' || value[i] == '`') return;
        Text name = part(word, i, i + 1);
        bool takes = grammar_.letters.find(value[i]) != std::string_view::npos;
        if (takes || (i + 1 < value.size() && value[i + 1] == '=')) {
            bool attached = i + 1 < value.size();
            std::size_t from = i + 1 + (attached && value[i + 1] == '=');
            add(name, word, attached ? std::optional<Text>(part(word, from)) : next_value());
            return;
        }
        add(name, word, {});
    }
}

std::string_view Reader::key_of(std::string_view name) const {
    std::string_view known = list_value(grammar_.keys, name);
    return known.empty() ? name : known;
}

void Reader::add(Text name, const Word& word, std::optional<Text> value) { call_.options.push_back({name, key_of(name.value), &word, value}); }

// pacman's operations are options: -S installs, -Syu upgrades.
void Reader::pacman() {
    for (const PackageOption& option : call_.options) {
        bool upgrade = call_.has("sysupgrade") && call_.operands.empty();
        std::string_view action;
        if (option.name == "S" || option.name == "sync")
            action = call_.has("clean") ? "clean" : upgrade ? "upgrade" : call_.operands.empty() ? "update" : "install";
        else if (option.name == "U" || option.name == "upgrade")
            action = "install";
        else if (option.name == "R" || option.name == "remove")
            action = "remove";
        else if (option.name == "Q" || option.name == "query")
            action = "query";
        if (action.empty()) continue;
        call_.action = action;
        call_.subcommand = option.word;
        return;
    }
}

// Index of the word that names the manager: itself, or the module of "python -m pip", or what follows "uv".
std::size_t program_index(const Command& command) {
    std::string_view base = command.base_name();
    const auto& words = command.words;
    if (base == "uv") return words.size() > 1 && words[1] == "pip" ? 1 : SIZE_MAX;
    if (base == "corepack") return words.size() > 1 && package_grammar(words[1].value) ? 1 : SIZE_MAX;
    if (!base.starts_with("python") && !base.starts_with("pypy")) return 0;
    for (std::size_t i = 1; i + 1 < words.size(); ++i) {
        std::string_view word = words[i].value;
        if (word == "-W" || word == "-X")
            ++i;
        else if (word.size() < 2 || word[0] != '-' || word[1] == '-')
            return SIZE_MAX;
        else if (word.back() == 'm')
            return i + 1;
        else if (word.find('c') != std::string_view::npos)
            return SIZE_MAX;
    }
    return SIZE_MAX;
}

}

std::optional<PackageCall> package_call(const Command& command) {
    if (command.words.empty()) return {};
    std::size_t program = program_index(command);
    if (program == SIZE_MAX) return {};
    std::string_view name = program == 0 ? command.base_name() : std::string_view(command.words[program].value);
    const PackageGrammar* grammar = package_grammar(name);
    if (!grammar) return {};
    return Reader(command, *grammar, program).read();
}

bool PackageCall::has(std::string_view key) const { return option(key) != nullptr; }

const PackageOption* PackageCall::option(std::string_view key) const {
    for (const PackageOption& option : options)
        if (option.key == key || option.name == key) return &option;
    return nullptr;
}

int PackageCall::count(std::string_view key) const {
    return static_cast<int>(std::count_if(options.begin(), options.end(), [key](const PackageOption& o) { return o.key == key || o.name == key; }));
}

}
