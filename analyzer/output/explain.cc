#include "analyzer/output/explain.h"

#include "analyzer/engine/check.h"
#include "analyzer/output/names.h"

namespace plimsoll::output {

namespace {

template <typename List>
std::string joined(const List& list) {
    std::string out;
    for (std::string_view item : list) out.append(out.empty() ? "" : ", ").append(item);
    return out;
}

std::string facts(const Check& check) {
    std::string out =
        std::string(plimsoll::name_of(check.severity)) + ", " + std::string(name_of(check.category)) + ", profile " + std::string(name_of(check.profile));
    return check.fix == Safety::none ? out : out + ", has a fix (" + std::string(name_of(check.fix)) + ")";
}

// Greedy, between words.
std::string wrapped(std::string_view text, std::size_t width) {
    std::string out;
    std::size_t column = 0;
    while (!text.empty()) {
        std::size_t end = text.find(' ');
        std::string_view word = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (word.empty()) continue;
        if (column) {
            out += column + 1 + word.size() > width ? '\n' : ' ';
            column = out.back() == '\n' ? 0 : column + 1;
        }
        out += word;
        column += word.size();
    }
    return out + "\n";
}

std::string indented(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        std::size_t end = text.find('\n');
        std::string_view line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (!line.empty()) out.append("    ").append(line);
        out += '\n';
    }
    return out;
}

// A fence longer than any run of backticks inside.
std::string fenced(std::string_view text) {
    std::string fence = "```";
    while (text.find(fence) != std::string_view::npos) fence += '`';
    return fence + "dockerfile\n" + std::string(text) + fence + "\n";
}

std::string options_text(const Check& check) {
    std::string out;
    for (const Option& option : check.options) {
        out += "    " + std::string(option.name) + ": " + std::string(option.what);
        if (!option.value.empty()) out += " (default: " + std::string(option.value) + ")";
        out += '\n';
    }
    return out;
}

}

std::string explain_text(const Check& check) {
    std::string out = std::string(check.id) + " (" + facts(check) + ")\n" + wrapped(check.title, 100) + "\n" + wrapped(check.why, 100);
    for (const Example& example : check.examples) {
        out += "\nBad:\n" + indented(trimmed_example(example.bad));
        if (!example.config.empty()) out += "\nWith this configuration:\n" + indented(trimmed_example(example.config));
        out += "\nGood:\n" + indented(trimmed_example(example.good));
    }
    if (!check.options.empty()) out += "\nOptions:\n" + options_text(check);
    if (check.aliases.size()) out += "\nKnown elsewhere as: " + joined(check.aliases) + "\n";
    if (check.standards.size()) out += "Standards: " + joined(check.standards) + "\n";
    if (std::string url = url_of(check); !url.empty()) out += "See also: " + url + "\n";
    return out;
}

std::string explain_markdown(const Check& check) {
    std::string out = "**" + std::string(check.id) + "** (" + facts(check) + ")\n\n" + std::string(check.title) + "\n\n" + std::string(check.why) + "\n";
    if (!check.examples.empty()) {
        const Example& example = check.examples.front();
        out += "\nBad:\n\n" + fenced(without_markers(example.bad)) + "\nGood:\n\n" + fenced(trimmed_example(example.good));
    }
    if (check.aliases.size()) out += "\nKnown elsewhere as " + joined(check.aliases) + ".\n";
    if (check.standards.size()) out += "\nStandards: " + joined(check.standards) + ".\n";
    return out;
}

}
