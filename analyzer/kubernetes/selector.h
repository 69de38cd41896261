#pragma once

#include <string>
#include <string_view>

#include "analyzer/yaml/node.h"

namespace plimsoll::kubernetes {

// A selector in the notation of `kubectl -l`: "a=b,c in (d,e),!f".
bool is_selector_text(std::string_view text);

// Three-valued, because templates and fragments leave values open.
enum class Match : unsigned char { no, yes, unknown };

// A label selector: metav1.LabelSelector (matchLabels, matchExpressions with In, NotIn, Exists, DoesNotExist) or the plain map of Services and
// ReplicationControllers. Semantics of apimachinery: an absent selector matches nothing, an empty one everything (a plain empty map nothing).
class Selector {
public:
    static Selector labels(yaml::Node label_selector);   // metav1.LabelSelector
    static Selector map(yaml::Node plain_map);           // v1.Service.spec.selector
    bool absent() const { return !node_.is_set(); }
    bool empty() const;   // present and without requirements
    bool valid() const;   // operators and values in the right form
    Match matches(yaml::Node labels) const;
    yaml::Node node() const { return node_; }
    // The first requirement that the labels do not meet: its value, item or key; empty when they match.
    yaml::Node first_unmet(yaml::Node labels) const;
    // No set of labels can meet it (a key both In and NotIn, contradicting matchLabels).
    bool contradicts_itself() const;
    // The same requirements, whatever their order.
    bool same_as(const Selector& other) const;
    // Appends what matches() looks at, in the order in which it is written: selectors with the same text match the same labels.
    void add_key(std::string& text) const;
    // The mapping of keys and values that all labels it matches must have: matchLabels or the plain map.
    yaml::Node pairs() const { return plain_ ? node_ : node_["matchLabels"]; }
    // One pair of them, for an index; an entry without a key when there is none.
    yaml::Entry required_pair() const {
        for (const yaml::Entry& pair : pairs().entries())
            if (pair.value.is_scalar() && !pair.value.is_placeholder()) return pair;
        return {};
    }

private:
    yaml::Node node_;
    bool plain_ = false;
};

// The same for labels: those with the same text are matched by the same selectors.
void add_labels_key(yaml::Node labels, std::string& text);

}
