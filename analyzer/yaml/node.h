#pragma once

#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

#include "analyzer/text/span.h"

namespace plimsoll::yaml {

class Tree;

enum class Kind : std::uint8_t { scalar, sequence, mapping, alias };
enum class Style : std::uint8_t { plain, single_quoted, double_quoted, literal, folded, block, flow };
// What sigs.k8s.io/yaml makes of a scalar (YAML 1.1 booleans, octals; quoted scalars and !!str are text; bare dates stay text).
enum class Type : std::uint8_t { none, null, boolean, integer, number, text };

// Storage of one node. Nodes of a document lie in one array in document order: a node, then its children (for a mapping key, value, key,
// value, ...), so `skip` leads from a node to its next sibling.
struct Record {
    std::string_view value;      // scalar: the decoded text; alias: the anchor's name
    Span span;                   // bytes in the file as on disk; quotes and block indicators included, anchors and tags not
    std::uint32_t skip = 1;      // records of this node with all below it
    std::uint32_t parent = 0;    // distance back to the parent's record; 0 for the root
    std::int32_t redirect = 0;   // distance to what stands for this node: an alias's target, the merged form of a mapping with "<<"
    Kind kind = Kind::scalar;
    Style style = Style::plain;
    Type type = Type::none;
    std::uint8_t flags = 0;   // see Flag
};

enum Flag : std::uint8_t {
    anchored = 1,      // has an anchor: a change here changes every alias of it
    tagged = 2,        // has an explicit tag
    is_value = 4,      // the value of a mapping entry (its key is the node before it)
    placeholder = 8,   // text that a template engine would replace: ${X}, {{ x }}, <% x %>: its value is unknown; also on what an error cut short
    // The higher bits are the reader's own (tree.h).
};

class Entries;
class Items;

// A view of one node, or of nothing: every question may be asked of an empty node and gives the empty answer, so that
// node["spec"]["template"]["spec"] needs no tests in between. Aliases are followed and merge keys ("<<") are applied as the API server's
// reader does (the entry written last wins, merged ones included); span(), key() and path() speak of the place in this document that leads here.
// Cheap to copy; points into a Tree, which must outlive it.
class Node {
public:
    Node() = default;
    explicit Node(const Record* at) : at_(at), real_(at ? effective(at) : nullptr) {}
    explicit operator bool() const { return at_ != nullptr; }
    bool operator==(const Node& other) const { return at_ == other.at_; }

    bool is_mapping() const { return real_ && real_->kind == Kind::mapping; }
    bool is_sequence() const { return real_ && real_->kind == Kind::sequence; }
    bool is_scalar() const { return real_ && real_->kind == Kind::scalar; }
    bool is_null() const { return is_scalar() && real_->type == Type::null; }
    // Present and not null: what a decoder sees as "set".
    bool is_set() const { return real_ && !is_null(); }
    bool is_alias() const { return at_ && at_->kind == Kind::alias; }
    // A template engine's placeholder stands here: nothing may be concluded from its value.
    bool is_placeholder() const { return real_ && (real_->flags & placeholder); }
    Type type() const { return real_ ? real_->type : Type::none; }
    Style style() const { return real_ ? real_->style : Style::plain; }
    bool in_flow() const { return real_ && real_->style == Style::flow; }
    bool has_anchor() const { return real_ && (real_->flags & anchored); }
    bool has_tag() const { return real_ && (real_->flags & tagged); }

    // Decoded text of any scalar, numbers and booleans as written; "" otherwise.
    std::string_view scalar() const { return is_scalar() ? real_->value : std::string_view{}; }
    // The value when it decodes into that Go type; nullopt when absent, null, a placeholder or of another type.
    std::optional<std::string_view> text() const;
    std::optional<bool> boolean() const;
    std::optional<std::int64_t> integer() const;
    std::optional<double> number() const;
    // "" when it is not text: for names and the like.
    std::string_view text_or_empty() const { return text().value_or(std::string_view{}); }
    bool is_true() const { return boolean() == true; }
    bool is_false() const { return boolean() == false; }

    // Entries of a mapping after merging, in document order; items of a sequence. Empty for anything else.
    Entries entries() const;
    Items items() const;
    std::size_t size() const;   // entries or items; linear
    bool empty() const { return !real_ || real_->skip == 1; }
    // The value of a key; an empty node when there is none. A null value is a node that is_null().
    Node operator[](std::string_view key) const;
    // Several steps: at("spec.template.spec"); keys hold no dots.
    Node at(std::string_view path) const;
    // The item of a sequence.
    Node operator[](std::size_t index) const;
    bool has(std::string_view key) const { return static_cast<bool>((*this)[key]); }

    // Bytes in the file: of a scalar with its quotes, of a block from its first key to the end of its last value.
    Span span() const { return at_ ? at_->span : Span{}; }
    // Bytes of value[from, to) of a scalar, whatever its style (block scalars and escapes included); the whole span when it cannot be told.
    Span place(std::size_t from, std::size_t to) const;
    // The key this node is the value of; empty for items and roots.
    Node key() const;
    // The mapping or sequence that holds this node; a key's or value's parent is the mapping.
    Node parent() const { return at_ && at_->parent ? Node(at_ - at_->parent) : Node(); }
    // "spec.containers[0].image", from the document's root; keys with dots or slashes as metadata.labels[app.kubernetes.io/name].
    // With `below`, from that ancestor.
    std::string path() const { return path(Node()); }
    std::string path(Node below) const;
    // Position among the items of its sequence.
    std::size_t index() const;
    // What to mark when something is missing in this node: its key, else for an item the value of its `name`, else its first key or first byte.
    Span head() const;

    const Record* record() const { return at_; }     // where it stands
    const Record* target() const { return real_; }   // what it is

private:
    static const Record* effective(const Record* at) {
        for (int i = 0; at->redirect && i < 4; ++i) at += at->redirect;
        return at;
    }
    const Record* at_ = nullptr;
    const Record* real_ = nullptr;
};

struct Entry {
    Node key, value;
};

// Range over the entries of a mapping.
class Entries {
public:
    class iterator {
    public:
        using iterator_category = std::input_iterator_tag;
        using value_type = Entry;
        using difference_type = std::ptrdiff_t;
        using pointer = const Entry*;
        using reference = Entry;
        explicit iterator(const Record* at) : at_(at) {}
        Entry operator*() const { return {Node(at_), Node(at_ + at_->skip)}; }
        iterator& operator++() {
            at_ += at_->skip;
            at_ += at_->skip;
            return *this;
        }
        bool operator==(const iterator& other) const { return at_ == other.at_; }

    private:
        const Record* at_;
    };
    explicit Entries(const Record* mapping) : begin_(mapping ? mapping + 1 : nullptr), end_(mapping ? mapping + mapping->skip : nullptr) {}
    iterator begin() const { return iterator(begin_); }
    iterator end() const { return iterator(end_); }

private:
    const Record *begin_, *end_;
};

// Range over the items of a sequence.
class Items {
public:
    class iterator {
    public:
        using iterator_category = std::input_iterator_tag;
        using value_type = Node;
        using difference_type = std::ptrdiff_t;
        using pointer = const Node*;
        using reference = Node;
        explicit iterator(const Record* at) : at_(at) {}
        Node operator*() const { return Node(at_); }
        iterator& operator++() {
            at_ += at_->skip;
            return *this;
        }
        bool operator==(const iterator& other) const { return at_ == other.at_; }

    private:
        const Record* at_;
    };
    explicit Items(const Record* sequence) : begin_(sequence ? sequence + 1 : nullptr), end_(sequence ? sequence + sequence->skip : nullptr) {}
    iterator begin() const { return iterator(begin_); }
    iterator end() const { return iterator(end_); }
    bool empty() const { return begin_ == end_; }

private:
    const Record *begin_, *end_;
};

inline Entries Node::entries() const { return Entries(is_mapping() ? real_ : nullptr); }
inline Items Node::items() const { return Items(is_sequence() ? real_ : nullptr); }

}
