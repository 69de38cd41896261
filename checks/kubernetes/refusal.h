#pragma once

#include <cstdint>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "analyzer/engine/config.h"
#include "analyzer/engine/kubernetes_check.h"

// What the checks of values that the API server refuses share. Fields, kinds and values of the wrong type are the schema's business, as are closed
// sets of values and required fields that the schema itself names: nothing here speaks of a node that is absent, a placeholder or of another type,
// unless it is asked for a value that the schema lets one leave out.

namespace plimsoll::checks {

// The alias by which the profile `api-server` knows the findings that stand for a refusal.
inline constexpr std::string_view refused = "api-server:validation";

class Refusals {
public:
    Refusals(const kubernetes::Object& object, Reporter& report)
        : object_(object),
          report_(report),
          server_(report.settings().profile == "api-server"),
          whole_(!object.is_patch() && (server_ || !object.is_fragment())) {}

    const kubernetes::Object& object() const { return object_; }
    // What is not there may be judged: never in a patch, and in a fragment only when the question is what the API server says to the text as it stands.
    bool whole() const { return whole_; }
    // Only what the API server says is asked for: findings that another check words in the other profiles belong here too.
    bool as_server() const { return server_; }

    Draft wrong(yaml::Node node, std::string message) { return report_.at(object_, node, std::move(message)); }
    // Several values together are wrong; the key of the node is marked.
    Draft clash(yaml::Node node, std::string message) {
        const Span place = node.key() ? node.key().span() : node.head();
        return report_.at(object_, place, std::move(message)).field(node.path(object_.node()));
    }
    // The key is not in the mapping. With an empty holder the object as a whole is meant.
    Draft absent(yaml::Node holder, std::string_view key, std::string message) {
        std::string field = holder.path(object_.node());
        if (!field.empty()) field += '.';
        return report_.at(object_, holder && !(holder == object_.node()) ? holder.head() : object_.head(), std::move(message)).field(field.append(key));
    }

    // A text the schema lets one leave out or leave empty, but the API server does not.
    void needs(yaml::Node holder, std::string_view key, std::string_view what) {
        const yaml::Node node = holder[key];
        if (node.is_placeholder()) return;
        if (node.text() && node.text()->empty())
            wrong(node, std::string(what) + " may not be empty; write one");
        else if (!node.is_set() && whole_ && holder.is_mapping())
            absent(holder, key, std::string(what) + " is needed; add " + std::string(key));
    }
    using Format = bool (*)(std::string_view);
    // An empty text counts as not set.
    void text(yaml::Node node, Format is_valid, std::string_view advice) {
        const std::string_view value = node.text_or_empty();
        if (!value.empty() && !is_valid(value)) wrong(node, quote(value) + " is not valid here; use " + std::string(advice));
    }
    void subdomain(yaml::Node node) { text(node, kubernetes::is_dns1123_subdomain, subdomain_advice); }
    void label(yaml::Node node) { text(node, kubernetes::is_dns1123_label, label_advice); }
    void qualified(yaml::Node node) { text(node, kubernetes::is_qualified_name, qualified_advice); }

    void range(yaml::Node node, std::int64_t low, std::int64_t high) {
        const auto value = node.integer();
        if (!value || (*value >= low && *value <= high)) return;
        const std::string bounds =
            high == std::numeric_limits<std::int64_t>::max() ? std::to_string(low) + " or more" : std::to_string(low) + " to " + std::to_string(high);
        wrong(node, quote(node.scalar()) + " is out of range; use " + bounds);
    }
    void at_least(yaml::Node node, std::int64_t low) { range(node, low, std::numeric_limits<std::int64_t>::max()); }
    // Quantities of any unit.
    void not_negative(yaml::Node node) {
        const auto amount = kubernetes::quantity_milli(node);
        if (amount && *amount < 0) wrong(node, quote(node.scalar()) + " is negative; use 0 or more");
    }

    // A text as it stands. What a template engine would fill in is unknown, unless the question is what the API server says to the text before that.
    std::optional<std::string_view> literal(yaml::Node node) const {
        return server_ && node.is_placeholder() && node.is_scalar() ? std::optional(node.scalar()) : node.text();
    }

    // A closed set that the schema does not name.
    void one_of(yaml::Node node, std::initializer_list<std::string_view> values, bool empty_is_unset = true) {
        const auto text = node.text();
        if (!text || (text->empty() && empty_is_unset)) return;
        for (std::string_view value : values)
            if (value == *text) return;
        std::string list;
        for (std::string_view value : values) list.append(list.empty() ? "" : ", ").append(value);
        wrong(node, quote(*text) + " is not known here; use one of " + list);
    }

    // A port number, or the name of one in quotes.
    void port(yaml::Node node) {
        if (node.integer()) return range(node, 1, 65535);
        const std::string_view name = node.text_or_empty();
        if (node.is_placeholder() || !node.text() || kubernetes::is_port_name(name)) return;
        const bool digits = !name.empty() && name.find_first_not_of("0123456789") == std::string_view::npos;
        wrong(node, digits ? quote(name) + " in quotes is the name of a port, and names need a letter; write the number without quotes"
                           : quote(name) + " is no port name; use up to 15 lower-case letters, digits and single dashes, with a letter");
    }

    static constexpr std::string_view subdomain_advice = "at most 253 lower-case letters, digits, '-' and '.', with a letter or digit at both ends";
    static constexpr std::string_view label_advice = "at most 63 lower-case letters, digits and '-', with a letter or digit at both ends";
    static constexpr std::string_view qualified_advice = "an optional DNS name and '/', then at most 63 letters, digits, '-', '_' and '.'";

private:
    const kubernetes::Object& object_;
    Reporter& report_;
    bool server_, whole_;
};

// The API server's own name of a place, where it differs from the path of the node: "spec.containers[0].resources.limits[cpu]".
inline std::string server_path(const Refusals& refusals, yaml::Node node, std::string_view rest) { return node.path(refusals.object().node()).append(rest); }

// What is said of custom kinds does not come from the API server.
inline bool beyond_server(const kubernetes::Object& object, const Reporter& report) { return !object.builtin() && report.settings().profile == "api-server"; }

// How many of the keys of a mapping are set.
inline int count_set(yaml::Node node, std::initializer_list<std::string_view> keys) {
    int count = 0;
    for (std::string_view key : keys) count += node[key].is_set();
    return count;
}

}
