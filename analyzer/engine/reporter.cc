#include "analyzer/engine/reporter.h"

#include <algorithm>
#include <cassert>
#include <charconv>

#include "analyzer/engine/check.h"
#include "analyzer/engine/config.h"
#include "analyzer/engine/context.h"
#include "analyzer/engine/filesystem.h"
#include "analyzer/kubernetes/object.h"
#include "analyzer/kubernetes/pod.h"

namespace plimsoll {

Draft& Draft::fix(std::string title, Safety safety, std::vector<Edit> edits) {
    finding().fix = Fix{std::move(title), safety, std::move(edits)};
    return *this;
}

Draft& Draft::fix(std::string title, Safety safety, Edit edit) { return fix(std::move(title), safety, std::vector<Edit>{std::move(edit)}); }

Draft& Draft::related(Span span, std::string message) {
    finding().related.push_back({std::string(finding().path), span, std::move(message)});
    return *this;
}

Draft& Draft::only(std::initializer_list<std::string_view> aliases) {
    finding().aliases.erase_if([&](std::string_view alias) { return std::find(aliases.begin(), aliases.end(), alias) == aliases.end(); });
    return *this;
}

Draft& Draft::without(std::string_view alias_or_peer) {
    finding().aliases.erase_if([&](std::string_view alias) {
        return alias.starts_with(alias_or_peer) && (alias.size() == alias_or_peer.size() || alias[alias_or_peer.size()] == ':');
    });
    return *this;
}

Draft& Draft::anchor(std::uint32_t offset) {
    finding().anchor = offset;
    return *this;
}

Draft& Draft::severity(Severity severity) {
    // A severity set in the configuration is the user's word and stays.
    if (finding().severity == finding().check->severity) finding().severity = severity;
    return *this;
}

Draft& Draft::field(std::string field) {
    finding().field = std::move(field);
    return *this;
}

Draft& Draft::related(const Context& context, std::string_view file, Span span, std::string message) {
    finding().related.push_back({join_path(context.folder(), file), span, std::move(message)});
    return *this;
}

Draft& Draft::related(const kubernetes::Object& object, Span span, std::string message) {
    finding().related.push_back({object.manifest().source().path(), span, std::move(message)});
    return *this;
}

Draft& Draft::container(const kubernetes::Container& container) {
    finding().part = std::string(container.name());
    return *this;
}

Draft& Draft::fix(std::string title, Safety safety, std::optional<Edit> edit) {
    return edit ? fix(std::move(title), safety, std::vector<Edit>{std::move(*edit)}) : *this;
}

Draft Reporter::at(Span span, std::string message) {
    Finding finding;
    finding.check = &check_;
    finding.span = span;
    finding.anchor = no_anchor;
    finding.message = std::move(message);
    finding.severity = severity_;
    finding.aliases = AliasSet(check_.aliases);
    finding.subject = object_;
    if (container_) finding.part = std::string(container_->name());
    out_.push_back(std::move(finding));
    return {out_, out_.size() - 1};
}

Draft Reporter::at(yaml::Node node, std::string message) {
    Draft draft = at(node.span(), std::move(message));
    draft.field(object_ ? node.path(object_->node()) : node.path());
    return draft;
}

namespace {

std::string joined_path(yaml::Node from, const kubernetes::Object* object, std::string_view path) {
    std::string field = object ? from.path(object->node()) : from.path();
    if (!field.empty() && !path.empty()) field += '.';
    return field.append(path);
}

}

Draft Reporter::missing(const kubernetes::Container& container, std::string_view path, std::string message) {
    Draft draft = at(container.holder(path), std::move(message));
    draft.field(joined_path(container.node, container.pod->object, path)).container(container);
    out_.back().subject = container.pod->object;
    return draft;
}

Draft Reporter::missing(const kubernetes::Pod& pod, std::string_view path, std::string message) {
    Draft draft = at(pod.holder(path), std::move(message));
    draft.field(joined_path(pod.spec, pod.object, path));
    out_.back().subject = pod.object;
    return draft;
}

Draft Reporter::missing(const kubernetes::Object& object, std::string_view path, std::string message) {
    Draft draft = at(object, object.holder(path), std::move(message));
    draft.field(std::string(path));
    return draft;
}

Draft Reporter::at(const kubernetes::Object& object, std::string message) { return at(object, object.head(), std::move(message)); }

Draft Reporter::at(const kubernetes::Object& object, yaml::Node node, std::string message) {
    Draft draft = at(object, node.span(), std::move(message));
    draft.field(node.path(object.node()));
    return draft;
}

Draft Reporter::at(const kubernetes::Object& object, Span span, std::string message) {
    Draft draft = at(span, std::move(message));
    out_.back().subject = &object;
    return draft;
}

namespace {

const Option* declared(const Check& check, std::string_view name) {
    auto found = std::find_if(check.options.begin(), check.options.end(), [&](const Option& option) { return option.name == name; });
    assert(found != check.options.end() && "a check asks for an option it does not declare");
    return found == check.options.end() ? nullptr : &*found;
}

std::vector<std::string> split_words(std::string_view text) {
    std::vector<std::string> words;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = std::min(text.find(' ', at), text.size());
        if (end > at) words.emplace_back(text.substr(at, end - at));
        at = end + 1;
    }
    return words;
}

}

const std::vector<std::string>& Reporter::list(std::string_view option) const {
    if (const std::vector<std::string>* configured = settings_.option(check_, option)) return *configured;
    // Defaults are constant data: split once for each thread and option.
    thread_local std::map<const Option*, std::vector<std::string>> defaults;
    const Option* declaration = declared(check_, option);
    auto [entry, is_new] = defaults.try_emplace(declaration);
    if (is_new && declaration) entry->second = split_words(declaration->value);
    return entry->second;
}

std::string_view Reporter::text(std::string_view option) const {
    const std::vector<std::string>* configured = settings_.option(check_, option);
    if (configured && !configured->empty()) return configured->front();
    const Option* declaration = declared(check_, option);
    return declaration ? declaration->value : std::string_view{};
}

long Reporter::number(std::string_view option) const {
    std::string_view value = text(option);
    long number = 0;
    std::from_chars(value.data(), value.data() + value.size(), number);
    return number;
}

bool Reporter::flag(std::string_view option) const {
    std::string_view value = text(option);
    return value == "true" || value == "yes" || value == "on" || value == "1";
}

std::string quote(std::string_view text) {
    constexpr std::size_t limit = 60;
    std::string out = "'";
    if (text.size() > limit) {
        std::size_t cut = limit;
        // Never cut inside a UTF-8 sequence.
        while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80) --cut;
        out.append(text.substr(0, cut)).append("...");
    } else {
        out += text;
    }
    std::replace_if(
        out.begin(), out.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
    return out += '\'';
}

}
