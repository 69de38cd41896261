#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/docker/dockerfile.h"
#include "analyzer/engine/finding.h"
#include "analyzer/text/text.h"
#include "analyzer/yaml/node.h"

namespace plimsoll::kubernetes {
class Object;
struct Container;
struct Pod;
}

namespace plimsoll {

struct Check;
struct Settings;
class Context;

// Finding::anchor before the engine has filled it in.
inline constexpr std::uint32_t no_anchor = UINT32_MAX;

// A finding while a check completes it: report.at(place, message).fix(...).related(...);
class Draft {
public:
    Draft(std::vector<Finding>& findings, std::size_t index) : findings_(findings), index_(index) {}
    Draft& fix(std::string title, Safety safety, std::vector<Edit> edits);
    Draft& fix(std::string title, Safety safety, Edit edit);
    // A place in the same file that explains the finding.
    Draft& related(Span span, std::string message);
    // A place in a file that lies beside the analysed one, by its path from there: "values.yaml".
    Draft& related(const Context& context, std::string_view file, Span span, std::string message);
    // A place in any file of the analysed set.
    Draft& related(const kubernetes::Object& object, Span span, std::string message);
    Draft& related(const kubernetes::Object& object, yaml::Node node, std::string message) { return related(object, node.span(), std::move(message)); }
    // Keeps only these of the check's aliases (must be among Check::aliases). Without a call a finding carries all of them.
    Draft& only(std::initializer_list<std::string_view> aliases);
    // Drops one alias, or all of a peer ("pss"): it does not judge this place.
    Draft& without(std::string_view alias_or_peer);
    // The line people suppress at; default: the instruction that holds the span.
    Draft& anchor(std::uint32_t offset);
    Draft& severity(Severity severity);
    Draft& field(std::string field);
    Draft& container(const kubernetes::Container& container);
    // A fix made by yaml/edit.h; none when that said it cannot be done.
    Draft& fix(std::string title, Safety safety, std::optional<Edit> edit);

private:
    Finding& finding() { return findings_[index_]; }
    std::vector<Finding>& findings_;
    std::size_t index_;
};

// What a check reports to, and what it may ask about its settings and surroundings.
class Reporter {
public:
    Reporter(const Check& check, Severity severity, const Settings& settings, const Context& context, std::vector<Finding>& out)
        : check_(check), severity_(severity), settings_(settings), context_(context), out_(out) {}

    Draft at(Span span, std::string message);
    Draft at(const Text& text, std::string message) { return at(text.span, std::move(message)); }
    // Place of the keyword: for something missing from an instruction.
    Draft at(const docker::Instruction& instruction, std::string message) { return at(instruction.name.span, std::move(message)); }
    Draft at(const shell::Word& word, std::string message) { return at(word.span(), std::move(message)); }

    // Places in manifests. Object, container and anchor of the finding are what the check runs on; the field is the node's path.
    Draft at(yaml::Node node, std::string message);
    // Something missing: marks the key of the deepest existing part of `path` below the container, pod spec or object; the field is the whole path.
    Draft missing(const kubernetes::Container& container, std::string_view path, std::string message);
    Draft missing(const kubernetes::Pod& pod, std::string_view path, std::string message);
    Draft missing(const kubernetes::Object& object, std::string_view path, std::string message);
    // The object as a whole: marks its name.
    Draft at(const kubernetes::Object& object, std::string message);
    // For checks that look at several objects (on_cluster, on_manifests): a place in one of them.
    Draft at(const kubernetes::Object& object, yaml::Node node, std::string message);
    Draft at(const kubernetes::Object& object, Span span, std::string message);
    // Set by the engine before each call of a check.
    void run_on(const kubernetes::Object* object, const kubernetes::Container* container) { object_ = object, container_ = container; }

    const Check& check() const { return check_; }
    // Options of this check: configured values or the declared defaults. Undeclared names are a programming error.
    const std::vector<std::string>& list(std::string_view option) const;
    std::string_view text(std::string_view option) const;
    long number(std::string_view option) const;
    bool flag(std::string_view option) const;
    const Settings& settings() const { return settings_; }
    // Files beside the analysed one: the build context (the Dockerfile's own folder).
    const Context& context() const { return context_; }

private:
    const Check& check_;
    Severity severity_;   // the check's own or the configured one
    const Settings& settings_;
    const Context& context_;
    std::vector<Finding>& out_;
    const kubernetes::Object* object_ = nullptr;
    const kubernetes::Container* container_ = nullptr;
};

// Quotes the user's own words for a message, cut to a readable length: 'apt-get'.
std::string quote(std::string_view text);

}
